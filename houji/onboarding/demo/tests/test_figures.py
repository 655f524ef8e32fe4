"""The figures look like a business with seasons and habits, and not like noise."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest

from houji.kernel.time import add_months
from houji.onboarding.demo.occurrences import ZONE
from houji.onboarding.demo.tests.company import SEEDS_AND_DAYS, company
from houji.onboarding.demo.types import DemoCompany, Event, Invoice, PaymentHabit
from houji.onboarding.demo.workdays import is_workday

every_company = pytest.mark.parametrize(("seed", "today"), SEEDS_AND_DAYS)

_FIXED_POINTS = {"survey.completed": 50, "referral.signed": 200, "project.joint": 500}


def _balanced_points(event: Event) -> int:
    """What the balanced variant of the seed programme gives, computed here on its own."""
    data = event["data"]
    if event["type"] != "invoice.settled":
        return _FIXED_POINTS.get(event["type"], 0)
    on_time = 80 if data["settled_date"] < data["due_date"] else 50
    payment = on_time if data["settled_date"] <= data["due_date"] else 0
    return int(Decimal(data["amount"]) // 10_000) * 2 + payment + (0 if data["disputed"] else 30)


def _points_by_month(one: DemoCompany) -> dict[date, int]:
    """Points of the 24 whole months; the running month is left out."""
    points: dict[date, int] = defaultdict(int)
    for event in one.events:
        month = event["time"].astimezone(ZONE).date().replace(day=1)
        if one.first_day <= month < one.today.replace(day=1):
            points[month] += _balanced_points(event)
    return points


def _paid(one: DemoCompany) -> list[Invoice]:
    return [invoice for invoice in one.invoices if invoice.settled_on]


def _percent_early(invoices: list[Invoice]) -> int:
    early = sum(each.settled_on is not None and each.settled_on < each.due_on for each in invoices)
    return early * 100 // len(invoices)


@every_company
def test_months_give_roughly_fifteen_to_forty_thousand_points(seed: int, today: date) -> None:
    points = _points_by_month(company(seed, today))

    assert len(points) == 24
    assert 15_000 <= sum(points.values()) // 24 <= 40_000
    assert all(5_000 <= value <= 55_000 for value in points.values())


@every_company
def test_december_and_january_peak_and_february_is_the_trough(seed: int, today: date) -> None:
    points = _points_by_month(company(seed, today))
    for month in (month for month in points if month.month == 2):
        december, january, march = (add_months(month, step) for step in (-2, -1, 1))
        assert points[month] * 5 < points.get(december, 10**9) * 3
        assert points[month] * 3 < points.get(january, 10**9) * 2
        assert points[month] < points.get(march, 10**9)


@every_company
def test_summer_is_steady(seed: int, today: date) -> None:
    points = _points_by_month(company(seed, today))
    for month in (month for month in points if month.month == 7):
        values = [points[day] for step in (-1, 0, 1) if (day := add_months(month, step)) in points]
        assert max(values) * 2 < min(values) * 3


@every_company
def test_most_invoices_lie_between_5_and_300_wan_and_some_over_1000(seed: int, today: date) -> None:
    amounts = [invoice.amount for invoice in company(seed, today).invoices]
    usual = sum(Decimal(50_000) <= amount <= Decimal(3_000_000) for amount in amounts)

    assert usual * 100 >= len(amounts) * 85
    assert 3 <= sum(amount > Decimal(10_000_000) for amount in amounts) <= 12
    assert max(amounts) < Decimal(20_000_000)


@every_company
def test_early_payment_grows_after_the_announcement(seed: int, today: date) -> None:
    one = company(seed, today)
    before = [each for each in _paid(one) if each.settled_on and each.settled_on < one.announced_on]
    settled = one.announced_on + timedelta(days=180)
    after = [each for each in _paid(one) if each.settled_on and each.settled_on >= settled]

    assert 35 <= _percent_early(before) <= 52
    assert 52 <= _percent_early(after) <= 68
    assert _percent_early(after) >= _percent_early(before) + 8


@every_company
def test_some_pay_on_the_day_and_many_late(seed: int, today: date) -> None:
    paid = _paid(company(seed, today))
    on_time = sum(invoice.settled_on == invoice.due_on for invoice in paid) * 100 // len(paid)

    assert 8 <= on_time <= 17
    assert 28 <= 100 - on_time - _percent_early(paid) <= 45


@every_company
def test_habits_show(seed: int, today: date) -> None:
    one = company(seed, today)
    habit = {member.key: member.habit for member in one.members}
    by_habit = {
        each: [invoice for invoice in _paid(one) if habit[invoice.member_key] is each]
        for each in PaymentHabit
    }
    assert _percent_early(by_habit[PaymentHabit.PUNCTUAL]) > 65
    assert _percent_early(by_habit[PaymentHabit.LATE]) < 25


@every_company
def test_a_few_percent_are_disputed_and_more_of_the_late_ones(seed: int, today: date) -> None:
    paid = _paid(company(seed, today))
    late = [each for each in paid if each.settled_on and each.settled_on > each.due_on]
    disputed, disputed_late = (sum(each.disputed for each in group) for group in (paid, late))

    assert 3 <= disputed * 100 // len(paid) <= 9
    assert disputed_late * len(paid) > disputed * len(late)


@every_company
def test_there_are_open_invoices_to_earn_from_and_overdue_ones(seed: int, today: date) -> None:
    waiting = [invoice for invoice in company(seed, today).invoices if not invoice.settled_on]
    due_soon = [each for each in waiting if today <= each.due_on <= today + timedelta(days=62)]

    assert len(due_soon) >= 60
    assert 4 <= sum(each.due_on < today for each in waiting) <= 60
    assert all(each.reversed_on is None for each in waiting)


@every_company
def test_a_handful_of_referrals_still_wait_for_approval(seed: int, today: date) -> None:
    one = company(seed, today)
    recent = [
        event
        for event in one.events
        if event["type"] == "referral.signed"
        and event["time"].astimezone(ZONE).date() > today - timedelta(days=11)
    ]
    assert 3 <= len(recent) <= 6


@every_company
def test_business_happens_on_workdays(seed: int, today: date) -> None:
    for invoice in company(seed, today).invoices:
        days = (invoice.invoiced_on, invoice.due_on, invoice.settled_on, invoice.reversed_on)
        assert all(is_workday(day) for day in days if day)


@every_company
def test_no_customer_makes_the_year_alone_and_nearly_all_pay_something(seed: int, today: date) -> None:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for invoice in _paid(company(seed, today)):
        totals[invoice.member_key] += invoice.amount

    assert len(totals) >= 112
    assert max(totals.values()) * 100 < sum(totals.values()) * 9
