"""Cells of a file in stored JSON and back, so that the error file shows what the user's file held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from houji.intake.types import Cell, ErrorCell
from houji.kernel.numbers import POINTS_LIMIT

_NUL_SHOWN = "\ufffd"


def to_json(cells: Sequence[Cell]) -> list[Any]:
    """Write cells as JSON: text, booleans and safe integers as they are, the rest with its type."""
    return [_write(cell) for cell in cells]


def from_json(stored: Sequence[Any]) -> tuple[Cell, ...]:
    """Read cells written by ``to_json``."""
    return tuple(_read(value) for value in stored)


def _write(cell: Cell) -> Any:
    # A named tuple first: ErrorCell would pass for a list.
    if isinstance(cell, ErrorCell):
        return {"error": cell.shown}
    if isinstance(cell, str):
        return cell.replace("\0", _NUL_SHOWN)
    if cell is None or isinstance(cell, bool):
        return cell
    if isinstance(cell, int | Decimal):
        return cell if isinstance(cell, int) and abs(cell) <= POINTS_LIMIT else {"number": str(cell)}
    if isinstance(cell, timedelta):
        return {"seconds": str(cell.total_seconds())}
    kind = "datetime" if isinstance(cell, datetime) else "date" if isinstance(cell, date) else "time"
    return {kind: cell.isoformat()}


def _read(value: Any) -> Cell:
    if not isinstance(value, dict):
        return value  # type: ignore[no-any-return]
    ((kind, text),) = value.items()
    readers = {
        "error": ErrorCell,
        "number": Decimal,
        "seconds": lambda seconds: timedelta(seconds=float(seconds)),
        "datetime": datetime.fromisoformat,
        "date": date.fromisoformat,
        "time": time.fromisoformat,
    }
    return readers[kind](text)  # type: ignore[operator, no-any-return]
