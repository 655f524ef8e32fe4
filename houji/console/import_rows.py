"""Rows of an import as pages show them: outcome, what is wrong or was changed, what they earn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from houji.connect.cells import from_json
from houji.connect.queries import notes_of, problems_of, rows_of
from houji.connect.types import GOOD, Outcome, ShownProblem, State
from houji.console.punctuation import clauses, following, named
from houji.intake.mapping.bind import header_key
from houji.intake.normalise import shown
from houji.intake.notes import Note
from houji.kernel.numbers import parse_amount
from houji.ledger.types import EntryRef
from houji.wording.numbers import yuan_figure

if TYPE_CHECKING:
    from houji.connect.models import Import, ImportRow

SHAPES: dict[Outcome, tuple[str, str | Promise]] = {
    Outcome.FLAGGED: ("warn", _("待确认")),
    Outcome.REFUSED: ("bad", _("拒绝")),
    Outcome.CONFLICT: ("talk", _("冲突")),
    Outcome.NORMALISED: ("edit", _("已规范")),
    Outcome.DUPLICATE: ("dup", _("重复")),
    Outcome.READY: ("ok", _("可入账")),
    Outcome.ACCEPTED: ("ok", _("已入账")),
    Outcome.SKIPPED: ("off", _("已跳过")),
}
"""Outcomes in the order in which people should look at them, with shape and word."""

FIRST_ROWS = {Outcome.FLAGGED: 2, Outcome.REFUSED: 4, Outcome.CONFLICT: 4, Outcome.SKIPPED: 2}
FIRST_ROWS_ELSE = 3
FIRST_ROWS_ALONE = 20
_TEN_THOUSAND = Decimal(10_000)
_NAMES_REMEDY = frozenset({Outcome.REFUSED, Outcome.CONFLICT})


@dataclass(slots=True)
class ShownRow:
    """One row, ready to show. ``before`` is the amount as read where another is proposed.

    ``troubles`` are pairs of what is wrong and the remedy; ``remark`` says what was changed in
    reading or, for a good row, which rules give its points.
    """

    row: ImportRow
    outcome: Outcome
    amount: str
    before: str
    day: str
    wrong: frozenset[str]
    troubles: list[tuple[str, str]]
    remark: str
    may_skip: bool
    is_good: bool
    shape: str = ""
    word: str = ""
    entry: EntryRef | None = None

    @property
    def business_wrong(self) -> bool:
        """Whether the business number is what is wrong."""
        return bool(self.wrong & {"business_no", "id"} or any(name.endswith("_no") for name in self.wrong))

    @property
    def date_wrong(self) -> bool:
        """Whether the day is what is wrong."""
        return bool(self.wrong & {"occurred_at", "settled_date", "reversed_date"})


@dataclass(frozen=True, slots=True)
class Group:
    """The first rows of one outcome, or of all (None); ``more`` rows of it are not shown here."""

    outcome: Outcome | None
    word: str
    rows: list[ShownRow]
    more: int


def shown_rows(import_: Import, rows: Iterable[ImportRow]) -> list[ShownRow]:
    """Return rows of an import ready to show."""
    day_column = _day_column(import_)
    lines = [_shown(row, _cell(row, day_column)) for row in rows]
    for line in lines:
        line.shape, word = _shape_of(import_, line.outcome)
        line.word = str(word)
    return lines


def add_reasons(
    rows: Iterable[ShownRow], reasons: Mapping[int, str], entries: Mapping[int, EntryRef]
) -> None:
    """Add which rules give the points (by row id) and which movement they became (by row number)."""
    for line in rows:
        line.entry = entries.get(line.row.row_number)
        line.remark = clauses(part for part in (line.remark, reasons.get(line.row.id, "")) if part)


def groups_of(import_: Import) -> list[Group]:
    """Return the first rows of every outcome that the import has, the worst first."""
    groups = []
    present = [outcome for outcome in SHAPES if import_.counts.get(outcome.value, 0)]
    for outcome in present:
        total = import_.counts[outcome.value]
        first = FIRST_ROWS_ALONE if len(present) == 1 else FIRST_ROWS.get(outcome, FIRST_ROWS_ELSE)
        rows = shown_rows(import_, rows_of(import_.id, outcome=outcome)[:first])
        groups.append(Group(outcome, str(_shape_of(import_, outcome)[1]), rows, total - len(rows)))
    return groups


def chips_of(import_: Import, *, current: str, address: str) -> list[dict[str, Any]]:
    """Return the filter by outcome, with counts."""
    counts = {outcome: import_.counts.get(outcome.value, 0) for outcome in SHAPES}
    every: dict[str, Any] = {
        "text": _("全部"),
        "count": sum(counts.values()),
        "url": address,
        "current": not current,
    }
    return [every] + [
        {
            "text": _shape_of(import_, outcome)[1],
            "count": counts[outcome],
            "url": f"{address}?outcome={outcome.value}",
            "current": current == outcome.value,
            "shape": _shape_of(import_, outcome)[0],
        }
        for outcome in SHAPES
        if counts[outcome]
    ]


def _shape_of(import_: Import, outcome: Outcome) -> tuple[str, str | Promise]:
    """Return an outcome's shape and word; once all was taken back, accepted rows say so."""
    if outcome is Outcome.ACCEPTED and import_.state == State.REVERSED:
        return "off", _("已冲正")
    return SHAPES[outcome]


