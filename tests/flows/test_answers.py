"""What people ask of each other: an approval, an objection, a place on the public board."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.flows.books import open_customer
from tests.flows.browsing import APPROVER, DESK, PHONE, Visitor
from tests.flows.conftest import Visiting
from tests.flows.looking import faults_of


def mobile_of(staff: Visitor, name: str) -> str:
    """Return the mobile number of a customer's contact, as the console shows it."""
    page = open_customer(staff, name)
    page.get_by_role("link", name="联系人与授权").click()
    expect(page.get_by_role("heading", name="联系人", exact=True)).to_be_visible()
    found = re.search(r"1390000\d{4}", page.locator("main").inner_text())
    assert found is not None
    return found.group()


def test_a_referral_is_approved_and_shows(visit: Visiting) -> None:
    with visit(DESK) as approver:
        approver.sign_in_to_console(APPROVER)
        page = approver.open("/console/approvals/")
        row = page.locator("section.first tbody tr").first
        name = row.locator("td.a").inner_text().strip()
        referred = re.search(r"「(.+?)」", row.inner_text())
        assert referred is not None
        waiting = page.locator("section.first tbody tr").count()
        row.get_by_role("link", name="审批").click()
        drawer = page.locator("#drawer")
        drawer.get_by_label("意见").fill("合同已核对")
        assert faults_of(page) == []
        drawer.get_by_role("button", name="同意，入账 200 分").click()
        expect(page.locator("section.first tbody tr")).to_have_count(waiting - 1)
        mobile = mobile_of(approver, name)
    with visit(PHONE) as customer:
        page = customer.sign_in_to_portal(mobile)
        customer.open("/portal/movements/")
        shown = page.locator("a.hj-row", has_text=referred.group(1)).first
        expect(shown).to_contain_text("+200")
        shown.click()
        sheet = page.locator("dialog#sheet")
        expect(sheet).to_contain_text("推荐奖励经人工审核，已通过")
        assert faults_of(page) == []


def test_a_customer_disputes_a_line_and_staff_answer(visit: Visiting, contact: tuple[str, str]) -> None:
    mobile, name = contact
    complaint = "这一笔是提前付的，银行回单可查"
    with visit(PHONE) as customer, visit(DESK) as operator:
        phone = customer.sign_in_to_portal(mobile)
        customer.open("/portal/statements/")
        phone.locator("a.hj-row", has_text="待确认").first.click()
        phone.get_by_role("link", name="有异议").click()
        sheet = phone.locator("dialog#dispute")
        expect(sheet).to_be_visible()
        sheet.get_by_label("哪一笔").select_option(index=1)
        sheet.locator("label.form-check").first.click()
        sheet.get_by_label("补充说明").fill(complaint)
        assert faults_of(phone) == []
        sheet.get_by_role("button", name="提交异议").click()
        expect(phone.locator("main")).to_contain_text(complaint)
        assert faults_of(phone) == []

        desk = operator.sign_in_to_console()
        operator.open("/console/statements/")
        row = desk.locator("tr", has_text=complaint)
        expect(row).to_contain_text(name)
        row.get_by_role("link", name="处理").click()
        drawer = desk.locator("#drawer")
        expect(drawer).to_contain_text(complaint)
        drawer.get_by_label("答复").fill("回单已收到，下月补记。")
        assert faults_of(desk) == []
        drawer.get_by_role("button", name="认可异议").click()
        expect(desk.locator("tr", has_text=complaint)).to_have_count(0)

        phone.reload()
        expect(phone.locator("main")).to_contain_text("答复：回单已收到，下月补记。")
        assert faults_of(phone) == []


def test_the_board_shows_only_who_agreed(visit: Visiting) -> None:
    with visit(PHONE) as stranger:
        page = stranger.open("/board/")
        names = page.locator("ol strong, ol .hj-row-main, ol b").all_inner_texts()
        ranks = page.locator("ol > li")
        assert ranks.count() == 10
        named = next(
            name for name in names if name.strip() and "×" not in name and not name.strip().isdigit()
        )
        said = page.locator("main").inner_text()
        # Points would reveal contract sums.
        assert not re.search(r"[\d,]+ 分", said)
        assert faults_of(page) == []
    with visit(DESK) as staff:
        staff.sign_in_to_console()
        mobile = mobile_of(staff, named)
    with visit(PHONE) as customer:
        customer.sign_in_to_portal(mobile)
        page = customer.open("/portal/me/board/")
        page.get_by_text("不上榜", exact=True).click()
        page.get_by_role("button", name="保存选择").click()
        expect(page.locator("main")).to_contain_text("不上榜")
        assert faults_of(page) == []
    with visit(DESK) as stranger:
        page = stranger.open("/board/")
        page.locator("details", has_text="其余上榜伙伴").locator("summary").click()
        assert named not in page.locator("main").inner_text()
        assert faults_of(page) == []
