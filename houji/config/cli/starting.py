"""Django for the command line: in the language of the terminal."""

from __future__ import annotations

import os

import django
from django.utils import translation

from houji.config.locale import compile_catalogs
from houji.config.memory import collect_rarely


def terminal_language() -> str:
    """Return ``en`` for an English terminal (LC_ALL, LC_MESSAGES, LANG), else ``zh-hans``."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "en" if value.lower().startswith("en") else "zh-hans"
    return "zh-hans"


def start_django() -> None:
    """Set Django up and let it speak the terminal's language, the translations compiled when stale."""
    compile_catalogs()
    django.setup()
    collect_rarely()
    translation.activate(terminal_language())
