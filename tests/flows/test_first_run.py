"""The first minutes with an empty installation: found the company, see what it would cost, begin."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.flows.books import open_customer, payment, post, today, upload, write_workbook
from tests.flows.browsing import DESK, LONG_NAME, PHONE, Visitor, visiting
from tests.flows.looking import faults_of
from tests.flows.product import Product

PASSWORD = "cheng-lu-2026"


def found_company(visitor: Visitor) -> Page:
    """Fill in the very first page."""
    page = visitor.open("/console/")
    expect(page.get_by_role("heading", name="建第一家公司")).to_be_visible()
    assert faults_of(page) == []
    for label, text in (("公司名称", "云中市政工程有限公司"), ("姓名", "苏明"), ("登录账号", "suming")):
        page.get_by_label(label).fill(text)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_label("再输一次密码").fill(PASSWORD)
    page.get_by_role("button", name="建好并登录").click()
    expect(page.get_by_role("heading", name="三个问题")).to_be_visible()
    page.wait_for_load_state("networkidle")
    return page


def cost_in_wan(page: Page) -> Decimal:
    """Return what last year would have cost, in 10,000 yuan, as the wizard shows it."""
    return Decimal(re.sub(r"[^\d.]", "", page.locator(".hj-big").inner_text()))


def test_the_wizard_shows_last_years_cost_and_starts_a_programme(
    browser: Browser, empty: Product, tmp_path: Path
) -> None:
    with visiting(browser, empty.address, DESK) as admin:
        page = found_company(admin)
        balanced = cost_in_wan(page)
        assert balanced > 0
        expect(page.locator("#answer")).to_contain_text("占合同额")
        for size in (PHONE, DESK):
            admin.resize(size)
            assert faults_of(page) == []
        # A tenth of the value costs a tenth; the page is answered in place.
        page.locator(".hj-seg label", has_text="0.1 元").click()
        expect(page.locator(".hj-big")).not_to_contain_text(str(balanced))
        assert abs(cost_in_wan(page) - balanced / 10) <= Decimal("0.01")
        page.locator(".hj-seg label", has_text=re.compile("^1 元$")).click()
        expect(page.locator(".hj-big")).to_contain_text(str(balanced))
        page.get_by_role("button", name="按这套开始").click()
        expect(page.get_by_role("heading", name="工作台")).to_be_visible()
        expect(page.locator("main")).to_contain_text("已开始")
        check_empty_pages(admin)
        invitation = invite_a_long_named_customer(admin, tmp_path)
    with visiting(browser, empty.address, PHONE) as customer:
        page = customer.open(invitation)
        assert faults_of(page) == []
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_label("再输一次").fill(PASSWORD)
        page.get_by_role("button", name="保存并登录").click()
        expect(page.locator("a.hj-row", has_text="付款到账 946 万元")).to_be_visible()
        for path in (
            "",
            "movements/",
            "earn/",
            "statements/",
            "me/",
            "me/company/",
            "me/board/",
            "me/rules/",
        ):
            customer.open(f"/portal/{path}")
            assert faults_of(page) == []


def check_empty_pages(admin: Visitor) -> None:
    """A page with nothing to list says what is missing, and says it well in both sizes."""
    for section in (
        "",
        "members/",
        "imports/",
        "approvals/",
        "statements/",
        "statements/ranking",
        "entries/",
    ):
        page = admin.open(f"/console/{section}")
        for size in (PHONE, DESK):
            admin.resize(size)
            assert faults_of(page) == []
        assert page.locator("main tbody tr").count() == 0, section
        assert len(page.locator("main").inner_text()) > 15, section


def invite_a_long_named_customer(admin: Visitor, folder: Path) -> str:
    """Import the first customer, with a name of 33 characters, and return its contact's invitation."""
    line = payment("KH-1", LONG_NAME, "FP-1", 9_460_000, settled=today().isoformat())
    page = upload(admin, write_workbook(folder / "首份.xlsx", [line]))
    post(page)
    for path in ("", "members/", "imports/", "entries/", "statements/", "statements/ranking"):
        admin.open(f"/console/{path}")
        for size in (PHONE, DESK):
            admin.resize(size)
            assert faults_of(page) == []
    open_customer(admin, LONG_NAME)
    for size in (PHONE, DESK):
        admin.resize(size)
        assert faults_of(page) == []
    page.get_by_role("link", name="联系人与授权").click()
    page.get_by_label("姓名").fill("许建国")
    page.get_by_label("手机号").fill("13900000001")
    page.get_by_role("button", name="添加并生成邀请").click()
    page.wait_for_load_state("networkidle")
    found = re.search(r"/portal/invitation/[\w:.-]+/", page.content())
    assert found is not None
    return found.group()
