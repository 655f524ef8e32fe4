"""Refusals: the typed, permanent answers by which an action says no and changes nothing.

A refusal is not a fault. It carries a public, permanent ``code``, a ``kind`` that the API maps to
an HTTP status, and typed facts; ``message`` and ``remedy`` say it in the reader's language.
"""

from __future__ import annotations

import dataclasses
from enum import StrEnum
from typing import Any, ClassVar

from django.utils.functional import Promise


class Kind(StrEnum):
    """What sort of no it is; ``api`` alone knows the HTTP status of each."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    UNPROCESSABLE = "unprocessable"
    UNAVAILABLE = "unavailable"


@dataclasses.dataclass
class Refusal(Exception):
    """Base of every refusal; subclasses are dataclasses whose fields are the facts.

    ``text`` and ``way_out`` are translatable formats over the fields. Dataclasses that are
    exceptions cannot be frozen: contextlib assigns ``__traceback__``.
    """

    code: ClassVar[str] = "refused"
    kind: ClassVar[Kind] = Kind.INVALID
    text: ClassVar[str | Promise] = ""
    way_out: ClassVar[str | Promise] = ""

    @property
    def facts(self) -> dict[str, Any]:
        """The typed facts of this refusal, by field name."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    @property
    def message(self) -> str:
        """What happened and why, in the active language."""
        return str(self.text).format(**self.facts)

    @property
    def remedy(self) -> str:
        """What to do about it, in the active language; may be empty."""
        return str(self.way_out).format(**self.facts)

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()
