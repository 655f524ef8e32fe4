"""Reading what insights keeps: whose account it is, which months it has, objections and their answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection
from django.db.models import Q, QuerySet

from houji.insights import errors
from houji.insights.models import Dispute, StatementConfirmation
from houji.insights.types import ConfirmationFigure, DisputeFigure
from houji.kernel.ids import AccountId, MemberId, UnitId
from houji.kernel.time import add_months, local_date
from houji.members.queries import search_members


@dataclass(frozen=True, slots=True)
class AccountTerms:
    """Whose account it is and by which programme's terms; ``earliest_month`` is its first day."""

    account_id: AccountId
    member_id: MemberId
    member_key: str
    member_name: str
    credit_code: str
    unit_id: UnitId
    unit_names: Mapping[str, str]
    program_names: Mapping[str, str]
    zone: ZoneInfo
    dispute_answer_days: int
    value_yuan: Decimal
    earliest_month: date


def account_terms(account_id: AccountId) -> AccountTerms | None:
    """Return whose account it is, or None where the company has no such account."""
    found = rows(_ACCOUNT, [account_id])
    if not found:
        return None
    (holder, key, name, credit_code, unit, unit_names, program_names, zone, days, value, since) = found[0]
    place = ZoneInfo(zone)
    return AccountTerms(
        account_id=account_id,
        member_id=MemberId(holder),
        member_key=key,
        member_name=name,
        credit_code=credit_code,
        unit_id=UnitId(unit),
        unit_names=msgspec.json.decode(unit_names),
        program_names=msgspec.json.decode(program_names),
        zone=place,
        dispute_answer_days=days,
        value_yuan=value,
        earliest_month=first_of_month(local_date(since, place)),
    )


def statement_months(terms: AccountTerms, *, now: datetime) -> tuple[date, ...]:
    """Return the months an account has statements of, as first days, the running one first."""
    month = first_of_month(local_date(now, terms.zone))
    months = [month]
    while months[-1] > terms.earliest_month:
        months.append(add_months(months[-1], -1))
    return tuple(months)


def dispute_by_id(dispute_id: int) -> DisputeFigure:
    """Return an objection; refuses with DisputeNotFound."""
    dispute = Dispute.objects.filter(id=dispute_id).first()
    if dispute is None:
        raise errors.DisputeNotFound(dispute_id=dispute_id)
    return dispute_figure(dispute)


def open_disputes() -> list[DisputeFigure]:
    """Return the objections that await an answer, most urgent first."""
    waiting = Dispute.objects.filter(state=Dispute.State.OPEN).order_by("due_at", "id")
    return [dispute_figure(dispute) for dispute in waiting]


def disputes_of(account_id: AccountId, month: date) -> tuple[DisputeFigure, ...]:
    """Return the objections to a month's statement, oldest first."""
    found = Dispute.objects.filter(account_id=account_id, month=first_of_month(month)).order_by("id")
    return tuple(dispute_figure(dispute) for dispute in found)


def confirmation_of(account_id: AccountId, month: date) -> ConfirmationFigure | None:
    """Return who confirmed a month's statement, or None."""
    found = StatementConfirmation.objects.filter(account_id=account_id, month=first_of_month(month)).first()
    if found is None:
        return None
    return ConfirmationFigure(found.confirmed_by, found.confirmed_at, found.closing_points)


def confirmed_months(account_id: AccountId) -> set[date]:
    """Return the months whose statements were confirmed, for lists of months."""
    return set(StatementConfirmation.objects.filter(account_id=account_id).values_list("month", flat=True))


def disputed_months(account_id: AccountId) -> set[date]:
    """Return the months with an objection that awaits an answer, for lists of months."""
    waiting = Dispute.objects.filter(account_id=account_id, state=Dispute.State.OPEN)
    return set(waiting.values_list("month", flat=True))


def confirmed_accounts(month: date) -> set[AccountId]:
    """Return the accounts whose statement of a month was confirmed, for lists of accounts."""
    found = StatementConfirmation.objects.filter(month=first_of_month(month))
    return {AccountId(account) for account in found.values_list("account_id", flat=True)}


def disputed_accounts(month: date) -> set[AccountId]:
    """Return the accounts with an objection to a month that awaits an answer, for lists of accounts."""
    waiting = Dispute.objects.filter(month=first_of_month(month), state=Dispute.State.OPEN)
    return {AccountId(account) for account in waiting.values_list("account_id", flat=True)}


def search_disputes(text: str = "", *, is_open: bool | None = None) -> QuerySet[Dispute]:
    """Return objections found by customer, words or people, the latest first; blanks find all."""
    found = Dispute.objects.order_by("-raised_at", "-id")
    if is_open is not None:
        waiting = Q(state=Dispute.State.OPEN)
        found = found.filter(waiting if is_open else ~waiting)
    if not text.strip():
        return found
    words = text.strip()
    said = ("text", "answer", "raised_by", "answered_by")
    spoken = [Q(**{f"{field}__icontains": words}) for field in said]
    return found.filter(reduce(or_, spoken, Q(member_id__in=search_members(words).values("id"))))


def dispute_figure(dispute: Dispute) -> DisputeFigure:
    """Return an objection as pages show it."""
    return DisputeFigure(
        id=dispute.id,
        member_id=MemberId(dispute.member_id),
        account_id=AccountId(dispute.account_id),
        month=dispute.month,
        seq=dispute.seq,
        text=dispute.text,
        raised_by=dispute.raised_by,
        raised_at=dispute.raised_at,
        due_at=dispute.due_at,
        state=dispute.state,
        answer=dispute.answer,
        answered_by=dispute.answered_by,
        answered_at=dispute.answered_at,
    )


def first_of_month(day: date) -> date:
    """Return the first day of a day's month: how months are named inside."""
    return day.replace(day=1)


def month_code(month: date) -> str:
    """Write a month for refusals and audit rows: ``2026-02``."""
    return f"{month:%Y-%m}"


def months_back(month: date, count: int) -> tuple[date, ...]:
    """Return ``count`` months as first days, oldest first, ending with this one."""
    return tuple(add_months(month, -back) for back in reversed(range(count)))


def rows(query: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def by_month(months: Iterable[date], found: Mapping[date, Decimal | int]) -> tuple[Decimal, ...]:
    """Spread what was found over months; months without anything are 0."""
    return tuple(Decimal(found.get(month, 0)) for month in months)


_ACCOUNT = """
SELECT account.holder_id, member.key, member.name, member.credit_code, unit.id, unit.names,
       program.names, program.time_zone, program.dispute_answer_days, unit.value_yuan,
       coalesce((SELECT booked_at FROM ledger_entry AS entry
                 WHERE entry.account_id = account.account_id AND entry.seq = 1), account.opened_at)
FROM ledger_account AS account
JOIN members_member AS member ON member.id = account.holder_id
JOIN programs_unit AS unit ON unit.id = account.unit_id
JOIN programs_program AS program ON program.id = account.program_id
WHERE account.account_id = %s
"""
