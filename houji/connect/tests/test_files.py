"""Files are recognised by content, read as a stream, and refused with the row and the way out."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from houji.connect import errors
from houji.connect.files import package
from houji.connect.files.compound import CompoundFile
from houji.connect.files.opening import open_table
from houji.connect.files.table import Table
from houji.intake.types import Cell, ErrorCell
from houji.kernel.refusals import Refusal

XLS = Path(__file__).parent / "data" / "payments.xls"
TEXT = "客户编码,客户名称,发票号,金额\nC001,云泽水利发展有限公司,FP-1,100\nC002,霁州市水利局,FP-2,200\n"


def _open(content: bytes, name: str = "回款.csv", **options: Any) -> Table:
    return open_table(io.BytesIO(content), name, **options)


def _cells(table: Table) -> list[tuple[int, tuple[Cell, ...]]]:
    return [(row.number, row.cells) for row in table.rows()]


def _workbook(fill: Callable[[Any], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book.active)
    binary = io.BytesIO()
    book.save(binary)
    return binary.getvalue()


@cache
def _plain_workbook() -> bytes:
    """One workbook for a whole run: every save writes the time into it."""
    return _workbook(_plain_sheet)


def _check_words(refusal: Refusal) -> None:
    assert refusal.message
    assert refusal.remedy


def _plain_sheet(sheet: Any) -> None:
    sheet.append(["客户编码", "金额", "到账日"])
    sheet.append(["C001", 1234.5, date(2026, 1, 5)])


def _repacked(content: bytes, replace: dict[str, bytes]) -> bytes:
    """Write a package again with some of its parts replaced."""
    binary = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(binary, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, replace.get(entry.filename, old.read(entry.filename)))
    return binary.getvalue()


@pytest.mark.parametrize(
    ("codec", "shown"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("gbk", "GBK"),
        ("gb18030", "GBK"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
    ],
)
def test_it_reads_every_encoding_chinese_systems_write(codec: str, shown: str) -> None:
    table = _open(TEXT.encode(codec))
    assert table.headers == ("客户编码", "客户名称", "发票号", "金额")
    assert table.encoding == shown
    assert _cells(table)[1] == (3, ("C002", "霁州市水利局", "FP-2", "200"))
    assert [note.kind for note in table.notes] == ([] if shown == "UTF-8" else ["encoding"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_it_finds_the_delimiter_in_the_header(delimiter: str) -> None:
    text = f'编码{delimiter}"名称,;\t"{delimiter}金额\nC001{delimiter}甲{delimiter}"1,234.50"\n'
    table = _open(text.encode())
    assert table.headers == ("编码", "名称,;", "金额")
    assert _cells(table) == [(2, ("C001", "甲", "1,234.50"))]


def test_rows_are_numbered_as_excel_shows_them_and_empty_ones_left_out() -> None:
    table = _open('编码,备注\n\nC001,"两行\n备注 ""引号"""\n,\nC002,x\n'.encode())
    assert _cells(table) == [(3, ("C001", '两行\n备注 "引号"')), (5, ("C002", "x"))]
    assert _cells(table)[-1][0] == 5, "a table can be read again"


def test_a_header_below_the_first_row_is_noted() -> None:
    table = _open("\n\n编码,金额\nC001,5\n".encode())
    assert (table.header_row, [note.kind for note in table.notes]) == (3, ["header_not_first"])
    assert _cells(table) == [(4, ("C001", "5"))]


@pytest.mark.parametrize(
    ("content", "refusal", "row"),
    [
        (TEXT.encode() + b"C003,\xff\xfe,FP-3,1\n", errors.TextUndecodable, 4),
        (TEXT.encode("gbk") + b"C003,\x81\x20,FP-3,1\n", errors.TextUndecodable, 4),
        (TEXT.encode() + "C003,截断".encode()[:-1], errors.TextUndecodable, 4),
        (TEXT.encode() + b"C003,a\0b,FP-3,1\n", errors.TextHasNul, 4),
        (TEXT.encode() + b'C003,"open,FP-3,1\n', errors.QuotesUnbalanced, 4),
        (TEXT.encode() + b'C003,"a"b,FP-3,1\n', errors.QuotesUnbalanced, 4),
        (TEXT.encode() + b'C003,"' + b"x\n" * 20_000, errors.CellTooLong, 4),
        (TEXT.encode() + b"x" * 2_000_000, errors.CellTooLong, 4),
    ],
)
def test_bytes_that_are_no_text_are_refused_with_their_row(
    content: bytes, refusal: type[Refusal], row: int
) -> None:
    table = _open(content)
    with pytest.raises(refusal) as caught:
        list(table.rows())
    assert caught.value.facts["row"] == row
    assert f"第 {row} 行" in caught.value.message


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b",,\n"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    with pytest.raises(errors.FileEmpty):
        _open(content)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页表格（HTML）"),
        ("\ufeff \n<!DOCTYPE html><html>".encode("utf-16-le"), "网页表格（HTML）"),
        (b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>", "XML 表格"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "图片"),
        (b"Rar!\x1a\x07", "压缩包"),
        (b'{"a": 1}', "JSON"),
    ],
)
def test_what_is_no_table_is_named_whatever_its_extension(content: bytes, found: str) -> None:
    with pytest.raises(errors.FileKindUnsupported) as caught:
        _open(content, "报表.xls")
    assert found in caught.value.message
    assert ".xlsx" in caught.value.remedy


