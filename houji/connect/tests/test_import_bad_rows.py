"""Every bad input has a message with row, field and remedy, and leaves nothing half written."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from houji.connect import errors
from houji.connect.actions import choose_mapping
from houji.connect.files import package
from houji.connect.preview import preview_import
from houji.connect.queries import failure_of
from houji.connect.tests.cast import Firm, csv_of, row, table_sizes, xlsx_of
from houji.intake.errors import ColumnUnknown
from houji.intake.mapping.library import shipped_mappings
from houji.programs.actions import change_settings

PAYMENTS = next(mapping for mapping in shipped_mappings() if mapping.code == "payments_zh").document


def test_an_unknown_column_refuses_the_file_and_names_the_nearest(firm: Firm) -> None:
    import_ = firm.upload(csv_of(row() + ",3", header="客户编码,客户名称,发票号,金额,到期日,到账日,返点"))
    assert import_.mapping is None
    with pytest.raises(ColumnUnknown) as found:
        choose_mapping(actor=firm.actor, import_id=import_.id, document=PAYMENTS)
    assert "返点" in found.value.message
    assert found.value.remedy
    assert firm.balances() == {}


@pytest.mark.parametrize(
    ("bad", "column", "code"),
    [
        (row(member=""), "客户编码", "member_key_missing"),
        (row(amount="NaN"), "金额", "amount_not_number"),
        (row(amount="1e400"), "金额", "amount_exponent"),
        (row(amount=""), "金额", "value_missing"),
        (row(settled="2026-02-30"), "到账日", "date_impossible"),
        (row(settled="13/13/2026"), "到账日", None),
        (row(amount="#REF!"), "金额", "formula_error"),
        (row() + ",多出一格", "", "row_too_wide"),
    ],
)
def test_a_bad_row_is_listed_and_the_good_ones_are_posted(
    firm: Firm, bad: str, column: str, code: str | None
) -> None:
    import_ = firm.post(csv_of(row("FP-8", "C002"), bad.replace("FP-1", "FP-9"), row("FP-7", "C003")))
    assert (import_.state, import_.counts) == ("done", {"accepted": 2, "refused": 1})
    listed = firm.rows(import_)[3]
    assert listed.outcome == "refused"
    problem = firm.problem(import_, 3)
    assert (problem.column, problem.code) == (column, code or problem.code)
    assert problem.message
    assert problem.remedy
    assert firm.balances() == {"C002": 4700, "C003": 4700}


def test_a_negative_amount_without_a_reversal_mapping_is_refused(firm: Firm) -> None:
    document = {name: value for name, value in PAYMENTS.items() if name != "negative"}
    import_ = firm.upload(csv_of(row(amount="-5")))
    choose_mapping(actor=firm.actor, import_id=import_.id, document=document)
    import_ = preview_import(actor=firm.actor, import_id=import_.id)
    assert firm.problem(import_, 2).code == "amount_negative"
    assert import_.counts == {"refused": 1}


def test_a_formula_error_in_a_workbook_is_refused_with_its_row(firm: Firm) -> None:
    header = ["客户编码", "发票号", "金额", "到期日", "到账日"]
    good = ["C001", "FP-1", 10_000, date(2026, 11, 24), date(2026, 11, 12)]
    content = xlsx_of([header, good, ["C002", "FP-2", "=1/0", date(2026, 11, 24), date(2026, 11, 12)]])
    import_ = firm.post(_with_error(content), "回款.xlsx")
    assert firm.problem(import_, 3).column == "金额"
    assert firm.problem(import_, 3).code in {"formula_error", "formula_not_calculated"}
    assert firm.balances() == {"C001": 180}


def _with_error(content: bytes) -> bytes:
    """Give the formula the value that Excel would have calculated: openpyxl writes none."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(b'<c r="C3"><f>1/0</f><v /></c>', b'<c r="C3" t="e"><v>#DIV/0!</v></c>')
                part = part.replace(b'<c r="C3"><f>1/0</f><v></v></c>', b'<c r="C3" t="e"><v>#DIV/0!</v></c>')
            out.writestr(name, part)
    return target.getvalue()


