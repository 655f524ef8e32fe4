"""Days and instants as people read them: 今天 18:00, 11月20日, 2026-11-28."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from houji.kernel.time import local_date
from houji.wording.numbers import in_chinese

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def day(value: date) -> str:
    """Write a day of the running year: ``11月20日``, ``20 Nov``."""
    if in_chinese():
        return f"{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]}"


def day_long(value: date) -> str:
    """Write a day with its year: ``2026-11-28``."""
    return value.isoformat()


def day_near(value: date, today: date) -> str:
    """Write a day with its year only when the year is not this one."""
    return day(value) if value.year == today.year else day_long(value)


def month(value: date) -> str:
    """Write a month: ``2026年2月``, ``Feb 2026``."""
    if in_chinese():
        return f"{value.year}年{value.month}月"
    return f"{_MONTHS[value.month - 1]} {value.year}"


def weekday(value: date) -> str:
    """Write the day of the week: ``星期五``, ``Friday``."""
    return f"星期{'一二三四五六日'[value.weekday()]}" if in_chinese() else _WEEKDAYS[value.weekday()]


def chart_month(value: date, *, first: bool) -> str:
    """Write a month for the axis of a chart; January and the ``first`` label carry the year below."""
    name = f"{value.month}月" if in_chinese() else _MONTHS[value.month - 1]
    return f"{name}\n{value.year}" if first or value.month == 1 else name


def when(instant: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Write an instant near now: ``今天 18:00``, ``昨天 16:20``, ``11月20日``, ``2025-11-20``."""
    local = instant.astimezone(zone)
    today = local_date(now, zone)
    names = {
        today: gettext("今天 %(time)s"),
        today - timedelta(days=1): gettext("昨天 %(time)s"),
        today + timedelta(days=1): gettext("明天 %(time)s"),
    }
    form = names.get(local.date())
    if form is None:
        return day_near(local.date(), today)
    return form % {"time": f"{local:%H:%M}"}


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """Write an instant to the second: ``2026-11-13 10:12:07``."""
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def days_left(value: date, today: date) -> str:
    """Write how near a deadline is: ``今天到期``, ``明天到期``, ``还剩 3 天``, ``已过 2 天``."""
    left = (value - today).days
    if left < 0:
        return gettext("已过 %(days)s 天") % {"days": -left}
    if left > 1:
        return gettext("还剩 %(days)s 天") % {"days": left}
    return gettext("明天到期") if left else gettext("今天到期")
