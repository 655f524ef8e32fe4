"""Pages by key: a cursor remembers the last item, so that new rows neither repeat nor hide old ones."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from django.utils.translation import gettext_noop as _
from ninja import Query

from houji.api.errors import ParameterInvalid

Item = TypeVar("Item")

LIMIT_DEFAULT = 50
LIMIT_MAX = 200

Limit = Annotated[int, Query(LIMIT_DEFAULT, ge=1, le=LIMIT_MAX, description=_("一页的条数"))]
Cursor = Annotated[
    str | None, Query(None, max_length=500, description=_("上一页给的 next_cursor；第一页不填"))
]


def write_cursor(last: str) -> str:
    """Return the cursor of a page whose last item has this key."""
    return base64.urlsafe_b64encode(last.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> str:
    """Return the key a cursor remembers; refuses with ParameterInvalid."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        last = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError):
        raise ParameterInvalid(names="cursor") from None
    if "\0" in last or not last:
        raise ParameterInvalid(names="cursor")
    return last


def read_position(cursor: str) -> int:
    """Return the number a cursor remembers; refuses with ParameterInvalid."""
    text = read_cursor(cursor)
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise ParameterInvalid(names="cursor")
    return int(text)


def cut_page(
    rows: Sequence[Item], limit: int, key: Callable[[Item], str]
) -> tuple[Sequence[Item], str | None]:
    """Cut ``limit + 1`` rows down to a page, with the cursor of the next one where there is one."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], write_cursor(key(rows[limit - 1]))
