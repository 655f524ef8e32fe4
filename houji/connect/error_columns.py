"""The columns that the error file adds, in both languages: a corrected file may keep them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ERROR_COLUMNS: tuple[str | Promise, ...] = (_("行号"), _("字段"), _("问题"), _("怎么改"))
"""Row, field, problem, remedy: the last columns of an error file, in this order."""

_LANGUAGES = ("zh-hans", "en")


def error_columns() -> tuple[str, ...]:
    """Return the added columns in the active language."""
    return tuple(str(name) for name in ERROR_COLUMNS)


def without_error_columns(headers: Sequence[str]) -> tuple[str, ...]:
    """Return headers without the columns of an error file at their end, whichever its language."""
    count = len(ERROR_COLUMNS)
    for language in _LANGUAGES:
        with translation.override(language):
            if tuple(headers[-count:]) == error_columns():
                return _trimmed(headers[:-count])
    return tuple(headers)


def _trimmed(headers: Sequence[str]) -> tuple[str, ...]:
    """Drop nameless columns at the end, which an error file has for cells beyond the header."""
    names = list(headers)
    while names and not names[-1].strip():
        names.pop()
    return tuple(names)
