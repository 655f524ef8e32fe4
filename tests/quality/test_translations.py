"""Every message is Chinese by birth and has an English translation in its own package."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

KEYWORDS = {
    "gettext": None, "gettext_lazy": None, "_": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "gettext_noop": None,
}  # fmt: skip
ROOT = Path(__file__).parent.parent.parent / "houji"
PACKAGES = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
HAN = re.compile(r"[\u4e00-\u9fff]")
PLACE = re.compile(r"(?<!\{)\{[a-z_][a-z0-9_.]*\}|%\([a-z_]+\)s")


def messages(package: str) -> Iterator[tuple[Path, str]]:
    """Yield every message of a package's code and templates with the file it stands in."""
    for path in sorted((ROOT / package).rglob("*")):
        if "tests" in path.parts or path.suffix not in {".py", ".html", ".txt", ".xml"}:
            continue
        text = path.read_text()
        if path.suffix != ".py":
            if "{%" not in text:
                continue
            # Indented tags would read as indented code.
            text = "\n".join(line.strip() for line in templatize(text).splitlines())
        for _line, _function, found, _comments in extract_python(
            io.BytesIO(text.encode()), [*KEYWORDS, "npgettext"], [], {}
        ):
            for message in [found] if isinstance(found, str) else (found or ()):
                if message and HAN.search(message):
                    yield path, message


def translations(package: str) -> dict[str, str]:
    path = ROOT / package / "locale" / "en" / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return {}
    catalog = read_po(io.BytesIO(path.read_bytes()), locale="en", abort_invalid=True)
    known: dict[str, str] = {}
    for entry in catalog:
        ids = (entry.id,) if isinstance(entry.id, str) else entry.id
        words = (entry.string,) if isinstance(entry.string, str) else entry.string
        for message in ids:
            known[message] = "" if "fuzzy" in entry.flags else words[0]
    return known


@pytest.mark.parametrize("package", PACKAGES)
def test_every_message_has_an_english_translation(package: str) -> None:
    known = translations(package)
    missing = {f"{path.relative_to(ROOT)}: {text}" for path, text in messages(package) if not known.get(text)}
    assert not missing, "\n".join(sorted(missing))


@pytest.mark.parametrize("package", PACKAGES)
def test_translations_keep_the_places_of_figures(package: str) -> None:
    for message, words in translations(package).items():
        if words:
            assert set(PLACE.findall(words)) <= set(PLACE.findall(message)), message


@pytest.mark.parametrize("package", PACKAGES)
def test_no_translation_is_left_in_chinese(package: str) -> None:
    assert [words for words in translations(package).values() if words and HAN.search(words)] == []
