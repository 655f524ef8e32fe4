"""A statement is a month by posting date that adds up."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from houji.access.tenant import tenant
from houji.earning.tests.conftest import draft
from houji.earning.types import Booking
from houji.insights import errors
from houji.insights import statement as statement_module
from houji.insights.statement import monthly_statement
from houji.insights.statement_workbook import statement_workbook
from houji.insights.tests.cast import Firm, local, paid, red
from houji.insights.types import Statement, StatementState, StatementTotal, Subtotal
from houji.ledger.actions import settle_due_accounts
from houji.ledger.types import EntryKind

pytestmark = pytest.mark.django_db

NOW = local(2026, 12, 3)
NOVEMBER = date(2026, 11, 1)

SURVEYS = {
    "code": "survey",
    "names": {"zh": "满意度", "en": "Survey"},
    "category": "survey",
    "trigger": {"event": "survey.completed"},
    "award": {"unit": "points", "fixed": 50},
    "vesting": {"after_days": 15},
}


def statement_of(firm: Firm, key: str = "KH1", month: date = NOVEMBER, now: datetime = NOW) -> Statement:
    account = firm.account(key)
    with tenant(firm.actor.company_id):
        return monthly_statement(account, month, now=now, language="zh")


def settle(firm: Firm, now: datetime) -> None:
    with tenant(firm.actor.company_id):
        assert settle_due_accounts(firm.actor.company_id, now=now) == 1


@contextmanager
def a_year_of_movements(firm: Firm) -> Iterator[None]:
    """Post points of last November, of October, of November, a red invoice and an expiry."""
    firm.post(
        paid("A", "KH1", local(2025, 11, 20), wan=4),
        paid("B", "KH1", local(2026, 10, 8), wan=10),
        paid("C", "KH1", local(2026, 11, 2), wan=7),
    )
    firm.post(red("B", "KH1", local(2026, 11, 9)))
    settle(firm, local(2026, 11, 25))
    yield
    firm.assert_books_balance()


def test_opening_and_movements_give_the_closing_balance(firm: Firm) -> None:
    with a_year_of_movements(firm):
        said = statement_of(firm)
    assert (said.opening, said.closing) == (1400, 700)
    assert [(line.number, line.kind, line.points, line.balance_after) for line in said.lines] == [
        (1, EntryKind.ACCRUE, 700, 2100),
        (2, EntryKind.CLAWBACK, -1000, 1100),
        (3, EntryKind.EXPIRE, -400, 700),
    ]
    assert said.adds_up
    assert (said.incoming, said.outgoing) == (StatementTotal(1, 700), StatementTotal(2, -1400))
    assert said.totals == {
        Subtotal.EARNED: StatementTotal(1, 700),
        Subtotal.EXPIRED: StatementTotal(1, -400),
        Subtotal.REVERSED: StatementTotal(1, -1000),
    }
    assert said.opening + sum(total.points for total in said.totals.values()) == said.closing


def test_one_months_closing_is_the_next_months_opening(firm: Firm) -> None:
    with a_year_of_movements(firm):
        months = statement_of(firm).months
        statements = [statement_of(firm, month=month) for month in reversed(months)]
    assert months[0] == date(2026, 12, 1)
    assert statements[0].earliest_month == statements[0].month == date(2025, 11, 1)
    assert len(statements) == 14
    assert statements[0].opening == 0
    for before, after in itertools.pairwise(statements):
        assert before.closing == after.opening


def test_the_business_date_shows_when_it_differs(firm: Firm) -> None:
    firm.post(paid("A", "KH1", local(2026, 11, 2)))
    late = dataclasses.replace(paid("B", "KH1", local(2026, 10, 30)))
    firm.post(late)
    lines = statement_of(firm).lines
    # Booking times of an account never run backwards, so the October payment is posted in November.
    assert [(line.posted_on, line.business_on) for line in lines] == [
        (date(2026, 11, 2), None),
        (date(2026, 11, 2), date(2026, 10, 30)),
    ]


def test_every_line_has_its_reason(firm: Firm) -> None:
    with a_year_of_movements(firm):
        reasons = [line.reason for line in statement_of(firm).lines]
    assert reasons[0].startswith("付款到账 7 万元，逾期 ")
    assert reasons[1:] == ["冲正：发票 B 红字", "到期：2025-11-20 获得的 400 分"]


def test_points_that_become_usable_stand_apart(firm: Firm) -> None:
    firm.publish([SURVEYS])
    survey = draft("survey.completed", "S-1", "KH1", {"survey_no": "S-1"})
    firm.post(dataclasses.replace(survey, occurred_at=local(2026, 11, 1)))
    settle(firm, local(2026, 11, 16))
    said = statement_of(firm)
    assert [(line.kind, line.points) for line in said.lines] == [(EntryKind.ACCRUE, 50)]
    assert [(item.points, item.reason) for item in said.activations] == [(50, "11-01 的 50 分生效")]
    assert (said.closing, said.closing_available, said.closing_pending) == (50, 50, 0)


def test_pending_points_count_in_the_balance_and_are_told_apart(firm: Firm) -> None:
    firm.publish([SURVEYS])
    survey = draft("survey.completed", "S-1", "KH1", {"survey_no": "S-1"})
    firm.post(dataclasses.replace(survey, occurred_at=local(2026, 11, 20)))
    said = statement_of(firm)
    assert (said.closing, said.closing_available, said.closing_pending) == (50, 0, 50)
    december = statement_of(firm, month=date(2026, 12, 9))
    assert (december.opening, december.opening_pending, december.lines) == (50, 50, ())


def test_lots_that_end_within_ninety_days_are_listed(firm: Firm) -> None:
    firm.post(
        paid("A", "KH1", local(2025, 12, 31), wan=1),
        paid("B", "KH1", local(2025, 12, 31, 13), wan=2),
        paid("C", "KH1", local(2026, 2, 20), wan=4),
        paid("D", "KH1", local(2026, 5, 1), wan=8),
    )
    assert [(lot.points, lot.expires_on, lot.earned_on) for lot in statement_of(firm).expiring] == [
        (300, date(2026, 12, 31), date(2025, 12, 31)),
        (400, date(2027, 2, 20), date(2026, 2, 20)),
    ]


def test_a_running_month_is_marked_and_a_month_that_is_over_is_open(firm: Firm) -> None:
    firm.post(paid("A", "KH1", local(2026, 11, 2)))
    assert statement_of(firm, now=local(2026, 11, 30, 23)).state is StatementState.RUNNING
    assert statement_of(firm, now=local(2026, 12, 1, 0)).state is StatementState.OPEN


@pytest.mark.parametrize("month", [date(2026, 10, 1), date(2027, 1, 1)])
def test_it_refuses_a_month_without_a_statement(firm: Firm, month: date) -> None:
    firm.post(paid("A", "KH1", local(2026, 11, 2)))
    with pytest.raises(errors.StatementNotFound):
        statement_of(firm, month=month)


def test_another_companys_account_has_no_statement_here(firm: Firm, other: Firm) -> None:
    firm.post(paid("A", "KH1", local(2026, 11, 2)))
    other.post(paid("A", "KH1", local(2026, 11, 2), wan=50))
    assert (statement_of(firm).closing, statement_of(other).closing) == (100, 5000)
    account = other.account("KH1")
    with tenant(firm.actor.company_id), pytest.raises(errors.StatementNotFound):
        monthly_statement(account, NOVEMBER, now=NOW)


def test_a_statement_that_does_not_add_up_is_never_shown(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    firm.post(paid("A", "KH1", local(2026, 11, 2)), paid("B", "KH1", local(2026, 11, 3)))
    whole = statement_module._entries
    monkeypatch.setattr(statement_module, "_entries", lambda *told: whole(*told)[1:])
    with pytest.raises(RuntimeError, match="does not add up"):
        statement_of(firm)


def queries_for(firm: Firm) -> int:
    account = firm.account("KH1")
    with tenant(firm.actor.company_id), CaptureQueriesContext(connection) as captured:
        monthly_statement(account, NOVEMBER, now=NOW)
    return len(captured)


def test_it_takes_as_many_queries_for_many_movements_as_for_one(firm: Firm) -> None:
    firm.post(paid("A0", "KH1", local(2026, 11, 2)))
    few = queries_for(firm)
    firm.post(*(paid(f"A{n}", "KH1", local(2026, 11, 2 + n)) for n in range(1, 20)))
    assert queries_for(firm) == few


def workbook_rows(said: Statement, *, formulas: bool) -> list[list[Any]]:
    data = statement_workbook(said, company_name="云中市政工程有限公司")
    sheet = openpyxl.load_workbook(BytesIO(data), data_only=not formulas).active
    assert sheet is not None
    assert sheet.freeze_panes == "A10"
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_workbook_holds_the_statement(firm: Firm) -> None:
    with a_year_of_movements(firm):
        firm.shape("KH1", name="青屿水务集团有限公司", credit_code="91990105MA7QY1X83L")
        said = statement_of(firm)
    rows = workbook_rows(said, formulas=False)
    assert rows[0][0] == "积分对账单 2026年11月"
    assert [row[2] for row in rows[1:7]] == [
        "云中市政工程有限公司",
        said.program_names["zh"],
        "青屿水务集团有限公司",
        "KH1",
        "91990105MA7QY1X83L",
        "2026-11-01 – 2026-11-30",
    ]
    assert rows[8] == ["序号", "记账日", "业务日", "类型", "原因", "积分", "余额"]
    assert (rows[9][4], rows[9][6]) == ("期初余额", 1400)
    assert [(row[3], row[5], row[6]) for row in rows[10:13]] == [
        ("增加", 700, 2100),
        ("冲正", -1000, 1100),
        ("已到期", -400, 700),
    ]
    assert rows[10][1].date() == date(2026, 11, 2)
    assert (rows[13][4], rows[13][5]) == ("本月变动合计", -700)
    assert (rows[14][4], rows[14][6]) == ("期末余额", 700)
    assert [row[4] for row in rows[16:19]] == ["增加，1 笔", "已到期，1 笔", "冲正，1 笔"]


def test_the_workbook_sums_itself(firm: Firm) -> None:
    with a_year_of_movements(firm):
        rows = workbook_rows(statement_of(firm), formulas=True)
    assert (rows[13][5], rows[14][6]) == ("=SUM(F10:F13)", "=G10+SUM(F10:F13)")
    assert [row[5] for row in rows[9:13]] == [None, 700, -1000, -400]


def test_the_workbook_never_turns_text_into_a_formula(firm: Firm) -> None:
    firm.post(paid("A", "KH1", local(2026, 11, 2)))
    said = statement_of(firm)
    line = dataclasses.replace(said.lines[0], reason="=1+1")
    data = statement_workbook(
        dataclasses.replace(said, member_name="=HYPERLINK(1)", lines=(line,)), company_name="=2+2"
    )
    sheet = openpyxl.load_workbook(BytesIO(data)).active
    assert sheet is not None
    for cell, text in (("C2", "=2+2"), ("C4", "=HYPERLINK(1)"), ("E11", "=1+1")):
        assert (sheet[cell].value, sheet[cell].data_type) == (text, "s")


def test_the_workbook_speaks_english(firm: Firm) -> None:
    firm.post(paid("A", "KH1", local(2026, 11, 2)))
    said = statement_of(firm)
    with override("en"):
        rows = workbook_rows(said, formulas=False)
    assert rows[0][0] == "Points statement, Nov 2026"
    assert rows[8][4] == "Reason"
    assert rows[9][4] == "Opening balance"


def test_a_month_without_movements_is_a_statement_too(firm: Firm) -> None:
    firm.post(paid("A", "KH1", local(2026, 9, 2)), booking=Booking.EVENT_TIME)
    said = statement_of(firm)
    assert (said.opening, said.lines, said.closing) == (100, (), 100)
    assert workbook_rows(said, formulas=True)[10][5] == "=SUM(F10:F10)"
    assert said.last_day == NOVEMBER + timedelta(days=29)
