"""Canonical JSON (RFC 8785) for the values Houji stores, and fingerprints made of it.

Numbers that may not be exact are refused: decimals travel as strings, integers stay within
±(2**53 − 1), floats never enter. What remains is sorted by UTF-16 code units and written
without blanks, so that the same facts give the same bytes in every language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from houji.kernel.numbers import POINTS_LIMIT


def canonical_json(value: Any) -> bytes:
    """Write a value as RFC 8785 canonical JSON; raises TypeError or ValueError for inexact values."""
    return _write(value).encode()


def fingerprint(value: Any) -> bytes:
    """Return the SHA-256 (32 bytes) of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value)).digest()


def _write(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        if abs(value) > POINTS_LIMIT:
            raise ValueError(f"integer beyond 2**53 - 1: {value}")
        return str(value)
    if isinstance(value, Mapping):
        ordered = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
        return "{" + ",".join(f"{_write(key)}:{_write(item)}" for key, item in ordered) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_write, value)) + "]"
    raise TypeError(f"{type(value).__name__} has no canonical form")
