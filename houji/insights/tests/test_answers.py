"""The customer confirms or objects, once each; the company answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from houji.access.errors import PermissionMissing
from houji.access.models import AuditRow
from houji.access.tenant import tenant
from houji.access.types import Role
from houji.insights import errors
from houji.insights.actions import TEXT_LENGTH_MAX, answer_dispute, confirm_statement, dispute_statement
from houji.insights.models import Dispute, StatementConfirmation
from houji.insights.queries import (
    confirmed_months,
    dispute_by_id,
    disputed_months,
    open_disputes,
)
from houji.insights.statement import monthly_statement
from houji.insights.tests.cast import Firm, local, paid
from houji.insights.types import Statement, StatementState
from houji.kernel.ids import AccountId
from houji.kernel.refusals import Refusal
from houji.programs.actions import change_settings

pytestmark = pytest.mark.django_db

NOW = local(2026, 12, 3)
OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def ready(firm: Firm) -> Firm:
    """A company with two movements of KH1 in November, and one of KH2."""
    firm.post(
        paid("A", "KH1", local(2026, 11, 2), wan=3),
        paid("B", "KH1", local(2026, 11, 3)),
        paid("C", "KH2", local(2026, 11, 4)),
    )
    return firm


def confirm(firm: Firm, *, month: date = NOVEMBER, by: str = "KH1", of: str = "KH1") -> StatementConfirmation:
    account = firm.account(of)
    return confirm_statement(actor=firm.contact(by), account_id=account, month=month, now=NOW)


def dispute(
    firm: Firm,
    text: str = "第 1 行金额不对",
    *,
    seq: int | None = None,
    month: date = NOVEMBER,
    by: str = "KH1",
    of: str = "KH1",
) -> Dispute:
    account = firm.account(of)
    return dispute_statement(
        actor=firm.contact(by), account_id=account, month=month, text=text, seq=seq, now=NOW
    )


def answer(firm: Firm, dispute_id: int, *, accept: bool = False, text: str = "已核对回单") -> Dispute:
    return answer_dispute(actor=firm.actor, dispute_id=dispute_id, accept=accept, answer=text, now=NOW)


def statement(firm: Firm) -> Statement:
    account = firm.account("KH1")
    with tenant(firm.actor.company_id):
        return monthly_statement(account, NOVEMBER, now=NOW)


def audited(firm: Firm) -> list[str]:
    with tenant(firm.actor.company_id):
        actions = AuditRow.objects.filter(action__startswith="statement.").order_by("id")
        return list(actions.values_list("action", flat=True))


def kept(firm: Firm) -> tuple[int, int, list[str]]:
    """Return everything that answers leave behind."""
    with tenant(firm.actor.company_id):
        return StatementConfirmation.objects.count(), Dispute.objects.count(), audited(firm)


def test_a_contact_confirms_what_it_saw(ready: Firm) -> None:
    confirmation = confirm(ready)
    assert (confirmation.closing_points, confirmation.confirmed_by) == (400, "林婉")
    said = statement(ready)
    assert said.state is StatementState.CONFIRMED
    assert said.confirmation is not None
    assert (said.confirmation.confirmed_by, said.changed_since) == ("林婉", False)
    assert audited(ready) == ["statement.confirm"]
    with tenant(ready.actor.company_id):
        assert confirmed_months(ready.account("KH1")) == {NOVEMBER}


def test_a_statement_that_changed_after_it_was_confirmed_says_so(ready: Firm) -> None:
    confirm(ready)
    ready.post(paid("D", "KH1", local(2026, 11, 29)))
    said = statement(ready)
    assert (said.closing, said.changed_since) == (500, True)


def test_one_line_is_disputed_and_answered(ready: Firm) -> None:
    raised = dispute(ready, "实际提前 2 天付款", seq=2)
    # Five calendar days from 3 December: until the 8th ends in Shanghai.
    assert raised.due_at == local(2026, 12, 9, 0)
    said = statement(ready)
    assert said.state is StatementState.DISPUTED
    shown = [line.dispute.text if line.dispute else None for line in said.lines]
    assert shown == [None, "实际提前 2 天付款"]
    with tenant(ready.actor.company_id):
        assert [item.id for item in open_disputes()] == [raised.id]
        assert disputed_months(ready.account("KH1")) == {NOVEMBER}
    answer(ready, raised.id, accept=True, text="已核对，补发 30 分")
    with tenant(ready.actor.company_id):
        assert open_disputes() == []
        answered = dispute_by_id(raised.id)
    assert (answered.state, answered.answer, answered.answered_by) == (
        "accepted",
        "已核对，补发 30 分",
        "周衡",
    )
    assert statement(ready).state is StatementState.OPEN
    assert audited(ready) == ["statement.dispute", "statement.answer"]


def test_the_deadline_is_the_programmes(ready: Firm) -> None:
    change_settings(actor=ready.actor, program_id=ready.terms.id, dispute_answer_days=1)
    assert dispute(ready).due_at == local(2026, 12, 5, 0)


def test_a_disputed_month_is_confirmed_after_every_answer(ready: Firm) -> None:
    whole, line = dispute(ready), dispute(ready, seq=1)
    answer(ready, line.id)
    with pytest.raises(errors.DisputesOpen) as refused:
        confirm(ready)
    assert refused.value.count == 1
    answer(ready, whole.id)
    confirm(ready)
    assert statement(ready).state is StatementState.CONFIRMED


def test_an_answered_line_can_be_disputed_again(ready: Firm) -> None:
    answer(ready, dispute(ready, seq=1).id)
    again = dispute(ready, "仍然不对", seq=1)
    shown = statement(ready).lines[0].dispute
    assert shown is not None
    assert (shown.id, shown.is_open) == (again.id, True)


@pytest.mark.parametrize("act", [confirm, dispute])
def test_what_both_answers_refuse_in_this_order(ready: Firm, act: Callable[..., Any]) -> None:
    ready.post(paid("Z", "KH9", local(2026, 12, 1)))
    confirm(ready)
    before = kept(ready)
    for refusal, how in (
        (errors.StatementNotFound, {"by": "KH2", "month": DECEMBER}),
        (errors.StatementNotFound, {"month": OCTOBER}),
        (errors.MonthNotOver, {"month": DECEMBER}),
        (errors.AlreadyConfirmed, {}),
    ):
        with pytest.raises(refusal):
            act(ready, **how)
    assert kept(ready) == before


def test_staff_and_keys_do_not_answer_for_a_customer(ready: Firm) -> None:
    account = ready.account("KH1")
    nobody = dataclasses.replace(ready.contact("KH1"), user_id=None)
    for actor in (ready.actor, nobody):
        with pytest.raises(errors.StatementNotFound):
            confirm_statement(actor=actor, account_id=account, month=NOVEMBER, now=NOW)
    assert kept(ready) == (0, 0, [])


def test_another_companys_statement_is_not_found(ready: Firm, other: Firm) -> None:
    other.post(paid("A", "KH1", local(2026, 11, 2)))
    foreign = other.account("KH1")
    with pytest.raises(errors.StatementNotFound):
        confirm_statement(actor=ready.contact("KH1"), account_id=foreign, month=NOVEMBER, now=NOW)
    with pytest.raises(errors.StatementNotFound):
        confirm_statement(
            actor=ready.contact("KH1"), account_id=AccountId(999_999_999), month=NOVEMBER, now=NOW
        )
    raised = dispute(ready)
    with pytest.raises(errors.DisputeNotFound):
        answer(other, raised.id)
    with tenant(other.actor.company_id):
        assert open_disputes() == []


def test_what_an_objection_refuses_in_this_order(ready: Firm) -> None:
    dispute(ready, seq=1)
    before = kept(ready)
    refused: tuple[tuple[type[Refusal], str, int | None], ...] = (
        (errors.StatementLineNotFound, "", 99),
        (errors.AlreadyDisputed, "", 1),
        (errors.TextMissing, " \x00 ", 2),
        (errors.TextTooLong, "长" * (TEXT_LENGTH_MAX + 1), 2),
    )
    for refusal, text, seq in refused:
        with pytest.raises(refusal):
            dispute(ready, text, seq=seq)
    assert kept(ready) == before
    dispute(ready, "长" * TEXT_LENGTH_MAX, seq=2)
    dispute(ready, seq=None)
    with pytest.raises(errors.AlreadyDisputed):
        dispute(ready, seq=None)


def test_what_an_answer_refuses_in_this_order(ready: Firm) -> None:
    raised = dispute(ready)
    answer(ready, raised.id)
    before = kept(ready)
    viewer = dataclasses.replace(ready.actor, roles=frozenset({Role.AUDITOR}))

    def refuse(refusal: type[Refusal], actor: Any, dispute_id: int, text: str) -> None:
        with pytest.raises(refusal):
            answer_dispute(actor=actor, dispute_id=dispute_id, accept=True, answer=text, now=NOW)

    refuse(PermissionMissing, viewer, 0, "")
    refuse(errors.DisputeNotFound, ready.actor, 0, "")
    refuse(errors.TextMissing, ready.actor, raised.id, "  ")
    refuse(errors.DisputeAnswered, ready.actor, raised.id, "再答一次")
    assert kept(ready) == before


def test_refusals_speak_and_show_the_way_out() -> None:
    said = str(errors.DisputesOpen(month="2026-11", count=2))
    assert said == "2026-11 的对账单还有 2 条异议没有答复。 等全部答复后再确认。"


@pytest.mark.parametrize("when", [local(2026, 12, 1, 0), local(2027, 6, 1)])
def test_a_month_can_be_confirmed_from_the_first_of_the_next(ready: Firm, when: datetime) -> None:
    account = ready.account("KH1")
    confirm_statement(actor=ready.contact("KH1"), account_id=account, month=NOVEMBER, now=when)
    assert statement(ready).state is StatementState.CONFIRMED
