"""A file of receivables goes in at the console; what comes of it is seen by staff and by the customer."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.flows.books import customer_key, open_customer, payment, post, today, upload, write_workbook
from tests.flows.browsing import ADMIN, DESK, PHONE
from tests.flows.conftest import Visiting
from tests.flows.looking import faults_of


def figure(page: Page, label: str) -> str:
    """Return the figure under a label of the console's summary."""
    stat = page.locator(".hj-stats > div", has=page.locator("dt", has_text=re.compile(f"^{label}$")))
    found = re.match(r"[+−]?[\d,]+", stat.locator("dd").first.inner_text())
    assert found is not None
    return found.group()


def test_an_imported_invoice_shows_on_the_customers_phone_with_its_reason(
    visit: Visiting, contact: tuple[str, str], tmp_path: Path
) -> None:
    mobile, name = contact
    with visit(DESK) as operator:
        operator.sign_in_to_console()
        key = customer_key(operator, name)
        rows = [
            payment(key, name, "FP-FLOW-1", "462,000.00"),
            payment(key, name, "FP-FLOW-2", 88_000, settled=f"{today().year}-02-30"),
        ]
        page = upload(operator, write_workbook(tmp_path / "十一月回款.xlsx", rows))
        refused = page.locator("tr", has_text="FP-FLOW-2")
        expect(refused).to_contain_text("拒绝")
        expect(refused).to_contain_text("2 月没有 30 日")
        # 46 × 2 for the amount, 80 for paying early, 30 for no complaint.
        expect(page.locator("tr", has_text="FP-FLOW-1")).to_contain_text("+202")
        expect(page.locator(".hj-commit")).to_contain_text("+202")
        assert faults_of(page) == []
        post(page)
        assert figure(page, "入账") == "1"
        assert figure(page, "未入账") == "1"
        with page.expect_download() as download:
            page.get_by_role("link", name="问题行 1").click()
        assert download.value.suggested_filename == "十一月回款 问题行.xlsx"
        for size in (DESK, PHONE):
            operator.resize(size)
            assert faults_of(page) == []
    with visit(PHONE) as customer:
        page = customer.sign_in_to_portal(mobile)
        row = page.locator("a.hj-row", has_text="付款到账 46.2 万元").first
        expect(row).to_contain_text("提前 12 天")
        expect(row).to_contain_text("+202")
        row.click()
        sheet = page.locator("dialog#sheet")
        expect(sheet).to_be_visible()
        said = sheet.inner_text()
        assert "这笔积分怎么来的" in said
        assert "462,000 ÷ 10,000 = 46.2" in said
        assert "46 × 2" in said
        for line, points in (("合同回款", "92"), ("付款及时", "80"), ("零投诉", "30"), ("合计", "202")):
            part = sheet.locator(".hj-sum > div", has_text=line)
            expect(part.locator("b")).to_have_text(re.compile(rf"^\+?{points}$"))
        assert re.search(r"202 分.+起可用", said)
        assert "FP-FLOW-1" in said
        assert faults_of(page) == []


def test_a_whole_import_is_taken_back(visit: Visiting, contact: tuple[str, str], tmp_path: Path) -> None:
    mobile, name = contact
    with visit(DESK) as admin:
        admin.sign_in_to_console(ADMIN)
        key = customer_key(admin, name)
        pending = figure(admin.page, "待生效")
        rows = [payment(key, name, f"FP-BACK-{number}", 310_000) for number in (1, 2)]
        page = upload(admin, write_workbook(tmp_path / "重复导出.xlsx", rows))
        post(page)
        opener = page.get_by_role("link", name="整批冲正")
        opener.click()
        drawer = page.locator("#drawer")
        expect(drawer).to_contain_text("这次入账的 2 行会全部收回，最多 344 分")
        assert faults_of(page) == []
        drawer.get_by_label("原因").fill("财务导出了两次")
        drawer.get_by_role("button", name="冲正这 2 行").click()
        expect(page.locator(".hj-head .hj-status")).to_have_text(re.compile("已冲正"))
        expect(page.locator("main")).to_contain_text("收回 344 分")
        assert faults_of(page) == []
        page = open_customer(admin, name)
        assert figure(page, "待生效") == pending
    with visit(PHONE) as customer:
        page = customer.sign_in_to_portal(mobile)
        customer.open("/portal/movements/")
        taken = page.locator("a.hj-row", has_text="−172").first
        taken.click()
        expect(page.locator("dialog#sheet")).to_contain_text("收回的原因：财务导出了两次")
        assert faults_of(page) == []


def test_a_file_that_cannot_be_read_says_so_and_leaves_nothing(visit: Visiting, tmp_path: Path) -> None:
    broken = tmp_path / "旧表.xlsx"
    broken.write_bytes(b"PK\x03\x04 the beginning of a workbook and nothing else")
    with visit(DESK) as operator:
        operator.faults.expected = {422}
        operator.sign_in_to_console()
        page = operator.open("/console/imports/")
        before = page.locator("tbody tr").count()
        page = operator.open("/console/imports/new")
        page.locator("input[type=file]").set_input_files(broken)
        page.get_by_role("button", name="上传并预览").click()
        expect(page.locator("main")).to_contain_text("文件没有留下，积分没有变动")
        for size in (DESK, PHONE):
            operator.resize(size)
            assert faults_of(page) == []
        assert operator.open("/console/imports/").locator("tbody tr").count() == before
