"""JSON read strictly: nothing is guessed, dropped or rounded, and every fault has its place.

What Python's own reader would let pass (duplicate keys, NaN, digits beyond a double, NUL, half a
surrogate pair) is found here; what would hurt it (depth, endless digits) is refused beforehand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from houji.intake.errors import BodyNotUtf8, BodyTooLarge, JsonInvalid, JsonTooDeep
from houji.intake.event_types.validate import exact_json_number
from houji.intake.problems import Problem
from houji.kernel.numbers import POINTS_LIMIT

DEPTH_MAX: Final = 32

# Strings are skipped whole, so that brackets inside them do not count. The closing quote is optional
# and nothing is tried twice: a string that never ends must not make the search quadratic.
_BRACKETS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Inexact(NamedTuple):
    text: str


@dataclass(slots=True)
class _Repeated:
    """Stands in the tree for an object in which ``key`` occurred twice."""

    key: str
    value: dict[str, Any]


def read_json(body: bytes, *, limit_bytes: int) -> Any:
    """Read a body of JSON; numbers become int or exact Decimal.

    Raises BodyTooLarge, BodyNotUtf8, JsonTooDeep or JsonInvalid. Faults inside values stay in the
    tree until ``take_faults`` is asked for those of one event.
    """
    if len(body) > limit_bytes:
        raise BodyTooLarge(len(body), limit_bytes)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise BodyNotUtf8(fault.start + 1) from None
    _refuse_depth(text)
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as fault:
        raise JsonInvalid(fault.lineno, fault.colno) from None


def take_faults(value: Any, path: str = "$") -> tuple[Any, list[Problem]]:
    """Return a value without its faulty parts, and a problem with its JSON path for each of them."""
    problems: list[Problem] = []
    return _clean(value, path, problems), problems


def _refuse_depth(text: str) -> None:
    depth = 0
    for token in _BRACKETS.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > DEPTH_MAX:
                raise JsonTooDeep(DEPTH_MAX)
        elif token[0] in "]}":
            depth -= 1


def _clean(value: Any, path: str, problems: list[Problem]) -> Any:
    if isinstance(value, _Repeated):
        facts = {"path": f"{path}.{_shown(value.key)}"}
        problems.append(Problem(facts["path"], "json_duplicate_key", facts))
        value = value.value
    if isinstance(value, _Inexact):
        facts = {"path": path, "raw": value.text[:60]}
        problems.append(Problem(path, "json_inexact", facts))
        return None
    if isinstance(value, dict):
        return dict(_clean_items(value, path, problems))
    if isinstance(value, list):
        return [_clean(item, f"{path}[{index}]", problems) for index, item in enumerate(value)]
    if isinstance(value, str):
        _check_text(value, path, problems)
    return value


def _clean_items(value: dict[str, Any], path: str, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    for key, item in value.items():
        place = f"{path}.{_shown(key)}"
        _check_text(key, place, problems)
        yield key, _clean(item, place, problems)


def _check_text(text: str, path: str, problems: list[Problem]) -> None:
    if "\0" in text:
        problems.append(Problem(path, "json_nul", {"path": path}))
    if not text.isascii() and _SURROGATE.search(text):
        problems.append(Problem(path, "json_surrogate", {"path": path}))


def _shown(key: str) -> str:
    """Write a key so that it can be stored and sent: short, without NUL or halves of surrogates."""
    return _SURROGATE.sub("?", key[:60].replace("\0", "\\u0000"))


def _pairs(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return _Repeated(twice, found)


def _integer(text: str) -> Any:
    if len(text) > 20 or abs(int(text)) > POINTS_LIMIT:
        return _Inexact(text)
    return int(text)


def _fraction(text: str) -> Any:
    exact = exact_json_number(text)
    return _Inexact(text) if exact is None else exact


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_int=_integer, parse_float=_fraction, parse_constant=_Inexact
)
