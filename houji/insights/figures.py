"""The dashboard's figures and the chart of what was issued, each from one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from houji.insights.queries import by_month, months_back, rows
from houji.insights.types import CategorySeries, Figure, IssuedChart, WaitingFigure
from houji.kernel.time import add_months, local_date, month_range, start_of_day
from houji.programs.queries import all_programs
from houji.programs.types import ProgramTerms
from houji.rules.phrases import name_in

TWELVE = 12
COLOURS = ("c1", "c2", "c3", "c4", "c5", "c6")


def issued_chart(
    terms: ProgramTerms, months: Sequence[date], *, now: datetime, language: str | None = None
) -> IssuedChart:
    """Return the points issued by month and category, categories in the programme's fixed order."""
    found: dict[str, dict[date, int]] = {}
    parameters = {**_span(terms, months), "now": now}
    for month, category, points in rows(_ISSUED, parameters):
        found.setdefault(category, {})[month] = int(points)
    whole = sum(points for of_month in found.values() for points in of_month.values())
    series = tuple(
        _series(category, found.get(category["code"], {}), months, whole, language or get_language() or "zh")
        for category in _categories(terms, found)
    )
    return IssuedChart(tuple(months), series, days_run=local_date(now, terms.zone).day)


def issued_figure(terms: ProgramTerms, chart: IssuedChart, *, now: datetime) -> Figure:
    """Return this month's points so far, beside the same stretch of last month."""
    running = start_of_day(chart.months[-1], terms.zone)
    begins = start_of_day(chart.months[-2], terms.zone)
    ends = min(begins + (now - running), running)
    ((before,),) = rows(_ISSUED_BETWEEN, {"unit": terms.main_unit.id, "begins": begins, "ends": ends})
    value = Decimal(chart.totals[-1])
    return Figure(value, _change(value, Decimal(before)), tuple(map(Decimal, chart.totals)))


def expiring_figure(terms: ProgramTerms, months: Sequence[date]) -> Figure:
    """Return the points whose last day lies in this month: gone already, or going by its end."""
    found = {month: int(points) for month, points in rows(_EXPIRING, _span(terms, months))}
    spark = by_month(months, found)
    return Figure(spark[-1], _change(spark[-1], spark[-2]), spark)


def waiting_figure(terms: ProgramTerms, months: Sequence[date], *, now: datetime) -> WaitingFigure:
    """Return the points that await approval now, and those that did at the end of each month."""
    ends = [month_range(month.year, month.month, terms.zone)[1] for month in months[:-1]]
    found = rows(_WAITING, {"moments": [*ends, now], "program": terms.id})
    points, count, due_at = found[-1][1:]
    return WaitingFigure(int(points), count, due_at, tuple(Decimal(row[1]) for row in found))


def liability_figure(terms: ProgramTerms, months: Sequence[date], outstanding: Decimal) -> Figure:
    """Return what the outstanding points are worth in yuan, beside the end of last month."""
    found = dict(rows(_POSTED, _span(terms, months)))
    held = Decimal(found.get(None, 0))
    value_yuan = terms.main_unit.value_yuan
    spark: list[Decimal] = []
    for month in months[:-1]:
        held += Decimal(found.get(month, 0))
        spark.append(held * value_yuan)
    value = outstanding * value_yuan
    return Figure(value, _change(value, spark[-1]), (*spark, value))


def cost_share_figure(terms: ProgramTerms, months: Sequence[date]) -> Figure:
    """Return what twelve months' points are worth against the amounts paid in them.

    Both go by the day of the business, not of posting: points of last year's invoices that were
    imported today belong to last year's amounts. The spark is the same share a month earlier, and
    so on.
    """
    span = months_back(months[-1], 2 * TWELVE - 1)
    points: dict[date, Decimal] = {}
    amounts: dict[date, Decimal] = {}
    parameters = {**_span(terms, span), "program": terms.id}
    for month, issued, amount in rows(_COST, parameters):
        points[month], amounts[month] = Decimal(issued), Decimal(amount)
    shares = [
        _share(terms, span[last - TWELVE + 1 : last + 1], points, amounts)
        for last in range(TWELVE - 1, 2 * TWELVE - 1)
    ]
    before = shares[-2]
    change = None if shares[-1] is None or before is None else _change(shares[-1], before)
    return Figure(shares[-1], change, tuple(share or Decimal(0) for share in shares))


def _share(
    terms: ProgramTerms,
    months: Sequence[date],
    points: Mapping[date, Decimal],
    amounts: Mapping[date, Decimal],
) -> Decimal | None:
    paid = sum(by_month(months, amounts))
    if not paid:
        return None
    return sum(by_month(months, points)) * terms.main_unit.value_yuan / paid


def _series(
    category: Mapping[str, Any], found: Mapping[date, int], months: Sequence[date], whole: int, language: str
) -> CategorySeries:
    points = tuple(found.get(month, 0) for month in months)
    share = Decimal(sum(points)) / whole if whole else Decimal(0)
    name = name_in(category["names"], language)
    return CategorySeries(category["code"], name, category["colour"], points, share)


