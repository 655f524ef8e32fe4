"""Reading the fields and the arithmetic of a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from houji.rules.errors import KIND_NAMES
from houji.rules.reading import (
    Place,
    listed,
    only_key,
    read_count,
    read_decimal,
    read_list,
    read_object,
)
from houji.rules.tree import (
    DayOf,
    DaysBefore,
    DaysBetween,
    Difference,
    FieldOf,
    Literal,
    Operand,
    Product,
    Sum,
    kind_of,
)
from houji.rules.types import Field, FieldKind

DEPTH_LIMIT = 8
"""Deeper nesting of conditions or arithmetic is refused: nobody could read it."""

PARTS_LIMIT = 50
DIGITS_LIMIT = 60
"""What the exact context of the kernel holds; a formula that could need more is refused."""

DAYS_LIMIT = 36_500

_ARITHMETIC = ("value", "sum", "difference", "product", "days_before", "days_between", "day_of")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where in the document we are, which fields may be read there, and how deep we are."""

    place: Place
    fields: Mapping[str, Field]
    depth: int = 0

    def at(self, key: str) -> Scope:
        """One level down, at a named part."""
        return replace(self, place=self.place.at(key), depth=self.depth + 1)

    def item(self, index: int) -> Scope:
        """At an item of the list here."""
        return replace(self, place=self.place.item(index))

    @property
    def is_too_deep(self) -> bool:
        """Whether reading must stop here; keeps the problem if so."""
        if self.depth > DEPTH_LIMIT * 2:
            self.place.refuse("too_deep", limit=DEPTH_LIMIT)
            return True
        return False


def read_each(scope: Scope, value: Any, read: Any, *, low: int) -> tuple[Any, ...] | None:
    """Read every item of a list; None when one of them is refused."""
    items = read_list(scope.place, value, low=low, high=PARTS_LIMIT)
    if items is None:
        return None
    parts = [read(scope.item(index), item) for index, item in enumerate(items)]
    return None if any(part is None for part in parts) else tuple(parts)


def read_operand(scope: Scope, value: Any) -> Operand | None:
    """Read a field, a number written in the rule, or arithmetic over them."""
    if scope.is_too_deep:
        return None
    if isinstance(value, Mapping) and "field" in value:
        return read_field(scope, value)
    if not isinstance(value, Mapping):
        return _read_number(scope, value)
    form = only_key(scope.place, value, _ARITHMETIC)
    if form is None:
        return None
    below = scope.at(form)
    match form:
        case "value":
            return _read_number(below, value[form])
        case "days_before":
            pair = _read_days(below, value[form], ("day", "deadline"))
            return None if pair is None else DaysBefore(*pair)
        case "days_between":
            pair = _read_days(below, value[form], ("from", "to"))
            return None if pair is None else DaysBetween(*pair)
        case "day_of":
            return _read_day_of(below, value[form])
        case _:
            return _read_arithmetic(below, form, value[form])


def _read_number(scope: Scope, value: Any) -> Literal | None:
    number = read_decimal(scope.place, value)
    return None if number is None else Literal(number, FieldKind.DECIMAL)


def read_field(scope: Scope, value: Mapping[str, Any]) -> FieldOf | None:
    """Read a field, for dates with the days it is moved by."""
    found = read_object(scope.place, value, required=("field",), optional=("plus_days",))
    if found is None:
        return None
    field = read_path(scope.at("field"), found["field"])
    if field is None or "plus_days" not in found:
        return field
    place = scope.place.at("plus_days")
    if field.kind is not FieldKind.DATE:
        place.refuse("kind_needed", field=field.path, kind=KIND_NAMES[field.kind], needed=KIND_NAMES["date"])
        return None
    days = read_count(place, found["plus_days"], low=-DAYS_LIMIT, high=DAYS_LIMIT)
    return None if days is None else replace(field, plus_days=days)


