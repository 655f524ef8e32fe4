"""How single conditions and numbers are said, with the names of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from houji.rules.phrases import language_of, name_in, say, spaced, unit_name
from houji.rules.tree import (
    AllOf,
    AnyOf,
    Choices,
    Comparison,
    Condition,
    DayOf,
    DaysBefore,
    DaysBetween,
    Difference,
    FieldOf,
    Literal,
    Not,
    Op,
    Operand,
    Product,
    Sum,
    kind_of,
)
from houji.rules.types import Field, FieldKind
from houji.rules.wording import format_date, format_number, format_wan


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says parts of rules in one language, with the names of the fields of one event type."""

    fields: Mapping[str, Field]
    language: str
    zone: ZoneInfo

    def say(self, phrase: str, **facts: Any) -> str:
        """Fill a phrase in this language."""
        return say(phrase, self.language, **facts)

    def label(self, path: str) -> str:
        """Name a field; inside an English sentence, without its capital."""
        name = name_in(self.fields[path].names, self.language)
        if language_of(self.language) == "en" and name[1:2].islower():
            return name[0].lower() + name[1:]
        return name

    def value(self, value: Any, field: Field | None = None) -> str:
        """Write one value as people read it."""
        if value is None:
            return self.say("missing")
        if isinstance(value, bool):
            return self._choice(str(value).lower(), field) or self.say("yes" if value else "no")
        if isinstance(value, Decimal):
            return format_number(value)
        if isinstance(value, frozenset):
            return self.say("choice_list").join(self.value(tag) for tag in sorted(value))
        if isinstance(value, datetime):
            return value.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")
        if isinstance(value, date):
            return format_date(value)
        return self._choice(value, field) or f"「{value}」"

    def _choice(self, value: str, field: Field | None) -> str:
        names = field.choices.get(value) if field else None
        return name_in(names, self.language) if names else ""

    def amount(self, value: Decimal, of: Operand) -> str:
        """Write a number with the unit of what it measures: ``1 万元``, ``12 天``, ``3``."""
        unit = self.unit_of(of)
        if unit == "yuan":
            return format_wan(value, self.language)
        return f"{format_number(value)} {unit_name(unit, self.language)}" if unit else format_number(value)

    def unit_of(self, operand: Operand) -> str | None:
        """The unit of a number, where all it is made of by addition agrees."""
        match operand:
            case FieldOf(path=path):
                return self.fields[path].unit
            case DaysBefore() | DaysBetween():
                return "day"
            case Sum(terms=parts):
                units = {self.unit_of(part) for part in parts if not isinstance(part, Literal)}
                return units.pop() if len(units) == 1 else None
            case Difference(minuend=first, subtrahend=second):
                return self.unit_of(Sum((first, second)))
        return None

    def operand(self, operand: Operand, like: Operand | None = None) -> str:
        """Say an operand by its names; a literal is said in the terms of what it is compared with."""
        match operand:
            case FieldOf(path=path, plus_days=days):
                return self._moved(self.label(path), days)
            case Literal(value=value):
                return self._literal(value, like)
            case Choices(values=values):
                return self.say("choice_list").join(self._literal(value, like) for value in values)
            case Sum(terms=parts):
                return " + ".join(self._inner(part) for part in parts)
            case Product(factors=parts):
                return " × ".join(self._inner(part) for part in parts)
            case Difference(minuend=first, subtrahend=second):
                return f"{self._inner(first)} − {self._inner(second)}"
            case DaysBefore():
                return self.say("days_early")
            case DaysBetween(first=first, last=last):
                return self.say("days_between", first=self.operand(first), last=self.operand(last))
            case DayOf(instant=instant):
                return self.say("day_of", left=self.operand(instant))

    def _moved(self, label: str, days: int) -> str:
        if days == 0:
            return label
        return self.say("plus_days" if days > 0 else "minus_days", left=label, days=abs(days))

    def _inner(self, operand: Operand) -> str:
        text = self.operand(operand)
        is_compound = isinstance(operand, Sum | Difference | Product)
        return self.say("group", text=text) if is_compound else text

    def _literal(self, value: Any, like: Operand | None) -> str:
        if isinstance(value, Decimal) and like is not None:
            return self.amount(value, like)
        field = self.fields[like.path] if isinstance(like, FieldOf) else None
        return self.value(value, field)

    def condition(self, condition: Condition, *, inner: bool = False) -> str:
        """Say a condition as a clause."""
        match condition:
            case Comparison():
                return self.comparison(condition)
            case Not(part=part):
                return self.say("not", text=self.condition(part))
            case AllOf(parts=parts) | AnyOf(parts=parts):
                word = self.say("and" if isinstance(condition, AllOf) else "or")
                text = word.join(self.condition(part, inner=True) for part in parts)
                return self.say("group", text=text) if inner and len(parts) > 1 else text

    def comparison(self, condition: Comparison) -> str:
        """Say one comparison: 到账日早于到期日."""
        left, right, op = condition.left, condition.right, condition.op
        named = self._named_answer(condition)
        if named:
            return named
        shown = self.operand(left)
        if right is None:
            return self.say(op.value, left=shown)
        other = self.operand(right, left)
        if kind_of(left) is FieldKind.BOOLEAN and language_of(self.language) == "zh":
            shown, other = f"「{shown}」", f"「{other}」"
        phrase = self._phrase(op, kind_of(left))
        right_end = spaced(other, self.language)
        # Nothing follows the right side but a word of the phrase, or the end.
        right_end = right_end if op is Op.IN else right_end.rstrip()
        return self.say(phrase, left=shown, right=right_end)

    def _named_answer(self, condition: Comparison) -> str:
        """A yes-or-no field that names its answers needs no 是: 无争议."""
        left, right = condition.left, condition.right
        if not (isinstance(left, FieldOf) and isinstance(right, Literal) and isinstance(right.value, bool)):
            return ""
        if condition.op is not Op.EQ:
            return ""
        return self._choice(str(right.value).lower(), self.fields[left.path])

    def _phrase(self, op: Op, kind: FieldKind) -> str:
        if op is Op.IN and kind is FieldKind.TAGS:
            return "in_tags"
        if op is Op.IN or not kind.is_ordered:
            return op.value
        if kind.is_number:
            return f"number_{op.value}"
        return op.value if op in {Op.EQ, Op.NE} else f"date_{op.value}"
