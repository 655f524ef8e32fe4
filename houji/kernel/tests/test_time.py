"""Months end where they end, days begin where the zone says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from houji.kernel.time import add_months, end_of_month, month_range, start_of_day

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2026, 1, 25), 1, date(2026, 2, 25)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_a_month_later_stays_within_the_month(day: date, months: int, result: date) -> None:
    assert add_months(day, months) == result


def test_a_day_begins_at_midnight_of_its_zone() -> None:
    assert start_of_day(date(2026, 1, 5), SHANGHAI) == datetime(2026, 1, 4, 16, tzinfo=UTC)


def test_a_month_is_a_half_open_range_of_instants() -> None:
    begins, ends = month_range(2026, 12, SHANGHAI)
    assert (begins, ends) == (datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC))
    assert end_of_month(date(2028, 2, 1)) == date(2028, 2, 29)
