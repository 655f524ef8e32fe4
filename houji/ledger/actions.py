"""Moving points: open accounts, lock them, post accruals and clawbacks, settle what is due.

Every function here runs inside the caller's tenant transaction. The lock order of the product is:
new accounts, accounts ascending, event and limit keys, lots.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection

from houji.kernel.ids import AccountId, CompanyId, MemberId, ProgramId, UnitId
from houji.ledger.planning import Plan, plan_accrual, plan_clawback, settle_due
from houji.ledger.types import AccountState, Accrual, Clawback, EntryRef, LotState
from houji.ledger.writing import write_plan

SETTLE_BATCH = 500


def open_accounts(
    company_id: CompanyId, program_id: ProgramId, wanted: Iterable[tuple[UnitId, MemberId]]
) -> dict[tuple[UnitId, MemberId], AccountId]:
    """Return the account of each unit and holder, opening those that are missing."""
    pairs = sorted(set(wanted))
    found = _known_accounts(company_id, pairs)
    missing = [pair for pair in pairs if pair not in found]
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(_OPEN, {"company": company_id, "program": program_id, **_columns(missing)})
        found |= _known_accounts(company_id, missing)
    return found


def lock_accounts(
    account_ids: Collection[AccountId],
    *,
    with_lots: Collection[AccountId] | None = (),
    until: datetime | None = None,
) -> tuple[Plan, datetime]:
    """Lock accounts in ascending order and return an empty plan over them with the booking time.

    The lock is a statement before the one that reads lots: reading them in the same statement
    would see the snapshot from before the wait. Lots are loaded where something is due by
    ``until`` (the database's clock unless given), for ``with_lots``, and for all when it is None.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted(set(account_ids))])
        rows = cursor.fetchall()
        clock = rows[0][-1] if rows else _clock(cursor)
        states = {AccountId(row[0]): AccountState(*row[:-1]) for row in rows}
        horizon = until or clock
        loading = [
            account_id
            for account_id, state in states.items()
            if with_lots is None or account_id in with_lots or _is_due(state, horizon)
        ]
        if loading:
            cursor.execute(_LOTS, [loading])
            for account_id, *lot in cursor.fetchall():
                states[AccountId(account_id)].lots[lot[0]] = LotState(*lot)
    return Plan(states), clock


def post(
    company_id: CompanyId,
    plan: Plan,
    *,
    accruals: Sequence[tuple[Accrual, datetime]] = (),
    clawbacks: Sequence[tuple[Clawback, datetime]] = (),
) -> tuple[list[EntryRef], list[EntryRef | None]]:
    """Plan accruals, then clawbacks, each at its booking time, and write everything at once.

    An account's booking times never run backwards: an earlier one is moved up to its last entry.
    Returns the entry of each; None for a clawback that found nothing left to take.
    """
    posted = [
        plan_accrual(plan, accrual, _not_before_last(plan, accrual.account_id, booked_at))
        for accrual, booked_at in accruals
    ]
    parts = _parts_of([clawback.of for clawback, _ in clawbacks])
    taken = [
        plan_clawback(
            plan,
            clawback,
            parts.get(clawback.of, {}),
            _not_before_last(plan, clawback.of.account_id, booked_at),
        )
        for clawback, booked_at in clawbacks
    ]
    write_plan(company_id, plan)
    return posted, taken


def settle_due_accounts(company_id: CompanyId, *, now: datetime) -> int:
    """Vest and expire what is due by ``now`` in one batch of accounts; returns how many it settled.

    Call it again until it returns 0; each call belongs in a transaction of its own.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [company_id, now, SETTLE_BATCH])
        due = [AccountId(account_id) for (account_id,) in cursor.fetchall()]
    if not due:
        return 0
    plan, _ = lock_accounts(due, until=now)
    for account_id in due:
        settle_due(plan, account_id, _not_before_last(plan, account_id, now))
    write_plan(company_id, plan)
    return len(due)


def _is_due(state: AccountState, horizon: datetime) -> bool:
    # A posting is never booked before the account's last entry, so what is due by then counts too.
    if state.next_due_at is None:
        return False
    return state.next_due_at <= max(horizon, state.last_booked_at or horizon)


def _not_before_last(plan: Plan, account_id: AccountId, booked_at: datetime) -> datetime:
    last = plan.states[account_id].last_booked_at
    return booked_at if last is None else max(last, booked_at)


def _parts_of(refs: Sequence[EntryRef]) -> dict[EntryRef, Mapping[str, int]]:
    if not refs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id, seq, parts FROM ledger_entry WHERE (account_id, seq) IN"
            " (SELECT * FROM unnest(%s::bigint[], %s::bigint[]))",
            [[ref.account_id for ref in refs], [ref.seq for ref in refs]],
        )
        return {EntryRef(account, seq): json.loads(parts) for account, seq, parts in cursor.fetchall()}


def _known_accounts(
    company_id: CompanyId, pairs: Sequence[tuple[UnitId, MemberId]]
) -> dict[tuple[UnitId, MemberId], AccountId]:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"company": company_id, **_columns(pairs)})
        return {(UnitId(unit), MemberId(holder)): AccountId(at) for unit, holder, at in cursor.fetchall()}


def _columns(pairs: Sequence[tuple[UnitId, MemberId]]) -> dict[str, list[int]]:
    return {"units": [unit for unit, _ in pairs], "holders": [holder for _, holder in pairs]}


def _clock(cursor: object) -> datetime:
    cursor.execute("SELECT clock_timestamp()")  # type: ignore[attr-defined]
    return cursor.fetchone()[0]  # type: ignore[attr-defined, no-any-return]


_KNOWN = """
SELECT unit_id, holder_id, account_id FROM ledger_accountkey
WHERE company_id = %(company)s
  AND (unit_id, holder_id) IN (SELECT * FROM unnest(%(units)s::bigint[], %(holders)s::bigint[]))
"""

# Whoever inserts the key first opens the account; a second writer waits for it and finds it.
_OPEN = """
WITH opened AS (
    INSERT INTO ledger_accountkey (company_id, unit_id, holder_id, account_id)
    SELECT %(company)s, unit_id, holder_id, nextval('ledger_account_ids')
    FROM unnest(%(units)s::bigint[], %(holders)s::bigint[]) AS wanted (unit_id, holder_id)
    ORDER BY unit_id, holder_id
    ON CONFLICT DO NOTHING
    RETURNING unit_id, holder_id, account_id
)
INSERT INTO ledger_account
    (account_id, company_id, program_id, unit_id, holder_id,
     seq, lots_count, available, pending, earned_net)
SELECT account_id, %(company)s, %(program)s, unit_id, holder_id, 0, 0, 0, 0, 0 FROM opened
"""

_LOCK = """
SELECT account_id, seq, lots_count, available, pending, earned_net, next_due_at, last_booked_at,
       clock_timestamp()
FROM ledger_account WHERE account_id = ANY(%s) ORDER BY account_id FOR NO KEY UPDATE
"""

_LOTS = """
SELECT account_id, lot_id, entry_seq, original, remaining, active, available_at, expires_at
FROM ledger_lot WHERE account_id = ANY(%s) AND open ORDER BY account_id, lot_id
"""

_DUE = """
SELECT account_id FROM ledger_account
WHERE company_id = %s AND next_due_at <= %s ORDER BY next_due_at LIMIT %s
"""
