"""Invoices: when each part of a contract is billed, due and paid, placed into the season."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from houji.members.types import MemberKind
from houji.onboarding.demo.payments import Payer, PaymentPlan, draw_luck, plan_payment
from houji.onboarding.demo.season import Season
from houji.onboarding.demo.types import Contract, DemoMember, Invoice, MilestoneKind
from houji.onboarding.demo.workdays import is_workday, next_workday

_CANDIDATES = 7
_WINDOW_DAYS = 28
_GAP_DAYS = {
    MilestoneKind.ADVANCE: (8, 26),
    MilestoneKind.PROGRESS: (40, 75),
    MilestoneKind.ACCEPTANCE: (40, 80),
    MilestoneKind.RETENTION: (330, 390),
}
_TERMS_DAYS = {
    MemberKind.GOVERNMENT: (45, 60),
    MemberKind.STATE_OWNED: (30, 45, 60),
    MemberKind.PRIVATE: (30, 30, 45),
}
_REVERSALS = 14
_REVERSALS_RECENT = 3
_REVERSED_AMOUNT_MAX = Decimal(600_000)


@dataclass(frozen=True)
class _Billed:
    """A milestone with its dates, before invoices are numbered in the order of their days."""

    contract: Contract
    milestone: str
    amount: Decimal
    plan: PaymentPlan


def invent_invoices(
    rng: Random,
    contracts: tuple[Contract, ...],
    members: tuple[DemoMember, ...],
    season: Season,
    *,
    announced_on: date,
    first_day: date,
    today: date,
) -> tuple[Invoice, ...]:
    """Return the invoices written before ``today`` and not paid before ``first_day``, by number."""
    by_key = {member.key: member for member in members}
    billed: list[_Billed] = []
    # The largest contracts choose their months first; the many small ones then even the months out.
    for contract in sorted(contracts, key=lambda each: (-each.value, each.number)):
        member = by_key[contract.member_key]
        payer = Payer(member.habit, rng.choice(_TERMS_DAYS[member.kind]), announced_on)
        billed.extend(_bill(rng, contract, payer, season))
    kept = [each for each in billed if each.plan.settled_on >= first_day and each.plan.invoiced_on < today]
    invoices = _numbered(rng, kept, today=today)
    return _reverse_some(rng, invoices, today=today)


def _bill(rng: Random, contract: Contract, payer: Payer, season: Season) -> Iterator[_Billed]:
    """Bill the milestones in order, each in the emptiest month within its window."""
    earliest = contract.signed_on
    for milestone in contract.milestones:
        low, high = _GAP_DAYS[milestone.kind]
        nominal = earliest + timedelta(days=rng.randrange(low, high))
        days = [_near(rng, nominal, not_before=earliest + timedelta(days=5)) for _ in range(_CANDIDATES)]
        # Luck is drawn once: choosing among lucks would let a month's room decide who pays late.
        luck = draw_luck(rng)
        plans = [plan_payment(payer, luck, invoiced_on=day) for day in days]
        plan = min(plans, key=lambda each: season.fill_permille(each.settled_on))
        season.place(plan.settled_on, int(milestone.amount.scaleb(2)))
        yield _Billed(contract, milestone.name, milestone.amount, plan)
        earliest = plan.invoiced_on


def _near(rng: Random, day: date, *, not_before: date) -> date:
    shifted = day + timedelta(days=rng.randrange(-_WINDOW_DAYS, _WINDOW_DAYS + 1))
    return next_workday(max(shifted, not_before))


def _numbered(rng: Random, billed: list[_Billed], *, today: date) -> list[Invoice]:
    """Number invoices within the month of their day, as an accounts department does."""
    counts: dict[str, int] = {}
    invoices = []
    for each in sorted(
        billed, key=lambda item: (item.plan.invoiced_on, item.contract.number, item.milestone)
    ):
        plan = each.plan
        month = f"{plan.invoiced_on:%y%m}"
        counts[month] = counts.get(month, 0) + 1
        invoices.append(
            Invoice(
                number=f"FP-{month}-{counts[month]:04d}",
                contract_number=each.contract.number,
                member_key=each.contract.member_key,
                milestone=each.milestone,
                amount=each.amount,
                invoiced_on=plan.invoiced_on,
                due_on=plan.due_on,
                settled_on=plan.settled_on if plan.settled_on < today else None,
                # Who is unhappy with the work also pays late, so complaints gather there.
                disputed=rng.randrange(1000) < (110 if plan.settled_on > plan.due_on else 32),
                reversed_on=None,
            )
        )
    return invoices


def _reverse_some(rng: Random, invoices: list[Invoice], *, today: date) -> tuple[Invoice, ...]:
    """Reverse a few paid invoices by red ones, some of them in the last weeks."""
    recent_from = today - timedelta(days=30)
    chosen: dict[str, date] = {}
    for from_day, count in ((recent_from, _REVERSALS_RECENT), (date.min, _REVERSALS)):
        options = [each for each in invoices if each.settled_on and each.amount <= _REVERSED_AMOUNT_MAX]
        rng.shuffle(options)
        for invoice in options:
            day = _reversal_day(rng, invoice)
            if len(chosen) < count and invoice.number not in chosen and from_day <= day < today:
                chosen[invoice.number] = day
    return tuple(replace(each, reversed_on=chosen.get(each.number)) for each in invoices)


def _reversal_day(rng: Random, invoice: Invoice) -> date:
    assert invoice.settled_on is not None
    day = invoice.settled_on + timedelta(days=rng.randrange(6, 45))
    return day if is_workday(day) else next_workday(day)
