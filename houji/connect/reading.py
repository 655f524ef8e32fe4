"""A file with its mapping: rows come out read, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from houji.connect.error_columns import without_error_columns
from houji.connect.errors import UploadGone
from houji.connect.files.opening import open_table
from houji.connect.files.table import Source, Table
from houji.connect.types import ReadRow
from houji.intake.mapping.apply import BoundMapping
from houji.intake.mapping.bind import bind
from houji.intake.mapping.document import parse_mapping
from houji.intake.types import Cell, SourceRow


@dataclass(frozen=True, slots=True)
class ImportFile:
    """An opened file whose columns have their meaning."""

    table: Table
    headers: tuple[str, ...]
    bound: BoundMapping

    def rows(self) -> Iterator[ReadRow]:
        """Read every row; may raise the refusals of the file's text in the middle."""
        width = len(self.headers) if len(self.headers) < len(self.table.headers) else None
        for row in self.table.rows():
            cells = row.cells if width is None else row.cells[:width]
            yield ReadRow(cells, self.bound.apply(SourceRow(row.number, cells)))

    def raw(self, field: str, cells: tuple[Cell, ...]) -> Cell:
        """Return the cell of a field as the file holds it, None where the file has no such column."""
        header = self.bound.columns.get(field, "")
        index = self.headers.index(header) if header in self.headers else len(cells)
        return cells[index] if index < len(cells) else None


def open_import_file(
    source: Source, name: str, *, sheet: str, document: Mapping[str, Any], zone: ZoneInfo
) -> ImportFile:
    """Open a file and bind its mapping; refuses as the file, the document or the header give cause."""
    try:
        table = open_table(source, name, sheet=sheet or None)
    except FileNotFoundError:
        raise UploadGone(name=name) from None
    headers = without_error_columns(table.headers)
    return ImportFile(table, headers, bind(parse_mapping(document), headers, zone=zone))