@pytest.mark.parametrize(("name", "entry"), [("压缩包", "a.csv"), (".xlsb", "xl/workbook.bin")])
def test_a_zip_that_is_no_xlsx_is_named(name: str, entry: str) -> None:
    binary = io.BytesIO()
    with zipfile.ZipFile(binary, "w") as archive:
        archive.writestr(entry, b"x")
    with pytest.raises(errors.FileKindUnsupported) as caught:
        _open(binary.getvalue(), "a.xlsx")
    assert name in caught.value.message


def test_a_renamed_file_is_read_by_its_content_and_noted() -> None:
    for content, name, shown in (
        (XLS.read_bytes(), "回款.xlsx", ".xls"),
        (_workbook(_plain_sheet), "回款.xls", ".xlsx"),
        (TEXT.encode("gbk"), "回款.xls", "CSV"),
        (_workbook(_plain_sheet), "回款.csv", ".xlsx"),
    ):
        table = _open(content, name)
        assert table.headers[0] == "客户编码"
        assert [note.value for note in table.notes if note.kind == "content_differs"] == [shown]
        assert shown in next(note.text for note in table.notes if note.kind == "content_differs")
        assert _cells(table)


def test_an_xlsx_gives_exact_numbers_dates_and_excel_row_numbers(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.append([])
        sheet.append(["编码", "金额", "到账日", "已付", None])
        sheet.append(["0001", 1234.5, date(2026, 1, 5), True])
        sheet.append([])
        sheet.append([7, 139.49850000000001, datetime(2026, 1, 5, 8, 30), False])

    path = tmp_path / "a.xlsx"
    path.write_bytes(_workbook(fill))
    table = open_table(path, "a.xlsx")
    assert table.headers == ("编码", "金额", "到账日", "已付")
    assert (table.header_row, table.sheet, table.encoding) == (2, "Sheet", "")
    assert _cells(table) == [
        (3, ("0001", Decimal("1234.5"), date(2026, 1, 5), True)),
        (5, (Decimal(7), Decimal("139.4985"), datetime(2026, 1, 5, 8, 30), False)),
    ]


def test_formula_errors_and_uncalculated_formulas_are_not_lost_in_an_xlsx() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["编码", "金额", "到账日"])
        sheet.append(["C001", "#REF!", "#N/A"])
        sheet.append(["C002", "=1+1", None])
        sheet["A5"] = "#DIV/0!"

    assert _cells(_open(_workbook(fill), "a.xlsx")) == [
        (2, ("C001", ErrorCell("#REF!"), ErrorCell("#N/A"))),
        (3, ("C002", ErrorCell(""), None)),
        (5, (ErrorCell("#DIV/0!"), None, None)),
    ]


def test_a_formula_with_its_result_is_read_as_the_result() -> None:
    content = _workbook(_plain_sheet)
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    good = sheet.replace(b"<v>1234.5</v>", b"<f>1234+0.5</f><v>1234.5</v>")
    bad = sheet.replace(b'<c r="B2" t="n"><v>1234.5</v>', b'<c r="B2" t="e"><f>A1/0</f><v>#DIV/0!</v>')
    assert good != sheet != bad
    for xml, cell in ((good, Decimal("1234.5")), (bad, ErrorCell("#DIV/0!"))):
        table = _open(_repacked(content, {"xl/worksheets/sheet1.xml": xml}), "a.xlsx")
        assert _cells(table)[0][1][1] == cell


