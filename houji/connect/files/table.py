"""A table in a file: its header and its rows, one after another, whatever the file is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import BinaryIO

from houji.connect.errors import FileTooLarge
from houji.connect.files.notes import FileNote
from houji.intake.types import SourceRow

Source = str | PathLike[str] | BinaryIO

FILE_BYTES_MAX = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Table:
    """An opened table.

    ``sheet`` and ``sheet_names`` are empty for CSV, ``encoding`` for workbooks. ``notes`` say what
    the reader should know of the file. ``header_row`` is the row of the header as Excel counts.
    """

    headers: tuple[str, ...]
    header_row: int
    sheet: str
    sheet_names: tuple[str, ...]
    encoding: str
    notes: tuple[FileNote, ...]
    _rows: Callable[[], Iterator[SourceRow]]

    def rows(self) -> Iterator[SourceRow]:
        """Read the rows after the header from the beginning, empty ones left out.

        May raise TextUndecodable, TextHasNul, QuotesUnbalanced or CellTooLong at the row concerned.
        """
        return self._rows()


@contextmanager
def opened(source: Source) -> Iterator[BinaryIO]:
    """Open a path, or go to the start of a binary that stays its owner's to close."""
    if isinstance(source, str | PathLike):
        with Path(source).open("rb") as binary:
            yield binary
    else:
        source.seek(0)
        yield source


def size_bytes(binary: BinaryIO) -> int:
    """Return the size of a binary and go back to its start."""
    size = binary.seek(0, 2)
    binary.seek(0)
    return size


def refuse_size(binary: BinaryIO, name: str, limit_bytes: int) -> None:
    """Raise FileTooLarge beyond a limit."""
    if size_bytes(binary) > limit_bytes:
        raise FileTooLarge(name, limit_bytes // 1024**2)
