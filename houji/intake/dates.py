"""Dates and times of cells: given formats, the usual Chinese ones, Excel serials, RFC 3339."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from houji.intake.normalise import Notes, fold, is_empty, is_number, refuse_errors, shown
from houji.intake.notes import Note
from houji.intake.problems import Unreadable
from houji.intake.types import Cell

_EPOCH_1900 = datetime.combine(date(1899, 12, 30), time.min)
# Serials of 1954 – 2119: a smaller or larger number in a date column is rather a wrong column.
_SERIALS = range(20_000, 80_000)
_CLOCK = r"(?:[ T]+(?P<h>\d{1,2}):(?P<i>\d{2})(?::(?P<s>\d{2})(?:\.\d+)?)?)?"
_YEAR_FIRST = re.compile(
    r"(?P<y>\d{4})(?:(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})"
    r"|年(?P<m2>\d{1,2})月(?P<d2>\d{1,2})[日号]?|(?P<m3>\d{2})(?P<d3>\d{2}))" + _CLOCK,
    re.ASCII,
)
_YEAR_LAST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}" + _CLOCK, re.ASCII)
_ISO_WITH_ZONE = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})")
_SERIAL = re.compile(r"\d{5}(\.\d{1,12})?", re.ASCII)
_TOKENS = {
    "YYYY": r"(?P<y>\d{4})",
    "MM": r"(?P<m>\d{1,2})",
    "M": r"(?P<m>\d{1,2})",
    "DD": r"(?P<d>\d{1,2})",
    "D": r"(?P<d>\d{1,2})",
}


@lru_cache(maxsize=200)
def compile_format(form: str) -> re.Pattern[str]:
    """Turn a format such as ``M/D/YYYY`` into a pattern; raises ValueError for anything else."""
    parts = re.split(r"(YYYY|MM|DD|M|D)", form)
    if any(part[:1].isalpha() and part.isascii() and part not in _TOKENS for part in parts):
        raise ValueError(f"unknown part in date format {form!r}")
    named = sorted(part[0] for part in parts if part in _TOKENS)
    if named != ["D", "M", "Y"]:
        raise ValueError(f"a date format names year, month and day once: {form!r}")
    return re.compile("".join(_TOKENS.get(part) or re.escape(part) for part in parts) + _CLOCK, re.ASCII)


def to_date(cell: Cell, notes: Notes, *, formats: Sequence[str] = ()) -> date | None:
    """Read a day; a time of day in the cell is dropped with a note."""
    moment = _read(cell, notes, formats)
    if moment is None:
        return None
    if moment.time() != time.min:
        notes.append(Note("time_dropped", shown(cell), moment.date().isoformat()))
    return moment.date()


def to_instant(cell: Cell, notes: Notes, *, zone: ZoneInfo, formats: Sequence[str] = ()) -> datetime | None:
    """Read a moment as aware UTC; without an offset it is local time, a bare day its midnight."""
    if isinstance(cell, str) and _ISO_WITH_ZONE.fullmatch(text := fold(cell)):
        return parse_rfc3339(text)
    moment = _read(cell, notes, formats)
    return None if moment is None else moment.replace(tzinfo=zone).astimezone(UTC)


def parse_rfc3339(text: str) -> datetime:
    """Read an RFC 3339 timestamp with its offset as aware UTC; raises Unreadable for anything else."""
    if not _ISO_WITH_ZONE.fullmatch(text):
        raise Unreadable("time_unreadable", raw=text[:60])
    year, month, day = (int(part) for part in text[:10].split("-"))
    made = make_date(year, month, day, text)
    try:
        parsed = datetime.fromisoformat(text.upper().replace(" ", "T"))
        return datetime.combine(made, parsed.time(), tzinfo=parsed.tzinfo).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable("time_unreadable", raw=text[:60]) from None


def make_date(year: int, month: int, day: int, raw: str) -> date:
    """Make a date or say exactly why there is none."""
    possible = 1 <= month <= 12 and 1 <= day <= calendar.monthrange(max(year, 1), month)[1]
    if not possible:
        raise Unreadable("date_impossible", raw=raw, year=str(year), month=str(month), day=str(day))
    if not 1900 <= year <= 2199:
        raise Unreadable("date_out_of_range", raw=raw[:60])
    return date(year, month, day)


def _read(cell: Cell, notes: Notes, formats: Sequence[str]) -> datetime | None:
    refuse_errors(cell)
    if is_empty(cell):
        return None
    if isinstance(cell, datetime):
        return datetime.combine(make_date(cell.year, cell.month, cell.day, shown(cell)), cell.time())
    if isinstance(cell, date):
        return datetime.combine(make_date(cell.year, cell.month, cell.day, shown(cell)), time.min)
    if is_number(cell):
        return _serial(Decimal(cell), notes, shown(cell))
    if not isinstance(cell, str):
        raise Unreadable("date_unreadable", raw=shown(cell))
    return _text(cell, notes, formats)


def _text(cell: str, notes: Notes, formats: Sequence[str]) -> datetime | None:
    text = fold(cell)
    if _SERIAL.fullmatch(text):
        return _serial(Decimal(text), notes, shown(cell))
    moment, noteworthy = _parse(text, tuple(formats))
    if noteworthy:
        notes.append(Note("date_form", shown(cell), moment.date().isoformat()))
    return moment


# The days of a file repeat from row to row; most of the time of a long import went into reading them.
@lru_cache(maxsize=8192)
def _parse(text: str, formats: tuple[str, ...]) -> tuple[datetime, bool]:
    """Read folded text; the second value says whether its form is worth a note."""
    for pattern in map(compile_format, formats):
        if match := pattern.fullmatch(text):
            return _of_match(match, match["y"], match["m"], match["d"], text), False
    if match := _YEAR_FIRST.fullmatch(text):
        month, day = (match[name] or match[f"{name}2"] or match[f"{name}3"] for name in "md")
        return _of_match(match, match["y"], month, day, text), match["sep"] != "-" and not formats
    if _YEAR_LAST.fullmatch(text):
        _refuse_year_last(text)
    raise Unreadable("date_unreadable", raw=text[:60])


def _refuse_year_last(text: str) -> None:
    first, second = (int(part) for part in re.split(r"[-/.]", text)[:2])
    if first > 12 and second > 12:
        year = re.split(r"[-/. T]", text)[2]
        raise Unreadable("date_impossible", raw=text[:60], year=year, month=str(second), day=str(first))
    raise Unreadable("date_ambiguous", raw=text[:60])


def _of_match(match: re.Match[str], year: str, month: str, day: str, raw: str) -> datetime:
    made = make_date(int(year), int(month), int(day), raw)
    hour, minute, second = (int(match[name] or 0) for name in "his")
    if hour > 23 or minute > 59 or second > 59:
        raise Unreadable("date_unreadable", raw=raw[:60])
    return datetime.combine(made, time(hour, minute, second))


def _serial(number: Decimal, notes: Notes, raw: str) -> datetime:
    if number == int(number) and 1900_00_00 < number < 2200_00_00:
        digits = str(int(number))
        made = make_date(int(digits[:4]), int(digits[4:6]), int(digits[6:]), raw)
        notes.append(Note("date_form", raw, made.isoformat()))
        return datetime.combine(made, time.min)
    if int(number) not in _SERIALS:
        raise Unreadable("date_unreadable", raw=raw)
    days, part = divmod(number, 1)
    seconds = int((part * 86_400).to_integral_value())
    moment = _EPOCH_1900 + timedelta(days=int(days), seconds=seconds)
    notes.append(Note("serial_date", raw, moment.date().isoformat()))
    return moment
