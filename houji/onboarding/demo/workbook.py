"""Receivables of the demonstration as Excel files, for trying the import.

The headers are those of the mapping 「应收回款」. Customers and numbers are the demonstration's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from os import PathLike
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from houji.members.types import MemberKind
from houji.onboarding.demo.types import DemoMember, Event

HEADERS = (
    "客户编码",
    "客户名称",
    "客户性质",
    "发票号",
    "合同号",
    "金额",
    "开票日期",
    "到期日",
    "到账日",
    "是否投诉",
)
SHEET_NAME = "回款"

Target = str | PathLike[str] | BinaryIO
Cell = str | Decimal | date

# What a Chinese file says, whatever language the reader has chosen.
_KIND_WORDS = {MemberKind.GOVERNMENT: "政府", MemberKind.STATE_OWNED: "国企", MemberKind.PRIVATE: "民企"}
_WIDTHS = (12, 30, 10, 15, 15, 16, 12, 12, 12, 10)
_ROWS_WITH_MISTAKES = 48
_YEAR = timedelta(days=365)
_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


@dataclass(frozen=True)
class ReceivableRow:
    """One settled invoice as a line of the sheet; cells hold text where a system would export text."""

    member_key: str
    member_name: str
    member_kind: str
    invoice_no: str
    contract_no: str
    amount: Cell
    invoice_date: Cell
    due_date: Cell
    settled_date: Cell
    disputed: str

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells in the order of ``HEADERS``."""
        dates = (self.invoice_date, self.due_date, self.settled_date)
        return (
            self.member_key,
            self.member_name,
            self.member_kind,
            self.invoice_no,
            self.contract_no,
            self.amount,
            *dates,
            self.disputed,
        )


def sample_workbook_rows(
    events: Sequence[Event], members: Sequence[DemoMember], *, first_day: date | None = None
) -> list[ReceivableRow]:
    """Return the invoices settled from a day on, oldest first; without a day, the last 365 days.

    Invoices that were reversed later are left out: the sheet is what a company really received.
    """
    by_key = {member.key: member for member in members}
    settled = [one for one in events if one["type"] == "invoice.settled"]
    reversed_numbers = {one["data"]["invoice_no"] for one in events if one["type"] == "invoice.reversed"}
    if not settled:
        return []
    since = first_day or max(_settled_on(one) for one in settled) - _YEAR + timedelta(days=1)
    return [
        _row(one, by_key[one["subject"]])
        for one in settled
        if _settled_on(one) >= since and one["data"]["invoice_no"] not in reversed_numbers
    ]


def mistaken_workbook_rows(events: Sequence[Event], members: Sequence[DemoMember]) -> list[ReceivableRow]:
    """Return the newest rows with the mistakes that exports typically have.

    A day that does not exist, a formula error, full-width digits, a row twice, two amounts ten
    thousand times too large (元 taken for 万元), and a red row that takes an invoice back.
    """
    rows = sample_workbook_rows(events, members)[-_ROWS_WITH_MISTAKES:]
    if len(rows) < 30:
        raise ValueError(f"only {len(rows)} settled invoices: too few to show every mistake")
    year = _day(rows[5].settled_date).year
    rows[5] = replace(rows[5], settled_date=f"{year}-02-30")
    rows[9] = replace(rows[9], amount="#REF!")
    rows[12] = replace(rows[12], amount=f"{_money(rows[12].amount):.2f}".translate(_FULL_WIDTH))
    rows[16] = replace(rows[16], amount=_money(rows[16].amount) * 10_000)
    rows[17] = replace(rows[17], amount=_money(rows[17].amount) * 10_000)
    red = replace(rows[3], amount=-_money(rows[3].amount), settled_date=_day(rows[-1].settled_date))
    return [*rows[:22], rows[20], *rows[22:], red]


def write_sample_workbook(
    events: Sequence[Event],
    members: Sequence[DemoMember],
    target: Target,
    *,
    first_day: date | None = None,
) -> int:
    """Write the rows of ``sample_workbook_rows`` to a path or a binary buffer; returns their number."""
    return _write(sample_workbook_rows(events, members, first_day=first_day), target)


def write_mistaken_workbook(events: Sequence[Event], members: Sequence[DemoMember], target: Target) -> int:
    """Write the sheet with typical mistakes to a path or a binary buffer; returns the number of rows."""
    return _write(mistaken_workbook_rows(events, members), target)


def _row(one: Event, member: DemoMember) -> ReceivableRow:
    data = one["data"]
    return ReceivableRow(
        member_key=member.key,
        member_name=member.name,
        member_kind=_KIND_WORDS[member.kind],
        invoice_no=data["invoice_no"],
        contract_no=data["contract_no"],
        amount=Decimal(data["amount"]),
        invoice_date=date.fromisoformat(data["invoice_date"]),
        due_date=date.fromisoformat(data["due_date"]),
        settled_date=_settled_on(one),
        disputed="是" if data["disputed"] else "否",
    )


def _settled_on(one: Event) -> date:
    return date.fromisoformat(one["data"]["settled_date"])


def _money(cell: Cell) -> Decimal:
    if not isinstance(cell, Decimal):
        raise TypeError(f"not an amount: {cell!r}")
    return cell


def _day(cell: Cell) -> date:
    if not isinstance(cell, date):
        raise TypeError(f"not a day: {cell!r}")
    return cell


def _write(rows: list[ReceivableRow], target: Target) -> int:
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        # A fixed moment of creation, so that the same demonstration gives the same bytes.
        workbook.set_properties({"title": "应收回款", "created": datetime(2026, 1, 1, tzinfo=UTC)})
        sheet = workbook.add_worksheet(SHEET_NAME)
        head = workbook.add_format({"bold": True, "bottom": 1})
        money = workbook.add_format({"num_format": "#,##0.00"})
        day = workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        for column, (header, width) in enumerate(zip(HEADERS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, header, head)
        sheet.freeze_panes(1, 0)
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(row.cells):
                _write_cell(sheet, line, column, cell, money=money, day=day)
    return len(rows)


def _write_cell(sheet: Worksheet, line: int, column: int, cell: Cell, *, money: Format, day: Format) -> None:
    if isinstance(cell, Decimal):
        # Excel keeps every number as a double; two places of these amounts survive that.
        sheet.write_number(line, column, float(cell), money)
    elif isinstance(cell, date):
        sheet.write_datetime(line, column, cell, day)
    elif cell == "#REF!":
        sheet.write_formula(line, column, "=#REF!", money, cell)
    else:
        sheet.write_string(line, column, cell)
