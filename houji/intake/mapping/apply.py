"""A bound mapping turns rows into drafts of events, or says what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from zoneinfo import ZoneInfo

from houji.intake.dates import to_date, to_instant
from houji.intake.event_types.catalogue import EventType
from houji.intake.event_types.validate import validate_data
from houji.intake.mapping.document import FieldSpec, FileMapping, NegativeRule
from houji.intake.normalise import (
    is_empty,
    shown,
    to_amount,
    to_boolean,
    to_choice,
    to_code,
    to_integer,
    to_text,
    word_key,
)
from houji.intake.notes import Note
from houji.intake.problems import Problem, Unreadable
from houji.intake.types import Cell, DraftEvent, RowResult, SourceRow
from houji.kernel.numbers import plain
from houji.kernel.time import start_of_day

CODE_LENGTH_MAX = 200
_REPEATING = frozenset({"date", "boolean", "choice"})
_REMEMBERED_MAX = 10_000
_TOTALS = frozenset({"合计", "总计", "小计", "累计", "本页合计", "本月合计", "本年累计", "总合计", "total"})


@dataclass(frozen=True, slots=True)
class BoundField:
    """A field of the mapping and its column; ``index`` is None for a constant."""

    spec: FieldSpec
    index: int | None
    column: str
    unit: str


@dataclass(slots=True)
class _Reading:
    """The values of one row while it is being read."""

    values: dict[str, Any]
    notes: list[Note]
    problems: list[Problem]


_Reader = Callable[[Cell, list[Note]], Any]


@dataclass(frozen=True, slots=True)
class BoundMapping:
    """A mapping tied to the columns of one file; made by ``bind``."""

    mapping: FileMapping
    headers: tuple[str, ...]
    zone: ZoneInfo
    columns: Mapping[str, str]
    """Header by field, as this file names it."""
    _fields: tuple[tuple[BoundField, str, _Reader], ...]
    _key_index: int | None
    _nameless: tuple[int, ...]

    @classmethod
    def of(
        cls, mapping: FileMapping, headers: tuple[str, ...], fields: Sequence[BoundField], zone: ZoneInfo
    ) -> Self:
        """Tie the fields that have a column or a constant."""
        slots = {id(spec): f"data.{name}" for name, spec in mapping.data.items()}
        slots |= {id(spec): name for name, spec in mapping.places.items()}
        original = mapping.negative and mapping.negative.original_no
        slots |= {id(original): "original_no"} if original else {}
        bound = tuple((field, slots[id(field.spec)], _reader(field, zone)) for field in fields)
        columns = {field.spec.field: field.column for field, slot, _ in bound if slot != "original_no"}
        key = next((field.index for field, slot, _ in bound if slot == "member_key"), None)
        nameless = tuple(index for index, header in enumerate(headers) if not header.strip())
        return cls(mapping, headers, zone, columns, bound, key, nameless)

    def apply(self, row: SourceRow) -> RowResult:
        """Make a draft of a row, or list everything that is wrong with it."""
        if (total := self._total_line(row.cells)) is not None:
            return RowResult(row.number, skipped=total)
        reading = self._read(row.cells)
        amount = reading.values.get(f"data.{self.mapping.negative.field}") if self.mapping.negative else None
        kind = self.mapping.event_type
        if isinstance(amount, Decimal) and amount < 0 and self.mapping.negative is not None:
            kind = self.mapping.negative.becomes
            self._turn_negative(reading, self.mapping.negative, amount)
        return self._draft(row.number, kind, reading)

    def _total_line(self, cells: Sequence[Cell]) -> Note | None:
        key = cells[self._key_index] if self._key_index is not None and self._key_index < len(cells) else None
        candidates = cells if is_empty(key) else (key,)
        for cell in candidates:
            if isinstance(cell, str) and word_key(cell).rstrip(":") in _TOTALS:
                return Note("total_row", shown(cell), "")
        return None

    def _read(self, cells: Sequence[Cell]) -> _Reading:
        reading = _Reading({}, [], [])
        for field, slot, read in self._fields:
            cell = cells[field.index] if field.index is not None and field.index < len(cells) else None
            taken = len(reading.notes)
            try:
                reading.values[slot] = read(cell, reading.notes)
            except Unreadable as fault:
                reading.problems.append(fault.problem(field.spec.field, field.column))
                continue
            for place in range(taken, len(reading.notes)):
                note = reading.notes[place]
                reading.notes[place] = replace(note, field=field.spec.field, column=field.column)
            self._check_present(field, slot, reading)
        reading.problems += _beyond_headers(cells, self._nameless, len(self.headers))
        return reading

    def _check_present(self, field: BoundField, slot: str, reading: _Reading) -> None:
        value = reading.values[slot]
        if isinstance(value, str) and not slot.startswith("data.") and len(value) > CODE_LENGTH_MAX:
            facts = {"limit": str(CODE_LENGTH_MAX)}
            reading.problems.append(Problem(field.spec.field, "text_too_long", facts, field.column))
        # Fields of the data are checked with their event type: a reversal needs fewer of them.
        elif value is None and field.spec.required and not slot.startswith("data."):
            code = "member_key_missing" if slot == "member_key" else "value_missing"
            reading.problems.append(Problem(field.spec.field, code, {}, field.column))

    def _turn_negative(self, reading: _Reading, rule: NegativeRule, amount: Decimal) -> None:
        """Rewrite what was read as the reversal of the invoice; the amount becomes positive."""
        values, target = reading.values, rule.becomes
        kept = {slot: value for slot, value in values.items() if not slot.startswith("data.")}
        for name in target.fields:
            source = rule.data.get(name, name)
            if (value := values.get(f"data.{source}")) is not None:
                kept[f"data.{name}"] = value
        if target.amount_field is not None:
            kept[f"data.{target.amount_field}"] = -amount
        if original := values.get("original_no"):
            kept["business_no"] = kept[f"data.{target.business_no_field}"] = original
        wanted = {*target.fields, *rule.data.values(), *self.mapping.places, "business_no"}
        reading.problems = [item for item in reading.problems if item.field in wanted]
        column = self.columns.get(rule.field, "")
        note = Note("reversal", f"−{plain(-amount)}", plain(-amount), field=rule.field, column=column)
        reading.notes.append(note)
        reading.values = kept

    def _draft(self, number: int, kind: EventType, reading: _Reading) -> RowResult:
        values = reading.values
        data = {
            slot.removeprefix("data."): _stored(value)
            for slot, value in values.items()
            if slot.startswith("data.") and value is not None
        }
        known = {problem.field for problem in reading.problems}
        checked = validate_data(kind, data)
        reading.problems += [
            replace(item, column=self.columns.get(item.field, ""))
            for item in checked.problems
            if item.field not in known
        ]
        business_no = values.get("business_no") or kind.business_no(checked.data)
        event_id: str = values.get("id") or business_no or ""
        if not event_id and not reading.problems:
            reading.problems.append(Problem("id", "value_missing", {}, self.columns.get("business_no", "")))
        if reading.problems:
            return RowResult(number, notes=tuple(reading.notes), problems=tuple(reading.problems))
        # Without an id column the red line would take the id of the invoice it reverses.
        if kind is not self.mapping.event_type:
            event_id = f"{event_id}:{kind.code.rpartition('.')[2]}"
        draft = DraftEvent(
            source=self.mapping.source,
            id=event_id,
            type=kind.code,
            member_key=values["member_key"],
            occurred_at=values["occurred_at"],
            business_no=business_no,
            data=checked.data,
            member_name=values.get("member_name"),
            member_kind=values.get("member_kind"),
        )
        return RowResult(number, draft=draft, notes=tuple(reading.notes))


def _beyond_headers(cells: Sequence[Cell], nameless: Sequence[int], width: int) -> list[Problem]:
    """Find values without a column name: a stray separator has moved the cells of this row."""
    for index in (*nameless, *range(width, len(cells))):
        if index < len(cells) and not is_empty(cells[index]):
            facts = {"position": str(index + 1), "raw": shown(cells[index])}
            return [Problem("row", "row_too_wide", facts)]
    return []


def _stored(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value


def _reader(field: BoundField, zone: ZoneInfo) -> _Reader:
    spec = field.spec
    if not spec.columns:
        constant = spec.constant
        if spec.field == "occurred_at":
            constant = start_of_day(constant, zone)
        return lambda cell, notes: constant
    read = _reader_of_kind(field, zone)
    return _remembered(read) if spec.kind in _REPEATING else read


def _remembered(read: _Reader) -> _Reader:
    """Read each text of a column once: a file of a million rows has a few hundred dates."""
    known: dict[str, tuple[Any, tuple[Note, ...]]] = {}

    def recall(cell: Cell, notes: list[Note]) -> Any:
        if type(cell) is not str:
            return read(cell, notes)
        found = known.get(cell)
        if found is None:
            own: list[Note] = []
            found = (read(cell, own), tuple(own))
            if len(known) < _REMEMBERED_MAX:
                known[cell] = found
        notes.extend(found[1])
        return found[0]

    return recall


def _reader_of_kind(field: BoundField, zone: ZoneInfo) -> _Reader:
    spec = field.spec
    if spec.field == "occurred_at":
        return _instant_reader(spec, zone)
    if spec.kind == "amount":
        return lambda cell, notes: to_amount(cell, notes, unit=field.unit)
    if spec.kind == "date":
        return lambda cell, notes: to_date(cell, notes, formats=spec.formats)
    if spec.kind == "boolean":
        return lambda cell, notes: to_boolean(
            cell, notes, true_words=spec.true_words, false_words=spec.false_words
        )
    if spec.kind == "choice":
        return lambda cell, notes: to_choice(cell, notes, words=spec.words or {})
    return {"code": to_code, "text": to_text, "integer": to_integer}[spec.kind]


def _instant_reader(spec: FieldSpec, zone: ZoneInfo) -> _Reader:
    if spec.kind == "datetime":
        return lambda cell, notes: to_instant(cell, notes, zone=zone, formats=spec.formats)

    def read_day(cell: Cell, notes: list[Note]) -> datetime | None:
        day = to_date(cell, notes, formats=spec.formats)
        return None if day is None else start_of_day(day, zone)

    return read_day
