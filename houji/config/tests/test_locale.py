"""Translations are compiled when they are stale, and only then."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest

from houji.config import locale

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "积分"\nmsgstr "{word}"\n'


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO.format(word="points"))
    monkeypatch.setattr(locale, "locale_folders", lambda: [tmp_path])
    return path


def test_a_new_translation_is_compiled_once(source: Path) -> None:
    assert locale.compile_catalogs() == 1
    assert locale.compile_catalogs() == 0
    with source.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("积分") == "points"


def test_a_changed_translation_is_compiled_again(source: Path) -> None:
    locale.compile_catalogs()
    source.write_text(PO.format(word="credits"))
    later = source.stat().st_mtime + 5
    os.utime(source, (later, later))
    assert locale.compile_catalogs() == 1


def test_a_compiled_file_is_not_stale_next_time_though_clocks_differ(source: Path) -> None:
    future = source.stat().st_mtime + 3600
    os.utime(source, (future, future))
    assert locale.compile_catalogs() == 1
    assert locale.compile_catalogs() == 0
