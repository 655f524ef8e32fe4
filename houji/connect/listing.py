"""Counting what became of the rows, and keeping those that people should see."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from houji.connect import cells as stored_cells
from houji.connect.models import Import, ImportRow
from houji.connect.reading import ImportFile
from houji.connect.survey import amount_of
from houji.connect.types import BAD, GOOD, JudgedRow, Outcome
from houji.intake.normalise import shown
from houji.intake.notes import Note
from houji.kernel.numbers import plain
from houji.kernel.time import local_date
from houji.members.actions import find_members

LISTED_MAX = 50_000
"""Rows kept of one import; the counts say how many more there were."""

NOTED_MAX = 20_000
"""Of them, rows that are only repeated or normalised: a large file must not crowd out the bad ones."""

PLAIN_MAX = 200
"""Plain good rows kept, so that a person can see how the file was read."""

UNLISTED = "unlisted"


@dataclass(slots=True)
class Tally:
    """Totals of the rows so far; only good rows' points count."""

    counts: Counter[str] = field(default_factory=Counter)
    points: int = 0
    awaiting: int = 0

    def add(self, rows: Sequence[JudgedRow]) -> None:
        """Count judged rows."""
        for row in rows:
            self.counts[row.outcome.value] += 1
            if row.outcome in GOOD:
                self.points += row.points
                self.awaiting += row.awaiting

    @property
    def bad(self) -> int:
        """How many rows are not in the books and need somebody."""
        return sum(self.counts[outcome.value] for outcome in BAD)


@dataclass(slots=True)
class Listing:
    """Decides which rows are kept; ``plain_max`` is how many plain good ones."""

    plain_max: int = PLAIN_MAX
    bad: int = 0
    noted: int = 0
    plain: int = 0

    @classmethod
    def of(cls, import_id: int, *, plain_max: int = PLAIN_MAX) -> Listing:
        """Go on with what an interrupted import has listed already."""
        listing = cls(plain_max)
        rows = ImportRow.objects.filter(import_run_id=import_id)
        for outcome, notes in rows.values_list("outcome", "notes"):
            listing._count(_sort_of(Outcome(outcome), any(not Note(**note).minor for note in notes)))
        return listing

    def choose(self, rows: Sequence[JudgedRow]) -> tuple[list[JudgedRow], int]:
        """Return the rows to keep, and how many that should be seen found no room."""
        kept: list[JudgedRow] = []
        unlisted = 0
        for row in rows:
            sort = _sort_of(row.outcome, any(not note.minor for note in row.notes))
            if self._has_room(sort):
                self._count(sort)
                kept.append(row)
            elif sort != "plain":
                unlisted += 1
        return kept, unlisted

    def _has_room(self, sort: str) -> bool:
        if sort == "plain":
            return self.plain < self.plain_max
        if sort == "noted" and self.noted >= NOTED_MAX:
            return False
        return self.bad + self.noted + self.plain < LISTED_MAX

    def _count(self, sort: str) -> None:
        setattr(self, sort, getattr(self, sort) + 1)


def store_rows(import_: Import, file: ImportFile, rows: Sequence[JudgedRow]) -> None:
    """Keep rows, in the open tenant transaction."""
    names = find_members([row.draft.member_key for row in rows if row.draft is not None])
    known = {key: str(member.facts["name"]) for key, member in names.items()}
    ImportRow.objects.bulk_create([_stored(import_, file, row, known) for row in rows], batch_size=1_000)


def _sort_of(outcome: Outcome, noted: bool) -> str:
    if outcome in BAD:
        return "bad"
    return "noted" if noted or outcome not in GOOD else "plain"


def _stored(import_: Import, file: ImportFile, row: JudgedRow, names: dict[str, str]) -> ImportRow:
    draft = row.draft

    def raw(name: str) -> str:
        return shown(file.raw(name, row.cells)).replace("\0", "")

    listed = ImportRow(
        company_id=import_.company_id,
        import_run_id=import_.id,
        row_number=row.number,
        outcome=row.outcome.value,
        points=row.points,
        problems=[_problem(problem) for problem in map(dataclasses.asdict, row.problems)],
        # One column may feed several fields: each change of a cell is said once.
        notes=list({(note.column, note.kind): _note(note) for note in row.notes}.values()),
        cells=stored_cells.to_json(row.cells),
    )
    if draft is None:
        listed.member_key, listed.member_name = raw("member_key"), raw("member_name")
        listed.business_no, listed.amount = raw("business_no"), raw("amount")
        return listed
    amount = amount_of(draft)
    listed.member_key = draft.member_key
    listed.member_name = (draft.member_name or names.get(draft.member_key, ""))[:200]
    listed.business_no = draft.business_no or ""
    listed.amount = "" if amount is None else plain(amount)
    listed.occurred_on = local_date(draft.occurred_at, file.bound.zone)
    return listed


def _problem(problem: dict[str, Any]) -> dict[str, Any]:
    # PostgreSQL keeps no NUL in JSON; the message about it has no need of the character itself.
    facts = {k: v.replace("\0", "") if isinstance(v, str) else v for k, v in problem["facts"].items()}
    return {**problem, "facts": facts}


def _note(note: Note) -> dict[str, str]:
    values = {name.name: getattr(note, name.name) for name in dataclasses.fields(note)}
    return {name: value.replace("\0", "") for name, value in values.items()}
