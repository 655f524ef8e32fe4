"""Every kind of page, found by following links: one of each, so that a new page is looked at too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.flows.browsing import Visitor

_FILE = re.compile(r"\.(xlsx|csv)$|/workbook/$")


def kind_of(path: str) -> str:
    """Return what kind of page a path leads to: numbers and months are left out."""
    parts = urlsplit(path)
    plain = re.sub(r"\d+", "1", re.sub(r"\d{4}-\d\d", "month", parts.path))
    return plain + ("?" if parts.query else "")


def walk(visitor: Visitor, start: str) -> Iterator[tuple[str, Page]]:
    """Open one page of every kind below ``start``; yields its kind and the page while it is shown."""
    below = f"/{start.split('/')[1]}/"
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind in seen or _FILE.search(urlsplit(path).path):
            continue
        seen.add(kind)
        page = visitor.open(path)
        links: list[str] = page.eval_on_selector_all(
            "a[href]", "links => links.map(link => new URL(link.href)).map(url => url.pathname + url.search)"
        )
        waiting += [link for link in links if link.startswith(below)]
        yield kind, page
