"""The error file: the bad rows as the user's file had them, with what to mend, ready to come again."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import xlsxwriter

from houji.connect import cells as stored_cells
from houji.connect.error_columns import error_columns
from houji.connect.models import ImportRow
from houji.connect.queries import bad_rows, import_by_id, problems_of
from houji.intake.types import Cell, ErrorCell

DIGITS_EXACT = 15
COLUMN_WIDTH = 18


def error_file(import_id: int) -> bytes:
    """Return the bad rows of an import as .xlsx, in the active language and the current tenant.

    Under the file's own headers stand its own cells; the last four columns say row, field, problem
    and remedy, and are ignored when the corrected file is imported. Refuses with ImportNotFound.
    """
    import_ = import_by_id(import_id)
    rows = [(row, stored_cells.from_json(row.cells)) for row in bad_rows(import_id).iterator()]
    width = max([len(import_.headers), *(len(cells) for _, cells in rows)])
    names = [*import_.headers, *[""] * (width - len(import_.headers)), *error_columns()]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        forms = _forms(book)
        for column, name in enumerate(names):
            sheet.write_string(0, column, name, forms["header"])
        for line, (row, cells) in enumerate(rows, 1):
            for column, cell in enumerate(cells):
                _write(sheet, line, column, cell, forms)
            for column, text in enumerate(_said(row), width):
                sheet.write_string(line, column, text, forms["said"])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(names) - 1, COLUMN_WIDTH)
    return buffer.getvalue()


def _forms(book: xlsxwriter.Workbook) -> dict[str, Any]:
    return {
        "header": book.add_format({"bold": True, "bottom": 1}),
        "said": book.add_format({"font_color": "#9C1C1C"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "time": book.add_format({"num_format": "hh:mm:ss"}),
    }


def _said(row: ImportRow) -> tuple[str, str, str, str]:
    """Return row number, fields, problems and remedies of a row."""
    found = problems_of(row)
    fields = dict.fromkeys(problem.column or problem.field for problem in found)
    remedies = dict.fromkeys(problem.remedy for problem in found)
    said = "；".join(problem.message.rstrip("。") for problem in found)
    return str(row.row_number), "、".join(fields), said, " ".join(remedies)


def _write(sheet: Any, line: int, column: int, cell: Cell, forms: dict[str, Any]) -> None:
    """Write a cell so that it is read back as it was; text stays text, whatever it looks like."""
    if isinstance(cell, ErrorCell):
        sheet.write_string(line, column, cell.shown)
    elif isinstance(cell, str):
        sheet.write_string(line, column, cell)
    elif isinstance(cell, bool):
        sheet.write_boolean(line, column, cell)
    elif isinstance(cell, int | Decimal):
        _write_number(sheet, line, column, Decimal(cell))
    elif isinstance(cell, datetime):
        sheet.write_datetime(line, column, cell, forms["datetime"])
    elif isinstance(cell, date):
        sheet.write_datetime(line, column, cell, forms["date"])
    elif isinstance(cell, time | timedelta):
        sheet.write_datetime(line, column, cell, forms["time"])


def _write_number(sheet: Any, line: int, column: int, value: Decimal) -> None:
    # Excel's numbers are doubles of 15 exact digits; a longer one is only safe as text.
    if len(value.as_tuple().digits) > DIGITS_EXACT:
        sheet.write_string(line, column, f"{value:f}")
    else:
        sheet.write_number(line, column, value)