def read_path(scope: Scope, value: Any) -> FieldOf | None:
    """Read the path of a field that exists here."""
    field = scope.fields.get(value) if isinstance(value, str) else None
    if field is None:
        known = listed(scope.fields)
        scope.place.refuse("unknown_field", value=str(value), known=known)
        return None
    return FieldOf(field.path, field.kind)


def _read_arithmetic(scope: Scope, form: str, value: Any) -> Operand | None:
    parts = read_each(scope, value, _read_numeric, low=2)
    if parts is None:
        return None
    if form == "sum":
        return Sum(parts)
    if form == "product":
        return Product(parts)
    if len(parts) != 2:
        scope.place.refuse("list_size", count=len(parts), low=2, high=2)
        return None
    return Difference(*parts)


def _read_numeric(scope: Scope, value: Any) -> Operand | None:
    operand = read_operand(replace(scope, depth=scope.depth + 1), value)
    return operand if operand is not None and require_number(scope.place, operand) else None


def require_number(place: Place, operand: Operand) -> bool:
    """Whether an operand is a number that stays exact; keeps the problem if not."""
    if not kind_of(operand).is_number:
        place.refuse(
            "kind_needed",
            field=shown(operand),
            kind=KIND_NAMES[kind_of(operand)],
            needed=KIND_NAMES["decimal"],
        )
        return False
    return fits(place, operand)


def _read_days(scope: Scope, value: Any, keys: tuple[str, str]) -> tuple[Operand, Operand] | None:
    found = read_object(scope.place, value, required=keys)
    if found is None:
        return None
    first, second = (_read_day(scope.at(key), found[key]) for key in keys)
    return None if first is None or second is None else (first, second)


def _read_day(scope: Scope, value: Any) -> Operand | None:
    operand = read_operand(scope, value)
    if operand is not None and kind_of(operand) is not FieldKind.DATE:
        scope.place.refuse(
            "kind_needed",
            field=shown(operand),
            kind=KIND_NAMES[kind_of(operand)],
            needed=KIND_NAMES["date"],
        )
        return None
    return operand


def _read_day_of(scope: Scope, value: Any) -> DayOf | None:
    found = read_object(scope.place, value, required=("field",))
    field = None if found is None else read_path(scope.at("field"), found["field"])
    if field is not None and field.kind is not FieldKind.DATETIME:
        scope.place.refuse(
            "kind_needed", field=field.path, kind=KIND_NAMES[field.kind], needed=KIND_NAMES["datetime"]
        )
        return None
    return None if field is None else DayOf(field)


def shown(operand: Operand) -> str:
    """How an operand is called inside a problem."""
    if isinstance(operand, FieldOf):
        return operand.path
    return str(operand.value) if isinstance(operand, Literal) else type(operand).__name__


def fits(place: Place, operand: Operand) -> bool:
    """Whether a number of this form always stays exact; keeps the problem if not."""
    if sum(digits_of(operand)) > DIGITS_LIMIT:
        place.refuse("too_many_digits", limit=DIGITS_LIMIT)
        return False
    return True


def digits_of(operand: Operand) -> tuple[int, int]:
    """How many digits before and after the point a number of this form can have at most."""
    match operand:
        case FieldOf(kind=FieldKind.DECIMAL):
            return 15, 6
        case Literal(value=Decimal() as value):
            return max(value.adjusted() + 1, 1), max(-int(value.normalize().as_tuple().exponent), 0)
        case Sum(terms=parts):
            sizes = [digits_of(part) for part in parts]
            return max(whole for whole, _ in sizes) + 2, max(places for _, places in sizes)
        case Difference(minuend=first, subtrahend=second):
            (whole, places), (other_whole, other_places) = digits_of(first), digits_of(second)
            return max(whole, other_whole) + 1, max(places, other_places)
        case Product(factors=parts):
            sizes = [digits_of(part) for part in parts]
            return sum(whole for whole, _ in sizes), sum(places for _, places in sizes)
        case DaysBefore() | DaysBetween():
            return 7, 0
        case FieldOf(kind=FieldKind.INTEGER):
            return 16, 0
        case _:
            return 0, 0
