"""The dashboard's figures: as charts of the page, and as the workbook of the month."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from houji.console.desk import Desk
from houji.console.spreadsheets import Table
from houji.insights.types import Dashboard, Figure, IssuedChart
from houji.kernel.time import local_date
from houji.wording import dates, numbers


def issued_by_month(chart: IssuedChart) -> dict[str, Any] | None:
    """Return the chart of issued points for the page; None where nothing was ever issued."""
    totals = chart.totals
    if not any(totals):
        return None
    best = max(range(len(totals)), key=totals.__getitem__)
    label = gettext("近 12 个月每月发放，按类别堆叠；最多的是 %(month)s，%(points)s 分") % {
        "month": dates.month(chart.months[best]),
        "points": numbers.points(totals[best]),
    }
    return {
        "data": {
            "labels": [dates.chart_month(month, first=i == 0) for i, month in enumerate(chart.months)],
            "running": True,
            "series": [{"key": one.code, "name": one.name, "data": list(one.points)} for one in chart.series],
        },
        "label": label,
        "aside": gettext("斜纹为本月前 %(days)s 天") % {"days": chart.days_run},
        "legend": [
            {"colour": one.colour.removeprefix("c"), "name": one.name, "share": numbers.percent(one.share)}
            for one in chart.series
        ],
        "table": {"head": _issued_head(chart), "rows": [_texts(row) for row in _issued_rows(chart)]},
    }


def key_figures(desk: Desk, shown: Dashboard) -> list[dict[str, Any]]:
    """Return the row of key figures, each with its line of twelve months."""
    liability = shown.liability.value or Decimal(0)
    figure, unit = numbers.wan_parts(liability)
    waiting = shown.waiting
    due = gettext("没有待审")
    if waiting.due_at is not None:
        due = gettext("%(count)s 项，最早 %(when)s") % {
            "count": waiting.count,
            "when": dates.days_left(local_date(waiting.due_at, desk.zone), desk.today),
        }
    points = gettext("分")
    share = shown.cost_share.value
    return [
        _stat(
            "s1",
            gettext("本月发放"),
            _whole(shown.issued),
            points,
            shown.issued,
            _against_month(shown.issued),
            gold=True,
        ),
        _stat(
            "s2",
            gettext("本月到期"),
            _whole(shown.expiring),
            points,
            shown.expiring,
            gettext("本月已到期和将到期"),
            gold=True,
        ),
        {
            "id": "s3",
            "label": gettext("待审"),
            "value": numbers.points(waiting.points),
            "unit": points,
            "gold": True,
            "detail": due,
            "spark": _spark(waiting.spark, gold=True),
            "spark_label": gettext("近 12 个月待审走势"),
        },
        _stat(
            "s4",
            gettext("积分负债"),
            figure,
            unit,
            shown.liability,
            _against_end(shown.liability),
            gold=False,
        ),
        _stat(
            "s5",
            gettext("积分成本占回款"),
            "—" if share is None else numbers.percent(share, 3).removesuffix("%"),
            "" if share is None else "%",
            shown.cost_share,
            gettext("近 12 个月"),
            gold=False,
        ),
    ]


def month_report_tables(desk: Desk, shown: Dashboard) -> list[Table]:
    """Return the sheets of the month's report: the same figures as the page."""
    figures: list[list[Any]] = [
        [gettext("本月发放，分"), shown.issued.value],
        [gettext("较上月同期"), _share(shown.issued.change)],
        [gettext("本月到期，分"), shown.expiring.value],
        [gettext("待审，分"), shown.waiting.points],
        [gettext("待审，项"), shown.waiting.count],
        [gettext("积分负债，元"), shown.liability.value],
        [gettext("积分成本占回款"), _share(shown.cost_share.value, 3)],
        [gettext("客户数"), shown.members_count],
        [gettext("数据截至"), dates.clock(desk.now, desk.zone)],
    ]
    top = [[one.name, one.earned, one.available] for one in shown.top]
    latest = [
        [dates.clock(one.booked_at, desk.zone), one.member, one.reason, one.points, str(one.ref)]
        for one in shown.latest
    ]
    return [
        (
            gettext("关键数字"),
            [gettext("指标"), gettext("数字")],
            [[name, _cell(value)] for name, value in figures],
        ),
        (gettext("每月发放"), _issued_head(shown.chart), _issued_rows(shown.chart)),
        (gettext("积分最多的客户"), [gettext("客户"), gettext("近 12 个月获得"), gettext("可用")], top),
        (
            gettext("最近流水"),
            [gettext("记账时间"), gettext("客户"), gettext("原因"), gettext("积分"), gettext("流水号")],
            latest,
        ),
    ]


def _stat(
    code: str, label: str, value: str, unit: str, figure: Figure, detail: str, *, gold: bool
) -> dict[str, Any]:
    return {
        "id": code,
        "label": label,
        "value": value,
        "unit": unit,
        "gold": gold,
        "detail": detail,
        "spark": _spark(figure.spark, gold=gold),
        "spark_label": gettext("%(name)s，近 12 个月走势") % {"name": label},
    }


def _spark(values: Iterable[Decimal], *, gold: bool) -> dict[str, Any]:
    # The line only shows a course: what is exact stands beside it.
    return {"data": [float(value) for value in values], "gold": gold}


def _against_month(figure: Figure) -> str:
    if figure.change is None:
        return gettext("上月同期没有发放")
    return gettext("较上月同期 %(change)s") % {"change": numbers.change(figure.change)}


def _against_end(figure: Figure) -> str:
    if figure.change is None:
        return gettext("上月末没有积分")
    return gettext("较上月末 %(change)s") % {"change": numbers.change(figure.change)}


def _whole(figure: Figure) -> str:
    return numbers.points(int(figure.value or 0))


def _share(value: Decimal | None, places: int = 1) -> str:
    return "—" if value is None else numbers.percent(value, places)


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value


def _issued_head(chart: IssuedChart) -> list[str]:
    return [gettext("月份"), *(one.name for one in chart.series), gettext("合计")]


def _issued_rows(chart: IssuedChart) -> list[list[Any]]:
    return [
        [dates.month(month), *(one.points[i] for one in chart.series), chart.totals[i]]
        for i, month in enumerate(chart.months)
    ]


def _texts(row: list[Any]) -> list[str]:
    return [numbers.points(cell) if isinstance(cell, int) else str(cell) for cell in row]
