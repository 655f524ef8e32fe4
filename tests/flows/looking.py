"""What a page looks like, measured in the browser: too wide, cut off, too pale, too small, not named."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

_MEASURE = (Path(__file__).parent / "measure.js").read_text().strip()
FAULTS = ("overflow", "cut", "pale", "small", "nameless", "doubled")


def faults_of(page: Page) -> list[str]:
    """Return everything that is wrong with a page as it is shown, in the present size of the window."""
    # A transition would be measured halfway.
    page.wait_for_timeout(100)
    answers = ", ".join(f"{question}: look.{question}()" for question in FAULTS)
    found: dict[str, list[str]] = page.evaluate(f"() => {{ const look = {_MEASURE}; return {{{answers}}}; }}")
    width = (page.viewport_size or {"width": 0})["width"]
    return [
        f"{page.url} at {width} px, {question}: {fault}"
        for question, faults in found.items()
        for fault in faults
    ]


def words_on(page: Page) -> list[tuple[str, str, bool]]:
    """Return visible texts and spoken names: element, text, and whether it is set as code."""
    return [(where, text, code) for where, text, code in page.evaluate(f"{_MEASURE}.words()")]
