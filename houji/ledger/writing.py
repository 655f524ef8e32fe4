"""Writing a plan: one statement for each table, whatever the size of the batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from houji.access.statements import run_columns
from houji.kernel.ids import CompanyId
from houji.ledger.planning import Plan
from houji.ledger.types import AccountState, LotState
from houji.log.actions import Fact, record_facts

_encode = msgspec.json.encode


def write_plan(company_id: CompanyId, plan: Plan) -> None:
    """Write entries, lots, moves and balances of a plan, and queue its facts for the log."""
    if not plan.entries:
        return
    touched = {entry.account_id for entry in plan.entries}
    states = [plan.states[account_id] for account_id in sorted(touched)]
    booked = {(entry.account_id, entry.seq): entry.booked_at for entry in plan.entries}
    new_lots = [(state, lot) for state in states for lot in state.lots.values() if lot.is_new]
    old_lots = [(state, lot) for state in states for lot in state.lots.values() if not lot.is_new]
    _write_entries(company_id, plan)
    _write_new_lots(company_id, new_lots, booked)
    _update_lots(old_lots, {(move.account_id, move.lot_id) for move in plan.moves})
    _write_moves(company_id, plan)
    _update_accounts(states)
    record_facts(company_id, [_fact(entry) for entry in plan.entries])


def _write_entries(company_id: CompanyId, plan: Plan) -> None:
    rows = [
        (
            entry.account_id,
            entry.seq,
            entry.kind.value,
            entry.points,
            entry.available_delta,
            entry.pending_delta,
            entry.available_after,
            entry.pending_after,
            entry.cause.kind.value,
            entry.cause.id,
            entry.reverses_seq,
            _encode(entry.parts).decode(),
            entry.occurred_at,
            entry.booked_at,
        )
        for entry in plan.entries
    ]
    _execute(_ENTRIES, company_id, rows)


def _write_new_lots(
    company_id: CompanyId,
    lots: Sequence[tuple[AccountState, LotState]],
    booked: dict[tuple[Any, int], Any],
) -> None:
    rows = [
        (
            state.account_id,
            lot.lot_id,
            lot.entry_seq,
            lot.original,
            lot.remaining,
            lot.active,
            lot.remaining > 0,
            lot.available_at,
            lot.expires_at,
            booked[state.account_id, lot.entry_seq],
        )
        for state, lot in lots
    ]
    _execute(_NEW_LOTS, company_id, rows)


def _update_lots(lots: Sequence[tuple[AccountState, LotState]], moved: set[tuple[Any, int]]) -> None:
    rows = [
        (state.account_id, lot.lot_id, lot.remaining, lot.active)
        for state, lot in lots
        if (state.account_id, lot.lot_id) in moved
    ]
    _execute(_UPDATE_LOTS, None, rows)


def _write_moves(company_id: CompanyId, plan: Plan) -> None:
    rows = [(move.account_id, move.seq, move.n, move.lot_id, move.points) for move in plan.moves]
    _execute(_MOVES, company_id, rows)


def _update_accounts(states: Sequence[AccountState]) -> None:
    rows = [
        (
            state.account_id,
            state.seq,
            state.lots_count,
            state.available,
            state.pending,
            state.earned_net,
            state.next_due_at,
            state.last_booked_at,
        )
        for state in states
    ]
    _execute(_ACCOUNTS, None, rows)


def _fact(entry: Any) -> Fact:
    return Fact(
        kind=f"ledger.{entry.kind.value}",
        account_id=entry.account_id,
        seq=entry.seq,
        payload={
            "points": entry.points,
            "available": entry.available_delta,
            "pending": entry.pending_delta,
            "booked_at": entry.booked_at.isoformat(),
        },
    )


def _execute(statement: str, company_id: CompanyId | None, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement whose rows come as one array a column."""
    if rows:
        run_columns(statement, [] if company_id is None else [company_id], list(zip(*rows, strict=True)))


_ENTRIES = """
INSERT INTO ledger_entry
    (company_id, account_id, seq, kind, points, available_delta, pending_delta, available_after,
     pending_after, cause_kind, cause_id, reverses_seq, parts, occurred_at, booked_at)
SELECT %s, * FROM unnest(
    %b::bigint[], %b::bigint[], %b::text[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[],
    %b::bigint[], %b::text[], %b::bigint[], %b::bigint[], %b::text[]::jsonb[],
    %b::timestamptz[], %b::timestamptz[])
"""

_NEW_LOTS = """
INSERT INTO ledger_lot
    (company_id, account_id, lot_id, entry_seq, original, remaining, active, open,
     available_at, expires_at, earned_at)
SELECT %s, * FROM unnest(
    %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bool[], %b::bool[],
    %b::timestamptz[], %b::timestamptz[], %b::timestamptz[])
"""

_UPDATE_LOTS = """
UPDATE ledger_lot AS lot
SET remaining = new.remaining, active = new.active, open = new.remaining > 0
FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::bool[])
     AS new (account_id, lot_id, remaining, active)
WHERE lot.account_id = new.account_id AND lot.lot_id = new.lot_id
"""

_MOVES = """
INSERT INTO ledger_lotmove (company_id, account_id, seq, n, lot_id, points)
SELECT %s, * FROM unnest(%b::bigint[], %b::bigint[], %b::int[], %b::bigint[], %b::bigint[])
"""

_ACCOUNTS = """
UPDATE ledger_account AS account
SET seq = new.seq, lots_count = new.lots_count, available = new.available, pending = new.pending,
    earned_net = new.earned_net, next_due_at = new.next_due_at, last_booked_at = new.last_booked_at
FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[],
            %b::timestamptz[], %b::timestamptz[])
     AS new (account_id, seq, lots_count, available, pending, earned_net, next_due_at, last_booked_at)
WHERE account.account_id = new.account_id
"""
