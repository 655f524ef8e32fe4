"""The rows behind movements, read in bulk: events, approval requests, originals, lots, audit rows.

One statement for each kind of row, however many movements are to be explained.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.db import connection

from houji.kernel.ids import AccountId, EventId, MemberId
from houji.ledger.types import EntryRef

SUBJECT = "event:"


class Movement(Protocol):
    """An entry of the ledger, as far as its reason needs it."""

    @property
    def account_id(self) -> int: ...

    @property
    def seq(self) -> int: ...

    @property
    def kind(self) -> str: ...

    @property
    def points(self) -> int: ...

    @property
    def available_delta(self) -> int: ...

    @property
    def cause_kind(self) -> str: ...

    @property
    def cause_id(self) -> int: ...

    @property
    def reverses_seq(self) -> int | None: ...

    @property
    def booked_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class EventRow:
    """An accepted event as it is stored."""

    id: EventId
    program_id: int
    source: str
    source_id: str
    type: str
    business_no: str
    member_id: MemberId
    occurred_at: datetime
    received_at: datetime
    received_from: str
    import_id: int | None
    import_row: int | None
    live: bool
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request for approval of an event's awards."""

    id: int
    event_id: EventId
    state: str
    effect_points: int
    raised_by_name: str
    raised_at: datetime
    due_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    note: str
    alone: bool


@dataclass(frozen=True, slots=True)
class AccountRow:
    """Whose account it is, the code of its unit and the zone of its programme."""

    holder_id: MemberId
    unit_code: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class AuditTrace:
    """What a person said when taking points back."""

    by: str
    at: datetime
    name: str
    reason: str


def events_by_id(event_ids: Collection[int]) -> dict[int, EventRow]:
    """Return events by id, those out of force included."""
    if not event_ids:
        return {}
    rows = [[*plain, json.loads(data)] for *plain, data in _rows(_EVENTS, [list(event_ids)])]
    return {row[0]: EventRow(*row) for row in rows}


def requests_by_id(request_ids: Collection[int]) -> dict[int, RequestRow]:
    """Return approval requests by id."""
    if not request_ids:
        return {}
    rows = _rows(_REQUESTS.format(condition="id = ANY(%s)"), [list(request_ids)])
    return {row[0]: _request(row) for row in rows}


def request_of_event(event_id: EventId) -> RequestRow | None:
    """Return the latest request about an event's awards, or None."""
    rows = _rows(_REQUESTS.format(condition="subject = %s"), [f"{SUBJECT}{event_id}"])
    return _request(rows[-1]) if rows else None


def accounts_by_id(account_ids: Iterable[int]) -> dict[int, AccountRow]:
    """Return whose accounts these are."""
    rows = _rows(_ACCOUNTS, [list(account_ids)])
    return {row[0]: AccountRow(MemberId(row[1]), row[2], ZoneInfo(row[3])) for row in rows}


def causes_of(refs: Sequence[EntryRef]) -> dict[EntryRef, tuple[str, int]]:
    """Return the kind and id of what caused each entry."""
    if not refs:
        return {}
    rows = _rows(_CAUSES, [*_columns(refs)])
    return {EntryRef(AccountId(account), seq): (kind, cause) for account, seq, kind, cause in rows}


def lots_moved(refs: Sequence[EntryRef]) -> dict[EntryRef, list[datetime]]:
    """Return, for each entry, when the lots that it moved were earned, the earliest first."""
    if not refs:
        return {}
    found: dict[EntryRef, list[datetime]] = {}
    for account, seq, earned_at in _rows(_LOTS_MOVED, [*_columns(refs)]):
        found.setdefault(EntryRef(AccountId(account), seq), []).append(earned_at)
    return found


def audit_traces(wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], AuditTrace]:
    """Return the first audit row of each action and subject."""
    if not wanted:
        return {}
    columns = [[action for action, _ in wanted], [subject for _, subject in wanted]]
    traces: dict[tuple[str, str], AuditTrace] = {}
    for action, subject, by, at, name, reason in _rows(_AUDIT, columns):
        traces.setdefault((action, subject), AuditTrace(by, at, name or "", reason or ""))
    return traces


def _request(row: Sequence[Any]) -> RequestRow:
    return RequestRow(row[0], EventId(int(row[1].removeprefix(SUBJECT))), *row[2:])


def _columns(refs: Sequence[EntryRef]) -> tuple[list[int], list[int]]:
    return [ref.account_id for ref in refs], [ref.seq for ref in refs]


def _rows(query: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


_EVENTS = """
SELECT id, program_id, source, source_id, type, business_no, member_id, occurred_at,
       received_at, received_from, import_id, import_row, live, data
FROM intake_event WHERE id = ANY(%s)
"""

_REQUESTS = """
SELECT id, subject, state, effect_points, raised_by_name, raised_at, due_at, decided_by_name,
       decided_at, note, alone
FROM approvals_request WHERE kind = 'award' AND {condition} ORDER BY id
"""

_ACCOUNTS = """
SELECT account.account_id, account.holder_id, unit.code, program.time_zone
FROM ledger_account AS account
JOIN programs_unit AS unit ON unit.id = account.unit_id
JOIN programs_program AS program ON program.id = account.program_id
WHERE account.account_id = ANY(%s)
"""

_CAUSES = """
SELECT account_id, seq, cause_kind, cause_id FROM ledger_entry
WHERE (account_id, seq) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))
"""

_LOTS_MOVED = """
SELECT move.account_id, move.seq, lot.earned_at
FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (account_id, seq)
JOIN ledger_lotmove AS move USING (account_id, seq)
JOIN ledger_lot AS lot USING (account_id, lot_id)
ORDER BY move.account_id, move.seq, lot.earned_at
"""

_AUDIT = """
SELECT action, subject, actor_name, at, detail ->> 'name', detail ->> 'reason'
FROM access_auditrow
WHERE (action, subject) IN (SELECT * FROM unnest(%s::text[], %s::text[])) ORDER BY id
"""
