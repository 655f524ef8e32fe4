"""What becomes of the rows of a chunk: the same judgement in a preview, a dry run and an import.

Whether the judged chunk stays in the database or is rolled back is the caller's business.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from houji.access.types import Actor
from houji.connect import row_errors
from houji.connect.mixing import UsualAmounts, as_yuan
from houji.connect.problems import of_problem, of_refusal
from houji.connect.survey import Key, Survey, amount_of, keys_of
from houji.connect.types import GOOD, JudgedRow, MixedUnits, Outcome, ReadRow, RowProblem
from houji.connect.undoing import undone
from houji.earning.actions import post_events
from houji.earning.errors import NothingToReverse
from houji.earning.types import EventOutcome, Incoming, Result
from houji.intake.acceptance import Origin
from houji.intake.event_types.catalogue import event_type
from houji.intake.history import Provenance, provenances
from houji.intake.problems import Problem
from houji.intake.types import DraftEvent
from houji.kernel.numbers import AMOUNT_PLACES
from houji.kernel.refusals import Refusal
from houji.kernel.time import local_date
from houji.programs.types import ProgramTerms


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user chose for this import before it started."""

    mixed_units: MixedUnits = MixedUnits.HOLD
    skipped_rows: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SeenRow:
    """An accepted row whose number comes again in the file."""

    row: int
    draft: DraftEvent
    points: int


