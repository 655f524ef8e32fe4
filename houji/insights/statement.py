"""A member's month by posting date: what it began with, every movement, what it ended with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from houji.earning.chain import last_day
from houji.earning.reasons import reason_of, ref_of
from houji.earning.sources import Movement
from houji.insights import errors
from houji.insights.queries import (
    AccountTerms,
    account_terms,
    confirmation_of,
    disputes_of,
    first_of_month,
    month_code,
    statement_months,
)
from houji.insights.types import (
    ConfirmationFigure,
    DisputeFigure,
    ExpiringLot,
    Statement,
    StatementActivation,
    StatementLine,
    StatementState,
    StatementTotal,
    Subtotal,
)
from houji.kernel.ids import AccountId
from houji.kernel.time import end_of_month, local_date, month_range
from houji.ledger.queries import history, open_lots
from houji.ledger.types import EntryKind, EntryRef

EXPIRING_WITHIN = timedelta(days=90)

_SUBTOTALS = {
    EntryKind.ACCRUE: Subtotal.EARNED,
    EntryKind.EXPIRE: Subtotal.EXPIRED,
    EntryKind.CLAWBACK: Subtotal.REVERSED,
}


class Posted(Movement, Protocol):
    """An entry of the ledger, as far as a statement needs it."""

    @property
    def available_after(self) -> int: ...

    @property
    def pending_after(self) -> int: ...

    @property
    def occurred_at(self) -> datetime: ...


def monthly_statement(
    account_id: AccountId, month: date, *, now: datetime, language: str | None = None
) -> Statement:
    """Return an account's statement of the month that a day lies in; reasons in ``language``.

    Refuses with StatementNotFound for an unknown account or a month without a statement. Raises
    RuntimeError when it does not add up, which only tampered books could cause.
    """
    first = first_of_month(month)
    terms = account_terms(account_id)
    if terms is None or first not in statement_months(terms, now=now):
        raise errors.StatementNotFound(month=month_code(first))
    statement = _compose(terms, first, now, language)
    if not statement.adds_up:
        raise RuntimeError(f"statement {month_code(first)} of account {account_id} does not add up")
    return statement


def closing_points(account_id: AccountId, month: date, zone: ZoneInfo) -> int:
    """Return the balance, available and pending together, with which a month ended."""
    return sum(_balance_before(account_id, month_range(month.year, month.month, zone)[1]))


def has_line(account_id: AccountId, month: date, zone: ZoneInfo, seq: int) -> bool:
    """Tell whether a month's statement has a line for this entry."""
    return any(entry.seq == seq for entry in _lines_among(_entries(account_id, month, zone)))


def _compose(terms: AccountTerms, month: date, now: datetime, language: str | None) -> Statement:
    begins, ends = month_range(month.year, month.month, terms.zone)
    entries = _entries(terms.account_id, month, terms.zone)
    opening_available, opening_pending = _balance_before(terms.account_id, begins)
    closing_available, closing_pending = _balance_before(terms.account_id, ends)
    disputes = disputes_of(terms.account_id, month)
    confirmation = confirmation_of(terms.account_id, month)
    reasons = reason_of(entries, language=language)
    lines = _lines(entries, reasons, terms.zone, disputes)
    return Statement(
        account_id=terms.account_id,
        member_id=terms.member_id,
        member_key=terms.member_key,
        member_name=terms.member_name,
        credit_code=terms.credit_code,
        program_names=terms.program_names,
        unit_names=terms.unit_names,
        month=month,
        last_day=end_of_month(month),
        opening=opening_available + opening_pending,
        opening_available=opening_available,
        closing=closing_available + closing_pending,
        closing_available=closing_available,
        lines=lines,
        activations=_activations(entries, reasons, terms.zone),
        totals={kind: _total(lines, only=kind) for kind in Subtotal},
        incoming=_sum(line.points for line in lines if line.points > 0),
        outgoing=_sum(line.points for line in lines if line.points < 0),
        expiring=_expiring(terms, now),
        state=_state(confirmation, disputes, is_over=ends <= now),
        confirmation=confirmation,
        disputes=disputes,
        months=statement_months(terms, now=now),
    )