def test_an_xls_is_read_with_its_errors() -> None:
    table = open_table(XLS, "payments.xls")
    assert table.sheet_names == ("回款", "说明")
    assert [note.kind for note in table.notes] == ["sheet_chosen"]
    assert _cells(table) == [
        (2, ("C001", "FP-001", Decimal("1234.5"), date(2026, 1, 31), date(2026, 1, 5))),
        (3, ("C002", "FP-002", ErrorCell("#REF!"), 46053, date(2026, 2, 5))),
    ]
    assert open_table(XLS, "payments.xls", sheet="说明").headers == ("x",)


def test_it_names_the_sheets_when_the_one_asked_for_is_not_there() -> None:
    with pytest.raises(errors.SheetNotFound) as caught:
        open_table(XLS, "payments.xls", sheet="十一月")
    assert "回款、说明" in caught.value.remedy


def test_a_merged_header_is_refused_with_its_cells() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["应收回款明细", None, None])
        sheet.append(["编码", "金额", "到账日"])
        sheet.merge_cells("A1:C1")

    with pytest.raises(errors.HeaderMerged) as caught:
        _open(_workbook(fill), "a.xlsx")
    assert (caught.value.row, caught.value.cells) == (1, "A1:C1")
    assert "取消合并" in caught.value.remedy


def test_merged_cells_below_the_header_are_noted() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["编码", "金额"])
        sheet.append(["C001", 5])
        sheet.append([None, 6])
        sheet.merge_cells("A2:A3")

    table = _open(_workbook(fill), "a.xlsx")
    assert [note.value for note in table.notes if note.kind == "merged_cells"] == ["A2:A3"]
    assert _cells(table)[1] == (3, (None, 6))


def _bomb(size: int) -> bytes:
    return _repacked(_workbook(_plain_sheet), {"xl/theme/theme1.xml": b"\0" * size})


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "UNPACKED_BYTES_MAX", 20 * 1024**2)
    with pytest.raises(errors.WorkbookUnpacksTooLarge) as caught:
        _open(_bomb(30 * 1024**2), "a.xlsx")
    assert "20 MB" in caught.value.message


def test_a_workbook_that_lies_about_its_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "UNPACKED_BYTES_MAX", 20 * 1024**2)
    size = 30 * 1024**2
    content = _bomb(size)
    lying = content.replace(struct.pack("<I", size), struct.pack("<I", 1000))
    assert lying != content
    assert sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(lying)).infolist()) < 1024**2
    with pytest.raises(errors.WorkbookUnpacksTooLarge):
        _open(lying, "a.xlsx")


def test_a_far_away_cell_does_not_eat_the_memory() -> None:
    def fill(sheet: Any) -> None:
        _plain_sheet(sheet)
        sheet["XFD1048576"] = "x"

    with pytest.raises(errors.SheetTooLarge) as caught:
        _open(_workbook(fill), "a.xlsx")
    assert (caught.value.rows, caught.value.columns) == (1_048_576, 16_384)


def test_an_encrypted_workbook_is_refused() -> None:
    content = bytearray(XLS.read_bytes())
    old, new = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
    at = content.index(old)
    content[at : at + len(new)] = new
    content[at + 64 : at + 66] = struct.pack("<H", len(new) + 2)
    with pytest.raises(errors.WorkbookEncrypted):
        _open(bytes(content), "a.xlsx")


def test_an_encrypted_xls_is_refused() -> None:
    content = bytearray(XLS.read_bytes())
    book = CompoundFile(bytes(content)).stream("Workbook")
    # The record WRITEACCESS becomes FILEPASS, with which every encrypted .xls begins.
    at = content.index(book[:64]) + book.index(struct.pack("<HH", 0x5C, 112))
    content[at : at + 2] = struct.pack("<H", 0x2F)
    with pytest.raises(errors.WorkbookEncrypted) as caught:
        _open(bytes(content), "a.xls")
    assert "密码" in caught.value.remedy


@pytest.mark.parametrize(
    ("dimensions", "refusal"),
    [
        ((0xFF000000, 3, 0, 5), errors.WorkbookUnreadable),
        ((0, 65_536, 0, 256), errors.SheetTooLarge),
        ((0, 70_000, 0, 5), errors.WorkbookUnreadable),
    ],
)
def test_an_xls_that_claims_a_huge_sheet_does_not_eat_the_memory(
    dimensions: tuple[int, int, int, int], refusal: type[Refusal]
) -> None:
    content = bytearray(XLS.read_bytes())
    at = content.index(struct.pack("<HH", 0x200, 14)) + 4
    content[at : at + 12] = struct.pack("<IIHH", *dimensions)
    with pytest.raises(refusal):
        _open(bytes(content), "a.xls")


