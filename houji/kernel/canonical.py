"""Canonical JSON (RFC 8785) for the values Houji stores, and fingerprints made of it.

Numbers that may not be exact are refused: decimals travel as strings, integers stay within
±(2**53 − 1), floats never enter. What remains is sorted by UTF-16 code units and written
without blanks, so that the same facts give the same bytes in every language.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from houji.kernel.numbers import POINTS_LIMIT

_encode = msgspec.json.Encoder(order="sorted").encode


def canonical_json(value: Any) -> bytes:
    """Write a value as RFC 8785 canonical JSON; raises TypeError or ValueError for inexact values."""
    # The encoder sorts by code points; below the surrogates that is the order of UTF-16 too.
    return _encode(value) if _is_plain(value) else _encode_in_order(value)


def fingerprint(value: Any) -> bytes:
    """Return the SHA-256 (32 bytes) of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value)).digest()


def _is_plain(value: Any) -> bool:
    """Tell whether all keys are ASCII; refuse what has no exact form."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        if abs(value) > POINTS_LIMIT:
            raise ValueError(f"integer beyond 2**53 - 1: {value}")
        return True
    if isinstance(value, Mapping):
        return all(_is_plain(item) and key.isascii() for key, item in value.items())
    if isinstance(value, list | tuple):
        return all(_is_plain(item) for item in value)
    raise TypeError(f"{kind.__name__} has no canonical form")


def _encode_in_order(value: Any) -> bytes:
    return msgspec.json.encode(_ordered(value))


def _ordered(value: Any) -> Any:
    """Return the value with its keys in the order of their UTF-16 code units, checking it all."""
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    _is_plain(value)
    return value


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")
