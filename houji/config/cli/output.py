"""Prints rows as aligned text for people, or as CSV or JSON for programs."""

from __future__ import annotations

import csv
import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TextIO

from houji.kernel.numbers import plain


def print_rows(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], form: str, *, to: TextIO | None = None
) -> None:
    """Print rows under their column names; ``form`` is ``text``, ``csv`` or ``json``.

    Decimals are written without exponent, instants in UTC (RFC 3339), absent values as nothing
    (null in JSON). Integers stay numbers in JSON, decimals are strings.
    """
    out = to or sys.stdout
    if form == "json":
        json.dump([_record(columns, row) for row in rows], out, ensure_ascii=False, indent=2)
        out.write("\n")
    elif form == "csv":
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([written(value) for value in row] for row in rows)
    else:
        _print_table(columns, [[written(value) for value in row] for row in rows], out)


def print_record(record: Mapping[str, Any], form: str, *, to: TextIO | None = None) -> None:
    """Print one record: a line per field as text, one row as CSV, one object as JSON."""
    out = to or sys.stdout
    if form == "json":
        json.dump(_record(list(record), list(record.values())), out, ensure_ascii=False, indent=2)
        out.write("\n")
    elif form == "csv":
        print_rows(list(record), [list(record.values())], "csv", to=out)
    else:
        wide = max((width(name) for name in record), default=0)
        for name, value in record.items():
            out.write(f"{_padded(name, wide)}  {written(value)}\n")


def written(value: Any) -> str:
    """Write one value the way every text output of Houji does."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def width(text: str) -> int:
    """Return how many columns a terminal gives a text; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _record(columns: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    return {
        name: value if value is None or isinstance(value, bool | int | list | dict) else written(value)
        for name, value in zip(columns, row, strict=True)
    }


def _print_table(columns: Sequence[str], rows: list[list[str]], out: TextIO) -> None:
    table = [list(columns), *rows]
    widths = [max(width(line[index]) for line in table) for index in range(len(columns))]
    for line in table:
        cells = (_padded(cell, wide) for cell, wide in zip(line, widths, strict=True))
        out.write("  ".join(cells).rstrip() + "\n")


def _padded(text: str, wide: int) -> str:
    return text + " " * (wide - width(text))
