"""Everything can be done without a mouse, and it is always visible where one is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.flows.browsing import ADMIN, DESK, PHONE
from tests.flows.conftest import Visiting

_STOPS = """() => [...document.querySelectorAll(
    "a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select, textarea, summary")]
  .filter(one => one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true }))
  .filter(one => !one.closest("[inert]") && !(one.type === "radio" && !one.checked))
  .map((one, place) => { one.dataset.stop = String(place); return place; }).length"""

_AT = """() => {
  const one = document.activeElement;
  const field = one.closest("label") && getComputedStyle(one).opacity === "0" ? one.closest("label") : one;
  const style = getComputedStyle(field);
  const box = one.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return {
    stop: one.dataset.stop === undefined ? -1 : Number(one.dataset.stop),
    what: one.outerHTML.slice(0, 90),
    ring: ring || style.boxShadow !== "none",
    inside: box.bottom > 0 && box.top < window.innerHeight,
  };
}"""


def tab_through(page: Page) -> list[str]:
    """Press Tab through a page; returns what is out of order, has no visible ring, or is never reached."""
    count = page.evaluate(_STOPS)
    found: list[str] = []
    reached: list[int] = []
    for _press in range(4 * count):
        page.keyboard.press("Tab")
        at = page.evaluate(_AT)
        # Inside a date field Tab goes from year to month to day.
        if reached and at["stop"] == reached[-1]:
            continue
        if at["stop"] < 0:
            break
        reached.append(at["stop"])
        if not at["ring"]:
            found.append(f"no ring: {at['what']}")
        if not at["inside"]:
            found.append(f"out of sight: {at['what']}")
    if reached != list(range(count)):
        found.append(f"order {reached} of {count}")
    return found


@pytest.mark.parametrize(
    "path",
    ["/console/", "/console/approvals/", "/console/imports/new", "/console/settings/", "/console/rules/"],
)
def test_keyboard_reaches_everything_in_the_console(visit: Visiting, path: str) -> None:
    with visit(DESK) as admin:
        admin.sign_in_to_console(ADMIN)
        found = tab_through(admin.open(path))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", ["/portal/", "/portal/movements/", "/portal/me/", "/portal/me/board/"])
def test_keyboard_reaches_everything_in_the_portal(
    visit: Visiting, contact: tuple[str, str], path: str
) -> None:
    with visit(PHONE) as customer:
        customer.sign_in_to_portal(contact[0])
        found = tab_through(customer.open(path))
    assert not found, "\n".join(found)


def test_slash_goes_to_search_and_escape_closes_what_is_open(visit: Visiting) -> None:
    with visit(DESK) as admin:
        page = admin.sign_in_to_console(ADMIN)
        page.keyboard.press("/")
        search = page.locator("#find")
        expect(search).to_be_focused()
        expect(search).to_have_value("")
        page.keyboard.type("lzsw")
        page.keyboard.press("Enter")
        expect(page.locator("td.a a.name").first).to_contain_text("澜州水务集团")

        admin.open("/console/approvals/")
        opener = page.locator("td.act a[data-drawer]").nth(1)
        opener.focus()
        page.keyboard.press("Enter")
        drawer = page.locator("#drawer")
        expect(drawer).to_be_visible()
        expect(drawer).to_be_focused()
        expect(page.locator("tr[aria-selected=true]")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        expect(opener).to_be_focused()
        expect(page.locator("tr[aria-selected=true]")).to_have_count(0)

        menu = page.locator("summary.hj-me")
        menu.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        expect(menu).to_be_focused()


def test_navigation_and_drawer_are_full_sheets_on_a_phone(visit: Visiting) -> None:
    with visit(PHONE) as admin:
        page = admin.sign_in_to_console(ADMIN)
        button = page.get_by_role("button", name="打开菜单")
        button.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#nav a").first).to_be_focused()
        page.keyboard.press("Escape")
        expect(button).to_be_focused()
        admin.open("/console/entries/")
        opener = page.locator("td.act a[data-drawer]").first
        opener.click()
        drawer = page.locator("#drawer")
        expect(drawer).to_be_visible()
        box = drawer.bounding_box()
        assert box is not None
        assert (box["x"], box["width"]) == (0, PHONE[0])
        page.keyboard.press("Escape")
        expect(opener).to_be_focused()


def test_a_portal_sheet_keeps_the_focus_and_gives_it_back(visit: Visiting, contact: tuple[str, str]) -> None:
    with visit(PHONE) as customer:
        customer.sign_in_to_portal(contact[0])
        page = customer.open("/portal/movements/")
        opener = page.locator("a.hj-row[data-sheet]").first
        opener.focus()
        page.keyboard.press("Enter")
        sheet = page.locator("dialog#sheet")
        expect(sheet).to_be_visible()
        for _press in range(6):
            page.keyboard.press("Tab")
            outside = (
                "() => document.activeElement !== document.body && !document.activeElement.closest('dialog')"
            )
            assert not page.evaluate(outside)
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        expect(opener).to_be_focused()
