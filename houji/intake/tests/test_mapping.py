"""A file becomes events through a named mapping; what the mapping does not know is asked about."""

from __future__ import annotations

import copy
import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from houji.intake.errors import (
    ColumnAmbiguous,
    ColumnMissing,
    ColumnUnknown,
    HeaderDuplicate,
    MappingKeyMissing,
    MappingKeyUnknown,
    MappingValueInvalid,
)
from houji.intake.mapping.bind import bind
from houji.intake.mapping.document import FileMapping, parse_mapping
from houji.intake.mapping.library import shipped_mappings, suggest_mapping
from houji.intake.types import Cell, ErrorCell, RowResult, SourceRow
from houji.kernel.refusals import Refusal

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHIPPED = {mapping.code: mapping for mapping in shipped_mappings()}
PAYMENT: dict[str, Cell] = {
    "客户编码": "C001",
    "客户名称": "云泽水利发展（集团）",
    "客户性质": "国企",
    "发票号": "FP-1",
    "金额": "1,240,000.00",
    "到期日": "2026-11-22",
    "到账日": "2026/11/16",
    "是否投诉": "否",
}


def _apply(cells: Mapping[str, Cell], code: str = "payments_zh", extra: Sequence[Cell] = ()) -> RowResult:
    bound = bind(SHIPPED[code], list(cells), zone=SHANGHAI)
    return bound.apply(SourceRow(17, (*cells.values(), *extra)))


def _faults(result: RowResult) -> list[tuple[str, str, str]]:
    assert result.draft is None
    assert all(problem.message and problem.remedy for problem in result.problems)
    return [(problem.field, problem.column, problem.code) for problem in result.problems]


def _document(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(dict(SHIPPED["payments_zh"].document)), **changes}


def test_the_published_sample_maps_completely(project_root: Path) -> None:
    # Source: IBM's published accounts-receivable sample; figures from its own columns.
    with (project_root / "tests" / "data" / "receivables.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    bound = bind(SHIPPED["receivables"], header, zone=SHANGHAI)
    results = [bound.apply(SourceRow(number, tuple(row))) for number, row in enumerate(rows, 2)]
    drafts = [result.draft for result in results if result.draft is not None]
    assert len(drafts) == len(results) == 2466
    assert len({draft.id for draft in drafts}) == 2466
    assert len({draft.member_key for draft in drafts}) == 100
    assert sum(Decimal(draft.data["amount"]) * 100 // 10_000 for draft in drafts) == 14_770_318
    paid = Counter(
        (draft.data["settled_date"] > draft.data["due_date"])
        - (draft.data["settled_date"] < draft.data["due_date"])
        for draft in drafts
    )
    assert (paid[-1], paid[0], paid[1]) == (1505, 84, 877)
    assert sum(not draft.data["disputed"] for draft in drafts) == 1905
    assert drafts[0].occurred_at == datetime(2013, 1, 14, 16, tzinfo=UTC)


def test_a_payment_row_becomes_a_draft_and_says_what_it_changed() -> None:
    result = _apply(PAYMENT)
    draft = result.draft
    assert draft is not None
    assert (draft.type, draft.id, draft.business_no) == ("invoice.settled", "FP-1", "FP-1")
    assert (draft.member_key, draft.member_kind) == ("C001", "soe")
    assert draft.member_name == "云泽水利发展（集团）"
    assert draft.occurred_at == datetime(2026, 11, 15, 16, tzinfo=UTC)
    assert draft.data == {
        "invoice_no": "FP-1",
        "amount": "1240000",
        "due_date": "2026-11-22",
        "settled_date": "2026-11-16",
        "disputed": False,
    }
    assert ("金额", "thousands") in {(note.column, note.kind) for note in result.notes}


def test_headers_match_whatever_their_width_case_and_blanks() -> None:
    headers = {f" {name} *": cell for name, cell in PAYMENT.items()}
    assert _apply(headers).draft == _apply(PAYMENT).draft
    mapping = parse_mapping(_document(ignore=["Ｒｅｍａｒｋ"]))
    assert bind(mapping, [*PAYMENT, "remark"], zone=SHANGHAI)


def test_a_unit_in_the_header_counts() -> None:
    cells = {("金额（万元）" if name == "金额" else name): cell for name, cell in PAYMENT.items()}
    draft = _apply({**cells, "金额（万元）": "124"}).draft
    assert draft is not None
    assert draft.data["amount"] == "1240000"


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("客户编码", "", "member_key_missing"),
        ("客户编码", "x" * 201, "text_too_long"),
        ("发票号", "", "value_missing"),
        ("发票号", Decimal("26442000000123400000"), "digits_lost"),
        ("金额", "", "value_missing"),
        ("金额", "NaN", "amount_not_number"),
        ("金额", "1e400", "amount_exponent"),
        ("金额", "1,23.4", "amount_ambiguous"),
        ("金额", ErrorCell("#REF!"), "formula_error"),
        ("到期日", "2026-02-30", "date_impossible"),
        ("到期日", "13/13/2026", "date_impossible"),
        ("到账日", "", "value_missing"),
        ("是否投诉", "也许", "boolean_unreadable"),
        ("客户性质", "外星", "choice_unknown"),
    ],
)
def test_a_bad_cell_is_named_with_its_column(column: str, cell: Cell, code: str) -> None:
    result = _apply({**PAYMENT, column: cell})
    assert result.number == 17
    assert {(place, kind) for _, place, kind in _faults(result)} == {(column, code)}