def test_a_document_that_is_no_workbook_is_named() -> None:
    content = XLS.read_bytes().replace("Workbook".encode("utf-16-le"), "WordDocu".encode("utf-16-le"))
    with pytest.raises(errors.FileKindUnsupported):
        _open(content, "a.xls")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_workbook_cut_short_is_refused(share: float) -> None:
    for content in (XLS.read_bytes(), _workbook(_plain_sheet)):
        with pytest.raises(errors.WorkbookUnreadable):
            _open(content[: int(len(content) * share)], "a.xlsx")


def test_a_workbook_with_entities_is_refused() -> None:
    content = _workbook(_plain_sheet)
    book = zipfile.ZipFile(io.BytesIO(content)).read("xl/workbook.xml")
    evil = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + book
    with pytest.raises(errors.WorkbookUnreadable):
        _open(_repacked(content, {"xl/workbook.xml": evil}), "a.xlsx")


@pytest.mark.parametrize("part", [b'<c r="A1" t=<c t= ', b"<c ", b'<c r="A1"><f>', b'<c t="e" r="A1"><v'])
def test_tags_that_never_end_cost_no_time(part: bytes) -> None:
    """In these 600 KB a search that looks beyond the next tag would be busy for an hour."""
    sheet = b'<worksheet><sheetData><row r="1">' + part * (600_000 // len(part))
    content = _repacked(_workbook(_plain_sheet), {"xl/worksheets/sheet1.xml": sheet})
    begun = time.process_time()
    with pytest.raises(Refusal):
        _open(content, "a.xlsx")
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    ("entry", "part"),
    [("xl/sharedStrings.xml", b"<si/>"), ("xl/worksheets/sheet9.xml", b'<mergeCell ref="A5:B9"/>')],
)
def test_millions_of_tiny_parts_do_not_eat_the_memory(entry: str, part: bytes) -> None:
    binary = io.BytesIO(_workbook(lambda sheet: sheet.append([1, 2])))
    with zipfile.ZipFile(binary, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(entry, part * 5_000_000)
    assert len(binary.getvalue()) < 1_000_000
    with pytest.raises(errors.WorkbookUnpacksTooLarge):
        _open(binary.getvalue(), "a.xlsx")


@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_but_never_crashes(data: st.DataObject) -> None:
    content = bytearray(XLS.read_bytes() if data.draw(st.booleans()) else _plain_workbook())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(8, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        list(_open(bytes(content), "a.xlsx").rows())
    except Refusal as refusal:
        _check_words(refusal)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_refusal(content: bytes) -> None:
    try:
        list(_open(content).rows())
    except Refusal as refusal:
        _check_words(refusal)


# The peak of getrusage counts what the process was forked from; Linux tells the program's own.
_READ_AND_WEIGH = """
import resource
def kilobytes_peak():
    try:
        with open("/proc/self/status") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
import sys
from django.conf import settings
settings.configure(USE_I18N=False)
from houji.connect.files.opening import open_table
rows = sum(1 for _ in open_table(sys.argv[1], "large.csv").rows())
print(rows, kilobytes_peak())
"""


@pytest.mark.parametrize("codec", ["utf-8", "gbk"])
def test_a_csv_of_200_megabytes_is_read_in_little_memory(
    tmp_path: Path, project_root: Path, codec: str
) -> None:
    path = tmp_path / "large.csv"
    text = "C001,云泽水利发展有限公司,FP-2611-0352,1240000.00,2026-11-22,2026-11-16,否,备注备注备注\n"
    line = text.encode(codec)
    count = 200 * 1024**2 // len(line) + 1
    with path.open("wb") as file:
        file.write("客户编码,客户名称,发票号,金额,到期日,到账日,是否投诉,备注\n".encode(codec))
        for _ in range(count // 10_000 + 1):
            file.write(line * 10_000)
    assert path.stat().st_size > 200 * 1024**2
    done = subprocess.run(
        [sys.executable, "-c", _READ_AND_WEIGH, str(path)],
        cwd=project_root,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    rows, peak = map(int, done.stdout.split())
    # Linux counts kilobytes, macOS bytes.
    peak_bytes = peak if sys.platform == "darwin" else peak * 1024
    assert rows == (count // 10_000 + 1) * 10_000
    assert peak_bytes < 300 * 1024**2
