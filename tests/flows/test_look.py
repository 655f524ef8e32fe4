"""Every page in both sizes and both languages: nothing too wide, too pale or cut off, no foreign words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Page

from houji.onboarding.demo.people import staff_users
from tests.flows.books import HEADERS, upload
from tests.flows.browsing import ADMIN, DESK, LONG_NAME, PHONE, Visitor
from tests.flows.conftest import Visiting
from tests.flows.looking import faults_of, words_on
from tests.flows.pages import walk

PLACES = ("console", "portal", "board")
ROOT = Path(__file__).resolve().parent.parent.parent

# Words that are the same in Chinese: products, formats, Excel's own error, the language's own name.
SAME_IN_CHINESE = {"Excel", "CSV", "API", "UTF", "GBK", "ERP", "CRM", "REF", "TOP", "English", "Yes"}
LOGINS = {user.username for user in staff_users()}
# What the demonstration wrote into its books in the language it was loaded in.
DEMO_DATA = {"演示数据", "合同已签，核对无误"}
# What the sample file says, in its headers and in its cells.
FILE_DATA = {*HEADERS, "政府", "国企", "民企", "是", "否"}
NAMES = re.compile(
    r"「[^」]*」"  # quoted as it stands in a file
    r"|缺少列：[^。]*"  # the names of columns, as a file must have them
    r"|[\w－—-]+\.(?:xlsx?|csv)\b"  # files
    r"|\.(?:xlsx?|csv)\b"
    r"|\b[A-Z]{2,4}-[\w-]+"  # numbers of invoices, contracts and customers
    r"|\b[0-9A-HJ-NPQRTUWXY]{18}\b"  # credit codes
    r"|\bhouji-demo\b"
)
HAN = re.compile(r"[\u4e00-\u9fff]")


@contextmanager
def inside(visit: Visiting, contact: tuple[str, str], place: str) -> Iterator[Visitor]:
    """Be where one must be to see all of a place."""
    with visit(DESK) as visitor:
        if place == "console":
            visitor.sign_in_to_console(ADMIN)
        if place == "portal":
            visitor.sign_in_to_portal(contact[0])
        yield visitor


def open_preview(visitor: Visitor, folder: Path) -> str:
    """Upload the sample with the usual mistakes; returns the path of its preview."""
    answer = visitor.page.request.get(f"{visitor.address}/console/imports/sample/mistakes.xlsx")
    file = folder / "mistakes.xlsx"
    file.write_bytes(answer.body())
    return upload(visitor, file).url.removeprefix(visitor.address)


@pytest.mark.parametrize("place", PLACES)
def test_every_page_fits_and_reads_well_at_390_and_1440(
    visit: Visiting, contact: tuple[str, str], tmp_path: Path, place: str
) -> None:
    found: list[str] = []
    foreign: list[str] = []
    with inside(visit, contact, place) as visitor:
        starts = [f"/{place}/"]
        if place == "console":
            starts.append(open_preview(visitor, tmp_path))
        for start in starts:
            for kind, page in walk(visitor, start):
                foreign += [f"{kind} {word}" for word in english_words(page)]
                for size in (PHONE, DESK):
                    visitor.resize(size)
                    found += faults_of(page)
    assert not found, "\n".join(found)
    assert not foreign, "\n".join(foreign)


def english_words(page: Page) -> list[str]:
    """Return English words of a Chinese page; what is set as code is meant for machines."""
    found = []
    for where, text, code in words_on(page):
        words = re.findall(r"[A-Za-z]{3,}", NAMES.sub("", text))
        found += [f"{where}: {word}" for word in words if word not in SAME_IN_CHINESE | LOGINS and not code]
    return found


def test_very_long_names_and_amounts_fit_everywhere(visit: Visiting, contact: tuple[str, str]) -> None:
    pages = (
        ("console", "/console/", "td a.name"),
        ("console", "/console/entries/", "td.a a.name"),
        ("console", "/console/approvals/", "td.a a.name"),
        ("console", "/console/members/", "td.a a"),
        ("portal", "/portal/", ".hj-org strong, .hj-row-main strong"),
        ("portal", "/portal/movements/", ".hj-row-main strong"),
        ("board", "/board/", "ol strong, ol .hj-row-main"),
    )
    for place, path, places in pages:
        with inside(visit, contact, place) as visitor:
            page = visitor.open(path)
            count = page.locator(places).count()
            assert count > 0, path
            page.locator(places).first.evaluate("(place, name) => { place.textContent = name; }", LONG_NAME)
            for size in (PHONE, DESK):
                visitor.resize(size)
                assert faults_of(page) == []


def test_the_measures_see_what_they_look_for(visit: Visiting) -> None:
    """A measure that never finds anything proves nothing: each sees a fault that is made for it."""
    with visit(PHONE) as visitor:
        page = visitor.open("/board/")
        assert faults_of(page) == []
        page.evaluate(
            """() => {
              const make = (text, style, tag) => {
                const made = document.createElement(tag || "p");
                made.textContent = text;
                Object.assign(made.style, style);
                document.querySelector("main").append(made);
                return made;
              };
              make("wide", { width: "900px" });
              make("pale", { color: "#aaaaaa" });
              make("small", { fontSize: "10px" });
              make("cut off by its box", { width: "30px", overflow: "hidden", whiteSpace: "nowrap" });
              make("", { width: "40px", height: "40px" }, "button");
              make("twice", {}).id = "main";
            }"""
        )
        said = " ".join(faults_of(page))
        for sign in (
            "overflow: 5",
            "cut: p cuts 「cut",
            "pale: p 2.",
            "small: p 10px",
            "nameless: button",
            "doubled: main",
        ):
            assert sign in said
        assert any("main" not in word and "wide" in word for word in english_words(page))


def chinese_messages() -> set[str]:
    """Return the message ids without placeholders of all catalogues: what may not stay Chinese."""
    found: set[str] = set()
    for path in (ROOT / "houji").glob("*/locale/en/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            for entry in read_po(file, locale="en"):
                ids = (entry.id,) if isinstance(entry.id, str) else entry.id
                found.update(text for text in ids if HAN.search(text) and not re.search(r"%\(|\{", text))
    return found - DEMO_DATA


@pytest.mark.parametrize("place", PLACES)
def test_english_pages_hold_no_chinese(visit: Visiting, contact: tuple[str, str], place: str) -> None:
    """Data stays as it was entered; nothing the product says does."""
    messages = chinese_messages()
    found: list[str] = []
    with inside(visit, contact, place) as visitor:
        visitor.page.context.add_cookies(
            [{"name": "houji_language", "value": "en", "url": visitor.address, "sameSite": "Lax"}]
        )
        for kind, page in walk(visitor, f"/{place}/"):
            assert page.locator("html").get_attribute("lang") == "en", kind
            data = FILE_DATA if kind.startswith("/console/imports/") else set()
            for where, text, _code in words_on(page):
                found += [
                    f"{kind} {where}: {part}"
                    for part in re.split(r"[·:,()]", text)
                    if part.strip() in messages - data
                ]
            for size in (PHONE, DESK):
                visitor.resize(size)
                found += faults_of(page)
    assert not found, "\n".join(found)
