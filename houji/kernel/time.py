"""Times are stored in UTC and decided in the programme's time zone; months end where they end."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
"""From the beginning of time: when a ready-made rule set comes into force."""


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which a day begins in a zone, also where midnight is skipped."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """Return the calendar day of an instant in a zone."""
    return instant.astimezone(zone).date()


def add_months(day: date, months: int) -> date:
    """Add months to a day, staying within the month: 31 January + 1 month is 28 or 29 February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def end_of_month(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def month_range(year: int, month: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the instants (UTC) at which a month begins and ends (exclusive) in a zone."""
    first = date(year, month, 1)
    return start_of_day(first, zone), start_of_day(end_of_month(first) + timedelta(days=1), zone)
