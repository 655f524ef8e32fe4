"""The statement adds up on the page, and the customer's word about it is taken or refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from houji.access.tenant import tenant
from houji.insights.actions import answer_dispute
from houji.insights.models import Dispute, StatementConfirmation
from houji.members.models import Member
from houji.portal.tests.cast import Stage, signed_in
from houji.portal.tests.test_pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def month(stage: Stage, member: Member) -> str:
    """A month with three movements after one of an earlier month, by its code."""
    stage.paid(member, "FP-0", stage.last_month - timedelta(days=20))
    stage.paid(member, "FP-1", stage.last_month + timedelta(days=3))
    stage.post(member, "survey.completed", stage.last_month + timedelta(days=5), {"survey_no": "HF-1"})
    stage.reversed(member, "FP-1", stage.last_month + timedelta(days=9))
    return f"{stage.last_month:%Y-%m}"


def disputes(stage: Stage) -> list[Dispute]:
    with tenant(stage.company_id):
        return list(Dispute.objects.order_by("id"))


def confirmations(stage: Stage) -> list[StatementConfirmation]:
    with tenant(stage.company_id):
        return list(StatementConfirmation.objects.order_by("id"))


def figure(text: str) -> int:
    return int(text.replace("−", "-").replace("+", "").replace(",", ""))


def test_the_statement_adds_up_on_the_page(contact: Client, month: str) -> None:
    page = text_of(contact, f"/portal/statements/{month}/")
    sums = re.search(r"期初余额 \S+ (\S+) 增加 \d+ 笔 (\S+) 减少 \d+ 笔 (\S+) 期末余额 \S+ (\S+)", page)
    assert sums
    opening, came, went, closing = (figure(text) for text in sums.groups())
    assert (opening, came, went, closing) == (134, 184, -134, 184)
    assert opening + came + went == closing
    changes = [figure(text) for text in re.findall(r"([+−]\d+) 余额", page)]
    balances = [figure(text) for text in re.findall(r"余额 (\d+)", page)]
    assert sum(changes) == closing - opening
    assert balances[-1] == closing


def test_the_list_tells_each_month_s_state(contact: Client, month: str) -> None:
    page = text_of(contact, "/portal/statements/")
    assert "本月未结束" in page
    assert page.count("待确认") == 2
    contact.post(f"/portal/statements/{month}/confirm/")
    page = text_of(contact, "/portal/statements/")
    assert page.count("已确认") == 1


def test_the_paper_and_the_workbook_say_the_same(contact: Client, month: str) -> None:
    paper = text_of(contact, f"/portal/statements/{month}/print/")
    assert "期初余额 134 + 增加（2 笔） 184 − 减少（1 笔） 134 = 期末余额 184" in paper
    answer = contact.get(f"/portal/statements/{month}/workbook/")
    assert f'filename="statement-{month}.xlsx"' in answer["Content-Disposition"]
    book = load_workbook(BytesIO(answer.content), data_only=True)
    cells = [cell for row in book.active.iter_rows(values_only=True) for cell in row]
    assert {134, 184, 50, -134} <= set(cells)


def test_a_contact_confirms_and_is_named(stage: Stage, contact: Client, month: str) -> None:
    answer = contact.post(f"/portal/statements/{month}/confirm/")
    assert answer["Location"] == f"/portal/statements/{month}/"
    page = text_of(contact, answer["Location"])
    assert "已确认" in page
    assert "期末 184 分" in page
    assert "的小林" in page
    assert "确认无误" not in page
    assert [one.closing_points for one in confirmations(stage)] == [184]


def test_confirming_twice_is_refused_in_place(stage: Stage, contact: Client, month: str) -> None:
    contact.post(f"/portal/statements/{month}/confirm/")
    answer = contact.post(f"/portal/statements/{month}/confirm/")
    assert answer.status_code == 422
    assert "确认后发现问题，联系客户经理处理" in answer.content.decode()
    assert len(confirmations(stage)) == 1


def test_a_running_month_cannot_be_answered(
    stage: Stage, member: Member, contact: Client, month: str
) -> None:
    running = f"{stage.today:%Y-%m}"
    assert "确认无误" not in text_of(contact, f"/portal/statements/{running}/")
    answer = contact.post(f"/portal/statements/{running}/confirm/")
    assert answer.status_code == 422
    assert "下月 1 日起可以确认或提异议" in answer.content.decode()
    assert confirmations(stage) == []


def test_a_line_is_disputed_and_the_page_shows_the_deadline(
    stage: Stage, contact: Client, month: str
) -> None:
    # Entry 2 is the earlier month's points becoming usable, so the survey is entry 4 and line 2.
    form = {"line": "4", "reason": "amount", "text": "应为 60 分"}
    assert contact.post(f"/portal/statements/{month}/dispute/", form).status_code == 302
    (dispute,) = disputes(stage)
    assert (dispute.seq, dispute.text) == (4, "金额不对，应为 60 分")
    page = text_of(contact, f"/portal/statements/{month}/")
    assert re.search(r"异议 第 2 笔 金额不对，应为 60 分 .*最晚 \S+ ?答复 待答复", page)
    assert "确认无误" not in page


def test_the_answer_of_the_staff_is_shown_and_the_month_can_be_confirmed(
    stage: Stage, contact: Client, month: str
) -> None:
    contact.post(f"/portal/statements/{month}/dispute/", {"line": "", "reason": "missing", "text": ""})
    (dispute,) = disputes(stage)
    answer_dispute(
        actor=stage.actor, dispute_id=dispute.id, accept=False, answer="已逐笔核对", now=datetime.now(UTC)
    )
    page = text_of(contact, f"/portal/statements/{month}/")
    assert "整份对账单 少记了一笔" in page
    assert "答复：已逐笔核对" in page
    assert "维持原账" in page
    assert contact.post(f"/portal/statements/{month}/confirm/").status_code == 302
    assert len(confirmations(stage)) == 1


def test_an_open_objection_holds_back_the_confirmation(stage: Stage, contact: Client, month: str) -> None:
    contact.post(f"/portal/statements/{month}/dispute/", {"line": "3", "reason": "date", "text": ""})
    answer = contact.post(f"/portal/statements/{month}/confirm/")
    assert answer.status_code == 422
    assert "等全部答复后再确认" in answer.content.decode()
    assert confirmations(stage) == []


def test_an_objection_without_a_word_is_refused_in_the_sheet(
    stage: Stage, contact: Client, month: str
) -> None:
    answer = contact.post(f"/portal/statements/{month}/dispute/", {"line": "3", "reason": "", "text": " "})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没有写内容" in page
    assert re.search(r'id="dispute"[^>]*data-open', page)
    assert '<option value="3" selected>' in page
    assert disputes(stage) == []


def test_the_same_line_is_disputed_once(stage: Stage, contact: Client, month: str) -> None:
    form = {"line": "3", "reason": "date", "text": ""}
    contact.post(f"/portal/statements/{month}/dispute/", form)
    answer = contact.post(f"/portal/statements/{month}/dispute/", form)
    assert answer.status_code == 422
    assert "已提过异议" in answer.content.decode()
    assert len(disputes(stage)) == 1


def test_a_line_of_another_month_is_not_found(stage: Stage, contact: Client, month: str) -> None:
    answer = contact.post(f"/portal/statements/{month}/dispute/", {"line": "1", "reason": "date", "text": ""})
    assert answer.status_code == 404
    assert disputes(stage) == []


def test_the_way_from_a_movement_opens_its_objection(contact: Client, month: str) -> None:
    sheet = contact.get("/portal/movements/3/").content.decode()
    assert f'href="/portal/statements/{month}/?line=3"' in sheet
    page = contact.get(f"/portal/statements/{month}/?line=3").content.decode()
    assert re.search(r'id="dispute"[^>]*data-open', page)
    assert '<option value="3" selected>' in page


def test_another_customer_s_contact_can_neither_see_nor_answer(
    stage: Stage, contact: Client, month: str
) -> None:
    neighbour = stage.member("KH-8", "云中暖阳燃气有限公司")
    stage.contact(neighbour, "13900000008")
    stranger = signed_in("13900000008")
    assert stranger.get(f"/portal/statements/{month}/").status_code == 404
    assert stranger.post(f"/portal/statements/{month}/confirm/").status_code == 404
    assert stranger.post(f"/portal/statements/{month}/dispute/", {"text": "x"}).status_code == 404
    assert confirmations(stage) == []
    assert disputes(stage) == []


@pytest.mark.parametrize("bad", ["2026-13", "2026-02-01", "x", "0000-00", "1999-01", "2999-01"])
def test_a_month_without_a_statement_is_not_found(contact: Client, month: str, bad: str) -> None:
    assert contact.get(f"/portal/statements/{bad}/").status_code == 404
    assert contact.get(f"/portal/statements/{bad}/workbook/").status_code == 404
