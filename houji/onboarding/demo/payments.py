"""When a customer pays an invoice: before, on or after the due date, by habit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from houji.onboarding.demo.types import PaymentHabit
from houji.onboarding.demo.workdays import next_workday, previous_workday

# Percent of payments that come early and on the due date; the rest is late. The second pair holds
# once the programme has been announced for some months: points make early payment worth while.
_EARLY_ON_TIME = {
    PaymentHabit.PUNCTUAL: ((72, 15), (80, 13)),
    PaymentHabit.MOSTLY_ON_TIME: ((47, 14), (60, 13)),
    PaymentHabit.IMPROVING: ((20, 10), (71, 13)),
    PaymentHabit.LATE: ((9, 8), (16, 10)),
}
_RAMP_DAYS = 150
_DAYS_LATE_MAX = 95


@dataclass(frozen=True)
class PaymentPlan:
    """The three dates of an invoice as they will turn out."""

    invoiced_on: date
    due_on: date
    settled_on: date


@dataclass(frozen=True)
class Payer:
    """How a customer pays: habit, agreed days until due, and when it heard of the programme."""

    habit: PaymentHabit
    terms_days: int
    announced_on: date


@dataclass(frozen=True)
class Luck:
    """What is left to chance in one payment, drawn before its days are known."""

    percentile: int
    days_early: int
    days_late: int


def draw_luck(rng: Random) -> Luck:
    """Draw whether a payment comes early or late, and how much so: mostly a week, seldom months."""
    days_late = min(1 + int(rng.lognormvariate(2.3, 0.9)), _DAYS_LATE_MAX)
    return Luck(rng.randrange(100), 1 + int(rng.expovariate(1 / 7)), days_late)


def plan_payment(payer: Payer, luck: Luck, *, invoiced_on: date) -> PaymentPlan:
    """Tell when an invoice of a day falls due and is paid; all three days are workdays."""
    due_on = next_workday(invoiced_on + timedelta(days=payer.terms_days))
    early, on_time = _percentages(payer, invoiced_on)
    if luck.percentile < early:
        days_early = min(luck.days_early, payer.terms_days - 4)
        settled_on = previous_workday(due_on - timedelta(days=days_early))
        settled_on = max(settled_on, next_workday(invoiced_on + timedelta(days=1)))
    elif luck.percentile < early + on_time:
        settled_on = due_on
    else:
        settled_on = next_workday(due_on + timedelta(days=luck.days_late))
    return PaymentPlan(invoiced_on, due_on, settled_on)


def _percentages(payer: Payer, at: date) -> tuple[int, int]:
    """Move from the first pair to the second over the months after the announcement."""
    before, after = _EARLY_ON_TIME[payer.habit]
    progress = min(max((at - payer.announced_on).days, 0), _RAMP_DAYS)
    early, on_time = (
        first + (last - first) * progress // _RAMP_DAYS for first, last in zip(before, after, strict=True)
    )
    return early, on_time