@dataclass(slots=True)
class Judge:
    """Judges a file chunk by chunk, in order; ``posts`` is false where every chunk is undone."""

    actor: Actor
    terms: ProgramTerms
    origin: Origin
    survey: Survey
    choices: Choices
    posts: bool
    usual: UsualAmounts = field(init=False)
    seen: dict[Key, SeenRow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.usual = UsualAmounts(self.survey, self.origin.import_id)

    def judge(self, chunk: Sequence[ReadRow]) -> list[JudgedRow]:
        """Post what can be posted, in the open tenant transaction, and return every row with its outcome."""
        rows = [self._first_look(row) for row in chunk]
        held = self._look_at_amounts([row for row in rows if row.outcome in GOOD])
        self._find_repeats([row for row in rows if row.outcome in GOOD])
        posting = [row for row in rows if row.outcome in GOOD and row.number not in held]
        outcomes = self._post(posting)
        for row, outcome in zip(posting, outcomes, strict=True):
            self._take(row, outcome)
        self._explain(posting, outcomes)
        self._hold([row for row in rows if row.number in held and row.outcome in GOOD], held)
        return rows

    def _first_look(self, read: ReadRow) -> JudgedRow:
        result = read.result
        row = JudgedRow(result.number, Outcome.SKIPPED, read.cells, result.draft, result.notes)
        if result.number in self.choices.skipped_rows:
            row.problems = [self._problem(row_errors.RowSkipped())]
        elif result.problems:
            row.outcome = Outcome.REFUSED
            row.problems = _once_per_column(result.problems)
        elif result.skipped is not None:
            row.notes = (result.skipped,)
        else:
            row.outcome = self._good(row)
        return row

    def _good(self, row: JudgedRow) -> Outcome:
        if self.posts:
            return Outcome.ACCEPTED
        return Outcome.READY if all(note.minor for note in row.notes) else Outcome.NORMALISED

    def _look_at_amounts(self, rows: Sequence[JudgedRow]) -> dict[int, row_errors.UnitsMixedUp]:
        """Find mix-ups and treat them as chosen; returns those to hold back, by row number."""
        if self.choices.mixed_units is MixedUnits.KEEP:
            return {}
        self.usual.learn(row.draft for row in rows if row.draft is not None)
        held: dict[int, row_errors.UnitsMixedUp] = {}
        for row in rows:
            suspicion = None if row.draft is None else self.usual.suspicion(row.draft)
            if suspicion is None or row.draft is None:
                continue
            if self.choices.mixed_units is MixedUnits.AS_YUAN:
                self._read_as_yuan(row, row.draft)
            else:
                held[row.number] = suspicion
        return held

    def _read_as_yuan(self, row: JudgedRow, draft: DraftEvent) -> None:
        if (changed := as_yuan(draft)) is None:
            facts = {"raw": f"{amount_of(draft):f}", "places": str(AMOUNT_PLACES)}
            row.outcome = Outcome.REFUSED
            row.problems = [RowProblem("amount", self._column("amount"), "amount_too_many_digits", facts)]
            return
        row.draft, note = changed
        row.notes = (*row.notes, dataclasses.replace(note, column=self._column(note.field)))
        row.outcome = self._good(row)

    def _find_repeats(self, rows: Iterable[JudgedRow]) -> None:
        """Recognise rows whose number an earlier chunk of this file brought; posting cannot, when undone."""
        for row in rows:
            if row.draft is not None and (earlier := self._earlier(row, row.draft)) is not None:
                self._repeat(row, row.draft, earlier)

    def _earlier(self, row: JudgedRow, draft: DraftEvent) -> SeenRow | None:
        found = [seen for key in keys_of(draft) if (seen := self.seen.get(key)) is not None]
        # A chunk that is tried again after a deadlock meets its own rows here.
        return next((seen for seen in found if seen.row < row.number), None)

    def _repeat(self, row: JudgedRow, draft: DraftEvent, earlier: SeenRow) -> None:
        amount, was = amount_of(draft), amount_of(earlier.draft)
        refusal: Refusal
        if _says_the_same(draft, earlier.draft):
            row.outcome, refusal = Outcome.DUPLICATE, row_errors.RowRepeats(row=earlier.row)
        elif amount == was:
            row.outcome, refusal = Outcome.CONFLICT, row_errors.RowDiffers(row=earlier.row)
        else:
            shown = "—" if was is None else f"{was:,.2f}"
            row.outcome, refusal = Outcome.CONFLICT, row_errors.RowConflicts(row=earlier.row, amount=shown)
        row.problems = [self._problem(refusal)]
        row.points = row.awaiting = 0

    def _post(self, rows: Sequence[JudgedRow]) -> list[EventOutcome]:
        if not rows:
            return []
        incoming = [Incoming(row.draft, row.number) for row in rows if row.draft is not None]
        return post_events(actor=self.actor, terms=self.terms, incoming=incoming, origin=self.origin)

    def _take(self, row: JudgedRow, outcome: EventOutcome) -> None:
        assert row.draft is not None
        if isinstance(outcome.refusal, NothingToReverse) and not self.posts:
            outcome = self._reversal_in_file(row.draft, outcome)
        match outcome.result:
            case Result.ACCEPTED:
                row.points, row.awaiting = outcome.points, outcome.awaiting_points
                self._remember(row, row.draft)
            case Result.DUPLICATE:
                row.outcome = Outcome.DUPLICATE
            case Result.CONFLICT:
                row.outcome = Outcome.CONFLICT
            case Result.REFUSED:
                row.outcome = Outcome.REFUSED
        if outcome.refusal is not None:
            row.problems = [self._problem(outcome.refusal)]

    def _reversal_in_file(self, draft: DraftEvent, refused: EventOutcome) -> EventOutcome:
        """Let a reversal find its original in an earlier chunk, which was undone."""
        seen = self.seen.get(("no", event_type(draft.type).reverses or "", draft.business_no or ""))
        if seen is None or seen.draft.member_key != draft.member_key:
            return refused
        if amount_of(draft) not in {None, amount_of(seen.draft)}:
            return refused
        return EventOutcome(Result.ACCEPTED, points=-seen.points)

    def _remember(self, row: JudgedRow, draft: DraftEvent) -> None:
        for key in keys_of(draft):
            if hash(key) in self.survey.repeated:
                self.seen.setdefault(key, SeenRow(row.number, draft, row.points))

    def _explain(self, rows: Sequence[JudgedRow], outcomes: Sequence[EventOutcome]) -> None:
        """Say which row or which earlier import brought the business already."""
        repeats = [
            (row, outcome)
            for row, outcome in zip(rows, outcomes, strict=True)
            if outcome.result in {Result.DUPLICATE, Result.CONFLICT}
        ]
        came = provenances(outcome.event_id for _, outcome in repeats if outcome.event_id is not None)
        for row, outcome in repeats:
            assert row.draft is not None
            if (earlier := self._earlier(row, row.draft)) is not None:
                self._repeat(row, row.draft, earlier)
            elif outcome.result is Result.DUPLICATE and outcome.event_id is not None:
                row.problems = [self._problem(self._came_before(came[outcome.event_id]))]

    def _came_before(self, came: Provenance) -> Refusal:
        if came.import_id is not None and came.import_id == self.origin.import_id and came.row is not None:
            return row_errors.RowRepeats(row=came.row)
        day = local_date(came.received_at, self.terms.zone)
        return row_errors.EventRepeats(day=day.isoformat(), earlier=came.received_from)

    def _hold(self, rows: Sequence[JudgedRow], held: dict[int, row_errors.UnitsMixedUp]) -> None:
        """Keep mix-ups out, and say what they would earn read as yuan; nothing of this stays posted."""
        if not rows:
            return
        as_read = self._try([row.draft for row in rows if row.draft is not None])
        changed = {row.number: as_yuan(row.draft) for row in rows if row.draft is not None}
        readable = {number: pair[0] for number, pair in changed.items() if pair is not None}
        as_smaller = dict(zip(readable, self._try(list(readable.values())), strict=True))
        for row, plainly in zip(rows, as_read, strict=True):
            smaller = as_smaller.get(row.number)
            row.outcome, row.problems = Outcome.FLAGGED, [self._problem(held[row.number])]
            before = next((o for o in (plainly, smaller) if o and o.result is Result.DUPLICATE), None)
            if before is not None and before.event_id is not None:
                row.outcome = Outcome.DUPLICATE
                came = provenances([before.event_id])[before.event_id]
                row.problems = [self._problem(self._came_before(came))]
            elif plainly.result is Result.REFUSED and plainly.refusal is not None:
                row.outcome, row.problems = Outcome.REFUSED, [self._problem(plainly.refusal)]
            elif smaller is not None and smaller.result is Result.ACCEPTED:
                row.points = smaller.points

    def _try(self, drafts: Sequence[DraftEvent]) -> list[EventOutcome]:
        if not drafts:
            return []
        with undone():
            incoming = [Incoming(draft) for draft in drafts]
            return post_events(actor=self.actor, terms=self.terms, incoming=incoming, origin=self.origin)

    def _problem(self, refusal: Refusal) -> RowProblem:
        return of_refusal(refusal, self.survey.file.bound.columns)

    def _column(self, field: str) -> str:
        return self.survey.file.bound.columns.get(field, "")


def _once_per_column(found: Iterable[Problem]) -> list[RowProblem]:
    """Say a problem of a cell once, also where several fields are read from its column."""
    once = {(item.column or item.field, item.code): item for item in reversed(list(found))}
    return [of_problem(problem) for problem in reversed(once.values())]


def _says_the_same(draft: DraftEvent, earlier: DraftEvent) -> bool:
    """Tell a repeat from a conflict as intake does: same content, or same business under another id."""
    if (draft.type, draft.member_key, draft.occurred_at) != (
        earlier.type,
        earlier.member_key,
        earlier.occurred_at,
    ):
        return False
    if draft.data == earlier.data:
        return True
    return (draft.source, draft.id) != (earlier.source, earlier.id) and amount_of(draft) == amount_of(earlier)
