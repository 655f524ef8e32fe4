"""From stored JSON to values: each field a rule set reads is converted once per event."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from houji.kernel.numbers import parse_amount
from houji.rules.types import OCCURRED_AT, EventFacts, Facts, Field, FieldKind

Values = list[Any]
"""The values of one event's fields, by the numbers a layout gave them; None where missing."""


def _number(value: Any) -> Decimal:
    return parse_amount(value) if type(value) is str else Decimal(value)


def _text(value: Any) -> str:
    return value if type(value) is str else str(value)


def _tags(value: Any) -> frozenset[str] | None:
    return frozenset(value) or None


def _as_is(value: Any) -> Any:
    return value


CONVERTERS: dict[FieldKind, Callable[[Any], Any]] = {
    FieldKind.DECIMAL: _number,
    FieldKind.INTEGER: _number,
    FieldKind.STRING: _text,
    FieldKind.CHOICE: _text,
    FieldKind.BOOLEAN: _as_is,
    FieldKind.TAGS: _tags,
    FieldKind.DATE: date.fromisoformat,
    FieldKind.DATETIME: datetime.fromisoformat,
}
"""How stored JSON becomes a value; each raises ValueError for what no schema would have passed."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which fields the rules on one event type read, and where each value stands."""

    places: dict[str, int]
    from_event: tuple[tuple[int, str, Callable[[Any], Any]], ...]
    from_member: tuple[tuple[int, str, Callable[[Any], Any]], ...]
    occurred_at: int | None

    @classmethod
    def of(cls, fields: Iterable[Field]) -> Layout:
        """Give every field its place."""
        places: dict[str, int] = {}
        event: list[tuple[int, str, Callable[[Any], Any]]] = []
        member: list[tuple[int, str, Callable[[Any], Any]]] = []
        for field in fields:
            places[field.path] = len(places)
            scope, _, name = field.path.partition(".")
            if field.path != OCCURRED_AT.path:
                source = event if scope == "event" else member
                source.append((places[field.path], name, CONVERTERS[field.kind]))
        return cls(places, tuple(event), tuple(member), places.get(OCCURRED_AT.path))

    def load(self, event: EventFacts, facts: Facts) -> Values:
        """Convert what is needed of an event and its facts; an empty text counts as missing."""
        values: Values = [None] * len(self.places)
        data = event.data
        for place, name, convert in self.from_event:
            raw = data.get(name)
            if raw is not None and raw != "":
                values[place] = convert(raw)
        data = facts.member
        for place, name, convert in self.from_member:
            raw = data.get(name)
            if raw is not None and raw != "":
                values[place] = convert(raw)
        if self.occurred_at is not None:
            values[self.occurred_at] = event.occurred_at
        return values
