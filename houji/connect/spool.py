"""Rows set aside on disk between two readings: parsing a row takes ten times as long as fetching it."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator
from typing import Any

from houji.connect.types import ReadRow
from houji.intake.types import DraftEvent, RowResult

ROWS_MAX = 500_000
"""More rows than this are read from the file again, so that the disk does not fill up."""

_BATCH = 1_000


class Spool:
    """Keeps rows in a file without a name, which vanishes with this object."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="houji-rows-")  # noqa: SIM115 (lives as long as the spool)
        self._batch: list[Any] = []
        self._count = 0

    @property
    def full(self) -> bool:
        """Whether there were too many rows to keep them all."""
        return self._count > ROWS_MAX

    def add(self, row: ReadRow) -> None:
        """Set a row aside; from the first row too many on, nothing is kept."""
        self._count += 1
        if self.full:
            if self._count == ROWS_MAX + 1:
                self._batch = []
                self._file.truncate(0)
            return
        self._batch.append(_packed(row))
        if len(self._batch) == _BATCH:
            self._flush()

    def rows(self) -> Iterator[ReadRow]:
        """Fetch the rows in their order."""
        self._flush()
        self._file.seek(0)
        while True:
            try:
                # Nobody else can write to this file: it has no name.
                batch = pickle.load(self._file)  # noqa: S301
            except EOFError:
                return
            yield from map(_unpacked, batch)

    def __del__(self) -> None:
        self._file.close()

    def _flush(self) -> None:
        if self._batch:
            self._file.seek(0, 2)
            pickle.dump(self._batch, self._file, protocol=pickle.HIGHEST_PROTOCOL)
            self._batch = []


def _packed(row: ReadRow) -> tuple[Any, ...]:
    """Flatten a row: as plain tuples rows are written several times faster than as objects."""
    result, draft = row.result, row.result.draft
    flat = draft and (
        draft.source,
        draft.id,
        draft.type,
        draft.member_key,
        draft.occurred_at,
        draft.business_no,
        draft.data,
        draft.member_name,
        draft.member_kind,
    )
    return row.cells, result.number, flat, result.notes, result.problems, result.skipped


def _unpacked(packed: tuple[Any, ...]) -> ReadRow:
    cells, number, flat, notes, problems, skipped = packed
    draft = None if flat is None else DraftEvent(*flat)
    return ReadRow(cells, RowResult(number, draft, notes, problems, skipped))
