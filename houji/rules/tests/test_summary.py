"""Events in one line, and figures as people read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from houji.rules.phrases import _PHRASES
from houji.rules.summary import TemplateUnreadable, summarise
from houji.rules.tests.catalogue import PAYMENT
from houji.rules.wording import (
    format_against,
    format_fixed,
    format_money,
    format_month_day,
    format_number,
    format_points,
    format_wan,
)

_PAYMENT = "付款到账 {event.amount|wan}，{event.settled_date|against:event.due_date}"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "付款到账 46.2 万元，提前 12 天"),
        ({"settled_date": "2026-11-24"}, "付款到账 46.2 万元，到期日当天"),
        ({"settled_date": "2026-11-27"}, "付款到账 46.2 万元，逾期 3 天"),
        ({"due_date": None}, "付款到账 46.2 万元"),
        ({"settled_date": ""}, "付款到账 46.2 万元"),
        ({"amount": None}, "付款到账，提前 12 天"),
        ({"amount": None, "due_date": None}, "付款到账"),
    ],
)
def test_a_payment_is_summed_up_by_what_is_known(data: dict[str, Any], said: str) -> None:
    assert summarise(_PAYMENT, {**PAYMENT, **data}) == said


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{event.invoice_no}", "FP-2610-0391"),
        ("{event.invoice_no|text}，{event.project}", "FP-2610-0391"),
        ("金额 {event.amount|money}，到期 {event.due_date|date}", "金额 462,000.00 元，到期 2026-11-24"),
        ("第 {event.items|int} 次", "第 1,200 次"),
        ("满意度回访", "满意度回访"),
        ("{event.project}，{event.invoice_no}", "FP-2610-0391"),
        ("推荐 {event.named} 签约", "推荐 甲，乙 {event.amount} 签约"),
    ],
)
def test_filters_write_values(template: str, said: str) -> None:
    data = {**PAYMENT, "items": 1200, "named": "甲，乙 {event.amount}"}
    assert summarise(template, data) == said


def test_a_summary_speaks_english() -> None:
    template = "Payment of {event.amount|wan}, {event.settled_date|against:event.due_date}"
    assert summarise(template, PAYMENT, "en") == "Payment of 462,000 yuan, 12 days early"
    one = {**PAYMENT, "settled_date": "2026-11-25", "amount": "1234500"}
    assert summarise(template, one, "en") == "Payment of 1.23 million yuan, 1 day overdue"


@pytest.mark.parametrize(
    "template",
    ["{event.amount|euro}", "{amount}", "{event.due_date|against}", "{event.amount|wan:event.amount}", "{"],
)
def test_a_template_that_cannot_be_filled_is_refused(template: str) -> None:
    with pytest.raises(TemplateUnreadable):
        summarise(template, PAYMENT)


@pytest.mark.parametrize(
    ("yuan", "said"),
    [
        ("0", "0 元"),
        ("9876", "9,876 元"),
        ("9876.5", "9,876.50 元"),
        ("9999.99", "9,999.99 元"),
        ("10000", "1 万元"),
        ("462000", "46.2 万元"),
        ("12345000", "1,234.5 万元"),
        ("99999999", "1 亿元"),
        ("943000000", "9.43 亿元"),
        ("-462000", "−46.2 万元"),
    ],
)
def test_sums_at_a_glance_are_in_wan_and_yi(yuan: str, said: str) -> None:
    assert format_wan(Decimal(yuan), "zh") == said


def test_wan_can_have_fixed_places() -> None:
    assert format_wan(Decimal(120000), "zh", places=2) == "12.00 万元"


def test_figures_have_thousands_and_a_true_minus() -> None:
    assert format_number(Decimal("-1684510.50")) == "−1,684,510.5"
    assert format_number(1684510) == "1,684,510"
    assert format_fixed(Decimal("-0.001"), 2) == "0.00"
    assert format_money(Decimal("462000"), "zh") == "462,000.00 元"
    assert format_money(Decimal("-0.125"), "en") == "−0.13 yuan"
    assert (format_points(1684510, "zh"), format_points(1, "en")) == ("1,684,510 分", "1 point")
    assert format_month_day(date(2026, 3, 5)) == "03-05"


def test_a_day_stands_to_its_deadline() -> None:
    deadline = date(2026, 11, 24)
    days = [date(2025, 11, 24), date(2026, 11, 23), deadline, date(2026, 11, 25)]
    assert [format_against(day, deadline, "zh") for day in days] == [
        "提前 365 天",
        "提前 1 天",
        "到期日当天",
        "逾期 1 天",
    ]
    assert format_against(days[1], deadline, "en") == "1 day early"


def test_every_phrase_has_the_same_facts_in_both_languages() -> None:
    for name, (zh, en) in _PHRASES.items():
        facts = {part.split("}")[0] for part in zh.split("{")[1:]}
        assert facts <= {part.split("}")[0] for part in en.split("{")[1:]} <= facts | {"unit"}, name
