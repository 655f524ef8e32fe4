"""Reading the conditions of a rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from houji.rules.errors import KIND_NAMES
from houji.rules.parse_operands import Scope, fits, read_each, read_field, read_operand, shown
from houji.rules.reading import (
    listed,
    only_key,
    read_boolean,
    read_date,
    read_datetime,
    read_decimal,
    read_object,
    read_option,
    read_text,
)
from houji.rules.tree import (
    AllOf,
    AnyOf,
    Choices,
    Comparison,
    Condition,
    FieldOf,
    Literal,
    LiteralValue,
    Not,
    Op,
    Operand,
    kind_of,
)
from houji.rules.types import FieldKind

_WITHOUT_VALUE = frozenset({Op.EMPTY, Op.NOT_EMPTY})
_ORDERING = frozenset({Op.LT, Op.LE, Op.GT, Op.GE})


def read_condition(scope: Scope, value: Any) -> Condition | None:
    """Read a tree of all, any and not over comparisons."""
    if scope.is_too_deep:
        return None
    if isinstance(value, Mapping) and ("field" in value or "of" in value):
        return _read_comparison(scope, value)
    form = only_key(scope.place, value, ("field", "of", "all", "any", "not"))
    if form is None:
        return None
    below = scope.at(form)
    if form == "not":
        part = read_condition(below, value[form])
        return None if part is None else Not(part)
    parts = read_each(below, value[form], read_condition, low=1)
    if parts is None:
        return None
    return AllOf(parts) if form == "all" else AnyOf(parts)


def _read_comparison(scope: Scope, value: Mapping[str, Any]) -> Condition | None:
    place = scope.place
    subject = only_key(place, value, ("field", "of"), ("plus_days", "op", "value", "than"))
    if subject is None or read_object(place, value, required=("op",), optional=tuple(value)) is None:
        return None
    left = _read_subject(scope, value, subject)
    word = read_option(place.at("op"), value["op"], [op.value for op in Op])
    if left is None or word is None:
        return None
    op = Op(word)
    if op in _WITHOUT_VALUE:
        if "value" in value or "than" in value:
            place.refuse("value_unwanted", op=op.value)
            return None
        return Comparison(left, op)
    if kind_of(left) is FieldKind.TAGS and op is not Op.IN:
        place.at("op").refuse("not_for_tags", field=shown(left), op=op.value)
        return None
    if op in _ORDERING and not kind_of(left).is_ordered:
        place.at("op").refuse("not_ordered", field=shown(left))
        return None
    right = _read_right(scope, value, left, op)
    if right is None or not (fits(place, left) and fits(place, right)):
        return None
    return Comparison(left, op, right)


def _read_subject(scope: Scope, value: Mapping[str, Any], subject: str) -> Operand | None:
    if subject == "field":
        return read_field(scope, {key: value[key] for key in ("field", "plus_days") if key in value})
    if "plus_days" in value:
        scope.place.refuse("unknown_key", key="plus_days", known=listed(("of", "op", "value", "than")))
        return None
    return read_operand(scope.at("of"), value["of"])


def _read_right(scope: Scope, value: Mapping[str, Any], left: Operand, op: Op) -> Operand | None:
    form = only_key(scope.place, value, ("value", "than"), tuple(value))
    if form is None:
        return None
    below = scope.at(form)
    if op is Op.IN:
        if form == "value":
            return _read_choices(below, value[form], left)
        below.place.refuse("not_list")
        return None
    if form == "value":
        literal = _read_literal(below, value["value"], left)
        return None if literal is None else Literal(literal, kind_of(left))
    right = read_operand(below, value["than"])
    if right is not None and _family(kind_of(left)) != _family(kind_of(right)):
        below.place.refuse(
            "kinds_differ",
            left=shown(left),
            left_kind=KIND_NAMES[kind_of(left)],
            right=shown(right),
            right_kind=KIND_NAMES[kind_of(right)],
        )
        return None
    return right


def _read_choices(scope: Scope, value: Any, left: Operand) -> Choices | None:
    def read_one(here: Scope, item: Any) -> LiteralValue | None:
        return _read_literal(here, item, left)

    values = read_each(scope, value, read_one, low=1)
    return None if values is None else Choices(values, kind_of(left))


def _read_literal(scope: Scope, value: Any, left: Operand) -> LiteralValue | None:
    match kind_of(left):
        case FieldKind.DECIMAL | FieldKind.INTEGER:
            return read_decimal(scope.place, value)
        case FieldKind.BOOLEAN:
            return read_boolean(scope.place, value)
        case FieldKind.DATE:
            return read_date(scope.place, value)
        case FieldKind.DATETIME:
            return read_datetime(scope.place, value)
        case FieldKind.CHOICE if isinstance(left, FieldOf):
            return read_option(scope.place, value, scope.fields[left.path].choices)
        case _:
            return read_text(scope.place, value)


def _family(kind: FieldKind) -> str:
    if kind.is_number:
        return "number"
    return "text" if kind.is_text else kind.value
