"""The docs page in a real browser, under the product's strict policy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """Real Chromium: the one the test command named or the system has, else Playwright's own.

    It is closed before the database is put back: Django refuses to work beside its event loop.
    """
    system = os.environ.get("HOUJI_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_docs_page_works_without_relaxing_the_policy(
    live_server: LiveServer, chromium: Browser, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900}, locale="zh-CN")
    faults: list[str] = []
    foreign: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((live_server.url, "data:")) else foreign.append(request.url)
        ),
    )
    page.goto(f"{live_server.url}/api/docs")
    page.locator("#operations-events-send_events").wait_for()
    assert page.locator(".opblock").count() == 10
    page.locator("#operations-events-send_events .opblock-summary-control").click()
    page.get_by_text("application/cloudevents-batch+json").first.wait_for(state="attached")
    assert "发送事件" in page.inner_text("#swagger-ui")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
    assert (faults, foreign) == ([], [])


def test_a_problem_s_type_leads_to_its_row(live_server: LiveServer, chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 900})
    problem = page.request.get(f"{live_server.url}/api/v1/members").json()
    page.goto(live_server.url + problem["type"])
    row = page.locator("tr:target")
    assert problem["code"] in row.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()
