"""The customer list: members beside their balances, searched, filtered and sorted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, gettext_lazy
from pypinyin import lazy_pinyin

from houji.earning.chain import last_day
from houji.kernel.ids import MemberId, UnitId
from houji.ledger.queries import balances
from houji.ledger.types import Balance
from houji.members.queries import search_members
from houji.members.types import MEMBER_KIND_NAMES, MemberKind


@dataclass(frozen=True, slots=True)
class RollRow:
    """A customer with its points as of now; ``expires_on`` is the last day of the next to expire."""

    id: int
    key: str
    name: str
    full_name: str
    kind: str
    account_manager: str
    available: int
    pending: int
    earned: int
    expires_on: date | None
    expires_points: int

    @property
    def kind_name(self) -> str:
        """The kind in the active language."""
        return str(MEMBER_KIND_NAMES[MemberKind(self.kind)])


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to see of the list; unknown values mean everything."""

    text: str = ""
    kind: str = ""
    manager: str = ""
    holding: bool = False
    sort: str = "available"

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Wish:
        """Read the address of the page."""
        kind = query.get("kind", "")
        sort = query.get("sort", "")
        return cls(
            text=query.get("q", "").replace("\x00", "").strip()[:100],
            kind=kind if kind in MEMBER_KIND_NAMES else "",
            manager=query.get("manager", "").replace("\x00", "")[:100],
            holding=query.get("holding") == "1",
            sort=sort if sort in SORTS else "available",
        )

    def write(self) -> dict[str, str]:
        """Write it as an address, without what is as it would be anyway."""
        fields = {
            "q": self.text,
            "kind": self.kind,
            "manager": self.manager,
            "holding": "1" if self.holding else "",
            "sort": "" if self.sort == "available" else self.sort,
        }
        return {name: value for name, value in fields.items() if value}

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves customers out."""
        return bool(self.text or self.kind or self.manager or self.holding)


SORT_NAMES = {
    "available": gettext_lazy("可用从多到少"),
    "pending": gettext_lazy("待生效从多到少"),
    "earned": gettext_lazy("累计从多到少"),
    "expiry": gettext_lazy("最近到期在前"),
    "name": gettext_lazy("按名称"),
}

SORTS: dict[str, Callable[[RollRow], Any]] = {
    "available": lambda row: (-row.available, row.key),
    "pending": lambda row: (-row.pending, row.key),
    "earned": lambda row: (-row.earned, row.key),
    "expiry": lambda row: (row.expires_on or date.max, -row.expires_points, row.key),
    # Chinese names have no order of their own; people look for them by their sound.
    "name": lambda row: (lazy_pinyin(row.name), row.key),
}


def roll(wish: Wish, unit_id: UnitId, *, now: datetime, zone: ZoneInfo) -> list[RollRow]:
    """Return the customers a person wants to see, in their order. Two queries, however many there are."""
    held = balances(unit_id, now=now)
    columns = ("id", "key", "name", "short_name", "kind", "account_manager")
    found = search_members(wish.text, kind=wish.kind, manager=wish.manager).values(*columns)
    rows = [_row(one, held.get(MemberId(one["id"])), zone) for one in found]
    if wish.holding:
        rows = [row for row in rows if row.available]
    return sorted(rows, key=SORTS[wish.sort])


def sheet(rows: list[RollRow]) -> tuple[list[str], list[list[Any]]]:
    """Return the list as head and rows of a table file."""
    head = [
        gettext("客户编码"),
        gettext("客户全称"),
        gettext("客户性质"),
        gettext("客户经理"),
        gettext("可用"),
        gettext("待生效"),
        gettext("累计净得"),
        gettext("最近到期日"),
        gettext("最近到期积分"),
    ]
    return head, [
        [
            row.key,
            row.full_name,
            row.kind_name,
            row.account_manager,
            row.available,
            row.pending,
            row.earned,
            row.expires_on,
            row.expires_points,
        ]
        for row in rows
    ]


def _row(member: dict[str, Any], balance: Balance | None, zone: ZoneInfo) -> RollRow:
    return RollRow(
        id=member["id"],
        key=member["key"],
        name=member["short_name"] or member["name"],
        full_name=member["name"],
        kind=member["kind"],
        account_manager=member["account_manager"],
        available=0 if balance is None else balance.available,
        pending=0 if balance is None else balance.pending,
        earned=0 if balance is None else balance.earned_net,
        expires_on=None if balance is None else last_day(balance.expires_next, zone),
        expires_points=0 if balance is None else balance.expires_next_points,
    )