def test_a_merged_header_is_refused_and_keeps_no_upload(firm: Firm, uploads: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["客户", None, "金额"])
    book.active.merge_cells("A1:B1")
    binary = io.BytesIO()
    book.save(binary)
    before = table_sizes()
    with pytest.raises(errors.HeaderMerged, match="A1:B1"):
        firm.upload(binary.getvalue(), "回款.xlsx")
    assert list(uploads.iterdir()) == []
    assert table_sizes() == before


def test_an_xls_renamed_to_xlsx_is_read_by_its_content(firm: Firm) -> None:
    content = (Path(__file__).parent / "data" / "payments.xls").read_bytes()
    import_ = firm.upload(content, "回款.xlsx")
    assert import_.state == "uploaded"
    assert import_.sheet


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(
    firm: Firm, uploads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = xlsx_of([["客户编码", "x" * 1000]] * 50)
    limits = [name for name in vars(package) if name.endswith("_MAX") and "BYTES" in name]
    for name in limits:
        monkeypatch.setattr(package, name, 1_000)
    with pytest.raises(errors.WorkbookUnpacksTooLarge):
        firm.upload(content, "回款.xlsx")
    assert list(uploads.iterdir()) == []


def test_an_upload_beyond_the_limit_is_refused_and_removed(
    firm: Firm, uploads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("houji.connect.storage.UPLOAD_BYTES_MAX", 20)
    with pytest.raises(errors.FileTooLarge):
        firm.upload(csv_of(row()))
    assert list(uploads.iterdir()) == []


def test_a_file_that_breaks_off_in_the_middle_posts_nothing(firm: Firm) -> None:
    rows = [row(f"FP-{n}") for n in range(2_000)]
    import_ = firm.preview(csv_of(*rows).replace(b"FP-1999", b"FP-\xff\xfe"))
    failure = failure_of(import_)
    assert import_.state == "failed"
    assert failure is not None
    assert "2001" in failure.message
    assert firm.balances() == {}


def test_a_repeated_row_counts_once_and_says_so(firm: Firm) -> None:
    import_ = firm.post(csv_of(row(), row()))
    assert import_.counts == {"accepted": 1, "duplicate": 1}
    assert firm.problem(import_, 3).message == "与第 2 行重复，不重复计分。"
    assert firm.balances() == {"C001": 4700}


def test_the_same_number_with_another_amount_is_a_conflict_with_the_row(firm: Firm) -> None:
    import_ = firm.post(csv_of(row(amount="128000"), row(amount="182000")))
    assert import_.counts == {"accepted": 1, "conflict": 1}
    problem = firm.problem(import_, 3)
    assert problem.message == "单号与第 2 行相同，金额不同（128,000.00）。"
    assert problem.column == "发票号"
    assert problem.remedy
    assert firm.balances() == {"C001": 1360}


def test_a_number_in_the_books_with_another_amount_is_a_conflict_with_its_import(firm: Firm) -> None:
    firm.post(csv_of(row()), "十月.csv")
    import_ = firm.post(csv_of(row(amount="10000")), "十一月.csv")
    problem = firm.problem(import_, 2)
    assert problem.code == "event_conflict"
    assert "十月.csv" in problem.message
    assert "462,000.00" in problem.message
    assert firm.balances() == {"C001": 4700}


def test_the_same_business_from_two_sources_counts_once(firm: Firm) -> None:
    firm.post(csv_of(row()), "十月.csv")
    import_ = firm.upload(csv_of(row()), "银行.csv")
    document = {**PAYMENTS, "source": "urn:example:bank"}
    choose_mapping(actor=firm.actor, import_id=import_.id, document=document)
    import_ = preview_import(actor=firm.actor, import_id=import_.id)
    assert import_.counts == {"duplicate": 1}
    assert "十月.csv" in firm.problem(import_, 2).message


def test_another_tenants_member_is_simply_unknown_and_never_touched(firm: Firm, other_firm: Firm) -> None:
    other_firm.post(csv_of(row(member="THEIRS")))
    before = other_firm.balances()
    change_settings(actor=firm.actor, program_id=firm.terms.id, unknown_members="refuse")
    import_ = firm.post(csv_of(row(member="THEIRS")))
    assert import_.counts == {"refused": 1}
    problem = firm.problem(import_, 2)
    assert (problem.code, problem.column) == ("member_unknown", "客户编码")
    assert firm.balances() == {}
    assert other_firm.balances() == before