def test_all_faults_of_a_row_are_listed_at_once() -> None:
    result = _apply({**PAYMENT, "客户编码": "", "金额": "NaN", "到期日": "2026-02-30"})
    assert {code for _, _, code in _faults(result)} == {
        "member_key_missing",
        "amount_not_number",
        "date_impossible",
    }


def test_a_value_without_a_column_name_shows_that_cells_have_moved() -> None:
    assert [code for _, _, code in _faults(_apply(PAYMENT, extra=("", "备注")))] == ["row_too_wide"]
    assert _apply(PAYMENT, extra=("", " ")).draft is not None


@pytest.mark.parametrize("word", ["合计", "总计：", " 小 计 ", "本页合计"])
def test_a_total_line_is_left_out_visibly(word: str) -> None:
    empty = dict.fromkeys(PAYMENT, "")
    for column in ("客户编码", "发票号"):
        result = _apply({**empty, column: word, "金额": "9,999,999.00"})
        assert result.draft is None
        assert not result.problems
        assert result.skipped is not None
        assert word.strip() in result.skipped.text


def test_a_customer_whose_invoice_says_total_is_no_total_line() -> None:
    assert _apply({**PAYMENT, "发票号": "合计"}).draft is not None


def test_a_red_line_becomes_the_reversal_of_its_invoice() -> None:
    result = _apply({**PAYMENT, "金额": "(86,000.00)", "到期日": ""})
    draft = result.draft
    assert draft is not None
    assert (draft.type, draft.id, draft.business_no) == ("invoice.reversed", "FP-1:reversed", "FP-1")
    assert draft.data == {"invoice_no": "FP-1", "amount": "86000", "reversed_date": "2026-11-16"}
    assert result.notes[-1].kind == "reversal"
    assert "86000" in result.notes[-1].text


def test_a_red_line_names_the_invoice_it_reverses() -> None:
    draft = _apply({**PAYMENT, "发票号": "FP-9", "金额": "-5", "原发票号": "FP-1"}).draft
    assert draft is not None
    assert (draft.business_no, draft.data["invoice_no"]) == ("FP-1", "FP-1")


def test_a_negative_amount_without_a_reversal_mapping_is_refused() -> None:
    document = _document()
    del document["negative"]
    result = bind(parse_mapping(document), list(PAYMENT), zone=SHANGHAI).apply(
        SourceRow(3, tuple({**PAYMENT, "金额": "-5"}.values()))
    )
    assert _faults(result) == [("amount", "金额", "amount_negative")]
    assert "红字" in result.problems[0].remedy


def test_a_receipt_number_is_the_id_where_the_file_has_one() -> None:
    draft = _apply({**PAYMENT, "收款单号": "SK-7"}).draft
    assert draft is not None
    assert (draft.id, draft.business_no) == ("SK-7", "FP-1")


