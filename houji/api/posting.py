"""Taking events: read them strictly, post them in one transaction, say what became of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from django.db import OperationalError
from django.db.models import Q

from houji.access.tenant import tenant
from houji.access.types import Actor
from houji.api.errors import Busy, EventDataInvalid, EventMalformed
from houji.approvals.queries import decided_requests, pending_requests
from houji.earning.actions import post_events
from houji.earning.facts import KeysTaken
from houji.earning.reversing import APPROVAL_KIND
from houji.earning.types import EventOutcome, Incoming, Result
from houji.intake.acceptance import Origin
from houji.intake.cloudevents import parse_batch, parse_event
from houji.intake.errors import BatchTooLong
from houji.intake.problems import Problem
from houji.intake.types import RowResult
from houji.kernel.ids import CompanyId, EventId
from houji.kernel.refusals import Refusal
from houji.ledger.queries import entries_of
from houji.ledger.types import CauseKind
from houji.programs.queries import program_by_code, terms_of

BATCH_EVENTS_MAX: Final = 1_000
MEMBER_KEY_LENGTH_MAX: Final = 100
ATTEMPTS: Final = 4
PAUSE_SECONDS: Final = 0.05

# Two writers met: serialisation failure, deadlock, lock timeout. Nothing was kept, so trying again
# is safe.
_MET_ANOTHER = frozenset({"40001", "40P01", "55P03"})

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one event of a request: an outcome, or the problems that stopped it before."""

    outcome: EventOutcome
    problems: tuple[Problem, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether the event counts: taken now, or known from before."""
        return self.outcome.result in {Result.ACCEPTED, Result.DUPLICATE}


@dataclass
class SomeRefused(Exception):
    """Carries what became of each event out of the transaction that it rolls back."""

    taken: list[Taken]


def read_batch(body: bytes) -> list[RowResult]:
    """Read a batch; refuses with BatchTooLong beyond what one request may carry."""
    rows = parse_batch(body)
    if len(rows) > BATCH_EVENTS_MAX:
        raise BatchTooLong(len(rows), BATCH_EVENTS_MAX)
    return [_fitting(row) for row in rows]


def read_event(body: bytes, *, content_type: str, headers: Mapping[str, str]) -> RowResult:
    """Read one event; refuses as ``parse_event`` does."""
    return _fitting(parse_event(body, content_type=content_type, headers=headers))


def why_unreadable(problems: Sequence[Problem]) -> Refusal:
    """Return the refusal of an event that has problems: not an event at all, or data unfit for its type."""
    if all(_concerns_data(problem) for problem in problems):
        return EventDataInvalid(count=len(problems))
    return EventMalformed(count=len(problems))


def take_events(
    actor: Actor, rows: Sequence[RowResult], *, program_code: str | None, all_or_nothing: bool
) -> list[Taken]:
    """Post what is readable and say what became of each event, in the order they came.

    With ``all_or_nothing`` one bad event raises SomeRefused with all of them and nothing is
    written. What is returned is committed. Raises Busy when other writers were in the way.
    """
    return _patiently(lambda: _take(actor, rows, program_code, all_or_nothing))


def _take(
    actor: Actor, rows: Sequence[RowResult], program_code: str | None, all_or_nothing: bool
) -> list[Taken]:
    with tenant(actor.company_id):
        terms = terms_of(program_by_code(program_code))
        incoming = [Incoming(row.draft) for row in rows if row.draft is not None]
        outcomes = iter(
            post_events(actor=actor, terms=terms, incoming=incoming, origin=Origin(actor.name))
            if incoming
            else ()
        )
        taken = [Taken(next(outcomes)) if row.draft is not None else _unreadable(row) for row in rows]
        if all_or_nothing and not all(item.is_good for item in taken):
            raise SomeRefused(taken)
        _recall_earlier(actor.company_id, [item.outcome for item in taken])
    return taken


def _fitting(row: RowResult) -> RowResult:
    """Refuse a member key that no member can have, before it meets the column it would not fit."""
    if row.draft is None or len(row.draft.member_key) <= MEMBER_KEY_LENGTH_MAX:
        return row
    too_long = Problem("subject", "text_too_long", {"limit": str(MEMBER_KEY_LENGTH_MAX)})
    return replace(row, draft=None, problems=(too_long,))


def _unreadable(row: RowResult) -> Taken:
    return Taken(EventOutcome(Result.REFUSED, refusal=why_unreadable(row.problems)), row.problems)


def _concerns_data(problem: Problem) -> bool:
    if problem.code == "event_type_unknown":
        return True
    return problem.field.startswith("data.") and not problem.code.startswith("json_")


def _recall_earlier(company_id: CompanyId, outcomes: Sequence[EventOutcome]) -> None:
    """Give duplicates the points of the event they repeat, in the same few queries for any number."""
    repeats = [o for o in outcomes if o.result is Result.DUPLICATE and o.event_id is not None]
    if not repeats:
        return
    ids = {outcome.event_id for outcome in repeats if outcome.event_id is not None}
    subjects = {f"event:{event_id}": event_id for event_id in ids}
    waiting = {
        subjects[request.subject]: request.effect_points
        for request in pending_requests().filter(kind=APPROVAL_KIND, subject__in=list(subjects))
    }
    approved = {
        request.id: subjects[request.subject]
        for request in decided_requests().filter(
            kind=APPROVAL_KIND, subject__in=list(subjects), state="approved"
        )
    }
    booked = _booked(company_id, ids, approved)
    for outcome in repeats:
        assert outcome.event_id is not None
        outcome.awaiting_points = waiting.get(outcome.event_id, 0)
        earlier = booked.get(outcome.event_id)
        if earlier is not None:
            outcome.points, outcome.entry = earlier.points, earlier.entry


def _booked(
    company_id: CompanyId, ids: set[EventId], approved: dict[int, EventId]
) -> dict[EventId, EventOutcome]:
    """Sum what the ledger holds for each event, by decision, reversal or approval."""
    by_event = Q(cause_kind__in=[CauseKind.DECISION, CauseKind.REVERSAL], cause_id__in=ids)
    by_request = Q(cause_kind=CauseKind.APPROVAL, cause_id__in=list(approved))
    found: dict[EventId, EventOutcome] = {}
    for entry in entries_of(company_id).filter(by_event | by_request).order_by("account_id", "seq"):
        approval = entry.cause_kind == CauseKind.APPROVAL
        event_id = approved[entry.cause_id] if approval else EventId(entry.cause_id)
        sum_ = found.setdefault(event_id, EventOutcome(Result.DUPLICATE))
        sum_.points += entry.points
        sum_.entry = entry.ref
    return found


def _patiently(act: Callable[[], Answer]) -> Answer:
    """Try a few times where another writer was in the way; each failed attempt left nothing."""
    for attempt in range(ATTEMPTS):
        try:
            return act()
        except KeysTaken:
            time.sleep(PAUSE_SECONDS * attempt)
        except OperationalError as fault:
            if getattr(fault.__cause__, "sqlstate", None) not in _MET_ANOTHER:
                raise
            time.sleep(PAUSE_SECONDS * attempt)
    raise Busy()