def _categories(terms: ProgramTerms, found: Mapping[str, object]) -> list[Mapping[str, Any]]:
    """Return the programme's categories in their order, then those only the books know, by code."""
    program = next(program for program in all_programs() if program.id == terms.id)
    known: list[Mapping[str, Any]] = list(program.terms.get("categories", []))
    codes = {category["code"] for category in known}
    for code in sorted(set(found) - codes):
        known.append({"code": code, "names": {"zh": code}, "colour": COLOURS[len(known) % len(COLOURS)]})
    return known


def _span(terms: ProgramTerms, months: Sequence[date]) -> dict[str, object]:
    return {
        "unit": terms.main_unit.id,
        "zone": terms.zone.key,
        "begins": start_of_day(months[0], terms.zone),
        "running": start_of_day(months[-1], terms.zone),
        "ends": start_of_day(add_months(months[-1], 1), terms.zone),
    }


def _change(value: Decimal, before: Decimal) -> Decimal | None:
    return None if before <= 0 else value / before - 1


_ISSUED = """
SELECT date_trunc('month', entry.booked_at AT TIME ZONE %(zone)s)::date, part.key, sum(part.value::bigint)
FROM ledger_entry AS entry
JOIN ledger_account AS account USING (account_id)
CROSS JOIN LATERAL jsonb_each_text(entry.parts) AS part
WHERE account.unit_id = %(unit)s AND entry.kind IN ('accrue', 'clawback')
  AND entry.booked_at >= %(begins)s AND entry.booked_at <= %(now)s
GROUP BY 1, 2
"""

_ISSUED_BETWEEN = """
SELECT coalesce(sum(entry.points), 0)
FROM ledger_entry AS entry
JOIN ledger_account AS account USING (account_id)
WHERE account.unit_id = %(unit)s AND entry.kind IN ('accrue', 'clawback')
  AND entry.booked_at >= %(begins)s AND entry.booked_at < %(ends)s
"""

# Points are expired from an instant on, which is midnight after their last day: that day counts.
_EXPIRING = """
SELECT date_trunc('month', (gone.at - interval '1 microsecond') AT TIME ZONE %(zone)s)::date,
       sum(gone.points)
FROM (
    SELECT account_id, occurred_at AS at, -points AS points FROM ledger_entry
    WHERE kind = 'expire' AND occurred_at > %(begins)s AND occurred_at <= %(ends)s
      AND booked_at > %(begins)s
    UNION ALL
    SELECT account_id, expires_at, remaining FROM ledger_lot
    WHERE open AND expires_at > %(begins)s AND expires_at <= %(ends)s
) AS gone
JOIN ledger_account AS account USING (account_id)
WHERE account.unit_id = %(unit)s
GROUP BY 1
"""

_WAITING = """
WITH award AS (
    SELECT request.id, request.effect_points, request.raised_at, request.decided_at, request.due_at
    FROM approvals_request AS request
    JOIN intake_event AS event
         ON event.id = CASE WHEN request.kind = 'award' THEN substr(request.subject, 7)::bigint END
    WHERE event.program_id = %(program)s
)
SELECT moment, coalesce(sum(award.effect_points), 0), count(award.id), min(award.due_at)
FROM unnest(%(moments)s::timestamptz[]) AS moment
LEFT JOIN award ON award.raised_at <= moment AND (award.decided_at IS NULL OR award.decided_at > moment)
GROUP BY moment ORDER BY moment
"""

_POSTED = """
SELECT CASE WHEN entry.booked_at >= %(begins)s
            THEN date_trunc('month', entry.booked_at AT TIME ZONE %(zone)s)::date END,
       sum(entry.points)
FROM ledger_entry AS entry
JOIN ledger_account AS account USING (account_id)
WHERE account.unit_id = %(unit)s AND entry.booked_at < %(running)s
GROUP BY 1
"""

# A clawback counts in the month of the business it took back; a reversed invoice was not paid.
_COST = """
SELECT month, sum(points), sum(amount)
FROM (
    SELECT date_trunc('month', coalesce(original.occurred_at, entry.occurred_at)
                               AT TIME ZONE %(zone)s)::date AS month,
           entry.points AS points, 0::numeric AS amount
    FROM ledger_entry AS entry
    JOIN ledger_account AS account USING (account_id)
    LEFT JOIN ledger_entry AS original
         ON original.account_id = entry.account_id AND original.seq = entry.reverses_seq
    WHERE account.unit_id = %(unit)s AND entry.kind IN ('accrue', 'clawback')
      AND coalesce(original.occurred_at, entry.occurred_at) >= %(begins)s
      AND coalesce(original.occurred_at, entry.occurred_at) < %(ends)s
    UNION ALL
    SELECT date_trunc('month', paid.occurred_at AT TIME ZONE %(zone)s)::date, 0,
           (paid.data ->> 'amount')::numeric
    FROM intake_event AS paid
    WHERE paid.program_id = %(program)s AND paid.type = 'invoice.settled' AND paid.live
      AND paid.occurred_at >= %(begins)s AND paid.occurred_at < %(ends)s
      AND NOT EXISTS (
          SELECT FROM intake_event AS red
          WHERE red.company_id = paid.company_id AND red.type = 'invoice.reversed'
            AND red.business_no = paid.business_no AND red.live)
) AS business
GROUP BY month
"""