def test_issued_invoices_have_a_mapping_of_their_own() -> None:
    cells: dict[str, Cell] = {
        "客户编码": "C001",
        "发票号": "FP-1",
        "价税合计": Decimal("1240000"),
        "开票日期": date(2026, 11, 1),
        "到期日": 46348,
        "税率": "9%",
    }
    draft = _apply(cells, "invoices_zh").draft
    assert draft is not None
    assert draft.type == "invoice.issued"
    assert draft.data["due_date"] == "2026-11-22"


def test_it_refuses_an_unknown_column_and_names_the_nearest() -> None:
    with pytest.raises(ColumnUnknown) as caught:
        bind(SHIPPED["payments_zh"], [*PAYMENT, "合同编码"], zone=SHANGHAI)
    assert "「合同编码」" in caught.value.message
    assert "「合同编号」" in caught.value.remedy
    ignoring = parse_mapping(_document(other_columns="ignore"))
    assert bind(ignoring, [*PAYMENT, "合同编码"], zone=SHANGHAI)


def test_it_refuses_a_file_without_a_needed_column() -> None:
    with pytest.raises(ColumnMissing) as caught:
        bind(SHIPPED["payments_zh"], [name for name in PAYMENT if name != "到账日"], zone=SHANGHAI)
    assert "到账日" in caught.value.message
    assert "到期日" in caught.value.message.partition("文件里有")[2]


def test_it_refuses_a_header_that_appears_twice() -> None:
    with pytest.raises(HeaderDuplicate) as caught:
        bind(SHIPPED["payments_zh"], [*PAYMENT, "金 额"], zone=SHANGHAI)
    assert caught.value.places == "5、9"


def test_it_refuses_two_columns_for_one_field() -> None:
    with pytest.raises(ColumnAmbiguous) as caught:
        bind(SHIPPED["payments_zh"], [*PAYMENT, "到账金额"], zone=SHANGHAI)
    assert caught.value.columns == "金额、到账金额"


def test_a_column_that_is_not_used_may_appear_twice() -> None:
    assert bind(SHIPPED["payments_zh"], [*PAYMENT, "备注", "备注", ""], zone=SHANGHAI)


def _broken(change: Mapping[str, Any]) -> tuple[type[Refusal], str]:
    document = _document()
    for path, value in change.items():
        *parents, last = path.split(".")
        place = document
        for name in parents:
            place = place[name]
        if value is None:
            del place[last]
        else:
            place[last] = value
    with pytest.raises(Refusal) as caught:
        parse_mapping(document)
    assert caught.value.message
    assert caught.value.remedy
    return type(caught.value), caught.value.facts["path"]


