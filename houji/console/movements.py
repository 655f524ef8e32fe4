"""Movements as the console lists them: reason, points, and what has become of them by now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from houji.console.desk import Desk, language_now
from houji.earning.reasons import reason_of
from houji.kernel.ids import MemberId
from houji.kernel.time import local_date
from houji.ledger.queries import Holding, holders_of, holdings, reversed_refs
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


def movement_rows(desk: Desk, entries: Iterable[Any]) -> list[MovementRow]:
    """Return entries as rows: a fixed number of queries, however many there are."""
    listed = list(entries)
    if not listed:
        return []
    refs = [entry.ref for entry in listed]
    reasons = reason_of(listed, language=language_now())
    accruals = [entry.ref for entry in listed if entry.kind == EntryKind.ACCRUE]
    gone = reversed_refs(accruals)
    held = holdings(accruals, now=desk.now)
    holders = holders_of(ref.account_id for ref in refs)
    members = members_by_id(holders.values())
    return [
        _row(desk, entry, reasons[entry.ref], holders[entry.ref.account_id], members, gone, held)
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
    held: dict[EntryRef, Holding],
) -> MovementRow:
    kind = EntryKind(entry.kind)
    shape, state = _state(desk, entry.ref, kind, gone, held)
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
    held: dict[EntryRef, Holding],
) -> tuple[str, str]:
    if kind is EntryKind.EXPIRE:
        return "off", gettext("已到期")
    if kind is EntryKind.CLAWBACK or ref in gone:
        return "off", gettext("已冲正")
    if kind is EntryKind.ACTIVATE:
        return "ok", gettext("已生效")
    holding = held.get(ref)
    if holding is None or not holding.remaining:
        return "off", gettext("已到期")
    if holding.usable_at is None:
        return "ok", gettext("已生效")
    day = day_said(local_date(holding.usable_at, desk.zone), desk.today)
    return "wait", gettext("%(day)s生效") % {"day": day}
