"""The latest movements with their reasons, and what waits for a person."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language

from houji.approvals.queries import pending_requests
from houji.earning.reasons import reason_of, ref_of
from houji.earning.sources import SUBJECT, events_by_id
from houji.insights.queries import open_disputes, rows
from houji.insights.types import LatestMovement, MovementState, ToDo, ToDoKind
from houji.kernel.ids import AccountId, MemberId
from houji.kernel.time import local_date
from houji.ledger.queries import reversed_refs
from houji.ledger.types import EntryKind, EntryRef
from houji.members.queries import members_by_id
from houji.programs.types import ProgramTerms
from houji.rules.phrases import name_in

LATEST_COUNT = 7


@dataclass(frozen=True, slots=True)
class Posted:
    """A row of the latest movements, as read."""

    account_id: int
    seq: int
    kind: str
    points: int
    available_delta: int
    cause_kind: str
    cause_id: int
    reverses_seq: int | None
    booked_at: datetime
    holder_id: int


def latest_movements(
    terms: ProgramTerms, *, now: datetime, count: int = LATEST_COUNT, language: str | None = None
) -> tuple[LatestMovement, ...]:
    """Return the latest movements of points, latest first.

    Pending points that became usable are left out: nobody gained or lost any.
    """
    parameters = {"company": terms.company_id, "unit": terms.main_unit.id, "now": now, "count": count}
    posted = [Posted(*row) for row in rows(_LATEST, parameters)]
    refs = [ref_of(entry) for entry in posted]
    reasons = reason_of(posted, language=language)
    reversed_already = reversed_refs(refs) if refs else set()
    pending = _pending(refs, terms, now)
    names = members_by_id(MemberId(entry.holder_id) for entry in posted)
    return tuple(
        LatestMovement(
            ref=ref,
            member_id=MemberId(entry.holder_id),
            member=str(names[MemberId(entry.holder_id)]),
            kind=EntryKind(entry.kind),
            reason=reasons[ref],
            points=entry.points,
            booked_at=entry.booked_at,
            state=_state(entry, is_reversed=ref in reversed_already, is_pending=ref in pending),
            available_on=None if ref in reversed_already else pending.get(ref),
        )
        for entry, ref in zip(posted, refs, strict=True)
    )


def to_dos(terms: ProgramTerms, *, language: str | None = None) -> tuple[ToDo, ...]:
    """Return what waits for a person of the company, most urgent first."""
    waiting = [*_disputes(terms), *_approvals(terms, language or get_language() or "zh")]
    names = members_by_id(item.member_id for item in waiting if item.member_id is not None)
    named = [
        item if item.member_id is None else dataclasses.replace(item, member=str(names[item.member_id]))
        for item in waiting
    ]
    return tuple(sorted(named, key=lambda item: (item.due_at, item.kind, item.id)))


def _disputes(terms: ProgramTerms) -> list[ToDo]:
    disputes = open_disputes()
    accounts = [dispute.account_id for dispute in disputes]
    mine = {row[0] for row in rows(_OF_PROGRAM, [accounts, terms.id])} if accounts else set()
    return [
        ToDo(
            kind=ToDoKind.DISPUTE,
            id=dispute.id,
            member_id=dispute.member_id,
            member="",
            text=dispute.text,
            points=None,
            due_at=dispute.due_at,
            month=dispute.month,
            line=None if dispute.seq is None else EntryRef(dispute.account_id, dispute.seq),
        )
        for dispute in disputes
        if dispute.account_id in mine
    ]


def _approvals(terms: ProgramTerms, language: str) -> list[ToDo]:
    about = {
        int(request.subject.removeprefix(SUBJECT)): request
        for request in pending_requests().filter(kind="award")
    }
    events = events_by_id(about)
    return [
        ToDo(
            kind=ToDoKind.APPROVAL,
            id=request.id,
            member_id=None if request.member_id is None else MemberId(request.member_id),
            member="",
            text=name_in(request.title, language),
            points=request.effect_points,
            due_at=request.due_at,
        )
        for event_id, request in about.items()
        if events[event_id].program_id == terms.id
    ]


def _state(entry: Posted, *, is_reversed: bool, is_pending: bool) -> MovementState:
    if entry.kind == EntryKind.EXPIRE:
        return MovementState.EXPIRED
    if entry.kind == EntryKind.CLAWBACK or is_reversed:
        return MovementState.REVERSED
    return MovementState.PENDING if is_pending else MovementState.EFFECTIVE


def _pending(refs: Sequence[EntryRef], terms: ProgramTerms, now: datetime) -> dict[EntryRef, date]:
    """Return when points of these accruals that are pending by now become usable, the first day."""
    parameters = [[ref.account_id for ref in refs], [ref.seq for ref in refs], now]
    return {
        EntryRef(AccountId(account), seq): local_date(available_at, terms.zone)
        for account, seq, available_at in (rows(_PENDING, parameters) if refs else [])
    }


_LATEST = """
SELECT entry.account_id, entry.seq, entry.kind, entry.points, entry.available_delta, entry.cause_kind,
       entry.cause_id, entry.reverses_seq, entry.booked_at, account.holder_id
FROM ledger_entry AS entry
JOIN ledger_account AS account USING (account_id)
WHERE entry.company_id = %(company)s AND account.unit_id = %(unit)s AND entry.kind <> 'activate'
  AND entry.booked_at <= %(now)s
ORDER BY entry.booked_at DESC, entry.account_id DESC, entry.seq DESC LIMIT %(count)s
"""

_PENDING = """
SELECT lot.account_id, lot.entry_seq, min(lot.available_at)
FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (account_id, seq)
JOIN ledger_lot AS lot ON lot.account_id = wanted.account_id AND lot.entry_seq = wanted.seq
WHERE lot.open AND NOT lot.active AND lot.available_at > %s
GROUP BY lot.account_id, lot.entry_seq
"""

_OF_PROGRAM = "SELECT account_id FROM ledger_account WHERE account_id = ANY(%s) AND program_id = %s"
