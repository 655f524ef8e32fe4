"""Statements by month, of one customer and of all: what moved, and how far the answer is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from houji.console.desk import Desk
from houji.insights.queries import (
    account_terms,
    confirmed_accounts,
    confirmed_months,
    disputed_accounts,
    disputed_months,
    statement_months,
)
from houji.insights.types import StatementState
from houji.kernel.ids import AccountId, MemberId
from houji.kernel.time import add_months, local_date, month_range
from houji.ledger.queries import balances, entries_of, history
from houji.ledger.types import EntryKind
from houji.members.queries import search_members


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month: points in and out, the balance it ended with (available and pending), its state."""

    month: date
    count: int
    incoming: int
    outgoing: int
    closing: int
    state: StatementState


def member_months(account_id: AccountId, *, now: datetime) -> list[MonthRow]:
    """Return the months of an account, the running one first. A fixed number of queries."""
    terms = account_terms(account_id)
    if terms is None:
        return []
    months = statement_months(terms, now=now)
    confirmed, disputed = confirmed_months(account_id), disputed_months(account_id)
    moved = (
        history(account_id)
        .exclude(kind=EntryKind.ACTIVATE.value)
        .order_by()
        .annotate(month=TruncMonth("booked_at", tzinfo=terms.zone))
        .values("month")
        .annotate(
            count=Count("seq"),
            incoming=Sum("points", filter=Q(points__gt=0), default=0),
            outgoing=Sum("points", filter=Q(points__lt=0), default=0),
        )
    )
    by_month = {row["month"].date(): row for row in moved}
    rows: list[MonthRow] = []
    balance = 0
    for month in reversed(months):
        row = by_month.get(month, {"count": 0, "incoming": 0, "outgoing": 0})
        balance += row["incoming"] + row["outgoing"]
        state = _state(month, months[0], confirmed, disputed)
        rows.append(MonthRow(month, row["count"], row["incoming"], row["outgoing"], balance, state))
    return rows[::-1]


def _state(month: date, running: date, confirmed: set[date], disputed: set[date]) -> StatementState:
    if month in confirmed:
        return StatementState.CONFIRMED
    if month in disputed:
        return StatementState.DISPUTED
    return StatementState.RUNNING if month == running else StatementState.OPEN


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One customer's statement of a month."""

    account_id: AccountId
    member_id: MemberId
    name: str
    key: str
    incoming: int
    outgoing: int
    closing: int
    state: StatementState


def programme_months(desk: Desk) -> list[date]:
    """Return the months in which the programme has books, as first days, the running one first."""
    first = entries_of(desk.company_id).order_by("booked_at").first()
    months = [desk.today.replace(day=1)]
    earliest = months[0] if first is None else local_date(first.booked_at, desk.zone).replace(day=1)
    while months[-1] > earliest:
        months.append(add_months(months[-1], -1))
    return months


def month_of(text: str, months: Sequence[date], *, otherwise: int = 0) -> date:
    """Read ``2026-02`` as one of these months; anything else is the one at ``otherwise``."""
    by_code = {f"{month:%Y-%m}": month for month in months}
    return by_code.get(text) or months[min(otherwise, len(months) - 1)]


def month_statements(desk: Desk, month: date, *, text: str = "") -> list[StatementRow]:
    """Return every customer's statement of a month, by key. A fixed number of queries."""
    begins, ends = month_range(month.year, month.month, desk.zone)
    held = balances(desk.terms.main_unit.id, now=desk.now)
    accounts = {balance.account_id: holder for holder, balance in held.items()}
    members = {MemberId(member.id): member for member in search_members(text)}
    booked = entries_of(desk.company_id).filter(booked_at__lt=ends)
    moved = _moved(booked.filter(booked_at__gte=begins))
    last = booked.order_by("account_id", "-seq").distinct("account_id")
    closing = {
        account: available + pending
        for account, available, pending in last.values_list("account_id", "available_after", "pending_after")
    }
    confirmed, disputed = confirmed_accounts(month), disputed_accounts(month)
    running = ends > desk.now
    rows = [
        StatementRow(
            account_id=account,
            member_id=holder,
            name=str(members[holder]),
            key=members[holder].key,
            incoming=moved.get(account, (0, 0))[0],
            outgoing=moved.get(account, (0, 0))[1],
            closing=closing[account],
            state=_state_of(account, confirmed, disputed, running=running),
        )
        for account, holder in accounts.items()
        if account in closing and holder in members
    ]
    return sorted(rows, key=lambda row: row.key)


def _moved(entries: QuerySet[Any]) -> dict[int, tuple[int, int]]:
    rows = (
        entries.exclude(kind=EntryKind.ACTIVATE.value)
        .order_by()
        .values("account_id")
        .annotate(
            incoming=Sum("points", filter=Q(points__gt=0), default=0),
            outgoing=Sum("points", filter=Q(points__lt=0), default=0),
        )
    )
    return {row["account_id"]: (row["incoming"], row["outgoing"]) for row in rows}


def _state_of(
    account: AccountId, confirmed: set[AccountId], disputed: set[AccountId], *, running: bool
) -> StatementState:
    if account in confirmed:
        return StatementState.CONFIRMED
    if account in disputed:
        return StatementState.DISPUTED
    return StatementState.RUNNING if running else StatementState.OPEN
