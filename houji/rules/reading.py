"""Strict reading of JSON: nothing unknown passes, and every problem is kept with its position."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from houji.kernel.numbers import parse_amount
from houji.rules.errors import Problem
from houji.rules.types import Names

_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A position in the document; all places of one reading share the list of problems."""

    problems: list[Problem]
    rule: str | None = None
    where: str = ""

    def at(self, key: str) -> Place:
        """The position of a named part."""
        return replace(self, where=f"{self.where}.{key}" if self.where else key)

    def item(self, index: int) -> Place:
        """The position of an item of a list, counted from 0."""
        return replace(self, where=f"{self.where}[{index}]")

    def in_rule(self, code: str | None) -> Place:
        """The same position, as part of a rule."""
        return replace(self, rule=code)

    def refuse(self, code: str, **facts: Any) -> None:
        """Keep a problem at this position."""
        shown = {name: shorten(value) for name, value in facts.items()}
        self.problems.append(Problem(code, self.rule, self.where or "$", shown))


def shorten(value: Any) -> Any:
    """Return a value fit to be quoted in a message: long text is cut."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        return value
    if isinstance(value, str | int | float | list | dict | None):
        text = value if isinstance(value, str) else repr(value)[:400]
        return text if len(text) <= 400 else f"{text[:399]}…"
    return value


def listed(options: Iterable[str]) -> str:
    """Write the options of a remedy."""
    return "、".join(options)


def read_object(
    place: Place, value: Any, *, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()
) -> Mapping[str, Any] | None:
    """Read an object with exactly these keys; unknown and missing keys are problems."""
    if not isinstance(value, Mapping):
        place.refuse("not_object")
        return None
    for key in value:
        if key not in required and key not in optional:
            place.refuse("unknown_key", key=str(key), known=listed((*required, *optional)))
    missing = [key for key in required if key not in value]
    for key in missing:
        place.refuse("missing_key", key=key)
    return None if missing else value


def read_list(place: Place, value: Any, *, low: int, high: int) -> list[Any] | None:
    """Read a list of ``low`` to ``high`` items."""
    if not isinstance(value, list):
        place.refuse("not_list")
        return None
    if not low <= len(value) <= high:
        place.refuse("list_size", count=len(value), low=low, high=high)
        return None
    return value


def only_key(place: Place, value: Any, keys: tuple[str, ...], optional: tuple[str, ...] = ()) -> str | None:
    """Read which one of several forms an object has, by the only key of them it may carry."""
    if read_object(place, value, optional=(*keys, *optional)) is None:
        return None
    present = [key for key in keys if key in value]
    if len(present) != 1:
        place.refuse("one_of", keys=listed(keys), count=len(present))
        return None
    return present[0]


def read_code(place: Place, value: Any) -> str | None:
    """Read a code such as ``payment_on_time``."""
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        place.refuse("not_code", value=str(value))
        return None
    return value


def read_text(place: Place, value: Any) -> str | None:
    """Read text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        place.refuse("not_text")
        return None
    return value


def read_names(place: Place, value: Any) -> Names | None:
    """Read a name in Chinese and English."""
    names = read_object(place, value, optional=("zh", "en"))
    if names is None:
        return None
    for language in ("zh", "en"):
        if not isinstance(names.get(language), str) or not names[language].strip():
            place.refuse("name_missing", language=language)
            return None
    return {"zh": names["zh"], "en": names["en"]}


def read_option(place: Place, value: Any, options: Iterable[str]) -> str | None:
    """Read one of a few words."""
    known = tuple(options)
    if not isinstance(value, str) or value not in known:
        place.refuse("not_option", value=str(value), known=listed(known))
        return None
    return value


def read_boolean(place: Place, value: Any) -> bool | None:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    place.refuse("not_boolean")
    return None


def read_count(place: Place, value: Any, *, low: int, high: int) -> int | None:
    """Read a whole number between two bounds."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        place.refuse("not_count", value=value, low=low, high=high)
        return None
    return value


def read_decimal(place: Place, value: Any) -> Decimal | None:
    """Read an exact number: a decimal string, or a JSON integer."""
    if isinstance(value, float):
        place.refuse("float_number", value=str(value))
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        place.refuse("not_decimal", value=str(value))
        return None
    try:
        return parse_amount(str(value))
    except ValueError:
        place.refuse("not_decimal", value=str(value))
        return None


def read_positive(place: Place, value: Any) -> Decimal | None:
    """Read an exact number greater than 0."""
    number = read_decimal(place, value)
    if number is not None and number <= 0:
        place.refuse("not_positive", value=str(value))
        return None
    return number


def read_date(place: Place, value: Any) -> date | None:
    """Read a date written as 2026-01-31."""
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    place.refuse("not_date", value=str(value))
    return None


def read_datetime(place: Place, value: Any) -> datetime | None:
    """Read an instant with its offset, written as 2026-01-31T08:00:00Z."""
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
        if instant is not None and instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    place.refuse("not_datetime", value=str(value))
    return None
