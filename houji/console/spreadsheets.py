"""Tables as files: .xlsx that Excel opens as it is, .csv that it reads in the right encoding."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_MAX = 1_048_575
"""What one Excel sheet holds below its head."""
CELL_LENGTH_MAX = 32_767

Table = tuple[str, Sequence[str], Iterable[Sequence[Any]]]
"""A sheet: its name, its head, its rows."""


def xlsx_response(name: str, tables: Sequence[Table]) -> HttpResponse:
    """Answer with a workbook; ``name`` is the file's, without its ending.

    Texts stay texts: a name that begins with = is no formula. Rows beyond what a sheet holds go
    on in further sheets.
    """
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        styles = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "whole": book.add_format({"num_format": "#,##0"}),
            "broken": book.add_format({"num_format": "#,##0.00"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        for title, head, rows in tables:
            _write_sheets(book, styles, title, head, list(rows))
    return file_response(stream.getvalue(), XLSX, f"{name}.xlsx")


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Answer with a CSV in UTF-8 with BOM, by which Excel knows the encoding."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(head)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return file_response(("\ufeff" + stream.getvalue()).encode(), "text/csv; charset=utf-8", f"{name}.csv")


def _write_sheets(
    book: Any, styles: dict[str, Any], title: str, head: Sequence[str], rows: list[Sequence[Any]]
) -> None:
    for part, start in enumerate(range(0, max(len(rows), 1), ROWS_MAX)):
        page = book.add_worksheet(title if part == 0 else f"{title} {part + 1}")
        page.freeze_panes(1, 0)
        for column, text in enumerate(head):
            page.write_string(0, column, text, styles["head"])
            page.set_column(column, column, _width(text, [row[column] for row in rows[start : start + 200]]))
        for line, row in enumerate(rows[start : start + ROWS_MAX], start=1):
            for column, value in enumerate(row):
                _write(page, styles, line, column, value)


def _write(page: Any, styles: dict[str, Any], line: int, column: int, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        page.write_datetime(line, column, value, styles["day"])
    elif isinstance(value, int):
        page.write_number(line, column, value, styles["whole"])
    elif isinstance(value, Decimal):
        page.write_number(line, column, value, styles["broken"])
    else:
        page.write_string(line, column, str(value)[:CELL_LENGTH_MAX])


def _width(head: str, values: Iterable[Any]) -> int:
    """A Chinese character is as wide as two Latin ones."""
    widths = [sum(2 if ord(sign) > 0x2E7F else 1 for sign in str(text)) for text in (head, *values) if text]
    return min(60, max([8, *widths]) + 2)


def _harmless(value: Any) -> Any:
    """Keep a spreadsheet from running a text of a CSV as a formula."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return "'" + value
    return "" if value is None else value


def file_response(body: bytes, content_type: str, filename: str) -> HttpResponse:
    """Answer with a file to be saved under a name, which may be Chinese."""
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    response["Cache-Control"] = "no-store"
    return response
