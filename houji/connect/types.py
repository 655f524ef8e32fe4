"""The words of an import: what became of a row, and how a row is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import TextChoices

from houji.connect.files.notes import FileNote
from houji.intake.mapping.library import Suggestion
from houji.intake.notes import Note
from houji.intake.types import Cell, DraftEvent, RowResult
from houji.rules.types import Names


class State(TextChoices):
    """How far an import has come."""

    UPLOADED = "uploaded"
    PREVIEWING = "previewing"
    PREVIEWED = "previewed"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REVERSED = "reversed"


class Mode(TextChoices):
    """What bad rows mean for the good ones: they stay behind alone, or nothing is written at all."""

    GOOD_ROWS = "good_rows"
    ALL_OR_NOTHING = "all_or_nothing"


class Outcome(StrEnum):
    """What becomes of a row: in a preview READY or NORMALISED, once posted ACCEPTED; else why not.

    FLAGGED rows look 10,000 times too large for their member and wait for the user's word.
    """

    READY = "ready"
    NORMALISED = "normalised"
    ACCEPTED = "accepted"
    FLAGGED = "flagged"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REFUSED = "refused"
    SKIPPED = "skipped"


GOOD = frozenset({Outcome.READY, Outcome.NORMALISED, Outcome.ACCEPTED})
BAD = frozenset({Outcome.FLAGGED, Outcome.CONFLICT, Outcome.REFUSED})
"""Rows whose business is not in the books and that somebody must look at."""


class MixedUnits(StrEnum):
    """What to do with rows that look like a 元/万元 mix-up: keep them out, divide by 10,000, or take them."""

    HOLD = "hold"
    AS_YUAN = "as_yuan"
    KEEP = "keep"


class ReadRow(NamedTuple):
    """One row of the file with what the mapping made of it."""

    cells: tuple[Cell, ...]
    result: RowResult


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong with a row, as it is stored; ``code`` is a problem's or a refusal's."""

    field: str
    column: str
    code: str
    facts: Mapping[str, Any]


@dataclass(slots=True)
class JudgedRow:
    """A row with its outcome; ``points`` are those at once, ``awaiting`` those that need approval."""

    number: int
    outcome: Outcome
    cells: tuple[Cell, ...]
    draft: DraftEvent | None = None
    notes: tuple[Note, ...] = ()
    problems: list[RowProblem] = field(default_factory=list)
    points: int = 0
    awaiting: int = 0


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A problem in the reader's language; ``column`` is the header in the file, where there is one."""

    field: str
    column: str
    code: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class MappingChoice:
    """A mapping to choose from: ready-made, or the company's own."""

    code: str
    names: Names
    document: Mapping[str, Any]
    own: bool


@dataclass(frozen=True, slots=True)
class FileHead:
    """The beginning of an uploaded file, for choosing a mapping; ``samples`` are cells as shown."""

    headers: tuple[str, ...]
    header_row: int
    sheet: str
    sheet_names: tuple[str, ...]
    notes: tuple[FileNote, ...]
    samples: Sequence[tuple[str, ...]]
    suggestions: Sequence[Suggestion]
