"""Makes the pictures of the guides from the running product: ``.venv/bin/python -m tests.flows.pictures``.

Run again whenever the look changes; the demonstration is the same every time, only its days move on.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.flows.books import open_customer, payment, post, upload, write_workbook
from tests.flows.browsing import ADMIN, DESK, PHONE, Visitor, launch_browser, visiting
from tests.flows.product import ROOT, Product, start_product

FOLDER = ROOT / "docs" / "images"
BYTES_MAX = 400_000
CONTACT = "13900004550"


def main() -> int:
    """Start the product, visit its main pages, and write a picture of each; returns the exit status."""
    FOLDER.mkdir(exist_ok=True)
    product = start_product(demo=True)
    empty = start_product(demo=False)
    try:
        with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
            browser = launch_browser(playwright)
            picture_console(browser, product, Path(folder))
            picture_wizard(browser, empty)
            picture_portal(browser, product)
            picture_board(browser, product)
            browser.close()
    finally:
        product.stop()
        empty.stop()
    large = [path.name for path in FOLDER.glob("*.png") if path.stat().st_size > BYTES_MAX]
    if large:
        print(f"larger than {BYTES_MAX:,} bytes: {', '.join(large)}", file=sys.stderr)
    return 1 if large else 0


def picture_console(browser: Browser, product: Product, folder: Path) -> None:
    """The dashboard after a day's import, a movement explained, and a preview with the usual mistakes."""
    with visiting(browser, product.address, DESK) as admin:
        admin.sign_in_to_console(ADMIN)
        rows = []
        for number, (key, amount) in enumerate(_DAY, start=1):
            rows.append(payment(key, "", f"FP-2611-{900 + number}", amount, days_early=4 * number - 3))
        post(upload(admin, write_workbook(folder / "今日到账.xlsx", rows)))
        admin.resize((DESK[0], 1320))
        admin.open("/console/")
        take(admin, "console-dashboard")
        admin.resize(DESK)

        open_customer(admin, _DAY[0][0])
        admin.page.get_by_role("link", name="依据").first.click()
        admin.page.locator("#drawer-title").wait_for()
        take(admin, "console-member-explain")

        mistakes = folder / "十一月回款.xlsx"
        answer = admin.page.request.get(f"{product.address}/console/imports/sample/mistakes.xlsx")
        mistakes.write_bytes(answer.body())
        upload(admin, mistakes)
        take(admin, "console-import-preview")


# Customers of the demonstration with what they paid on the day of the picture, in yuan.
_DAY = (("KH-0044", 462_000), ("KH-0022", 1_210_000), ("KH-0051", 89_100), ("KH-0067", 341_500))


def picture_wizard(browser: Browser, product: Product) -> None:
    """The three questions of a first run."""
    with visiting(browser, product.address, DESK) as admin:
        page = admin.open("/console/")
        for label, text in (("公司名称", "云中市政工程有限公司"), ("姓名", "宋既明"), ("登录账号", "guanli")):
            page.get_by_label(label).fill(text)
        for label in ("密码", "再输一次密码"):
            page.get_by_label(label, exact=True).fill("cheng-lu-2026")
        page.get_by_role("button", name="建好并登录").click()
        page.locator(".hj-big").wait_for()
        take(admin, "console-wizard")


def picture_portal(browser: Browser, product: Product) -> None:
    """The customer's home, a movement with its reason, and a statement."""
    with visiting(browser, product.address, PHONE, scale=2) as customer:
        page = customer.sign_in_to_portal(CONTACT)
        take(customer, "portal-home")
        page = customer.open("/portal/movements/?show=in")
        page.locator("a.hj-row", has_text="提前").first.click()
        page.locator("dialog#sheet .hj-sum").wait_for()
        take(customer, "portal-why")
        page = customer.open("/portal/statements/")
        page.locator("a.hj-row", has_text="待确认").first.click()
        page.locator(".hj-sum-lg").wait_for()
        take(customer, "portal-statement")


def picture_board(browser: Browser, product: Product) -> None:
    """The public ranking of the last month."""
    with visiting(browser, product.address, DESK) as stranger:
        stranger.open("/board/")
        take(stranger, "board")


def take(visitor: Visitor, name: str) -> None:
    """Write a picture of what the window shows, once the page is quiet."""
    visitor.page.wait_for_load_state("networkidle")
    visitor.page.wait_for_timeout(400)
    visitor.page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    sys.exit(main())
