"""Compound files (the container of .xls and of encrypted workbooks), as far as we must look inside.

calamine reads cells but gives formula errors as empty ones, which would lose them silently; so the
records of an .xls that hold errors are read here. Layout: [MS-CFB] and [MS-XLS], published by
Microsoft.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_END = 0xFFFFFFFA
_FILEPASS, _BOUNDSHEET, _BOF, _EOF, _FORMULA, _BOOLERR = 0x2F, 0x85, 0x809, 0x0A, 0x06, 0x205
_SST, _DIMENSIONS = 0xFC, 0x200
_MULTIPLE = frozenset({0xBD, 0xBE})
_CELLS = frozenset({_FORMULA, _BOOLERR, 0x201, 0x203, 0x204, 0x27E, 0xD6, 0xFD, *_MULTIPLE})
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


class Damaged(Exception):
    """The bytes contradict the format."""


@dataclass(frozen=True, slots=True)
class _Entry:
    start: int
    size: int


class CompoundFile:
    """The streams of a compound file, by name; raises Damaged when its tables make no sense."""

    def __init__(self, content: bytes) -> None:
        if len(content) < 512 or not content.startswith(MAGIC):
            raise Damaged
        self._content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if shift not in {9, 12} or mini_shift != 6:
            raise Damaged
        self._sector = 1 << shift
        self._check_counts()
        directory_start, self._cutoff, mini_start = self._header()
        self._fat = self._read_fat()
        self._entries = dict(self._directory(self._chain(directory_start)))
        root = self._entries.get("Root Entry")
        self._mini = self._chain(root.start)[: root.size] if root else b""
        self._mini_fat = _words(self._chain(mini_start)) if mini_start < _END else ()

    @property
    def names(self) -> frozenset[str]:
        """The names of the streams and storages."""
        return frozenset(self._entries)

    def stream(self, name: str) -> bytes:
        """Return the content of a stream; raises Damaged when it is not there whole."""
        entry = self._entries.get(name)
        if entry is None:
            raise Damaged
        if entry.size >= self._cutoff:
            return self._chain(entry.start)[: entry.size]
        pieces = [self._mini[at * 64 : at * 64 + 64] for at in _follow(entry.start, self._mini_fat)]
        return b"".join(pieces)[: entry.size]

    def _check_counts(self) -> None:
        """Numbers of sectors beyond the file would make a reader that trusts them ask for gigabytes."""
        sectors = len(self._content) // self._sector + 1
        for offset in (40, 44, 64, 72):
            if struct.unpack_from("<I", self._content, offset)[0] > sectors:
                raise Damaged

    def _header(self) -> tuple[int, int, int]:
        directory, _, cutoff, mini = struct.unpack_from("<IIII", self._content, 48)
        return directory, cutoff, mini

    def _read_fat(self) -> tuple[int, ...]:
        sectors = list(struct.unpack_from("<109I", self._content, 76))
        following, count = struct.unpack_from("<II", self._content, 68)
        for _ in range(count):
            if following >= _END:
                break
            words = _words(self._piece(following))
            sectors += words[:-1]
            following = words[-1]
        pieces = [self._piece(sector) for sector in sectors if sector < _END]
        return _words(b"".join(pieces))

    def _piece(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        if start >= len(self._content):
            raise Damaged
        return self._content[start : start + self._sector].ljust(self._sector, b"\0")

    def _chain(self, start: int) -> bytes:
        return b"".join(self._piece(sector) for sector in _follow(start, self._fat))

    @staticmethod
    def _directory(content: bytes) -> Iterator[tuple[str, _Entry]]:
        for at in range(0, len(content) - 127, 128):
            length, kind = struct.unpack_from("<HB", content, at + 64)
            if kind and 2 <= length <= 64:
                name = content[at : at + length - 2].decode("utf-16-le", "replace")
                start, size = struct.unpack_from("<II", content, at + 116)
                yield name, _Entry(start, size)


def _words(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])


def _follow(start: int, table: tuple[int, ...]) -> Iterator[int]:
    """Follow a chain of sectors; raises Damaged when it leaves the table or runs in a circle."""
    sector, steps = start, 0
    while sector < _END:
        if sector >= len(table) or steps > len(table):
            raise Damaged
        yield sector
        sector, steps = table[sector], steps + 1


Errors = dict[tuple[int, int], str]
"""Formula errors by (row, column), both from 0."""


@dataclass(frozen=True, slots=True)
class XlsFacts:
    """What calamine does not tell of an .xls: whether it is encrypted, and its errors by sheet name."""

    encrypted: bool
    errors: dict[str, Errors]
    areas: dict[str, tuple[int, int]]
    """Rows and columns up to the last cell, by sheet name."""


def read_xls_facts(book: bytes) -> XlsFacts:
    """Look through the records of a workbook stream (BIFF8); raises Damaged."""
    sheets: list[tuple[str, int]] = []
    for kind, body in _records(book, 0):
        if kind == _FILEPASS:
            return XlsFacts(True, {}, {})
        if kind == _SST and len(body) >= 8 and max(struct.unpack_from("<II", body)) > len(book):
            raise Damaged
        if kind == _BOUNDSHEET and len(body) >= 8:
            sheets.append((_sheet_name(body), struct.unpack_from("<I", body)[0]))
    errors = {name: dict(_errors(book, start)) for name, start in sheets}
    return XlsFacts(False, errors, {name: _area(book, start) for name, start in sheets})


def _area(book: bytes, start: int) -> tuple[int, int]:
    rows = columns = 0
    for kind, body in _records(book, start):
        if kind in _CELLS and len(body) >= 6:
            row, column = struct.unpack_from("<HH", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind in _MULTIPLE else column
        elif kind == _DIMENSIONS and len(body) >= 12:
            row, last = _dimensions(body)
            column = 0
        else:
            continue
        rows, columns = max(rows, row + 1), max(columns, column + 1, last + 1)
    return rows, columns


def _dimensions(body: bytes) -> tuple[int, int]:
    """Read the last row and column a sheet claims; a reader makes room for the difference at once."""
    first_row, end_row, first_column, end_column = struct.unpack_from("<IIHH", body)
    if first_row > end_row or end_row > 65_536 or first_column > end_column or end_column > 256:
        raise Damaged
    return max(end_row - 1, 0), max(end_column - 1, 0)


def _records(book: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one substream, from its BOF to its EOF, embedded charts passed over."""
    at, depth = start, 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, book[at + 4 : at + 4 + length]
        at += 4 + length
    raise Damaged


def _sheet_name(body: bytes) -> str:
    count, wide = body[6], body[7] & 1
    return (
        body[8 : 8 + count * 2].decode("utf-16-le", "replace")
        if wide
        else body[8 : 8 + count].decode("latin-1")
    )


def _errors(book: bytes, start: int) -> Iterator[tuple[tuple[int, int], str]]:
    for kind, body in _records(book, start):
        if kind == _BOOLERR and len(body) >= 8 and body[7] == 1:
            shown = _ERRORS.get(body[6], "#VALUE!")
        elif kind == _FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
            shown = _ERRORS.get(body[8], "#VALUE!")
        else:
            continue
        row, column = struct.unpack_from("<HH", body)
        yield (row, column), shown