def _entries(account_id: AccountId, month: date, zone: ZoneInfo) -> Sequence[Posted]:
    begins, ends = month_range(month.year, month.month, zone)
    posted = history(account_id).filter(booked_at__gte=begins, booked_at__lt=ends)
    return list(posted.order_by("seq"))


def _balance_before(account_id: AccountId, moment: datetime) -> tuple[int, int]:
    """Return the available and the pending balance as of the last entry before a moment."""
    last = history(account_id).filter(booked_at__lt=moment).first()
    return (0, 0) if last is None else (last.available_after, last.pending_after)


def _lines_among(entries: Iterable[Posted]) -> list[Posted]:
    # Pending points that become usable change no total: they stand apart.
    return [entry for entry in entries if entry.kind != EntryKind.ACTIVATE]


def _lines(
    entries: Sequence[Posted],
    reasons: Mapping[EntryRef, str],
    zone: ZoneInfo,
    disputes: Sequence[DisputeFigure],
) -> tuple[StatementLine, ...]:
    # The latest objection to a line stands beside it: an answered one may be raised again.
    disputed = {dispute.seq: dispute for dispute in disputes}
    return tuple(
        _line(number, entry, reasons[ref_of(entry)], zone, disputed.get(entry.seq))
        for number, entry in enumerate(_lines_among(entries), start=1)
    )


def _line(
    number: int, entry: Posted, reason: str, zone: ZoneInfo, dispute: DisputeFigure | None
) -> StatementLine:
    posted_on, business_on = local_date(entry.booked_at, zone), local_date(entry.occurred_at, zone)
    return StatementLine(
        number=number,
        ref=ref_of(entry),
        kind=EntryKind(entry.kind),
        points=entry.points,
        balance_after=entry.available_after + entry.pending_after,
        reason=reason,
        posted_on=posted_on,
        business_on=None if business_on == posted_on else business_on,
        booked_at=entry.booked_at,
        dispute=dispute,
    )


def _activations(
    entries: Iterable[Posted], reasons: Mapping[EntryRef, str], zone: ZoneInfo
) -> tuple[StatementActivation, ...]:
    return tuple(
        StatementActivation(
            ref=ref_of(entry),
            points=entry.available_delta,
            reason=reasons[ref_of(entry)],
            posted_on=local_date(entry.booked_at, zone),
        )
        for entry in entries
        if entry.kind == EntryKind.ACTIVATE
    )


def _total(lines: Iterable[StatementLine], *, only: Subtotal) -> StatementTotal:
    return _sum(line.points for line in lines if _SUBTOTALS[line.kind] is only)


def _sum(points: Iterable[int]) -> StatementTotal:
    listed = list(points)
    return StatementTotal(len(listed), sum(listed))


def _expiring(terms: AccountTerms, now: datetime) -> tuple[ExpiringLot, ...]:
    """Sum the open points that end soon, by last day of use and day of earning."""
    soon = open_lots(terms.account_id).filter(expires_at__gt=now, expires_at__lte=now + EXPIRING_WITHIN)
    points: dict[tuple[date, date], int] = {}
    for lot in soon:
        ends_on = last_day(lot.expires_at, terms.zone)
        assert ends_on is not None
        days = (ends_on, local_date(lot.earned_at, terms.zone))
        points[days] = points.get(days, 0) + lot.remaining
    return tuple(ExpiringLot(points[days], *days) for days in sorted(points))


def _state(
    confirmation: ConfirmationFigure | None, disputes: Iterable[DisputeFigure], *, is_over: bool
) -> StatementState:
    if confirmation is not None:
        return StatementState.CONFIRMED
    if any(dispute.is_open for dispute in disputes):
        return StatementState.DISPUTED
    return StatementState.OPEN if is_over else StatementState.RUNNING
