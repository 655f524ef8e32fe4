"""The sample workbooks hold what they promise; read back with the reader the import uses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from houji.intake.mapping.bind import bind
from houji.intake.mapping.library import shipped_mappings
from houji.intake.types import Cell, SourceRow
from houji.onboarding.demo.occurrences import ZONE
from houji.onboarding.demo.tests.company import company
from houji.onboarding.demo.workbook import (
    HEADERS,
    SHEET_NAME,
    mistaken_workbook_rows,
    sample_workbook_rows,
    write_mistaken_workbook,
    write_sample_workbook,
)


def _read(buffer: BytesIO) -> list[list[Any]]:
    buffer.seek(0)
    return CalamineWorkbook.from_filelike(buffer).get_sheet_by_name(SHEET_NAME).to_python()


def _cells(row: list[Any]) -> tuple[Cell, ...]:
    """Turn the reader's doubles into the shortest decimals that they stand for."""
    return tuple(Decimal(repr(cell)) if isinstance(cell, float) else cell for cell in row)


def test_the_sample_holds_last_years_payments() -> None:
    one = company()
    buffer = BytesIO()
    count = write_sample_workbook(one.events, one.members, buffer)
    head, *rows = _read(buffer)

    assert tuple(head) == HEADERS
    assert len(rows) == count
    assert 900 <= count <= 1500
    kinds = {"政府": "government", "国企": "soe", "民企": "private"}
    paid = {each.number: each for each in one.invoices if each.settled_on and not each.reversed_on}
    members = {member.key: member for member in one.members}
    for key, name, kind, number, contract, amount, invoiced, due, settled, disputed in rows:
        invoice = paid[number]
        assert (key, contract) == (invoice.member_key, invoice.contract_number)
        assert (name, kinds[kind]) == (members[key].name, members[key].kind)
        assert Decimal(str(amount)) == invoice.amount
        assert (invoiced, due, settled) == (invoice.invoiced_on, invoice.due_on, invoice.settled_on)
        assert disputed == ("是" if invoice.disputed else "否")
    assert min(row[8] for row in rows) > date(2025, 11, 20)


def test_the_sample_can_be_written_to_a_path_and_has_the_same_bytes(tmp_path: Path) -> None:
    one = company()
    buffer = BytesIO()
    write_sample_workbook(one.events, one.members, buffer)
    write_sample_workbook(one.events, one.members, tmp_path / "应收回款.xlsx")

    assert (tmp_path / "应收回款.xlsx").read_bytes() == buffer.getvalue()


def test_the_other_sample_shows_every_typical_mistake() -> None:
    one = company()
    buffer = BytesIO()
    count = write_mistaken_workbook(one.events, one.members, buffer)
    _, *rows = _read(buffer)
    amounts = {each.number: each.amount for each in one.invoices}
    numbers = [row[3] for row in rows]
    figures = [(amounts[row[3]], Decimal(str(row[5]))) for row in rows if isinstance(row[5], float)]

    assert len(rows) == count == 50
    assert [row[8] for row in rows if isinstance(row[8], str)] == ["2026-02-30"]
    assert sum(isinstance(row[5], str) and "．" in row[5] for row in rows) == 1
    assert sum(shown == real * 10_000 for real, shown in figures) == 2
    assert sum(shown == -real for real, shown in figures) == 1
    assert sum(shown == real for real, shown in figures) == 45
    assert rows[20] != rows[19]
    assert rows[22] == rows[20]
    assert len(numbers) - len(set(numbers)) == 2


def test_the_formula_error_is_a_real_error_cell() -> None:
    one = company()
    buffer = BytesIO()
    write_mistaken_workbook(one.events, one.members, buffer)
    sheet = load_workbook(buffer, data_only=True)[SHEET_NAME]
    cells = [row[5] for row in sheet.iter_rows(min_row=2) if row[5].value == "#REF!"]

    assert [cell.data_type for cell in cells] == ["e"]


def test_the_red_row_comes_after_the_invoice_it_takes_back() -> None:
    one = company()
    *earlier, red = mistaken_workbook_rows(one.events, one.members)
    original = next(row for row in earlier if row.invoice_no == red.invoice_no)

    assert isinstance(red.amount, Decimal)
    assert red.amount < 0
    assert isinstance(original.amount, Decimal)
    assert original.amount == -red.amount
    assert original.settled_date <= red.settled_date  # type: ignore[operator]


def test_the_sample_fits_the_mapping_it_is_made_for() -> None:
    one = company()
    buffer = BytesIO()
    write_sample_workbook(one.events, one.members, buffer)
    head, *rows = _read(buffer)
    mapping = next(each for each in shipped_mappings() if each.code == "payments_zh")
    bound = bind(mapping, head, zone=ZONE)
    results = [bound.apply(SourceRow(number, _cells(row))) for number, row in enumerate(rows, start=2)]
    drafts = [result.draft for result in results if result.draft]
    sent = {event["data"]["invoice_no"]: event for event in one.events if event["type"] == "invoice.settled"}

    assert [result.problems for result in results if result.problems] == []
    assert len(drafts) == len(rows)
    for draft in drafts:
        event = sent[draft.data["invoice_no"]]
        assert (draft.type, draft.member_key) == (event["type"], event["subject"])
        assert draft.member_kind in {"government", "soe", "private"}
        assert Decimal(draft.data["amount"]) == Decimal(event["data"]["amount"])
        assert {**draft.data, "amount": ""} == {**event["data"], "amount": ""}


def test_without_payments_the_sample_is_empty_and_the_mistakes_are_refused() -> None:
    assert sample_workbook_rows([], company().members) == []
    with pytest.raises(ValueError, match="too few"):
        mistaken_workbook_rows([], company().members)
