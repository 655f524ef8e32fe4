"""Which encoding a text file has: by its mark, by its bytes, else by what decodes to the end."""

from __future__ import annotations

import codecs
from typing import BinaryIO

_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# GBK text can pass for a few characters of UTF-8 by chance, hardly for this many.
_CHANCE = 8

NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "gb18030": "GBK",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}
"""What people call each encoding."""


def detect_encoding(binary: BinaryIO) -> str:
    """Return the codec to read a text file with; the whole file is looked at, in pieces."""
    binary.seek(0)
    head = binary.read(4096)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return codec
    if (wide := _utf16_without_mark(head)) is not None:
        return wide
    decodes, characters = _decodes(binary, "utf-8")
    if decodes or characters >= _CHANCE:
        return "utf-8"
    return "gb18030"


def _utf16_without_mark(head: bytes) -> str | None:
    """Recognise UTF-16 by the zero bytes that ASCII separators and digits have in it."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) // 2 * 0.3 or min(even, odd) * 10 > max(even, odd) or not even + odd:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _decodes(binary: BinaryIO, codec: str) -> tuple[bool, int]:
    """Say whether a file decodes, and how many characters beyond ASCII were read until it did not."""
    decoder = codecs.getincrementaldecoder(codec)()
    characters = 0
    binary.seek(0)
    while chunk := binary.read(_CHUNK):
        if chunk.isascii() and not decoder.getstate()[0]:
            continue
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as fault:
            good = fault.object[: fault.start].decode(codec, "ignore")
            return False, characters + sum(character > "\x7f" for character in good)
        if characters < _CHANCE:
            characters += sum(character > "\x7f" for character in text)
    return not decoder.getstate()[0], characters
