"""What Chinese systems export is read exactly and visibly; what could mean two things is asked about."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from houji.intake import dates, normalise
from houji.intake.notes import NOTES, Note
from houji.intake.problems import PROBLEMS, Problem, Unreadable
from houji.intake.types import Cell, ErrorCell
from houji.kernel.numbers import plain


def _check_words(problem: Problem) -> None:
    assert problem.message
    assert problem.remedy


SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("cell", "value", "kind"),
    [
        ("1234.50", "1234.5", None),
        (" 1234.5\t", "1234.5", None),
        ("-5", "-5", None),
        ("0", "0", None),
        (Decimal("0.3"), "0.3", None),
        (7, "7", None),
        ("1,234.50", "1234.5", "thousands"),
        ("12,345,678", "12345678", "thousands"),
        ("１２３", "123", "full_width"),
        ("１，２３４．５０", "1234.5", "thousands"),
        ("￥１２．３４５", "12.345", "currency"),
        ("¥1234.50", "1234.5", "currency"),
        ("1234.50 元", "1234.5", "currency"),
        ("人民币1,234.50元整", "1234.5", "thousands"),
        ("(1,234.50)", "-1234.5", "brackets"),
        ("（１２３）", "-123", "brackets"),
        ("−86,000.00", "-86000", "thousands"),
        ("¥-5", "-5", "currency"),
        ("5-", "-5", "sign"),
        ("+5", "5", "sign"),
        ("46.2万元", "462000", "unit"),
        ("1.5亿", "150000000", "unit"),
    ],
)
def test_it_reads_money_as_it_is_written_and_notes_what_it_changed(
    cell: Cell, value: str, kind: str | None
) -> None:
    notes: list[Note] = []
    amount = normalise.to_amount(cell, notes)
    assert amount is not None
    assert plain(amount) == value
    assert (notes[-1].kind if notes else None) == kind


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("NaN", "amount_not_number"),
        ("inf", "amount_not_number"),
        ("abc", "amount_not_number"),
        ("壹万", "amount_not_number"),
        ("12%", "amount_not_number"),
        ("1 234", "amount_not_number"),
        ("元", "amount_not_number"),
        ("--5", "amount_not_number"),
        ("-(5)", "amount_not_number"),
        ("٣", "amount_not_number"),
        (True, "amount_not_number"),
        (Decimal("NaN"), "amount_not_number"),
        (Decimal("Infinity"), "amount_not_number"),
        ("1e400", "amount_exponent"),
        ("1.5E+05", "amount_exponent"),
        ("1,23.4", "amount_ambiguous"),
        ("1234,56", "amount_ambiguous"),
        ("1,2345", "amount_ambiguous"),
        ("0.1234567", "amount_too_many_digits"),
        ("0." + "1" * 5000, "amount_too_many_digits"),
        ("1000000000000000", "amount_out_of_range"),
        ("1" * 5000, "amount_out_of_range"),
        (Decimal("1E+500"), "amount_out_of_range"),
        (date(2026, 1, 5), "amount_is_date"),
        (ErrorCell("#REF!"), "formula_error"),
        ("#N/A", "formula_error"),
        ("########", "formula_error"),
        (normalise.NOT_CALCULATED, "formula_not_calculated"),
    ],
)
def test_it_refuses_money_it_cannot_read_for_certain(cell: Cell, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        normalise.to_amount(cell, [])
    problem = caught.value.problem("amount", "金额")
    assert problem.code == code
    assert problem.message
    assert problem.remedy
    assert len(problem.message) < 120


def test_units_of_a_column_are_exact() -> None:
    assert normalise.to_amount("55.94", [], unit="万元") == Decimal("559400")
    assert normalise.to_amount("0.00000001", [], unit="亿元") == Decimal(1)
    assert normalise.to_amount("1.234", [], unit="千元") == Decimal("1234")


def test_a_unit_in_the_cell_counts_before_that_of_the_column() -> None:
    notes: list[Note] = []
    assert normalise.to_amount("55.94元", notes, unit="万元") == Decimal("55.94")
    assert "unit" in {note.kind for note in notes}


@pytest.mark.parametrize("cell", ["", "   ", None, "\u3000"])
def test_an_empty_cell_is_nothing_and_no_zero(cell: Cell) -> None:
    assert normalise.to_amount(cell, []) is None
    assert dates.to_date(cell, []) is None
    assert normalise.to_boolean(cell, []) is None
    assert normalise.to_code(cell, []) is None
    assert normalise.to_integer(cell, []) is None


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_grouping_signs_and_width_never_change_an_amount(amount: Decimal) -> None:
    wide = str.maketrans("0123456789,.-", "０１２３４５６７８９，．－")
    for text in (f"{amount:,f}", f"{amount:f}", f"{amount:,f}".translate(wide), f"¥{amount:f}"):
        assert normalise.to_amount(text, []) == amount


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_a_problem(text: str) -> None:
    try:
        amount = normalise.to_amount(text, [])
    except Unreadable as fault:
        _check_words(fault.problem("amount"))
    else:
        assert amount is None or amount.is_finite()


@given(st.text(alphabet="0123456789/-.年月日 :T５", max_size=14))
def test_any_text_is_a_date_or_a_problem(text: str) -> None:
    try:
        dates.to_date(text, [], formats=("M/D/YYYY",))
    except Unreadable as fault:
        _check_words(fault.problem("due_date"))


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("2026-01-05", None),
        ("2026-1-5", None),
        ("2026/1/5", "date_form"),
        ("2026.1.5", "date_form"),
        ("2026年1月5日", "date_form"),
        ("２０２６年１月５日", "date_form"),
        ("20260105", "date_form"),
        (20260105, "date_form"),
        ("46027", "serial_date"),
        (Decimal("46027"), "serial_date"),
        (Decimal("46027.75"), "time_dropped"),
        ("2026-01-05 08:30:00", "time_dropped"),
        (datetime(2026, 1, 5, 8, 30), "time_dropped"),
        (date(2026, 1, 5), None),
        (datetime(2026, 1, 5), None),
    ],
)
def test_it_reads_the_usual_dates_and_notes_unusual_ones(cell: Cell, kind: str | None) -> None:
    notes: list[Note] = []
    assert dates.to_date(cell, notes) == date(2026, 1, 5)
    assert (notes[-1].kind if notes else None) == kind


def test_a_given_format_settles_what_is_month_and_what_is_day() -> None:
    assert dates.to_date("1/2/2013", [], formats=("M/D/YYYY",)) == date(2013, 1, 2)
    assert dates.to_date("1/2/2013", [], formats=("D/M/YYYY",)) == date(2013, 2, 1)
    assert dates.to_date("2013-02-01", [], formats=("M/D/YYYY",)) == date(2013, 2, 1)


@pytest.mark.parametrize(
    ("cell", "code", "message"),
    [
        ("2026-02-30", "date_impossible", "2 月没有 30 日。"),
        ("2026-02-29", "date_impossible", "2026 年 2 月没有 29 日。"),
        ("13/13/2026", "date_impossible", "没有 13 月。"),
        ("2026-13-01", "date_impossible", "没有 13 月。"),
        ("1/5/2026", "date_ambiguous", "「1/5/2026」分不清哪个是月、哪个是日。"),
        ("26-1-5", "date_unreadable", "「26-1-5」不是能读的日期。"),
        ("2026/1-5", "date_unreadable", "「2026/1-5」不是能读的日期。"),
        ("2026-01-05 25:00", "date_unreadable", "「2026-01-05 25:00」不是能读的日期。"),
        ("1026-01-05", "date_out_of_range", "「1026-01-05」的年份不在 1900 – 2199 之间。"),
        (5, "date_unreadable", "「5」不是能读的日期。"),
        (time(3, 4), "date_unreadable", "「03:04:00」不是能读的日期。"),
        (True, "date_unreadable", "「True」不是能读的日期。"),
    ],
)
def test_it_says_why_a_date_cannot_be(cell: Cell, code: str, message: str) -> None:
    with pytest.raises(Unreadable) as caught:
        dates.to_date(cell, [])
    problem = caught.value.problem("due_date")
    assert (problem.code, problem.message) == (code, message)
    assert "2026-01-05" in problem.remedy or code == "date_out_of_range"


def test_an_impossible_date_in_a_given_format_is_named_too() -> None:
    with pytest.raises(Unreadable) as caught:
        dates.to_date("13/13/2026", [], formats=("M/D/YYYY",))
    assert caught.value.problem("due_date").message == "没有 13 月。"


def test_a_moment_without_an_offset_is_local_and_one_with_it_is_not() -> None:
    read = dates.to_instant
    assert read("2026-01-05 08:30", [], zone=SHANGHAI) == datetime(2026, 1, 5, 0, 30, tzinfo=UTC)
    assert read("2026-01-05T08:30:00Z", [], zone=SHANGHAI) == datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
    assert read("2026-01-05", [], zone=SHANGHAI) == datetime(2026, 1, 4, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-02-30T00:00:00Z", "2026-01-05T24:30:00Z", "2026-01-05T08:00:00+99:00"]
)
def test_it_refuses_a_moment_that_does_not_exist(text: str) -> None:
    with pytest.raises(Unreadable):
        dates.parse_rfc3339(text)


@pytest.mark.parametrize("form", ["M/D", "YYYY-MM-DD-DD", "hello", "YY/M/D", ""])
def test_it_refuses_a_format_without_year_month_and_day(form: str) -> None:
    with pytest.raises(ValueError, match="date format"):
        dates.compile_format(form)


def test_it_reads_yes_and_no_by_words() -> None:
    assert [normalise.to_boolean(cell, []) for cell in ("是", "Yes", "Y", "1", "√", True, 1, "有")] == [
        True
    ] * 8
    assert [normalise.to_boolean(cell, []) for cell in ("否", "No", "n", "０", "无", False, 0)] == [False] * 7
    with pytest.raises(Unreadable) as caught:
        normalise.to_boolean("也许", [])
    assert caught.value.code == "boolean_unreadable"


@pytest.mark.parametrize(
    ("cell", "value", "kind"),
    [
        ("FP-01", "FP-01", None),
        (" 0001 ", "0001", None),
        ("ＦＰ－０１", "FP-01", "full_width"),
        ("'0001", "0001", "text_marks"),
        ('="0001"', "0001", "text_marks"),
        ("FP\u200b-01", "FP-01", "blanks"),
        (Decimal("611365"), "611365", "number_as_text"),
        ("中建（集团）", "中建（集团）", None),
    ],
)
def test_it_keeps_codes_as_text(cell: Cell, value: str, kind: str | None) -> None:
    notes: list[Note] = []
    assert normalise.to_code(cell, notes) == value
    assert (notes[-1].kind if notes else None) == kind


@pytest.mark.parametrize("cell", [Decimal("26442000000123400000"), "2.64420000001234E+19"])
def test_it_refuses_an_invoice_number_whose_end_excel_has_lost(cell: Cell) -> None:
    with pytest.raises(Unreadable) as caught:
        normalise.to_code(cell, [])
    assert caught.value.code == "digits_lost"


def test_it_refuses_nul_in_text() -> None:
    with pytest.raises(Unreadable) as caught:
        normalise.to_text("a\0b", [])
    assert caught.value.code == "text_forbidden"


@pytest.mark.parametrize("cell", ["4.5", "x", True, 10**30, Decimal("Infinity"), Decimal("4.5")])
def test_it_refuses_a_score_that_is_not_whole(cell: Cell) -> None:
    with pytest.raises(Unreadable) as caught:
        normalise.to_integer(cell, [])
    assert caught.value.code == "integer_expected"


def test_every_problem_and_note_speaks_chinese_and_english() -> None:
    facts = dict.fromkeys(
        ("raw", "limit", "places", "position", "path", "nearest", "rule", "known", "choices"), "1"
    ) | {"year": "2026", "month": "2", "day": "30"}
    for language, expected in (("zh-hans", True), ("en", False)):
        with translation.override(language):
            for code in PROBLEMS:
                problem = Problem("amount", code, facts)
                for text in (problem.message, problem.remedy):
                    assert any("一" <= character <= "鿿" for character in text) == expected, (code, text)
            for kind in NOTES:
                text = Note(kind, "1", "2", unit="" if language == "en" else "万元").text
                assert any("一" <= character <= "鿿" for character in text) == expected, (kind, text)
