"""Reading what a rule gives: fixed points, a rate per amount, or a table of bands."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from houji.kernel.numbers import POINTS_LIMIT
from houji.rules.parse_operands import DIGITS_LIMIT, Scope, digits_of, read_operand, require_number
from houji.rules.reading import (
    only_key,
    read_boolean,
    read_code,
    read_count,
    read_decimal,
    read_list,
    read_object,
    read_option,
    read_positive,
)
from houji.rules.tree import AwardForm, Band, FixedAward, Literal, Operand, Product, RateAward, TableAward
from houji.rules.types import FieldKind

BANDS_LIMIT = 100


def read_award(scope: Scope, value: Any) -> tuple[str, AwardForm] | None:
    """Read an award: the code of its unit, and its form."""
    form = only_key(scope.place, value, ("fixed", "rate", "table"), ("unit",))
    if form is None or read_object(scope.place, value, required=("unit",), optional=tuple(value)) is None:
        return None
    unit = read_code(scope.place.at("unit"), value["unit"])
    award = _read_form(scope.at(form), form, value[form])
    return None if unit is None or award is None else (unit, award)


def _read_form(scope: Scope, form: str, value: Any) -> AwardForm | None:
    if form == "rate":
        return _read_rate(scope, value)
    if form == "table":
        return _read_table(scope, value)
    points = read_count(scope.place, value, low=1, high=POINTS_LIMIT)
    return None if points is None else FixedAward(points)


def _read_measure(scope: Scope, value: Any) -> Operand | None:
    operand = read_operand(scope, value)
    return operand if operand is not None and require_number(scope.place, operand) else None


def _read_rate(scope: Scope, value: Any) -> RateAward | None:
    found = read_object(scope.place, value, required=("points", "per", "of"), optional=("whole",))
    if found is None:
        return None
    points = read_positive(scope.place.at("points"), found["points"])
    per = read_positive(scope.place.at("per"), found["per"])
    of = _read_measure(scope.at("of"), found["of"])
    whole = read_boolean(scope.place.at("whole"), found.get("whole", False))
    if points is None or per is None or of is None or whole is None:
        return None
    return RateAward(points, per, of, whole) if _stays_exact(scope, of, points, per) else None


def _stays_exact(scope: Scope, of: Operand, points: Decimal, per: Decimal) -> bool:
    """Whether no event can need more digits than the exact context has, the division included.

    A quotient that does not end is cut at the context's precision; the places left beyond those
    of the dividend and the digits of the divisor keep the cut from ever reaching a whole number.
    """
    whole, places = digits_of(Product((of, Literal(points, FieldKind.DECIMAL))))
    divisor = sum(digits_of(Literal(per, FieldKind.DECIMAL)))
    if whole + places > DIGITS_LIMIT or places + divisor > DIGITS_LIMIT - 20:
        scope.place.refuse("too_many_digits", limit=DIGITS_LIMIT)
        return False
    return True


def _read_table(scope: Scope, value: Any) -> TableAward | None:
    found = read_object(scope.place, value, required=("of", "bands"), optional=("mode",))
    if found is None:
        return None
    read_option(scope.place.at("mode"), found.get("mode", "whole"), ("whole",))
    of = _read_measure(scope.at("of"), found["of"])
    bands = _read_bands(scope.at("bands"), found["bands"])
    return None if of is None or bands is None else TableAward(of, bands)


def _read_bands(scope: Scope, value: Any) -> tuple[Band, ...] | None:
    items = read_list(scope.place, value, low=1, high=BANDS_LIMIT)
    if items is None:
        return None
    bands: list[Band] = []
    for index, item in enumerate(items):
        band = _read_band(scope.item(index), item)
        if band is not None and bands and band.start <= bands[-1].start:
            scope.item(index).place.at("from").refuse("bands_not_rising", value=str(band.start))
        if band is not None:
            bands.append(band)
    return tuple(bands)


def _read_band(scope: Scope, value: Mapping[str, Any]) -> Band | None:
    found = read_object(scope.place, value, required=("from", "points"))
    if found is None:
        return None
    start = read_decimal(scope.place.at("from"), found["from"])
    points = read_count(scope.place.at("points"), found["points"], low=0, high=POINTS_LIMIT)
    return None if start is None or points is None else Band(start, points)
