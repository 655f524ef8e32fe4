"""An event's data is checked against its type and brought into stored form, with every fault listed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import fastjsonschema

from houji.intake.dates import make_date
from houji.intake.event_types.catalogue import DataField, DataKind, EventType
from houji.intake.normalise import in_yuan
from houji.intake.problems import Problem, Unreadable
from houji.kernel.numbers import POINTS_LIMIT, plain

_DECIMAL = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_EXPONENT = re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Validated:
    """``data`` in stored form, to be used only when ``problems`` is empty."""

    data: Mapping[str, Any]
    problems: tuple[Problem, ...]


def validate_data(kind: EventType, data: Mapping[str, Any]) -> Validated:
    """Check an event's data; amounts may be decimal strings, integers, or decimals without loss."""
    stored: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in data.items():
        if (field := kind.fields.get(name)) is None:
            problems.append(_unknown(name, kind))
        elif value is not None:
            try:
                stored[name] = _READERS[field.kind](value, field)
            except Unreadable as fault:
                problems.append(fault.problem(name))
    for field in kind.fields.values():
        if field.required and data.get(field.name) is None:
            problems.append(Problem(field.name, "value_missing"))
    if not problems:
        problems = _against_schema(kind, stored)
    return Validated(stored, tuple(problems))


def exact_json_number(text: str) -> Decimal | None:
    """Return a JSON number exactly, or None when other JSON readers would lose digits of it."""
    if len(text) > 60:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if value != 0 and not -300 < value.adjusted() < 300:
        return None
    if value == value.to_integral_value():
        return value if abs(value) <= POINTS_LIMIT else None
    return value if Decimal(repr(float(text))) == value else None


def _unknown(name: str, kind: EventType) -> Problem:
    near = difflib.get_close_matches(name, kind.fields, n=1, cutoff=0.0)
    return Problem(name[:60], "field_unknown", {"raw": name[:60], "nearest": near[0]})


def _against_schema(kind: EventType, stored: Mapping[str, Any]) -> list[Problem]:
    """Check what the readers above do not know, such as limits and patterns; one fault at a time."""
    try:
        _compiled(kind)(stored)
    except fastjsonschema.JsonSchemaValueException as fault:
        return [_schema_problem(fault)]
    return []


_COMPILED: dict[str, Callable[[Any], Any]] = {}


def _compiled(kind: EventType) -> Callable[[Any], Any]:
    if kind.code not in _COMPILED:
        formats = {"decimal": _DECIMAL.pattern + r"\Z", "date": _DATE.pattern + r"\Z"}
        _COMPILED[kind.code] = fastjsonschema.compile(dict(kind.schema), formats=formats)
    return _COMPILED[kind.code]


def _schema_problem(fault: fastjsonschema.JsonSchemaValueException) -> Problem:
    name = str(fault.path[1]) if len(fault.path) > 1 else ""
    limit = str(fault.rule_definition)
    raw = str(fault.value)[:60]
    if fault.rule == "minimum":
        return Problem(name, "number_too_small", {"raw": raw, "limit": limit})
    if fault.rule == "maximum":
        return Problem(name, "number_too_large", {"raw": raw, "limit": limit})
    if fault.rule == "maxLength":
        return Problem(name, "text_too_long", {"limit": limit})
    return Problem(name, "schema_violated", {"rule": f"{fault.rule}: {limit[:60]}"})


def _amount(value: Any, field: DataField) -> str:
    raw = str(value)[:60]
    amount = in_yuan(_decimal(value, raw), "元", raw)
    if field.minimum is not None and amount < Decimal(field.minimum):
        code = "amount_negative" if field.minimum == "0" else "number_too_small"
        raise Unreadable(code, raw=raw, limit=field.minimum)
    return plain(amount)


def _decimal(value: Any, raw: str) -> Decimal:
    if isinstance(value, str):
        if not _DECIMAL.fullmatch(value):
            code = "amount_exponent" if _EXPONENT.fullmatch(value) else "amount_not_number"
            raise Unreadable("value_missing" if not value.strip() else code, raw=raw)
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Unreadable("amount_not_number", raw=raw)
    if isinstance(value, int):
        value = Decimal(value)
    exact = exact_json_number(str(value)) if Decimal(value).is_finite() else None
    # A float has at most 15 digits that are certainly those its writer meant.
    if exact is None or (isinstance(value, float) and len(exact.normalize().as_tuple().digits) > 15):
        raise Unreadable("number_inexact", raw=raw)
    return exact


def _date(value: Any, _field: DataField) -> str:
    if not isinstance(value, str):
        raise Unreadable("date_unreadable", raw=str(value)[:60])
    return _checked_date(value)


@lru_cache(maxsize=10_000)
def _checked_date(value: str) -> str:
    if not _DATE.fullmatch(value):
        raise Unreadable("date_unreadable", raw=value[:60])
    year, month, day = map(int, value.split("-"))
    made: date = make_date(year, month, day, value)
    return made.isoformat()


def _text(value: Any, field: DataField) -> str:
    if not isinstance(value, str):
        raise Unreadable("text_expected", raw=str(value)[:60])
    if "\0" in value:
        raise Unreadable("text_forbidden")
    text = value.strip()
    if not text:
        raise Unreadable("value_missing")
    if field.length_max is not None and len(text) > field.length_max:
        raise Unreadable("text_too_long", limit=str(field.length_max))
    return text


def _integer(value: Any, _field: DataField) -> int:
    if (
        isinstance(value, Decimal)
        and value.is_finite()
        and abs(value) <= POINTS_LIMIT
        and value == int(value)
    ):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > POINTS_LIMIT:
        raise Unreadable("integer_expected", raw=str(value)[:60])
    return value


def _boolean(value: Any, _field: DataField) -> bool:
    if not isinstance(value, bool):
        raise Unreadable("boolean_unreadable", raw=str(value)[:60])
    return value


_READERS: Mapping[DataKind, Callable[[Any, DataField], Any]] = {
    DataKind.AMOUNT: _amount,
    DataKind.DATE: _date,
    DataKind.CODE: _text,
    DataKind.TEXT: _text,
    DataKind.INTEGER: _integer,
    DataKind.BOOLEAN: _boolean,
}
