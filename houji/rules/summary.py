"""One line about an event, from a template of its type: 付款到账 46.2 万元，提前 12 天.

A template is text with ``{event.field|filter}``. Clauses are parted by ， or ``, ``; a clause
whose value is missing is left out, but the first keeps its words: they name the event.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from houji.kernel.numbers import parse_amount
from houji.rules.phrases import language_of
from houji.rules.wording import format_against, format_date, format_money, format_number, format_wan

_PLACEHOLDER = re.compile(r"\{event\.(\w+)(?:\|(\w+)(?::event\.(\w+))?)?\}")
_WORDS = re.compile(r"\{[^}]*\}")
_SEPARATOR = re.compile(r"，|, ")
FILTERS = ("text", "int", "wan", "money", "date", "against")


class TemplateUnreadable(ValueError):
    """A summary template has a placeholder that cannot be filled; the text says which."""


def check_summary(template: str) -> None:
    """Raise TemplateUnreadable unless every placeholder of a template can be filled."""
    rest = _PLACEHOLDER.sub("", template)
    if "{" in rest or "}" in rest:
        raise TemplateUnreadable(template)
    for _, name, other in _PLACEHOLDER.findall(template):
        if (name or "text") not in FILTERS or (name == "against") != bool(other):
            raise TemplateUnreadable(template)


def summarise(template: str, event_data: Mapping[str, Any], language: str = "zh") -> str:
    """Fill a template with an event's data (stored JSON); raises TemplateUnreadable."""
    check_summary(template)
    said: list[str] = []
    for index, clause in enumerate(_SEPARATOR.split(template)):
        values = [_filled(match, event_data, language) for match in _PLACEHOLDER.finditer(clause)]
        if "" in values and index > 0:
            continue
        text = _fill(clause, values)
        if text:
            said.append(text)
    return (", " if language_of(language) == "en" else "，").join(said)


def _fill(clause: str, values: list[str]) -> str:
    words = _WORDS.split(clause)
    text = "".join(word + value for word, value in zip(words, [*values, ""], strict=True))
    return re.sub(r" {2,}", " ", text).strip()


def _filled(match: re.Match[str], data: Mapping[str, Any], language: str) -> str:
    name, filter_name, other = match.groups()
    raw = data.get(name)
    if raw is None or raw == "":
        return ""
    match filter_name or "text":
        case "wan":
            return format_wan(_number(raw), language)
        case "money":
            return format_money(_number(raw), language)
        case "int":
            return format_number(_number(raw).to_integral_value())
        case "date":
            return format_date(_day(raw))
        case "against":
            deadline = data.get(other)
            return format_against(_day(raw), _day(deadline), language) if deadline else ""
        case _:
            return str(raw)


def _number(raw: Any) -> Decimal:
    return parse_amount(raw) if isinstance(raw, str) else Decimal(raw)


def _day(raw: str) -> date:
    return date.fromisoformat(raw[:10])
