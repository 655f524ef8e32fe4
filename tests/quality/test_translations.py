"""The interface is Chinese by construction and English to the last sentence."""

from __future__ import annotations

import re
from collections import defaultdict
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from tests.quality.templates import HOUJI, literal_texts, template_files

KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "_": None,
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w*[^{}]*}")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
LETTERS = re.compile(r"[A-Za-z\u3400-\u9fff]")
PACKAGES = sorted(path.name for path in HOUJI.iterdir() if (path / "__init__.py").exists())

# What reads the same in every language: names of things, not words.
SAME_EVERYWHERE = {
    "Excel",
    "CSV",
    "JSON",
    "Houji",
    "TOP 10",
    "not_found",
    "forbidden",
    "csrf_failed",
    "internal_error",
}


def sources(package: str) -> list[Path]:
    """Return the Python files and templates of a package that people's sentences come from."""
    files = [
        *(HOUJI / package).rglob("*.py"),
        *(HOUJI / package).rglob("*.html"),
        *(HOUJI / package).rglob("*.txt"),
    ]
    return sorted(path for path in files if not {"tests", "migrations", "static"} & set(path.parts))


def message_ids(path: Path) -> set[tuple[str | None, str | tuple[str, ...]]]:
    """Return the messages a file asks for: (context, id), the id a tuple for plurals."""
    text = path.read_text()
    if path.suffix != ".py":
        text = templatize(text, origin=str(path))
    found = set()
    for _line, message, _comments, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
        found.add((context, tuple(message) if isinstance(message, list | tuple) else message))
    return {pair for pair in found if pair[1]}


def catalog(package: str) -> Catalog:
    """Read a package's English catalogue; empty when it has none."""
    path = HOUJI / package / "locale" / "en" / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as source:
        return read_po(source, locale="en", abort_invalid=True)


def wanted(package: str) -> set[tuple[str | None, str | tuple[str, ...]]]:
    """Return every message a package asks for."""
    return set().union(*(message_ids(path) for path in sources(package)))


def translations(message: Message) -> list[str]:
    """Return a message's translations: one, or one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def first_id(message: Message) -> str:
    """Return a message's id, the singular one where there are two."""
    return message.id if isinstance(message.id, str) else message.id[0]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_sentence_has_an_english_translation_in_its_own_package(package: str) -> None:
    known = {(message.context, message.id) for message in catalog(package) if message.id}
    assert sorted(map(str, wanted(package) - known)) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_translation_is_empty_fuzzy_unused_or_obsolete(package: str) -> None:
    book = catalog(package)
    asked = wanted(package)
    for message in book:
        if not message.id:
            continue
        strings = translations(message)
        assert all(strings), f"{package}: empty: {message.id}"
        assert not message.fuzzy, f"{package}: fuzzy: {message.id}"
        assert (message.context, message.id) in asked, f"{package}: nobody asks for: {message.id}"
    assert not book.obsolete, f"{package}: obsolete entries"


@pytest.mark.parametrize("package", PACKAGES)
def test_translations_keep_their_placeholders(package: str) -> None:
    for message in catalog(package):
        if not message.id:
            continue
        expected = sorted(set(PLACEHOLDER.findall(first_id(message))))
        strings = translations(message)
        for text in strings:
            assert sorted(set(PLACEHOLDER.findall(text))) == expected, f"{package}: {message.id}"


@pytest.mark.parametrize("package", PACKAGES)
def test_ids_are_chinese_and_translations_are_not(package: str) -> None:
    for message in catalog(package):
        if not message.id:
            continue
        assert CHINESE.search(first_id(message)), f"{package}: the id is not Chinese: {message.id}"
        strings = translations(message)
        assert not any(CHINESE.search(text) for text in strings), f"{package}: {message.id}"


def test_one_sentence_has_one_translation_in_all_packages() -> None:
    # Django merges the catalogues: of two translations of one id, one would silently win.
    seen = defaultdict(set)
    for package in PACKAGES:
        for message in catalog(package):
            if message.id:
                seen[(message.context, message.id)].add(str(message.string))
    assert {key: strings for key, strings in seen.items() if len(strings) > 1} == {}


def test_templates_write_no_words_outside_translations() -> None:
    loose = []
    for path in template_files():
        for text in literal_texts(path.read_text()):
            if LETTERS.search(text) and text not in SAME_EVERYWHERE:
                loose.append((path.relative_to(HOUJI).as_posix(), text))
    assert loose == []


def test_the_microcopy_keeps_its_manners() -> None:
    rude = re.compile("[！!您]|(?<![申邀])请(?!求)|抱歉")
    broken = [
        (package, message_id)
        for package in PACKAGES
        for _context, message in wanted(package)
        for message_id in ([message] if isinstance(message, str) else message)
        if rude.search(message_id)
    ]
    assert broken == []
