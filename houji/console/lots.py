"""When a customer's points expire, month by month, for the chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from houji.console.desk import Desk
from houji.console.movements import day_said
from houji.earning.chain import last_day
from houji.kernel.time import add_months
from houji.wording import dates, numbers

MONTHS_MIN = 12
MONTHS_MAX = 24


@dataclass(frozen=True, slots=True)
class Expiries:
    """The chart with its table and what a reader hears of it; ``later`` are points beyond it."""

    data: dict[str, list[Any]]
    table: dict[str, list[Any]]
    aside: str
    label: str
    lasting: int


def expiries(desk: Desk, lots: Iterable[Any]) -> Expiries | None:
    """Gather open lots by the month of their last day; None where nothing ever expires."""
    available: dict[date, int] = {}
    pending: dict[date, int] = {}
    days: dict[date, int] = {}
    lasting = 0
    for lot in lots:
        day = last_day(lot.expires_at, desk.zone)
        if day is None:
            lasting += lot.remaining
            continue
        if day < desk.today:
            continue
        days[day] = days.get(day, 0) + lot.remaining
        usable = lot.active or (lot.available_at is not None and lot.available_at <= desk.now)
        side = available if usable else pending
        month = day.replace(day=1)
        side[month] = side.get(month, 0) + lot.remaining
    if not days:
        return None
    months = _months(desk.today, max(days))
    return _drawn(desk, months, available, pending, min(days), days[min(days)], lasting)


def _months(today: date, last: date) -> list[date]:
    first = today.replace(day=1)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [add_months(first, step) for step in range(min(MONTHS_MAX, max(MONTHS_MIN, count)))]


def _drawn(
    desk: Desk,
    months: list[date],
    available: dict[date, int],
    pending: dict[date, int],
    nearest: date,
    points: int,
    lasting: int,
) -> Expiries:
    said = gettext("最近%(day)s到期 %(points)s 分") % {
        "day": day_said(nearest, desk.today),
        "points": numbers.points(points),
    }
    rows = [
        [dates.month(month), numbers.points(available.get(month, 0)), numbers.points(pending.get(month, 0))]
        for month in months
    ]
    return Expiries(
        data={
            "labels": [dates.chart_month(month, first=index == 0) for index, month in enumerate(months)],
            "available": [available.get(month, 0) for month in months],
            "pending": [pending.get(month, 0) for month in months],
        },
        table={"head": [gettext("到期月份"), gettext("可用"), gettext("待生效")], "rows": rows},
        aside=said,
        label=said,
        lasting=lasting,
    )
