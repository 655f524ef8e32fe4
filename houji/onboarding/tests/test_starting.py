"""From which day business counts, and that the samples lie after the usual one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from houji.kernel.time import BEGINNING
from houji.onboarding.demo.workbook import HEADERS
from houji.onboarding.samples import mistaken_workbook, sample_workbook
from houji.onboarding.starting import USUAL, Since, effective_from, first_day, offered

SHANGHAI = ZoneInfo("Asia/Shanghai")
SETTLED = HEADERS.index("到账日")


def settled_days(workbook: bytes) -> list[date]:
    """Return the days of payment that are days."""
    rows = CalamineWorkbook.from_filelike(BytesIO(workbook)).get_sheet_by_index(0).to_python()
    return [row[SETTLED] for row in rows[1:] if isinstance(row[SETTLED], date)]


@pytest.mark.parametrize(
    ("since", "instant"),
    [
        (Since.TODAY, datetime(2026, 11, 19, 16, tzinfo=UTC)),
        (Since.MONTH, datetime(2026, 10, 31, 16, tzinfo=UTC)),
        (Since.YEAR, datetime(2025, 12, 31, 16, tzinfo=UTC)),
        (Since.EVER, BEGINNING),
    ],
)
def test_rules_are_in_force_when_the_chosen_day_begins_in_the_zone(since: Since, instant: datetime) -> None:
    assert effective_from(since, date(2026, 11, 20), SHANGHAI) == instant


@pytest.mark.parametrize(
    ("today", "choices"),
    [
        (date(2026, 11, 20), ["today", "month", "year", "ever"]),
        (date(2026, 11, 1), ["month", "year", "ever"]),
        (date(2026, 1, 20), ["today", "year", "ever"]),
        (date(2026, 1, 1), ["year", "ever"]),
    ],
)
def test_only_choices_that_differ_are_offered(today: date, choices: list[str]) -> None:
    assert offered(today) == choices
    assert USUAL in offered(today)


@pytest.mark.parametrize("today", [date(2026, 3, 1), date(2026, 7, 31), date(2026, 12, 31)])
def test_from_march_on_the_samples_lie_after_the_first_of_january(today: date) -> None:
    new_year = first_day(USUAL, today)
    assert new_year is not None

    assert min(settled_days(sample_workbook(today))) >= new_year
    assert min(settled_days(mistaken_workbook(today))) >= new_year
    assert len(settled_days(sample_workbook(today))) > 100


@pytest.mark.parametrize("today", [date(2026, 1, 2), date(2026, 2, 28)])
def test_early_in_the_year_the_sample_is_of_a_whole_year(today: date) -> None:
    days = settled_days(sample_workbook(today))

    assert len(days) > 900
    assert (max(days) - min(days)).days > 300
