"""Opening a file by what it contains; its extension is only compared with that."""

from __future__ import annotations

from typing import Final
from zipfile import ZipFile

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from houji.connect.errors import FileEmpty, FileKindUnsupported
from houji.connect.files.compound import MAGIC
from houji.connect.files.csv_table import open_csv
from houji.connect.files.notes import FileNote
from houji.connect.files.package import open_package
from houji.connect.files.table import Source, Table, opened, size_bytes
from houji.connect.files.workbook import open_xls, open_xlsx

_EXTENSIONS = {"csv": "CSV", "txt": "CSV", "tsv": "CSV", "xls": ".xls", "xlsx": ".xlsx", "xlsm": ".xlsx"}

_OTHER: Final[tuple[tuple[bytes, str | Promise], ...]] = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", _("图片")),
    (b"\xff\xd8\xff", _("图片")),
    (b"GIF8", _("图片")),
    (b"Rar!", _("压缩包")),
    (b"7z\xbc\xaf", _("压缩包")),
    (b"\x1f\x8b", _("压缩包")),
    (b"PK\x05\x06", _("空的压缩包")),
)


def open_table(source: Source, filename: str, *, sheet: str | None = None) -> Table:
    """Open a CSV file or workbook, given as a path or a seekable binary.

    ``filename`` is the user's name for it, shown in messages. Rows are read lazily; a binary must
    stay open meanwhile and serve one reading at a time. Raises the refusals of ``connect.errors``.
    """
    name = filename[-100:]
    with opened(source) as binary:
        head = binary.read(4096)
        if not size_bytes(binary):
            raise FileEmpty(name)
        kind = "xlsx" if head.startswith(b"PK\x03\x04") else "xls" if head.startswith(MAGIC) else "csv"
        if kind == "xlsx":
            with open_package(binary, name) as package:
                _refuse_other_package(package, name)
    _refuse_other(head, name)
    if kind == "csv":
        return open_csv(source, name, _difference(name, "CSV"))
    reader = open_xlsx if kind == "xlsx" else open_xls
    return reader(source, name, sheet, _difference(name, f".{kind}"))


def _difference(name: str, content: str) -> tuple[FileNote, ...]:
    """Note an extension that promises something else; one that promises nothing is no matter."""
    extension = name.rpartition(".")[2].lower()
    if _EXTENSIONS.get(extension, content) == content:
        return ()
    return (FileNote("content_differs", content, raw=f".{extension}"),)


def _refuse_other_package(package: ZipFile, name: str) -> None:
    entries = set(package.namelist())
    if "xl/workbook.xml" in entries:
        return
    if "xl/workbook.bin" in entries:
        raise FileKindUnsupported(name, ".xlsb")
    if "content.xml" in entries and "mimetype" in entries:
        raise FileKindUnsupported(name, ".ods")
    raise FileKindUnsupported(name, str(_("压缩包")))


def _refuse_other(head: bytes, name: str) -> None:
    for magic, found in _OTHER:
        if head.startswith(magic):
            raise FileKindUnsupported(name, str(found))
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if text.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"<style")):
        raise FileKindUnsupported(name, str(_("网页表格（HTML）")))
    if text.startswith((b"<?xml", b"<workbook")):
        found = _("网页表格（HTML）") if b"<html" in text else _("XML 表格")
        raise FileKindUnsupported(name, str(found))
    if text.startswith((b"{", b"[{")):
        raise FileKindUnsupported(name, "JSON")
