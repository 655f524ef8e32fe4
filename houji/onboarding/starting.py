"""From which day's business a programme that begins today gives points."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from houji.kernel.time import BEGINNING, start_of_day


class Since(StrEnum):
    """The first business that counts: of today, of this month, of this year, or all there ever was."""

    TODAY = "today"
    MONTH = "month"
    YEAR = "year"
    EVER = "ever"


USUAL = Since.YEAR
"""What is chosen unless somebody chooses: the files at hand are mostly of the running year."""


def first_day(since: Since, today: date) -> date | None:
    """Return the first day that counts; None where every day does."""
    if since is Since.TODAY:
        return today
    if since is Since.MONTH:
        return today.replace(day=1)
    if since is Since.YEAR:
        return today.replace(month=1, day=1)
    return None


def effective_from(since: Since, today: date, zone: ZoneInfo) -> datetime:
    """Return the instant from which the rules are in force."""
    day = first_day(since, today)
    return BEGINNING if day is None else start_of_day(day, zone)


def offered(today: date) -> list[Since]:
    """Return the choices that differ today: on 1 January three of them are the same day."""
    widest = {first_day(since, today): since for since in Since}
    return list(widest.values())
