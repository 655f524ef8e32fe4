"""A real Chromium, and visitors in it whose every page is watched for faults nobody would otherwise see."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Response

DESK = (1440, 900)
PHONE = (390, 844)
PASSWORD = "houji-demo"
OPERATOR, APPROVER, ADMIN = "yunying", "shenpi", "guanli"
LONG_NAME = "澜州市城市轨道交通建设投资发展（集团）有限责任公司第三工程分公司"
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
    # The product needs nothing from elsewhere, and a test must not find out by asking.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


def launch_browser(playwright: Playwright) -> Browser:
    """Start the system's Chromium, or Playwright's own where there is none."""
    program = os.environ.get("HOUJI_CHROMIUM") or shutil.which("chromium")
    # Chromium has no sandbox for root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=program, args=[*_ARGUMENTS, *sandbox])


@dataclass  # without slots: Playwright keeps its wrappers on the object
class Faults:
    """What went wrong on the pages of a visitor; ``expected`` are answers the test provokes."""

    found: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def watch(self, page: Page) -> None:
        """Note console errors (broken CSP among them), script errors, and requests that failed."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on("requestfailed", self._failed)
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _console(self, message: ConsoleMessage) -> None:
        # The browser's own line about a status is noted by its response.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.found.append(f"{message.location.get('url')}: {message.text}")

    def _failed(self, request: Request) -> None:
        # Leaving a page, or a download taking over, aborts what still loads.
        if request.failure != "net::ERR_ABORTED":
            self.found.append(f"{request.url}: {request.failure}")

    def _asked(self, request: Request) -> None:
        if not re.match(r"(http://127\.0\.0\.1:\d+/|data:|blob:)", request.url):
            self.found.append(f"asked another machine: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.found.append(f"{response.url}: {response.status}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a browser window of their own at one installation."""

    page: Page
    address: str
    faults: Faults

    def open(self, path: str) -> Page:
        """Go to a page of the installation; it is loaded and its charts are drawn."""
        self.page.goto(self.address + path)
        return self.page

    def sign_in_to_console(self, login: str = OPERATOR, password: str = PASSWORD) -> Page:
        """Sign in as staff."""
        return self._sign_in("/console/sign-in", login, password)

    def sign_in_to_portal(self, login: str, password: str = PASSWORD) -> Page:
        """Sign in as a customer's contact."""
        return self._sign_in("/portal/sign-in/", login, password)

    def _sign_in(self, path: str, login: str, password: str) -> Page:
        page = self.open(path)
        page.locator("#login").fill(login)
        page.locator("#password").fill(password)
        page.locator("#password").press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    def resize(self, size: tuple[int, int]) -> None:
        """Give the window another size."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})


@contextmanager
def visiting(
    browser: Browser, address: str, size: tuple[int, int] = DESK, *, scale: float = 1, locale: str = "zh-CN"
) -> Iterator[Visitor]:
    """Open a window; leaving fails with AssertionError when any of its pages had a fault."""
    context: BrowserContext = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=scale,
        locale=locale,
        timezone_id="Asia/Shanghai",
        has_touch=size == PHONE,
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    faults = Faults()
    context.on("page", faults.watch)
    try:
        yield Visitor(context.new_page(), address, faults)
    finally:
        context.close()
    assert not faults.found, "\n".join(faults.found)
