"""Deciding movements: which lots vest, expire, begin or give back. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from houji.kernel.ids import AccountId
from houji.ledger.types import (
    AccountState,
    Accrual,
    Cause,
    CauseKind,
    Clawback,
    EntryKind,
    EntryRef,
    EntryRow,
    LotMoveRow,
    LotState,
)

BY_SCHEDULE = Cause(CauseKind.SCHEDULE, 0)


@dataclass(slots=True)
class Plan:
    """Everything a batch will write: states hold the balances and lots, rows are appended."""

    states: dict[AccountId, AccountState]
    entries: list[EntryRow] = field(default_factory=list)
    moves: list[LotMoveRow] = field(default_factory=list)


def settle_due(plan: Plan, account_id: AccountId, now: datetime) -> None:
    """Make every lot of an account that is due by ``now`` usable or expired, in order of time."""
    state = plan.states[account_id]
    while state.next_due_at is not None and state.next_due_at <= now:
        due_at = state.next_due_at
        due = [lot for lot in state.lots.values() if lot.due_at() == due_at]
        expiring = [lot for lot in due if lot.expires_at == due_at]
        vesting = [lot for lot in due if lot.expires_at != due_at]
        if vesting:
            _activate(plan, state, vesting, due_at, now)
        if expiring:
            _expire(plan, state, expiring, due_at, now)
        state.next_due_at = _next_due(state)


def plan_accrual(plan: Plan, accrual: Accrual, booked_at: datetime) -> EntryRef:
    """Post an accrual: one entry, its lots, one change of balance."""
    state = plan.states[accrual.account_id]
    settle_due(plan, accrual.account_id, booked_at)
    seq = state.seq + 1
    available = 0
    for new in accrual.lots:
        active = new.available_at is None or new.available_at <= booked_at
        available += new.points if active else 0
        state.lots_count += 1
        lot = LotState(
            lot_id=state.lots_count,
            entry_seq=seq,
            original=new.points,
            remaining=new.points,
            active=active,
            available_at=new.available_at or booked_at,
            expires_at=new.expires_at,
            is_new=True,
        )
        state.lots[lot.lot_id] = lot
        state.next_due_at = _earlier(state.next_due_at, lot.due_at())
    state.earned_net += accrual.points
    return _append(
        plan,
        state,
        kind=EntryKind.ACCRUE,
        points=accrual.points,
        available=available,
        pending=accrual.points - available,
        cause=accrual.cause,
        parts=accrual.parts,
        occurred_at=accrual.occurred_at,
        booked_at=booked_at,
    )


def plan_clawback(
    plan: Plan, clawback: Clawback, parts: Mapping[str, int], booked_at: datetime
) -> EntryRef | None:
    """Take back what the lots of an accrual still hold; None when nothing is left to take.

    Points of the accrual that expired meanwhile are gone already: taking them from other lots
    would charge the customer twice. ``parts`` are the accrual's points by category.
    """
    state = plan.states[clawback.of.account_id]
    settle_due(plan, clawback.of.account_id, booked_at)
    own = [lot for lot in state.lots.values() if lot.entry_seq == clawback.of.seq and lot.remaining]
    taken = sum(lot.remaining for lot in own)
    if not taken:
        return None
    from_available = sum(lot.remaining for lot in own if lot.active)
    for n, lot in enumerate(own):
        plan.moves.append(LotMoveRow(state.account_id, state.seq + 1, n, lot.lot_id, -lot.remaining))
        lot.remaining = 0
    state.next_due_at = _next_due(state)
    state.earned_net -= taken
    return _append(
        plan,
        state,
        kind=EntryKind.CLAWBACK,
        points=-taken,
        available=-from_available,
        pending=-(taken - from_available),
        cause=clawback.cause,
        parts=_share(parts, taken),
        occurred_at=clawback.occurred_at,
        booked_at=booked_at,
        reverses_seq=clawback.of.seq,
    )


def _activate(
    plan: Plan, state: AccountState, lots: list[LotState], due_at: datetime, booked_at: datetime
) -> None:
    points = sum(lot.remaining for lot in lots)
    for n, lot in enumerate(lots):
        lot.active = True
        plan.moves.append(LotMoveRow(state.account_id, state.seq + 1, n, lot.lot_id, 0))
    _append(
        plan,
        state,
        kind=EntryKind.ACTIVATE,
        points=0,
        available=points,
        pending=-points,
        cause=BY_SCHEDULE,
        parts={},
        occurred_at=due_at,
        booked_at=booked_at,
    )


def _expire(
    plan: Plan, state: AccountState, lots: list[LotState], due_at: datetime, booked_at: datetime
) -> None:
    available = sum(lot.remaining for lot in lots if lot.active)
    points = sum(lot.remaining for lot in lots)
    for n, lot in enumerate(lots):
        plan.moves.append(LotMoveRow(state.account_id, state.seq + 1, n, lot.lot_id, -lot.remaining))
        lot.remaining = 0
    _append(
        plan,
        state,
        kind=EntryKind.EXPIRE,
        points=-points,
        available=-available,
        pending=-(points - available),
        cause=BY_SCHEDULE,
        parts={},
        occurred_at=due_at,
        booked_at=booked_at,
    )


def _append(
    plan: Plan,
    state: AccountState,
    *,
    kind: EntryKind,
    points: int,
    available: int,
    pending: int,
    cause: Cause,
    parts: Mapping[str, int],
    occurred_at: datetime,
    booked_at: datetime,
    reverses_seq: int | None = None,
) -> EntryRef:
    state.seq += 1
    state.available += available
    state.pending += pending
    state.last_booked_at = booked_at
    plan.entries.append(
        EntryRow(
            account_id=state.account_id,
            seq=state.seq,
            kind=kind,
            points=points,
            available_delta=available,
            pending_delta=pending,
            available_after=state.available,
            pending_after=state.pending,
            cause=cause,
            reverses_seq=reverses_seq,
            parts=parts,
            occurred_at=occurred_at,
            booked_at=booked_at,
        )
    )
    return EntryRef(state.account_id, state.seq)


def _share(parts: Mapping[str, int], taken: int) -> dict[str, int]:
    """Spread points taken back over the categories they came from, largest remainder last."""
    total = sum(parts.values())
    if not total:
        return {}
    shares = {category: points * taken // total for category, points in parts.items()}
    largest = max(parts, key=lambda category: parts[category])
    shares[largest] += taken - sum(shares.values())
    return {category: -points for category, points in shares.items() if points}


def _next_due(state: AccountState) -> datetime | None:
    moments = (lot.due_at() for lot in state.lots.values())
    return min((moment for moment in moments if moment is not None), default=None)


def _earlier(left: datetime | None, right: datetime | None) -> datetime | None:
    if left is None or right is None:
        return left or right
    return min(left, right)
