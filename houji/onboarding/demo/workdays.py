"""Days on which invoices are written and money arrives; weekends and the long holidays are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

# The first day of the Spring Festival moves with the moon. In a year beyond this table the
# February trough of the season remains, only the week without any payment is missing.
_SPRING_FESTIVAL = {
    day.year: day
    for day in map(
        date.fromisoformat,
        (
            "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06",
            "2028-01-26", "2029-02-13", "2030-02-03", "2031-01-23", "2032-02-11", "2033-01-31",
        ),
    )
}  # fmt: skip


def is_workday(day: date) -> bool:
    """Whether offices and banks are open; make-up Saturdays count as closed."""
    if day.weekday() >= 5 or (day.month, day.day) == (1, 1):
        return False
    if (day.month == 10 and day.day <= 7) or (day.month == 5 and day.day <= 3):
        return False
    festival = _SPRING_FESTIVAL.get(day.year)
    return festival is None or not -1 <= (day - festival).days <= 6


def next_workday(day: date) -> date:
    """Return the day itself or the first workday after it."""
    return _walk(day, lambda at: at + timedelta(days=1))


def previous_workday(day: date) -> date:
    """Return the day itself or the last workday before it."""
    return _walk(day, lambda at: at - timedelta(days=1))


def workday_between(rng: Random, first: date, last: date) -> date:
    """Return a workday drawn from a span, ends included; a span without any gives the next one."""
    drawn = first + timedelta(days=rng.randrange((last - first).days + 1))
    found = previous_workday(drawn)
    return found if found >= first else next_workday(first)


def _walk(day: date, step: Callable[[date], date]) -> date:
    while not is_workday(day):
        day = step(day)
    return day
