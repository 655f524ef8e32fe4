"""One running product and one browser for all flows; both are gone before other tests go on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.flows.browsing import DESK, Visitor, launch_browser, visiting
from tests.flows.product import Product, start_product

Visiting = Callable[..., AbstractContextManager[Visitor]]


@pytest.fixture(scope="package")
def demo() -> Iterator[Product]:
    """The product with its demonstration, as a first start leaves it."""
    product = start_product(demo=True)
    yield product
    product.stop()


@pytest.fixture
def empty() -> Iterator[Product]:
    """The product with nothing in it."""
    product = start_product(demo=False)
    yield product
    product.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium. Closed with the package: its event loop would be in the way of database tests."""
    with sync_playwright() as playwright:
        chromium = launch_browser(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def visit(browser: Browser, demo: Product) -> Visiting:
    """Open a window at the demonstration: ``with visit() as visitor``; ``visit(PHONE)`` for a phone."""
    return partial(visiting, browser, demo.address)


@pytest.fixture(scope="package")
def contact(visit: Visiting) -> tuple[str, str]:
    """The customer's contact that the demonstration offers: mobile number, short name of the customer."""
    with visit(DESK) as visitor:
        rows = visitor.open("/console/sign-in").locator("tbody tr").all()
        cells = [row.locator("td").all_inner_texts() for row in rows]
    who, mobile = next((who, login) for who, login in cells if re.fullmatch(r"\d{11}", login))
    return mobile, who.split(" · ")[-1]
