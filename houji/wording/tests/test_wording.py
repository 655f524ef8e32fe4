"""Numbers, money and dates read as the microcopy rules say, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from houji.wording import dates, numbers

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 1, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0 元"),
        ("8600", "8,600 元"),
        ("9999.99", "9,999.99 元"),
        ("10000", "1.0 万元"),
        ("462000", "46.2 万元"),
        ("12345000", "1,234.5 万元"),
        ("99999999", "1.00 亿元"),
        ("943000000", "9.43 亿元"),
        ("-86000", "\u22128.6 万元"),
    ],
)
def test_money_is_read_at_a_glance_in_wan_and_yi(amount: str, text: str) -> None:
    with translation.override("zh-hans"):
        assert numbers.wan(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [("462000", "462,000 yuan"), ("943000000", "943.00 million yuan"), ("999999999", "1.00 billion yuan")],
)
def test_money_is_read_at_a_glance_in_english_units(amount: str, text: str) -> None:
    with translation.override("en"):
        assert numbers.wan(Decimal(amount)) == text


def test_points_carry_commas_and_the_true_minus() -> None:
    assert numbers.points(1_684_510) == "1,684,510"
    assert numbers.signed_points(540) == "+540"
    assert numbers.signed_points(-2000) == "\u22122,000"
    assert numbers.signed_points(0) == "0"


def test_exact_yuan_keep_two_decimals_and_never_a_minus_zero() -> None:
    with translation.override("zh-hans"):
        assert numbers.yuan(Decimal("462000")) == "462,000.00 元"
        assert numbers.yuan(Decimal("-0.001")) == "0.00 元"


def test_shares_have_the_decimals_they_are_asked_for() -> None:
    assert numbers.percent(Decimal("0.00178"), 3) == "0.178%"
    assert numbers.percent(Decimal("0.539")) == "53.9%"


def test_a_change_too_small_to_show_is_no_change() -> None:
    with translation.override("zh-hans"):
        assert numbers.change(Decimal("0.082")) == "↑ 8.2%"
        assert numbers.change(Decimal("-0.046")) == "↓ 4.6%"
        assert numbers.change(Decimal("0.0004")) == "持平"


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2026, 11, 20, 10, 0, tzinfo=UTC), "今天 18:00"),
        (datetime(2026, 11, 18, 16, 0, tzinfo=UTC), "昨天 00:00"),
        (datetime(2026, 11, 20, 16, 0, tzinfo=UTC), "明天 00:00"),
        (datetime(2026, 11, 13, 2, 0, tzinfo=UTC), "11月13日"),
        (datetime(2025, 11, 13, 2, 0, tzinfo=UTC), "2025-11-13"),
    ],
)
def test_instants_are_named_by_the_day_in_the_programmes_zone(instant: datetime, text: str) -> None:
    with translation.override("zh-hans"):
        assert dates.when(instant, SHANGHAI, NOW) == text


def written(value: date) -> list[str]:
    return [dates.day(value), dates.month(value), dates.weekday(value)]


def test_days_months_and_weekdays_follow_the_language() -> None:
    value = date(2026, 11, 20)
    with translation.override("zh-hans"):
        assert written(value) == ["11月20日", "2026年11月", "星期五"]
        assert dates.chart_month(date(2026, 1, 1), first=False) == "1月\n2026"
    with translation.override("en"):
        assert written(value) == ["20 Nov", "Nov 2026", "Friday"]
    assert dates.day_long(value) == "2026-11-20"


@pytest.mark.parametrize(
    ("value", "text"), [(20, "今天到期"), (21, "明天到期"), (23, "还剩 3 天"), (18, "已过 2 天")]
)
def test_deadlines_say_how_near_they_are(value: int, text: str) -> None:
    with translation.override("zh-hans"):
        assert dates.days_left(date(2026, 11, value), date(2026, 11, 20)) == text


def test_templates_write_with_the_active_zone_and_language() -> None:
    source = "{% load houji %}{{ n|signed_points }} {{ share|percent:3 }} {% when at %} {{ at|clock }}"
    facts = {
        "n": -5,
        "share": Decimal("0.00178"),
        "at": datetime(2026, 11, 19, 17, 0, tzinfo=UTC),
        "now": NOW,
    }
    with translation.override("zh-hans"), timezone.override(SHANGHAI):
        text = Template(source).render(Context(facts))
    assert text == "\u22125 0.178% 今天 01:00 2026-11-20 01:00:00"


def test_a_status_is_a_shape_and_an_escaped_word() -> None:
    html = Template('{% load houji %}{% status "wait" text %}').render(Context({"text": "<b>"}))
    assert "#s-wait" in html
    assert 'class="hj-status hj-is-wait"' in html
    assert "&lt;b&gt;" in html


def test_an_icon_is_silent_unless_it_has_a_label() -> None:
    html = Template('{% load houji %}{% icon "search" %}{% icon "x" label="关闭" %}').render(Context())
    assert 'aria-hidden="true"' in html
    assert 'role="img" aria-label="关闭"' in html
