"""What most endpoints ask: which programme, which language, what an id in an address means."""

from __future__ import annotations

import re
from typing import Annotated

from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _
from ninja import Query
from pydantic import StringConstraints

from houji.earning.errors import EventNotFound
from houji.kernel.ids import AccountId, EventId
from houji.ledger.types import EntryRef

ProgramCode = Annotated[
    Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00]*$")] | None,
    Query(None, description=_("积分计划代码；不填为第一个计划")),
]

_ENTRY = re.compile(r"([0-9]{1,18})-([0-9]{1,18})", re.ASCII)
_EVENT = re.compile(r"[0-9]{1,18}", re.ASCII)


def spoken_language() -> str:
    """Return the reader's language as rules and explanations name it: ``zh`` or ``en``."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def read_event_id(text: str) -> EventId:
    """Return the event id an address names; refuses with EventNotFound."""
    if not _EVENT.fullmatch(text):
        raise EventNotFound(name=text[:60])
    return EventId(int(text))


def read_entry(text: str) -> EntryRef:
    """Return the entry an address names (``12-3``); refuses with EventNotFound."""
    found = _ENTRY.fullmatch(text)
    if found is None:
        raise EventNotFound(name=text[:60])
    return EntryRef(AccountId(int(found[1])), int(found[2]))
