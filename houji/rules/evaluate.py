"""The one evaluator: checked conditions and arithmetic become closures over an event's values."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from houji.kernel.numbers import EXACT
from houji.rules.tree import (
    AllOf,
    AnyOf,
    AwardForm,
    Choices,
    Comparison,
    Condition,
    DayOf,
    DaysBefore,
    DaysBetween,
    Difference,
    FieldOf,
    FixedAward,
    Literal,
    Not,
    Op,
    Operand,
    Product,
    RateAward,
    Sum,
    TableAward,
)
from houji.rules.types import FieldKind
from houji.rules.values import Layout, Values

Test = Callable[[Values], bool]
Reader = Callable[[Values], Any]

_ORDER: dict[Op, Callable[[Any, Any], bool]] = {
    Op.EQ: operator.eq,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}


def compile_condition(condition: Condition, layout: Layout, zone: ZoneInfo) -> Test:
    """Make the test of a condition."""
    match condition:
        case Comparison():
            return _compile_comparison(condition, layout, zone)
        case Not(part=part):
            inner = compile_condition(part, layout, zone)
            return lambda values: not inner(values)
        case AllOf(parts=parts):
            return compile_all(parts, layout, zone)
        case AnyOf(parts=parts):
            tests = tuple(compile_condition(part, layout, zone) for part in parts)
            return lambda values: any(test(values) for test in tests)


def compile_all(parts: tuple[Condition, ...], layout: Layout, zone: ZoneInfo) -> Test:
    """Make the test that all of several conditions hold; true of none."""
    tests = tuple(compile_condition(part, layout, zone) for part in parts)
    if not tests:
        return lambda values: True
    if len(tests) == 1:
        return tests[0]

    return lambda values: all(test(values) for test in tests)


def _compile_comparison(condition: Comparison, layout: Layout, zone: ZoneInfo) -> Test:
    left = compile_operand(condition.left, layout, zone)
    if condition.right is None:
        missing = condition.op is Op.EMPTY
        return lambda values: (left(values) is None) is missing
    if isinstance(condition.right, Choices):
        choices = frozenset(condition.right.values)
        if condition.right.kind is FieldKind.TAGS:
            return lambda values: not choices.isdisjoint(left(values) or ())
        return lambda values: left(values) in choices
    right = compile_operand(condition.right, layout, zone)
    negate = condition.op is Op.NE
    compare = _ORDER[Op.EQ if negate else condition.op]

    def holds(values: Values) -> bool:
        first = left(values)
        if first is None:
            return negate
        second = right(values)
        return negate if second is None else compare(first, second) is not negate

    return holds


def compile_operand(operand: Operand, layout: Layout, zone: ZoneInfo) -> Reader:
    """Make the reader of an operand's value: None when a value it needs is missing."""
    match operand:
        case FieldOf():
            return _compile_field(operand, layout)
        case Literal(value=value):
            return lambda values: value
        case Choices(values=choices):
            return lambda values: choices
        case Sum(terms=parts):
            return _fold(EXACT.add, parts, layout, zone)
        case Product(factors=parts):
            return _fold(EXACT.multiply, parts, layout, zone)
        case Difference(minuend=first, subtrahend=second):
            return _fold(EXACT.subtract, (first, second), layout, zone)
        case DaysBefore(day=first, deadline=second):
            return _fold(_days_from, (first, second), layout, zone)
        case DaysBetween(first=first, last=second):
            return _fold(_days_from, (first, second), layout, zone)
        case DayOf(instant=instant):
            return _compile_day_of(instant, layout, zone)


def _compile_field(field: FieldOf, layout: Layout) -> Reader:
    read: Reader = operator.itemgetter(layout.places[field.path])
    if field.plus_days == 0:
        return read
    days = field.plus_days
    return lambda values: _shift(read(values), days)


def _shift(day: date | None, days: int) -> date | None:
    if day is None:
        return None
    try:
        return day + timedelta(days=days)
    except OverflowError:
        # The calendar ends; a deadline beyond it is its last or first day.
        return date.max if days > 0 else date.min


def _fold(
    combine: Callable[[Any, Any], Any], parts: tuple[Operand, ...], layout: Layout, zone: ZoneInfo
) -> Reader:
    readers = tuple(compile_operand(part, layout, zone) for part in parts)

    def read(values: Values) -> Any:
        found = [reader(values) for reader in readers]
        return None if None in found else reduce(combine, found)

    return read


def _days_from(first: date, last: date) -> Decimal:
    return Decimal((last - first).days)


def _compile_day_of(instant: FieldOf, layout: Layout, zone: ZoneInfo) -> Reader:
    read = _compile_field(instant, layout)

    def read_day(values: Values) -> date | None:
        moment: datetime | None = read(values)
        if moment is None:
            return None
        try:
            return moment.astimezone(zone).date()
        except OverflowError:
            return moment.date()

    return read_day


def compile_award(award: AwardForm, layout: Layout, zone: ZoneInfo) -> Reader:
    """Make the reader of an award's exact value, not yet rounded; None when its number is missing."""
    match award:
        case FixedAward(points=points):
            value = Decimal(points)
            return lambda values: value
        case RateAward():
            return _compile_rate(award, layout, zone)
        case TableAward(bands=bands):
            read = compile_operand(award.of, layout, zone)
            falling = tuple((band.start, Decimal(band.points)) for band in reversed(bands))
            return lambda values: _band_points(read(values), falling)


def _compile_rate(award: RateAward, layout: Layout, zone: ZoneInfo) -> Reader:
    read = compile_operand(award.of, layout, zone)
    points, per = award.points, award.per
    multiply, divide, whole = EXACT.multiply, EXACT.divide, award.whole

    def value_of(values: Values) -> Decimal | None:
        number = read(values)
        if number is None:
            return None
        if whole:
            return multiply(whole_steps(number, per), points)
        # Multiplied before divided, so that only a quotient that never ends is ever cut.
        return divide(multiply(number, points), per)

    return value_of


def whole_steps(number: Decimal, per: Decimal) -> Decimal:
    """How many full steps of ``per`` a number holds, counted towards zero."""
    return EXACT.divide_int(number, per)


def _band_points(number: Decimal | None, falling: tuple[tuple[Decimal, Decimal], ...]) -> Decimal | None:
    if number is None:
        return None
    for start, points in falling:
        if number >= start:
            return points
    return Decimal(0)
