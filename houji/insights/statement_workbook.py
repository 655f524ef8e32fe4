"""A statement as an Excel file that adds itself up."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import get_language, gettext

from houji.insights.types import Statement, StatementLine, Subtotal
from houji.ledger.types import EntryKind
from houji.rules.phrases import name_in
from houji.wording.dates import month as month_name

_WIDTHS = (6, 12, 12, 8, 46, 12, 12)
_LAST_COLUMN = len(_WIDTHS) - 1
_POINTS_COLUMN, _BALANCE_COLUMN = 5, 6
# A character beyond ASCII must stand in quotation marks, or Excel calls the file damaged.
_NUMBER = '#,##0;[Red]"\u2212"#,##0;0'


def statement_workbook(statement: Statement, *, company_name: str) -> bytes:
    """Return a statement as .xlsx, in the active language.

    Under the movements the sheet sums them itself, as a formula with its value: opening balance and
    movements give the closing balance, whatever program opens it.
    """
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": _title(statement), "company": company_name})
        sheet = book.add_worksheet(f"{statement.month:%Y-%m}")
        _Writer(book, sheet, statement, company_name).write()
    return target.getvalue()


class _Writer:
    """Writes the rows of one sheet from top to bottom."""

    def __init__(self, book: Any, sheet: Any, statement: Statement, company_name: str) -> None:
        self._sheet = sheet
        self._statement = statement
        self._company_name = company_name
        self._row = 0
        self._title = book.add_format({"bold": True, "font_size": 15})
        self._label = book.add_format({"font_color": "#5b6b6d"})
        self._head = book.add_format(
            {"bold": True, "bg_color": "#e7efef", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self._head_right = book.add_format(
            {"bold": True, "bg_color": "#e7efef", "bottom": 1, "align": "right", "valign": "vcenter"}
        )
        self._text = book.add_format({"text_wrap": True, "valign": "top"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})
        self._points = book.add_format({"num_format": _NUMBER, "valign": "top"})
        self._sum_text = book.add_format({"bold": True, "top": 1})
        self._sum_points = book.add_format({"bold": True, "top": 1, "num_format": _NUMBER})

    def write(self) -> None:
        """Write everything, and set up columns, panes and print."""
        self._write_top()
        self._write_heading()
        first = self._row
        self._write_opening()
        for line in self._statement.lines:
            self._write_line(line)
        self._write_sums(first)
        self._write_totals()
        self._set_up(first)

    def _write_top(self) -> None:
        statement = self._statement
        self._sheet.merge_range(0, 0, 0, _LAST_COLUMN, _title(statement), self._title)
        facts = (
            (gettext("公司"), self._company_name),
            (gettext("积分计划"), name_in(statement.program_names, _language())),
            (gettext("客户名称"), statement.member_name),
            (gettext("客户编码"), statement.member_key),
            (gettext("统一社会信用代码"), statement.credit_code or "—"),
            (gettext("月份"), f"{statement.month.isoformat()} – {statement.last_day.isoformat()}"),
        )
        for row, (label, value) in enumerate(facts, start=1):
            self._sheet.merge_range(row, 0, row, 1, label, self._label)
            self._sheet.write_string(row, 2, value)
        self._row = len(facts) + 2

    def _write_heading(self) -> None:
        names = (
            gettext("序号"),
            gettext("记账日"),
            gettext("业务日"),
            gettext("类型"),
            gettext("原因"),
            gettext("积分"),
            gettext("余额"),
        )
        for column, name in enumerate(names):
            style = self._head_right if column >= _POINTS_COLUMN else self._head
            self._sheet.write_string(self._row, column, name, style)
        self._row += 1

    def _write_opening(self) -> None:
        self._sheet.write_string(self._row, 4, gettext("期初余额"), self._text)
        self._write_day(1, self._statement.month)
        self._sheet.write_number(self._row, _BALANCE_COLUMN, self._statement.opening, self._points)
        self._row += 1

    def _write_line(self, line: StatementLine) -> None:
        self._sheet.write_number(self._row, 0, line.number, self._text)
        self._write_day(1, line.posted_on)
        self._write_day(2, line.business_on or line.posted_on)
        self._sheet.write_string(self._row, 3, _kind_name(line.kind), self._text)
        self._sheet.write_string(self._row, 4, line.reason, self._text)
        self._sheet.write_number(self._row, _POINTS_COLUMN, line.points, self._points)
        self._sheet.write_number(self._row, _BALANCE_COLUMN, line.balance_after, self._points)
        self._row += 1

    def _write_sums(self, first: int) -> None:
        """Write the closing balance and the sheet's own sum, which must agree."""
        statement = self._statement
        moved = statement.closing - statement.opening
        # Rows of a formula count from 1; the opening stands in the first row, without points.
        span = f"F{first + 1}:F{self._row}"
        rows = (
            (gettext("本月变动合计"), _POINTS_COLUMN, f"=SUM({span})", moved),
            (gettext("期末余额"), _BALANCE_COLUMN, f"=G{first + 1}+SUM({span})", statement.closing),
        )
        for label, column, formula, value in rows:
            for blank in range(_LAST_COLUMN + 1):
                self._sheet.write_blank(self._row, blank, None, self._sum_text)
            self._sheet.write_string(self._row, 4, label, self._sum_text)
            self._sheet.write_formula(self._row, column, formula, self._sum_points, value)
            self._row += 1
        self._row += 1

    def _write_totals(self) -> None:
        for kind, name in _subtotal_names():
            total = self._statement.totals[kind]
            label = gettext("%(name)s，%(count)s 笔") % {"name": name, "count": total.count}
            self._sheet.write_string(self._row, 4, label, self._text)
            self._sheet.write_number(self._row, _POINTS_COLUMN, total.points, self._points)
            self._row += 1
        pending = self._statement.closing_pending
        if pending:
            self._sheet.write_string(self._row, 4, gettext("期末余额中待生效"), self._text)
            self._sheet.write_number(self._row, _BALANCE_COLUMN, pending, self._points)
            self._row += 1

    def _write_day(self, column: int, day: date) -> None:
        self._sheet.write_datetime(self._row, column, day, self._day)

    def _set_up(self, first: int) -> None:
        for column, width in enumerate(_WIDTHS):
            self._sheet.set_column(column, column, width)
        self._sheet.freeze_panes(first, 0)
        self._sheet.repeat_rows(first - 1)
        self._sheet.set_paper(9)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)


def _title(statement: Statement) -> str:
    return gettext("积分对账单 %(month)s") % {"month": month_name(statement.month)}


def _subtotal_names() -> tuple[tuple[Subtotal, str], ...]:
    return (
        (Subtotal.EARNED, gettext("增加")),
        (Subtotal.EXPIRED, gettext("已到期")),
        (Subtotal.REVERSED, gettext("冲正")),
    )


def _kind_name(kind: EntryKind) -> str:
    return {
        EntryKind.ACCRUE: gettext("增加"),
        EntryKind.EXPIRE: gettext("已到期"),
        EntryKind.CLAWBACK: gettext("冲正"),
    }[kind]


def _language() -> str:
    return get_language() or "zh"