@pytest.mark.parametrize(
    ("change", "refusal", "path"),
    [
        ({"colums": {}}, MappingKeyUnknown, "mapping"),
        ({"names": None}, MappingKeyMissing, "mapping"),
        ({"names.en": None}, MappingKeyMissing, "names"),
        ({"source": ""}, MappingValueInvalid, "source"),
        ({"source": "x" * 301}, MappingValueInvalid, "source"),
        ({"event_type": "invoice.payed"}, MappingValueInvalid, "event_type"),
        ({"event_type": []}, MappingValueInvalid, "event_type"),
        ({"columns": []}, MappingValueInvalid, "columns"),
        ({"columns.member_key": None}, MappingKeyMissing, "columns"),
        ({"columns.member_key": {}}, MappingKeyMissing, "columns.member_key"),
        ({"columns.member_key": {"column": []}}, MappingValueInvalid, "columns.member_key.column"),
        ({"columns.member_key": {"column": [" "]}}, MappingValueInvalid, "columns.member_key.column"),
        (
            {"columns.member_key": {"column": "a", "constant": "b"}},
            MappingValueInvalid,
            "columns.member_key.constant",
        ),
        ({"columns.occurred_at.as": "amount"}, MappingValueInvalid, "columns.occurred_at.as"),
        ({"data.due_date": None}, MappingKeyMissing, "data"),
        ({"data.due": {"column": "x"}}, MappingKeyUnknown, "data"),
        ({"data.amount.unit": "角"}, MappingValueInvalid, "data.amount.unit"),
        ({"data.amount.as": []}, MappingValueInvalid, "data.amount.as"),
        ({"data.amount": {"constant": 0.5}}, MappingValueInvalid, "data.amount.constant"),
        ({"data.amount": {"constant": "viel"}}, MappingValueInvalid, "data.amount.constant"),
        (
            {"columns.occurred_at": {"constant": "2026-02-30"}},
            MappingValueInvalid,
            "columns.occurred_at.constant",
        ),
        ({"columns.member_kind": {"constant": "state"}}, MappingValueInvalid, "columns.member_kind.constant"),
        ({"columns.member_key": {"constant": None}}, MappingValueInvalid, "columns.member_key.constant"),
        ({"data.due_date.formats": ["D/M"]}, MappingValueInvalid, "data.due_date.formats"),
        ({"data.disputed.true": "是"}, MappingValueInvalid, "data.disputed.true"),
        ({"data.amount.required": "yes"}, MappingValueInvalid, "data.amount.required"),
        (
            {"columns.member_kind.words": {"国企": "state"}},
            MappingValueInvalid,
            "columns.member_kind.words.国企",
        ),
        ({"negative.field": "due_date"}, MappingValueInvalid, "negative.field"),
        ({"negative.becomes": "survey.completed"}, MappingValueInvalid, "negative.becomes"),
        ({"negative.data": {"reversed_date": "x"}}, MappingValueInvalid, "negative.data.reversed_date"),
        ({"ignore": "备注"}, MappingValueInvalid, "ignore"),
        ({"other_columns": "maybe"}, MappingValueInvalid, "other_columns"),
    ],
)
def test_a_broken_mapping_document_is_refused_with_the_place(
    change: Mapping[str, Any], refusal: type[Refusal], path: str
) -> None:
    assert _broken(change) == (refusal, path)


@pytest.mark.parametrize("document", [None, [], "x", 5])
def test_a_mapping_that_is_no_object_is_refused(document: Any) -> None:
    with pytest.raises(MappingValueInvalid):
        parse_mapping(document)


def test_constants_and_own_words_fill_what_the_file_lacks() -> None:
    document = _document()
    document["columns"]["member_kind"] = {"constant": "private"}
    document["data"]["disputed"] = {"column": "质量", "true": ["不合格"], "false": ["合格"]}
    document["data"]["contract_no"] = {"constant": "HT-1"}
    document["data"]["amount"] = {"constant": "0.50"}
    document["columns"]["occurred_at"] = {"constant": "2026-11-16"}
    cells = {name: cell for name, cell in PAYMENT.items() if name not in {"是否投诉", "客户性质", "金额"}}
    bound = bind(parse_mapping(document), [*cells, "质量"], zone=SHANGHAI)
    draft = bound.apply(SourceRow(2, (*cells.values(), "不合格"))).draft
    assert draft is not None
    assert (draft.member_kind, draft.data["contract_no"], draft.data["disputed"]) == ("private", "HT-1", True)
    assert draft.data["amount"] == "0.5"
    assert draft.occurred_at == datetime(2026, 11, 15, 16, tzinfo=UTC)


def test_the_mapping_a_file_was_made_for_is_suggested_first(project_root: Path) -> None:
    with (project_root / "tests" / "data" / "receivables.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    sample = [SourceRow(number, tuple(row)) for number, row in enumerate(rows[:20], 2)]
    ranked = suggest_mapping(header, sample, shipped_mappings(), zone=SHANGHAI)
    assert [ranked[0].mapping.code, ranked[0].fits, ranked[0].rows_share] == ["receivables", True, 1.0]
    assert not ranked[1].fits
    own = suggest_mapping(
        list(PAYMENT), [SourceRow(2, tuple(PAYMENT.values()))], shipped_mappings(), zone=SHANGHAI
    )
    assert own[0].mapping.code == "payments_zh"


def test_shipped_mappings_are_plain_json_documents() -> None:
    for mapping in shipped_mappings():
        assert isinstance(mapping, FileMapping)
        assert parse_mapping(json.loads(json.dumps(mapping.document))).document == mapping.document
