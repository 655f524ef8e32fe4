"""Validity and vesting follow the calendar (month arithmetic: Voucherify's published cases)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from houji.earning.dates import available_at, expires_at
from houji.kernel.time import local_date, start_of_day
from houji.rules.types import Expiry, Span, Vesting, VestingKind

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("booked", "expiry", "gone_on"),
    [
        (date(2026, 1, 25), Expiry(Span.MONTHS, 1), date(2026, 2, 26)),
        (date(2026, 1, 31), Expiry(Span.MONTHS, 1), date(2026, 3, 1)),
        (date(2026, 1, 1), Expiry(Span.MONTHS, 0), date(2026, 1, 2)),
        (date(2028, 2, 29), Expiry(Span.YEARS, 1), date(2029, 3, 1)),
        (date(2026, 12, 31), Expiry(Span.DAYS, 90), date(2027, 4, 1)),
    ],
)
def test_the_last_day_of_validity_is_inclusive(booked: date, expiry: Expiry, gone_on: date) -> None:
    late = datetime(booked.year, booked.month, booked.day, 23, 59, tzinfo=ZONE)
    assert expires_at(expiry, late, ZONE) == start_of_day(gone_on, ZONE)


def test_points_without_an_end_never_expire() -> None:
    assert expires_at(Expiry(Span.NEVER), datetime(2026, 1, 1, tzinfo=ZONE), ZONE) is None


def test_a_protection_period_counts_days_of_the_programmes_calendar() -> None:
    booked = datetime(2026, 11, 20, 23, 30, tzinfo=ZONE)
    begins = available_at(Vesting(VestingKind.AFTER_DAYS, days=15), booked, ZONE)
    assert begins is not None
    assert local_date(begins, ZONE) == date(2026, 12, 5)


def test_a_vesting_day_that_has_passed_means_at_once() -> None:
    booked = datetime(2026, 11, 20, tzinfo=ZONE)
    assert available_at(Vesting(VestingKind.ON_DATE, day=date(2026, 11, 1)), booked, ZONE) is None
