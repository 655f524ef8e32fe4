"""The dashboard's figures, each checked against business counted by hand."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from houji.access.tenant import tenant
from houji.earning.tests.conftest import draft
from houji.insights.actions import dispute_statement
from houji.insights.dashboard import TOP_COUNT, dashboard
from houji.insights.movements import LATEST_COUNT
from houji.insights.tests.cast import Firm, local, paid, red, referral
from houji.insights.tests.test_statement import SURVEYS
from houji.insights.types import Dashboard, MovementState, ToDoKind
from houji.ledger.actions import settle_due_accounts
from houji.ledger.types import EntryKind, EntryRef
from houji.programs.models import Program

pytestmark = pytest.mark.django_db

NOW = local(2026, 11, 20)


def shown(firm: Firm, now: datetime = NOW, **options: Any) -> Dashboard:
    with tenant(firm.actor.company_id):
        return dashboard(firm.terms, now=now, **options)


def test_the_chart_shows_twelve_months_by_category_in_fixed_order(firm: Firm) -> None:
    firm.post(
        paid("A", "KH1", local(2025, 11, 30), wan=9),
        paid("B", "KH1", local(2025, 12, 1), wan=2),
        paid("C", "KH1", local(2026, 11, 5), wan=3, due_date="2026-11-06"),
    )
    chart = shown(firm, language="zh").chart
    assert (chart.months[0], chart.months[-1], len(chart.months)) == (
        date(2025, 12, 1),
        date(2026, 11, 1),
        12,
    )
    assert chart.days_run == 20
    named = [(series.code, series.name, series.colour) for series in chart.series]
    assert named[:3] == [
        ("amount", "合同回款", "c1"),
        ("payment", "付款及时", "c2"),
        ("no_complaint", "零投诉", "c3"),
    ]
    amount, payment = chart.series[:2]
    assert (amount.points[0], amount.points[-1], payment.points[-1]) == (200, 300, 80)
    assert chart.totals == (200, *[0] * 10, 380)
    assert (amount.share, payment.share) == (Decimal(500) / 580, Decimal(80) / 580)


def test_a_clawback_comes_off_in_the_month_it_was_posted(firm: Firm) -> None:
    firm.post(paid("A", "KH1", local(2026, 10, 5), wan=4), paid("B", "KH1", local(2026, 11, 5), wan=9))
    firm.post(red("A", "KH1", local(2026, 11, 6)))
    assert shown(firm).chart.totals[-2:] == (400, 500)


def test_categories_the_programme_does_not_name_come_last_by_their_code(firm: Firm) -> None:
    firm.post(paid("A", "KH1", local(2026, 11, 5)))
    with tenant(firm.actor.company_id):
        Program.objects.filter(id=firm.terms.id).update(terms={})
    (series,) = shown(firm).chart.series
    assert (series.code, series.name, series.colour, series.share) == ("amount", "amount", "c1", 1)


def test_issued_compares_with_the_same_stretch_of_last_month(firm: Firm) -> None:
    firm.post(
        paid("A", "KH1", local(2026, 10, 20, 11), wan=4),
        paid("B", "KH1", local(2026, 10, 20, 13), wan=50),
        paid("C", "KH1", local(2026, 11, 5), wan=5),
    )
    issued = shown(firm).issued
    assert (issued.value, issued.change) == (500, Decimal("0.25"))
    assert issued.spark[-2:] == (5400, 500)


def test_a_change_from_nothing_is_no_figure(firm: Firm) -> None:
    firm.post(paid("A", "KH1", local(2026, 11, 5)))
    assert shown(firm).issued.change is None
    assert shown(firm).liability.change is None


def test_expiring_counts_what_is_gone_and_what_will_go_this_month(firm: Firm) -> None:
    firm.post(
        paid("A", "KH1", local(2025, 10, 31), wan=1),
        paid("B", "KH1", local(2025, 11, 10), wan=2),
        paid("C", "KH1", local(2025, 11, 30), wan=4),
        paid("D", "KH1", local(2025, 12, 1), wan=8),
    )
    before = shown(firm).expiring
    with tenant(firm.actor.company_id):
        settle_due_accounts(firm.actor.company_id, now=NOW)
    firm.assert_books_balance()
    after = shown(firm).expiring
    # The lot of 31 October had its last day in October, that of 30 November has it in November.
    assert (before.value, before.spark[-2]) == (after.value, after.spark[-2]) == (600, 100)
    assert after.change == 5


def test_waiting_counts_the_requests_and_names_the_most_urgent(firm: Firm) -> None:
    firm.post(referral("R-1", "KH1", local(2026, 11, 18)), referral("R-2", "KH2", local(2026, 9, 18)))
    waiting = shown(firm).waiting
    assert (waiting.points, waiting.count, waiting.due_at) == (400, 2, local(2026, 9, 21))
    assert waiting.spark[-4:] == (0, 200, 200, 400)


def test_liability_is_what_the_points_outstanding_are_worth(firm: Firm) -> None:
    with tenant(firm.actor.company_id):
        unit = dataclasses.replace(firm.terms.main_unit, value_yuan=Decimal("0.5"))
    cheaper = dataclasses.replace(firm, terms=dataclasses.replace(firm.terms, units={"points": unit}))
    firm.post(
        paid("A", "KH1", local(2025, 11, 5), wan=3),
        paid("B", "KH1", local(2026, 9, 5), wan=4),
        paid("C", "KH2", local(2026, 11, 5), wan=2),
    )
    # The lot of last November is expired by now, though nothing has settled it yet.
    liability = shown(cheaper).liability
    assert (liability.value, liability.spark[-2]) == (300, 350)
    assert liability.change == Decimal(300) / 350 - 1
    assert (len(liability.spark), liability.spark[0]) == (12, 150)


def test_cost_share_goes_by_business_date_and_leaves_out_reversed_invoices(firm: Firm) -> None:
    firm.post(
        paid("OLD", "KH1", local(2025, 11, 30), wan=70),
        paid("A", "KH1", local(2026, 3, 5), wan=4),
        paid("B", "KH1", local(2026, 11, 5), wan=6, due_date="2026-11-06"),
        paid("R", "KH1", local(2026, 4, 5), wan=90),
    )
    firm.post(red("R", "KH1", local(2026, 11, 6)))
    cost = shown(firm).cost_share
    assert cost.value == Decimal(1080) / 100_000
    # A month earlier OLD still counted, and B did not.
    assert cost.spark[-2] == Decimal(7400) / 740_000
    assert cost.change == cost.value / cost.spark[-2] - 1


def test_without_payments_there_is_no_cost_share(firm: Firm) -> None:
    cost = shown(firm).cost_share
    assert (cost.value, cost.change, cost.spark) == (None, None, (0,) * 12)


def test_top_members_have_most_to_use_and_show_a_year_of_earning(firm: Firm) -> None:
    firm.post(*(paid(f"A{n}", f"KH{n}", local(2026, 11, 5), wan=n + 1) for n in range(TOP_COUNT + 2)))
    firm.post(paid("OLD", "KH0", local(2026, 11, 6), wan=30))
    firm.shape("KH0", short_name="云泽水利")
    board = shown(firm)
    assert len(board.top) == TOP_COUNT
    first = board.top[0]
    assert (first.name, first.available, first.earned) == ("云泽水利", 3100, 3100)
    assert [member.available for member in board.top] == sorted(
        (m.available for m in board.top), reverse=True
    )
    assert board.members_count == TOP_COUNT + 2


def test_while_all_points_are_pending_those_who_will_have_most_come_first(firm: Firm) -> None:
    firm.publish([SURVEYS])
    surveys = [(1, "KH1"), (2, "KH2"), (3, "KH2")]
    drafts = [draft("survey.completed", f"S-{n}", key, {"survey_no": f"S-{n}"}) for n, key in surveys]
    firm.post(*(dataclasses.replace(one, occurred_at=local(2026, 11, 19)) for one in drafts))
    top = shown(firm).top
    assert [(member.name, member.available) for member in top] == [("KH2", 0), ("KH1", 0)]
    assert top[0].earned == 2 * top[1].earned > 0


def test_the_latest_movements_say_why_and_what_they_are_by_now(firm: Firm) -> None:
    firm.publish([SURVEYS])
    old = draft("survey.completed", "S-0", "KH1", {"survey_no": "S-0"})
    new = draft("survey.completed", "S-1", "KH2", {"survey_no": "S-1"})
    firm.post(dataclasses.replace(old, occurred_at=local(2026, 10, 1)))
    with tenant(firm.actor.company_id):
        settle_due_accounts(firm.actor.company_id, now=local(2026, 10, 17))
    firm.post(dataclasses.replace(new, occurred_at=local(2026, 11, 19)))
    latest = shown(firm, language="zh").latest
    assert [(item.member, item.reason, item.state, item.available_on) for item in latest] == [
        ("KH2", "完成满意度回访", MovementState.PENDING, date(2026, 12, 4)),
        ("KH1", "完成满意度回访", MovementState.EFFECTIVE, None),
    ]


def test_a_reversed_movement_and_its_clawback_are_marked(firm: Firm) -> None:
    firm.post(paid("A", "KH1", local(2026, 11, 5)))
    firm.post(red("A", "KH1", local(2026, 11, 6)))
    latest = shown(firm).latest
    assert [(item.kind, item.points, item.state) for item in latest] == [
        (EntryKind.CLAWBACK, -100, MovementState.REVERSED),
        (EntryKind.ACCRUE, 100, MovementState.REVERSED),
    ]


def test_only_the_latest_few_movements_are_shown(firm: Firm) -> None:
    firm.post(*(paid(f"A{n}", "KH1", local(2026, 11, n + 1)) for n in range(LATEST_COUNT + 3)))
    latest = shown(firm).latest
    assert len(latest) == LATEST_COUNT
    assert latest[0].booked_at == local(2026, 11, LATEST_COUNT + 3)


def test_what_waits_is_listed_by_deadline(firm: Firm) -> None:
    firm.post(paid("A", "KH1", local(2026, 10, 5)), referral("R-1", "KH2", local(2026, 11, 18)))
    account = firm.account("KH1")
    dispute_statement(
        actor=firm.contact("KH1"),
        account_id=account,
        month=date(2026, 10, 1),
        text="金额不对",
        seq=1,
        now=NOW,
    )
    approval, dispute = shown(firm, language="zh").to_dos
    assert (approval.kind, approval.member, approval.text) == (
        ToDoKind.APPROVAL,
        "KH2",
        "推荐「岚桥物流园」签约",
    )
    assert (approval.points, approval.due_at) == (200, local(2026, 11, 21))
    assert (dispute.kind, dispute.member, dispute.text) == (ToDoKind.DISPUTE, "KH1", "金额不对")
    assert (dispute.month, dispute.line) == (date(2026, 10, 1), EntryRef(account, 1))


def test_an_empty_programme_has_figures_of_nothing(firm: Firm) -> None:
    board = shown(firm)
    assert (board.issued.value, board.expiring.value, board.liability.value) == (0, 0, 0)
    assert (board.waiting.points, board.waiting.count, board.waiting.due_at) == (0, 0, None)
    assert (board.top, board.latest, board.to_dos, board.members_count) == ((), (), (), 0)
    assert [series.share for series in board.chart.series] == [0] * 6
    assert {
        len(figure.spark) for figure in (board.issued, board.expiring, board.liability, board.cost_share)
    } == {12}


def test_another_companys_rows_never_count(firm: Firm, other: Firm) -> None:
    firm.post(paid("A", "KH1", local(2026, 11, 5)))
    alone = shown(firm)
    other.post(
        paid("A", "KH1", local(2026, 11, 5), wan=500),
        paid("OLD", "KH1", local(2026, 11, 6), wan=500),
        referral("R-1", "KH2", local(2026, 11, 18)),
    )
    account = other.account("KH1")
    dispute_statement(
        actor=other.contact("KH1"),
        account_id=account,
        month=date(2026, 11, 1),
        text="不对",
        now=local(2026, 12, 2),
    )
    assert shown(firm) == alone
    assert shown(other).issued.value == 100_000
    assert len(shown(other).to_dos) == 2


def queries_of(firm: Firm) -> int:
    with CaptureQueriesContext(connection) as captured:
        shown(firm)
    return len(captured)


def test_it_takes_as_many_queries_for_a_busy_programme_as_for_a_quiet_one(firm: Firm) -> None:
    def business(n: int) -> None:
        key = f"KH{n}"
        firm.post(
            paid(f"A{n}", key, local(2026, 10, 5)),
            referral(f"R{n}", key, local(2026, 11, 18)),
        )
        firm.post(red(f"A{n}", key, local(2026, 11, 6)), paid(f"B{n}", key, local(2026, 11, 7)))
        dispute_statement(
            actor=firm.contact(key),
            account_id=firm.account(key),
            month=date(2026, 10, 1),
            text="不对",
            now=NOW,
        )

    business(0)
    quiet = queries_of(firm)
    for n in range(1, 9):
        business(n)
    assert queries_of(firm) == quiet