def _day_column(import_: Import) -> int | None:
    """Find the column of the business day, for rows whose day could not be read."""
    spec = ((import_.mapping or {}).get("columns") or {}).get("occurred_at") or {}
    names = spec.get("column", [])
    keys = {header_key(name) for name in ([names] if isinstance(names, str) else names)}
    return next((place for place, header in enumerate(import_.headers) if header_key(header) in keys), None)


def _cell(row: ImportRow, column: int | None) -> str:
    return shown(from_json(row.cells)[column]) if column is not None and column < len(row.cells) else ""


def _shown(row: ImportRow, raw_day: str) -> ShownRow:
    outcome = Outcome(row.outcome)
    problems = problems_of(row)
    amount, before = _amounts(row, outcome)
    return ShownRow(
        row=row,
        outcome=outcome,
        amount=amount,
        before=before,
        day=raw_day if row.occurred_on is None else row.occurred_on.isoformat(),
        wrong=frozenset(problem.field for problem in problems if outcome in _NAMES_REMEDY),
        troubles=[_trouble(problem) for problem in problems] if outcome in _NAMES_REMEDY else [],
        remark=_remark(outcome, problems, notes_of(row)),
        may_skip=outcome not in {Outcome.DUPLICATE, Outcome.ACCEPTED},
        is_good=outcome in GOOD,
    )


def _trouble(problem: ShownProblem) -> tuple[str, str]:
    """Name the column first, unless the sentence does."""
    is_named = not problem.column or problem.column in problem.message
    wrong = problem.message if is_named else named(problem.column, problem.message)
    return wrong, following(problem.remedy)


def _remark(outcome: Outcome, problems: list[ShownProblem], notes: list[Note]) -> str:
    said = [] if outcome in _NAMES_REMEDY else [problem.message for problem in problems]
    said += [note.text for note in notes if not note.minor or outcome is Outcome.SKIPPED]
    return clauses(said)


def _amounts(row: ImportRow, outcome: Outcome) -> tuple[str, str]:
    """Return the amount with, where it looks like a mix-up, what the file says before it."""
    try:
        amount = parse_amount(row.amount)
    except ValueError:
        # A refused row shows what its cell holds.
        return row.amount, ""
    if any(note["kind"] == "reversal" for note in row.notes):
        amount = -amount
    if outcome is Outcome.FLAGGED:
        return yuan_figure(amount / _TEN_THOUSAND), yuan_figure(amount)
    return yuan_figure(amount), ""
