"""Reads the project's templates as a person sees them, for the quality tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

HOUJI = Path(__file__).parents[2] / "houji"
SPOKEN = {"placeholder", "title", "alt", "aria-label", "content", "value"}


def template_files() -> list[Path]:
    """Return every HTML template of the project."""
    return sorted(path for path in HOUJI.rglob("*.html") if "templates" in path.parts)


def literal_texts(source: str) -> Iterator[str]:
    """Yield the texts and spoken attributes of a template that stand outside tags and translations."""
    without = re.sub(r"{%\s*comment.*?endcomment\s*%}", " ", source, flags=re.S)
    without = re.sub(r"{%\s*blocktrans(late)?\b.*?{%\s*endblocktrans(late)?\s*%}", " ", without, flags=re.S)
    without = re.sub(r"{#.*?#}|{{.*?}}|{%.*?%}", " ", without, flags=re.S)
    reader = _Reader()
    reader.feed(without)
    reader.close()
    yield from (text.strip() for text in reader.texts if text.strip())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = 0
        self._own_language = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag in {"script", "style"}:
            self._silent += 1
        # A language is named in itself, in an element that says which language that is.
        if tag == "button" and facts.get("lang"):
            self._own_language += 1
        if tag == "meta" or facts.get("type") in {"radio", "hidden", "checkbox"}:
            return
        spoken = SPOKEN - {"value", "content"} if tag in {"button", "option"} else SPOKEN
        self.texts += [value for name, value in attrs if name in spoken and value]

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._silent -= 1
        if tag == "button" and self._own_language:
            self._own_language -= 1

    def handle_data(self, data: str) -> None:
        if not self._silent and not self._own_language:
            self.texts.append(data)
