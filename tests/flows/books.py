"""Files as a customer's finance system exports them, and the console's way from file to booked points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests.flows.browsing import Visitor

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


def today() -> date:
    """Return the programme's calendar day."""
    return datetime.now(tz=ZoneInfo("Asia/Shanghai")).date()


def payment(
    key: str, name: str, invoice_no: str, amount: object, *, days_early: int = 12, settled: object = None
) -> tuple[object, ...]:
    """Return one line of receivables, paid three days ago unless ``settled`` says otherwise."""
    paid = today() - timedelta(days=3)
    due = paid + timedelta(days=days_early)
    issued = paid - timedelta(days=30)
    shown = paid.isoformat() if settled is None else settled
    return (
        key,
        name,
        "国企",
        invoice_no,
        f"HT-{issued.year}-{invoice_no[-3:]}",
        amount,
        issued.isoformat(),
        due.isoformat(),
        shown,
        "否",
    )


def write_workbook(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """Write lines of receivables as .xlsx."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADERS, *rows):
        sheet.append(list(row))
    book.save(path)
    return path


def upload(visitor: Visitor, file: Path) -> Page:
    """Upload a file in the console; returns the page with its preview."""
    page = visitor.open("/console/imports/new")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="上传并预览").click()
    page.wait_for_url(re.compile(r"/console/imports/\d+/$"))
    expect(page.locator(".hj-commit")).to_be_visible()
    return page


def post(page: Page) -> None:
    """Post what the preview shows and wait until the worker has done it."""
    page.locator(".hj-commit button[type=submit]").click()
    expect(page.locator(".hj-head .hj-status", has_text="已入账")).to_be_visible(timeout=60_000)


def customer_key(visitor: Visitor, name: str) -> str:
    """Return the code of a customer, found by name; the customer's page stays open."""
    facts: str = open_customer(visitor, name).locator(".hj-meta").inner_text()
    found = re.search(r"编码\s*(\S+)", facts)
    assert found is not None
    return found.group(1)


def open_customer(visitor: Visitor, name: str) -> Page:
    """Open a customer's page by way of the search."""
    page = visitor.open(f"/console/members/?q={name}")
    page.locator("td.a a.name").first.click()
    page.wait_for_url(re.compile(r"/console/members/\d+/"))
    return page
