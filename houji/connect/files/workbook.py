"""Workbooks through calamine, with what it leaves out: limits, merged headers, formula errors."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO, Final

import python_calamine

from houji.connect.errors import (
    FileEmpty,
    FileKindUnsupported,
    HeaderMerged,
    SheetNotFound,
    WorkbookEncrypted,
    WorkbookUnreadable,
)
from houji.connect.files.compound import CompoundFile, Damaged, Errors, read_xls_facts
from houji.connect.files.notes import FileNote
from houji.connect.files.package import open_package, refuse_area, sheet_facts, weigh
from houji.connect.files.table import Source, Table, opened, refuse_size
from houji.intake.types import Cell, ErrorCell, SourceRow

WORKBOOK_BYTES_MAX: Final = 64 * 1024**2

Merged = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    cells: python_calamine.CalamineSheet
    errors: Errors
    merged: Sequence[Merged]


def open_xlsx(source: Source, name: str, sheet: str | None, notes: tuple[FileNote, ...]) -> Table:
    """Open an .xlsx after weighing it."""
    with opened(source) as binary:
        refuse_size(binary, name, WORKBOOK_BYTES_MAX)
        with open_package(binary, name) as package:
            weigh(package, name)
            names = _sheet_names(binary, name)
            chosen = _choose(names, sheet)
            errors = sheet_facts(package, chosen, name).errors
        read = _read_sheet(binary, name, chosen, errors)
    return _table(read, name, names, _sheet_notes(notes, names, chosen, sheet))


def open_xls(source: Source, name: str, sheet: str | None, notes: tuple[FileNote, ...]) -> Table:
    """Open an .xls, or say that the compound file is something else or encrypted."""
    with opened(source) as binary:
        refuse_size(binary, name, WORKBOOK_BYTES_MAX)
        errors = _xls_errors(binary.read(), name)
        names = _sheet_names(binary, name)
        chosen = _choose(names, sheet)
        read = _read_sheet(binary, name, chosen, errors.get(chosen, {}))
    return _table(read, name, names, _sheet_notes(notes, names, chosen, sheet))


def _xls_errors(content: bytes, name: str) -> Mapping[str, Errors]:
    try:
        compound = CompoundFile(content)
        if "EncryptedPackage" in compound.names:
            raise WorkbookEncrypted(name)
        book = {"Workbook", "Book"} & compound.names
        if not book:
            raise FileKindUnsupported(name, "Word / PPT")
        facts = read_xls_facts(compound.stream(book.pop()))
    except Damaged:
        raise WorkbookUnreadable(name) from None
    if facts.encrypted:
        raise WorkbookEncrypted(name)
    for sheet, (rows, columns) in facts.areas.items():
        refuse_area(sheet, rows, columns)
    return facts.errors


@contextmanager
def _calamine(name: str) -> Iterator[None]:
    """Turn whatever calamine raises about a file into a refusal."""
    try:
        yield
    except python_calamine.PasswordError:
        raise WorkbookEncrypted(name) from None
    except (python_calamine.CalamineError, OSError, ValueError):
        raise WorkbookUnreadable(name) from None
    except BaseException as fault:
        # A panic in Rust arrives as a BaseException of a module that cannot be imported.
        if type(fault).__name__ == "PanicException":
            raise WorkbookUnreadable(name) from None
        raise


def _sheet_names(binary: BinaryIO, name: str) -> tuple[str, ...]:
    """Return the names of the visible worksheets, in order."""
    binary.seek(0)
    with _calamine(name), python_calamine.load_workbook(binary) as book:
        names = tuple(
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == python_calamine.SheetVisibleEnum.Visible
        )
    if not names:
        raise FileEmpty(name)
    return names


def _choose(names: Sequence[str], sheet: str | None) -> str:
    if sheet is None:
        return names[0]
    if sheet not in names:
        raise SheetNotFound(sheet, "、".join(names))
    return sheet


def _sheet_notes(
    notes: tuple[FileNote, ...], names: Sequence[str], chosen: str, sheet: str | None
) -> tuple[FileNote, ...]:
    if len(names) > 1 and sheet is None:
        return (*notes, FileNote("sheet_chosen", chosen, raw=str(len(names))))
    return notes


def _read_sheet(binary: BinaryIO, name: str, sheet: str, errors: Errors) -> _Sheet:
    binary.seek(0)
    with _calamine(name), python_calamine.load_workbook(binary) as book:
        cells = book.get_sheet_by_name(sheet)
        return _Sheet(sheet, cells, errors, cells.merged_cell_ranges or ())


def _table(sheet: _Sheet, name: str, names: tuple[str, ...], notes: tuple[FileNote, ...]) -> Table:
    first = next(_rows(sheet), None)
    if first is None:
        raise FileEmpty(f"{name} · {sheet.name}")
    _refuse_merged_header(sheet, first.number)
    notes += _merge_notes(sheet.merged)
    if first.number != 1:
        notes = (*notes, FileNote("header_not_first", str(first.number)))

    def rows() -> Iterator[SourceRow]:
        found = _rows(sheet)
        next(found)
        return found

    headers = tuple("" if cell is None else _header(cell) for cell in first.cells)
    return Table(headers, first.number, sheet.name, names, "", notes, rows)


def _header(cell: Cell) -> str:
    if isinstance(cell, ErrorCell):
        return cell.shown
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell).strip()


def _rows(sheet: _Sheet) -> Iterator[SourceRow]:
    """Yield the rows that hold something, with Excel's numbers, errors put back into their cells."""
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), shown in sheet.errors.items():
        by_row.setdefault(row, {})[column] = shown
    for index, values in enumerate(sheet.cells.iter_rows()):
        cells = [_cell(value) for value in values]
        for column, shown in by_row.pop(index, {}).items():
            _put(cells, column, ErrorCell(shown))
        if any(cell is not None for cell in cells):
            yield SourceRow(index + 1, tuple(cells))
    for index, faults in sorted(by_row.items()):
        cells = []
        for column, shown in faults.items():
            _put(cells, column, ErrorCell(shown))
        yield SourceRow(index + 1, tuple(cells))


def _put(cells: list[Cell], column: int, cell: Cell) -> None:
    cells.extend([None] * (column + 1 - len(cells)))
    cells[column] = cell


def _cell(value: Any) -> Cell:
    if isinstance(value, float):
        # Excel calculates in doubles but shows, and means, at most 15 digits: 0.1 + 0.2 is 0.3.
        return Decimal(format(value, ".15g")) if math.isfinite(value) else ErrorCell("#NUM!")
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, bool | int | date | datetime | time | timedelta):
        return value
    return None


def _refuse_merged_header(sheet: _Sheet, row: int) -> None:
    merged = [area for area in sheet.merged if area[0][0] <= row - 1 <= area[1][0]]
    if merged:
        raise HeaderMerged(sheet.name, row, "、".join(map(_area, merged[:10])))


def _merge_notes(merged: Sequence[Merged]) -> tuple[FileNote, ...]:
    if not merged:
        return ()
    return (FileNote("merged_cells", "、".join(map(_area, merged[:5]))),)


def _area(area: Merged) -> str:
    (top, left), (bottom, right) = area
    return f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
