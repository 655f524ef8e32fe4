"""CSV as Chinese systems write it, read as a stream: memory does not grow with the file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from houji.connect.errors import CellTooLong, FileEmpty, QuotesUnbalanced, TextHasNul, TextUndecodable
from houji.connect.files.encodings import NAMES, detect_encoding
from houji.connect.files.notes import FileNote
from houji.connect.files.table import FILE_BYTES_MAX, Source, Table, opened, refuse_size
from houji.intake.types import SourceRow

CELL_LENGTH_MAX: Final = 32_767
"""Longest text of one cell, in characters; the same as Excel's own limit."""

LINE_LENGTH_MAX: Final = 1 << 20

_DELIMITERS = {",": "，", ";": "；", "\t": "Tab"}
_UNUSABLE = re.compile("[\0\udc80-\udcff]")
_QUOTED = re.compile(r'"[^"]*"')


def open_csv(source: Source, name: str, notes: tuple[FileNote, ...] = ()) -> Table:
    """Open a CSV file: find its encoding, its delimiter and its header."""
    with opened(source) as binary:
        refuse_size(binary, name, FILE_BYTES_MAX)
        encoding = detect_encoding(binary)
    delimiter = _delimiter(source, encoding)
    first = next(_records(source, encoding, delimiter), None)
    if first is None:
        raise FileEmpty(name)
    if encoding not in {"utf-8", "utf-8-sig"}:
        notes = (*notes, FileNote("encoding", NAMES[encoding]))
    if delimiter != ",":
        notes = (*notes, FileNote("delimiter", _DELIMITERS[delimiter]))
    if first.number != 1:
        notes = (*notes, FileNote("header_not_first", str(first.number)))

    def rows() -> Iterator[SourceRow]:
        records = _records(source, encoding, delimiter)
        next(records)
        return records

    headers = tuple(str(cell).strip() for cell in first.cells)
    return Table(headers, first.number, "", (), NAMES[encoding], notes, rows)


def _delimiter(source: Source, encoding: str) -> str:
    """Choose the delimiter by the header, the only row sure to hold names and no decimals."""
    with opened(source) as binary:
        head = binary.read(1 << 16).decode(encoding, "replace")
    line = next((line for line in head.splitlines() if line.strip(" ,;\t\ufeff")), "")
    bare = _QUOTED.sub("", line)
    return max(_DELIMITERS, key=bare.count)


def _records(source: Source, encoding: str, delimiter: str) -> Iterator[SourceRow]:
    """Yield the records that are not empty, numbered as Excel shows them."""
    csv.field_size_limit(CELL_LENGTH_MAX)
    number = 0
    with opened(source) as binary:
        text = io.TextIOWrapper(binary, encoding, errors="surrogateescape", newline="")
        reader = csv.reader(_checked(text), delimiter=delimiter, strict=True)
        try:
            for number, cells in enumerate(reader, 1):
                if any(cells) and any(cell.strip() for cell in cells):
                    yield SourceRow(number, tuple(cells))
        except csv.Error as fault:
            if "field larger" in str(fault):
                raise CellTooLong(number + 1, CELL_LENGTH_MAX) from None
            raise QuotesUnbalanced(number + 1) from None
        except _UnusableText as fault:
            if fault.character == "\0":
                raise TextHasNul(number + 1) from None
            if not fault.character:
                raise CellTooLong(number + 1, CELL_LENGTH_MAX) from None
            raise TextUndecodable(number + 1, NAMES[encoding]) from None
        except UnicodeDecodeError:
            raise TextUndecodable(number + 1, NAMES[encoding]) from None
        finally:
            text.detach()


class _UnusableText(Exception):
    """Raised for a line that cannot be used; ``character`` is empty when it is far too long."""

    def __init__(self, character: str) -> None:
        super().__init__(character)
        self.character = character


def _checked(lines: io.TextIOWrapper) -> Iterator[str]:
    """Pass lines on; bytes that did not decode have become lone surrogates."""
    while line := lines.readline(LINE_LENGTH_MAX):
        if found := _UNUSABLE.search(line):
            raise _UnusableText(found[0])
        if len(line) == LINE_LENGTH_MAX:
            raise _UnusableText("")
        yield line
