"""Workbook packages (.xlsx): weighed before they are unpacked, and searched for formula errors.

The directory of a zip may lie about sizes, so every entry is really inflated, in small pieces and
only up to the limit. calamine gives formula errors and formulas never calculated as empty cells,
which would lose them silently; so the sheet is searched for them here, as a stream of bytes.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from houji.connect.errors import SheetTooLarge, WorkbookUnpacksTooLarge, WorkbookUnreadable

UNPACKED_BYTES_MAX: Final = 200 * 1024**2
ENTRIES_MAX: Final = 2_000
SHEET_CELLS_MAX: Final = 12_000_000
"""Cells between the first and the last; calamine keeps 24 bytes for each, empty or not."""

STRINGS_MAX: Final = 4_000_000
MERGED_MAX: Final = 200_000
"""Shared texts and merged areas: calamine keeps many bytes for each of them, however short they are."""

XML_BYTES_MAX: Final = 4 * 1024**2
"""The lists of sheets and relations are read as trees, which take thirty times their size."""

_PIECE = 1 << 20
# Longer than a cell with the longest formula (8,192 characters, escaped), so none is cut in two.
_OVERLAP = 1 << 16

# No pattern reads beyond the next tag: tags that never end would make the search quadratic.
_ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^<>]*?\bt\s*=\s*["\']e["\'])([^<>]*)>(?:\s*<(?:\w+:)?f(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>))?"""
    rb"\s*<(?:\w+:)?v[^<>]*>([^<]*)<"
)
_EMPTY_FORMULA = re.compile(
    rb"""<(?:\w+:)?c\s(?![^<>]*\bt\s*=\s*["\']str["\'])([^<>]*)>\s*<(?:\w+:)?f(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)"""
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>|</(?:\w+:)?c>)"
)
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]+)([0-9]+)["']""")
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\br\s*=\s*["']([A-Za-z]+)([0-9]+)""")

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """Errors of a sheet by (row, column) from 0; an empty text is a formula never calculated."""

    errors: dict[tuple[int, int], str]


def weigh(package: ZipFile, name: str) -> None:
    """Raise WorkbookUnpacksTooLarge unless everything inside together stays within the limit."""
    entries = package.infolist()
    refusal = WorkbookUnpacksTooLarge(name, UNPACKED_BYTES_MAX // 1024**2)
    if len(entries) > ENTRIES_MAX or sum(entry.file_size for entry in entries) > UNPACKED_BYTES_MAX:
        raise refusal
    total = strings = merged = 0
    for entry in entries:
        for piece in inflate(package, entry, name):
            total += len(piece)
            strings += piece.count(b"<si") + piece.count(b":si")
            merged += piece.count(b"mergeCell")
            if total > UNPACKED_BYTES_MAX or strings > STRINGS_MAX or merged > MERGED_MAX:
                raise refusal


def inflate(package: ZipFile, entry: ZipInfo, name: str) -> Iterator[bytes]:
    """Yield what an entry really unpacks to, in pieces, whatever its directory says."""
    if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED} or entry.flag_bits & 1:
        raise WorkbookUnreadable(name)
    binary = _raw(package, entry, name)
    left = entry.compress_size
    unpack = zlib.decompressobj(-15) if entry.compress_type == ZIP_DEFLATED else None
    try:
        while left > 0 and (packed := binary.read(min(_PIECE, left))):
            left -= len(packed)
            if unpack is None:
                yield packed
                continue
            while packed and not unpack.eof:
                yield unpack.decompress(packed, _PIECE)
                packed = unpack.unconsumed_tail
    except zlib.error:
        raise WorkbookUnreadable(name) from None


def _raw(package: ZipFile, entry: ZipInfo, name: str) -> BinaryIO:
    """Go to the packed bytes of an entry, past its own header."""
    binary = package.fp
    assert binary is not None
    if entry.header_offset < 0:
        raise WorkbookUnreadable(name)
    binary.seek(entry.header_offset)
    header = binary.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise WorkbookUnreadable(name)
    skip = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    binary.seek(entry.header_offset + 30 + skip)
    return binary  # type: ignore[return-value]


def sheet_facts(package: ZipFile, sheet: str, name: str) -> SheetFacts:
    """Search a sheet for formula errors; raises SheetTooLarge or WorkbookUnreadable."""
    entry = _sheet_entry(package, sheet, name)
    errors: dict[tuple[int, int], str] = {}
    letters: set[bytes] = set()
    height = 0
    for window in _windows(inflate(package, entry, name)):
        for attributes, shown in _ERROR_CELL.findall(window):
            errors[_place(attributes, name)] = shown.decode("utf-8", "replace") or "#VALUE!"
        for attributes in _EMPTY_FORMULA.findall(window):
            errors.setdefault(_place(attributes, name), "")
        places = _CELL.findall(window)
        letters.update(place[0] for place in places)
        height = max(height, max((int(place[1][:12]) for place in places), default=0))
    width = max((_column(name[:6]) + 1 for name in letters), default=0)
    refuse_area(sheet, height, width)
    return SheetFacts(errors)


def refuse_area(sheet: str, rows: int, columns: int) -> None:
    """Raise SheetTooLarge for a sheet whose cells, empty ones included, would not fit into memory."""
    if rows * columns > SHEET_CELLS_MAX:
        raise SheetTooLarge(sheet, rows, columns)


def _windows(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield overlapping windows, so that a cell at the border of two pieces is seen whole in one."""
    tail = b""
    for piece in pieces:
        window = tail + piece
        yield window
        tail = window[-_OVERLAP:]


def _sheet_entry(package: ZipFile, sheet: str, name: str) -> ZipInfo:
    try:
        relation = _relation_of(_xml(package, "xl/workbook.xml", name), sheet)
        relations = _xml(package, "xl/_rels/workbook.xml.rels", name)
        target = next(item.get("Target", "") for item in relations if item.get("Id") == relation)
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        return package.getinfo(path)
    except (KeyError, StopIteration):
        raise WorkbookUnreadable(name) from None


def _relation_of(workbook: ET.Element, sheet: str) -> str | None:
    for item in workbook.iter(f"{_MAIN}sheet"):
        if item.get("name") == sheet:
            return item.get(_RELATION)
    raise KeyError(sheet)


def _xml(package: ZipFile, path: str, name: str) -> ET.Element:
    content = b"".join(inflate(package, package.getinfo(path), name))
    if len(content) > XML_BYTES_MAX:
        raise WorkbookUnreadable(name)
    # A workbook has no use for entities; an attacker has.
    if b"<!" in content.replace(b"<!--", b""):
        raise WorkbookUnreadable(name)
    try:
        return ET.fromstring(content)  # noqa: S314 (no declarations are left that could do harm)
    except ET.ParseError:
        raise WorkbookUnreadable(name) from None


def _place(attributes: bytes, name: str) -> tuple[int, int]:
    if (found := _PLACE.search(attributes)) is None:
        raise WorkbookUnreadable(name)
    return int(found[2][:12]) - 1, _column(found[1][:6])


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + letter - 64
    return column - 1


def open_package(binary: BinaryIO, name: str) -> ZipFile:
    """Open a zip; raises WorkbookUnreadable, also when names repeat: readers might disagree."""
    try:
        package = ZipFile(binary)
    except (BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        raise WorkbookUnreadable(name) from None
    names = [entry.casefold() for entry in package.namelist()]
    if len(set(names)) != len(names):
        raise WorkbookUnreadable(name)
    return package
