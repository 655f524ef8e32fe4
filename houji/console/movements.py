"""Movements as the console lists them: reason, points, and what has become of them by now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext, gettext_lazy

from houji.console.desk import Desk, language_now
from houji.earning.reasons import reason_of
from houji.kernel.ids import AccountId, MemberId
from houji.kernel.time import local_date
from houji.ledger.queries import holders_of, reversed_refs
from houji.ledger.types import EntryKind, EntryRef
from houji.members.queries import members_by_id
from houji.wording import dates

KIND_NAMES = {
    EntryKind.ACCRUE: gettext_lazy("发放"),
    EntryKind.ACTIVATE: gettext_lazy("生效"),
    EntryKind.EXPIRE: gettext_lazy("到期"),
    EntryKind.CLAWBACK: gettext_lazy("冲正"),
}


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One movement. ``activated`` are the points that an activation made usable, else 0."""

    ref: EntryRef
    kind: EntryKind
    member_id: MemberId
    member: str
    reason: str
    points: int
    activated: int
    available_after: int
    booked_at: datetime
    business_on: date
    shape: str
    state: str


@dataclass(frozen=True, slots=True)
class _Holdings:
    """What the lots of an accrual still hold, and when the rest of them becomes usable."""

    remaining: int
    usable_at: datetime | None


def movement_rows(desk: Desk, entries: Iterable[Any]) -> list[MovementRow]:
    """Return entries as rows: a fixed number of queries, however many there are."""
    listed = list(entries)
    if not listed:
        return []
    refs = [entry.ref for entry in listed]
    reasons = reason_of(listed, language=language_now())
    accruals = [entry.ref for entry in listed if entry.kind == EntryKind.ACCRUE]
    gone = reversed_refs(accruals)
    holdings = _holdings(accruals, desk.now)
    holders = holders_of(ref.account_id for ref in refs)
    members = members_by_id(holders.values())
    return [
        _row(desk, entry, reasons[entry.ref], holders[entry.ref.account_id], members, gone, holdings)
        for entry in listed
    ]


def day_said(day: date, today: date) -> str:
    """Write a day as it stands before a word: 11月27日到期, but 2027-01-29 到期."""
    said = dates.day_near(day, today)
    return said if said.endswith("日") else f"{said} "


def _row(
    desk: Desk,
    entry: Any,
    reason: str,
    member_id: MemberId,
    members: dict[MemberId, Any],
    gone: set[EntryRef],
    holdings: dict[EntryRef, _Holdings],
) -> MovementRow:
    kind = EntryKind(entry.kind)
    shape, state = _state(desk, entry.ref, kind, gone, holdings)
    return MovementRow(
        ref=entry.ref,
        kind=kind,
        member_id=member_id,
        member=str(members[member_id]),
        reason=reason,
        points=entry.points,
        activated=entry.available_delta if kind is EntryKind.ACTIVATE else 0,
        available_after=entry.available_after,
        booked_at=entry.booked_at,
        business_on=local_date(entry.occurred_at, desk.zone),
        shape=shape,
        state=state,
    )


def _state(
    desk: Desk,
    ref: EntryRef,
    kind: EntryKind,
    gone: set[EntryRef],
    holdings: dict[EntryRef, _Holdings],
) -> tuple[str, str]:
    if kind is EntryKind.EXPIRE:
        return "off", gettext("已到期")
    if kind is EntryKind.CLAWBACK or ref in gone:
        return "off", gettext("已冲正")
    if kind is EntryKind.ACTIVATE:
        return "ok", gettext("已生效")
    held = holdings.get(ref)
    if held is None or not held.remaining:
        return "off", gettext("已到期")
    if held.usable_at is None:
        return "ok", gettext("已生效")
    day = day_said(local_date(held.usable_at, desk.zone), desk.today)
    return "wait", gettext("%(day)s生效") % {"day": day}


def _holdings(refs: Sequence[EntryRef], now: datetime) -> dict[EntryRef, _Holdings]:
    with connection.cursor() as cursor:
        cursor.execute(
            _LOTS, {"accounts": [r.account_id for r in refs], "seqs": [r.seq for r in refs], "now": now}
        )
        return {
            EntryRef(AccountId(account), seq): _Holdings(int(remaining), usable_at)
            for account, seq, remaining, usable_at in cursor.fetchall()
        }


# Lots due to expire count as expired before the nightly run has booked it, as in balances.
_LOTS = """
SELECT lot.account_id, lot.entry_seq,
       coalesce(sum(lot.remaining) FILTER (WHERE lot.expires_at IS NULL OR lot.expires_at > %(now)s), 0),
       max(lot.available_at) FILTER (WHERE lot.open AND NOT lot.active AND lot.available_at > %(now)s)
FROM unnest(%(accounts)s::bigint[], %(seqs)s::bigint[]) AS wanted (account_id, seq)
JOIN ledger_lot AS lot ON lot.account_id = wanted.account_id AND lot.entry_seq = wanted.seq
GROUP BY lot.account_id, lot.entry_seq
"""
