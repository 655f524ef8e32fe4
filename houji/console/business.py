"""A customer's business events with what they earned, for the page of contracts and invoices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from houji.approvals.queries import decided_requests, pending_requests
from houji.console.desk import Desk, language_now, name_in
from houji.earning.reasons import summary_of
from houji.earning.sources import EventRow, events_by_id
from houji.intake.event_types.catalogue import event_type
from houji.intake.history import latest_events
from houji.kernel.ids import MemberId
from houji.kernel.time import local_date
from houji.ledger.queries import accruals_of_causes
from houji.ledger.types import Cause, CauseKind, EntryRef


@dataclass(frozen=True, slots=True)
class BusinessRow:
    """One event. ``ref`` is the movement it made; ``awaiting`` are points that await approval."""

    occurred_on: date
    type_name: str
    summary: str
    number: str
    contract_no: str
    origin: str
    points: int
    ref: EntryRef | None
    awaiting: int
    live: bool


def business_rows(desk: Desk, member_id: MemberId, *, start: int, count: int) -> list[BusinessRow]:
    """Return a customer's events, the latest first: a fixed number of queries."""
    ids = latest_events(member_id, start=start, count=count)
    events = events_by_id(ids)
    waiting, approved = _requests(member_id, ids)
    earned = _earned(ids, approved)
    return [_row(desk, events[one], earned.get(one), waiting.get(one, 0)) for one in ids]


def _row(desk: Desk, event: EventRow, earned: tuple[int, EntryRef] | None, awaiting: int) -> BusinessRow:
    origin = event.received_from or event.source
    if event.import_row is not None:
        origin = gettext("%(file)s 第 %(row)s 行") % {"file": origin, "row": event.import_row}
    return BusinessRow(
        occurred_on=local_date(event.occurred_at, desk.zone),
        type_name=name_in(event_type(event.type).names),
        summary=summary_of(event, language_now()),
        number=event.business_no,
        contract_no=str(event.data.get("contract_no", "")),
        origin=origin,
        points=0 if earned is None else earned[0],
        ref=None if earned is None else earned[1],
        awaiting=awaiting,
        live=event.live,
    )


def _requests(member_id: MemberId, ids: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Return the points that await approval by event, and the events of approved requests."""
    subjects = {f"event:{one}": one for one in ids}
    ours = {"member_id": member_id, "subject__in": list(subjects)}
    waiting = pending_requests().filter(**ours).values_list("subject", "effect_points")
    decided = decided_requests().filter(**ours).values_list("subject", "id")
    return (
        {subjects[subject]: points for subject, points in waiting},
        {request: subjects[subject] for subject, request in decided},
    )


def _earned(ids: Sequence[int], approved: dict[int, int]) -> dict[int, tuple[int, EntryRef]]:
    causes = [Cause(CauseKind.DECISION, one) for one in ids]
    causes += [Cause(CauseKind.APPROVAL, request) for request in approved]
    found: dict[int, tuple[int, EntryRef]] = {}
    for entry in accruals_of_causes(causes):
        by_approval = entry.cause_kind == CauseKind.APPROVAL
        event_id = approved[entry.cause_id] if by_approval else entry.cause_id
        found[event_id] = (found.get(event_id, (0, entry.ref))[0] + entry.points, entry.ref)
    return found
