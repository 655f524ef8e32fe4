"""What passes through intake: cells and rows of a file, drafts of events, what became of each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from houji.intake.notes import Note
from houji.intake.problems import Problem


class ErrorCell(NamedTuple):
    """A spreadsheet cell whose formula failed; ``shown`` is what Excel shows, such as ``#REF!``."""

    shown: str


Cell = str | int | Decimal | bool | date | datetime | time | timedelta | ErrorCell | None
"""One cell as the file holds it: text from CSV, typed from Excel; None or "" when empty."""


class SourceRow(NamedTuple):
    """One row of a file; ``number`` counts as Excel shows it, the header included."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class DraftEvent:
    """An event ready for acceptance: shaped and checked, but not yet compared with earlier ones.

    ``occurred_at`` is aware UTC; ``data`` holds stored JSON forms (decimals and dates as strings).
    """

    source: str
    id: str
    type: str
    member_key: str
    occurred_at: datetime
    business_no: str | None
    data: Mapping[str, Any]
    member_name: str | None = None
    member_kind: str | None = None


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row of a file or one event of a batch.

    Exactly one of three: a ``draft``; or ``problems``; or ``skipped``, the note that says why the
    row was left out on purpose (a total line). ``number`` is the row in the file or, from 1, the
    place in the batch. ``notes`` say what was changed on the way.
    """

    number: int
    draft: DraftEvent | None = None
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()
    skipped: Note | None = None
