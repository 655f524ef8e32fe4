"""What a page looks like, measured in the browser: too wide, cut off, too pale, too small, not named."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

_MEASURE = (Path(__file__).parent / "measure.js").read_text()
FAULTS = ("overflow", "cut", "pale", "small", "nameless", "doubled")


def look_at(page: Page, question: str) -> list[str]:
    """Ask one of FAULTS of a page as it is shown; an empty list is a good page."""
    # A transition would be measured halfway.
    page.wait_for_timeout(150)
    found: list[str] = page.evaluate(f"({_MEASURE}).{question}()")
    return found


def faults_of(page: Page) -> list[str]:
    """Return everything that is wrong with a page as it is shown, in the present size of the window."""
    width = (page.viewport_size or {"width": 0})["width"]
    return [f"{page.url} at {width} px: {fault}" for question in FAULTS for fault in look_at(page, question)]


def words_on(page: Page) -> list[tuple[str, str, bool]]:
    """Return visible texts and spoken names: element, text, and whether it is set as code."""
    return [(where, text, code) for where, text, code in page.evaluate(f"({_MEASURE}).words()")]
