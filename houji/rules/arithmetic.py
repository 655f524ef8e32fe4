"""The arithmetic of an award as people write it: 462,000 ÷ 10,000 × 100 = 4,620."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from houji.kernel.numbers import EXACT
from houji.rules.compile import CompiledRule
from houji.rules.evaluate import compile_operand, whole_steps
from houji.rules.phrases import spaced
from houji.rules.saying import Speaker
from houji.rules.tree import (
    AwardForm,
    Comparison,
    DayOf,
    DaysBefore,
    DaysBetween,
    Difference,
    FieldOf,
    FixedAward,
    Literal,
    Operand,
    Product,
    RateAward,
    Rule,
    Sum,
    TableAward,
    fields_in,
    kind_of,
    leaves,
)
from houji.rules.types import FieldKind, Outcome
from houji.rules.values import Layout, Values
from houji.rules.wording import (
    MINUS,
    format_against,
    format_date,
    format_days,
    format_month_day,
    format_number,
    format_points,
)

_SHOWN_PLACES = 6


@dataclass(frozen=True, slots=True)
class Teller:
    """Writes the arithmetic of one event: its words, and the values the evaluator loaded."""

    speaker: Speaker
    layout: Layout
    zone: ZoneInfo
    values: Values

    def read(self, operand: Operand) -> Any:
        """The operand's value, by the evaluator's own reader."""
        return compile_operand(operand, self.layout, self.zone)(self.values)

    def award(self, compiled: CompiledRule, points: int, outcome: Outcome) -> str:
        """Write how the points come about; empty where none were reckoned or a value is missing."""
        award = compiled.rule.award
        value = compiled.value_of(self.values)
        if value is None or outcome in {Outcome.NOT_MET, Outcome.ALREADY_GIVEN}:
            return ""
        match award:
            case RateAward():
                return self._rate(award, value, points, outcome)
            case TableAward():
                return self._table(award)
        return self._fixed(award, compiled.rule)

    def _fixed(self, award: FixedAward, rule: Rule) -> str:
        """What a fixed award rests on: the days of a deadline, else the values its conditions met."""
        compared = list(leaves(rule.when))
        dates = next((text for text in map(self.dates, compared) if text), "")
        if dates:
            return dates
        points = format_points(award.points, self.speaker.language)
        values = self.speaker.say("comma").join(filter(None, map(self.compared, compared)))
        return self.speaker.say("fixed_because" if values else "fixed", values=values, points=points)

    def missing(self, award: AwardForm) -> str:
        """Name the fields an award needs and has not."""
        if not isinstance(award, RateAward | TableAward):
            return ""
        absent = [field for field in fields_in(award.of) if self.read(field) is None]
        labels = dict.fromkeys(self.speaker.label(field.path) for field in absent)
        return self.speaker.say("choice_list").join(labels)

    def _rate(self, award: RateAward, value: Decimal, points: int, outcome: Outcome) -> str:
        number = self.read(award.of)
        start = self.written(award.of, is_inner=award.per != 1 or award.points != 1)
        divided = start if award.per == 1 else f"{start} ÷ {format_number(award.per)}"
        steps = EXACT.divide(number, award.per)
        if award.whole and steps != whole_steps(number, award.per):
            return self.speaker.say(
                "whole_steps",
                exact=f"{divided} = {_shown(steps)}",
                steps=format_number(whole_steps(number, award.per)),
                points=format_number(award.points),
            )
        multiplied = divided if award.points == 1 else f"{divided} × {format_number(award.points)}"
        exact = f"{multiplied} = {_shown(value)}"
        if value == points or outcome is not Outcome.AWARDED:
            return exact
        return self.speaker.say("rounded", exact=exact, points=format_number(points))

    def _table(self, award: TableAward) -> str:
        number = self.read(award.of)
        shown = self._days(award.of) or self._measured(award.of, number)
        if number < award.bands[0].start:
            return self.speaker.say("below_bands", value=shown)
        # With two bands the sentence of the rule already says which one it is.
        if isinstance(award.of, DaysBefore) and len(award.bands) < 3:
            return shown
        return self.speaker.say("in_band", value=shown, band=self._band(award, number))

    def _band(self, award: TableAward, number: Decimal) -> str:
        index = max(place for place, band in enumerate(award.bands) if number >= band.start)
        start = award.bands[index].start
        if index + 1 == len(award.bands):
            shown = spaced(self.speaker.amount(start, award.of), self.speaker.language)
            return self.speaker.say("band_from", start=shown.lstrip())
        end = award.bands[index + 1].start
        if kind_of(award.of) is not FieldKind.INTEGER:
            low, high = self.speaker.amount(start, award.of), self.speaker.amount(end, award.of)
            return f"{low} – {high}"
        low = format_number(start)
        return f"{low} – {self.speaker.amount(end - 1, award.of)}" if end - 1 > start else low

    def _measured(self, operand: Operand, number: Decimal) -> str:
        if isinstance(operand, FieldOf):
            return f"{self.speaker.operand(operand)} {self.speaker.amount(number, operand)}"
        return f"{self.written(operand)} = {format_number(number)}"

    def _days(self, operand: Operand) -> str:
        match operand:
            case DaysBefore(day=day, deadline=deadline):
                return self._against(self.read(day), self.read(deadline))
            case DaysBetween(first=first, last=last):
                start, end = self.read(first), self.read(last)
                shown = format_days((end - start).days, self.speaker.language)
                return f"{_subtracted(end, start)} = {shown}"
        return ""

    def _against(self, day: date, deadline: date) -> str:
        stands = format_against(day, deadline, self.speaker.language)
        # A difference is written so that it is positive: 11-24 − 11-12, and 11-27 − 11-24 when late.
        return f"{_subtracted(max(day, deadline), min(day, deadline))} = {stands}"

    def dates(self, condition: Comparison) -> str:
        """Write the comparison of two dates as a difference; empty for any other comparison.

        The left date is read as standing against the right one, its deadline.
        """
        left, right = condition.left, condition.right
        if right is None or isinstance(right, Literal) or kind_of(left) is not FieldKind.DATE:
            return ""
        day, deadline = self.read(left), self.read(right)
        return "" if day is None or deadline is None else self._against(day, deadline)

    def compared(self, condition: Comparison) -> str:
        """Write the values a comparison met, those of its fields only."""
        sides = [side for side in (condition.left, condition.right) if any(True for _ in fields_in(side))]
        shown = [self._side(side) for side in sides if side is not None]
        return self.speaker.say("comma").join(shown)

    def _side(self, operand: Operand) -> str:
        value = self.read(operand)
        field = self.speaker.fields[operand.path] if isinstance(operand, FieldOf) else None
        shown = self.speaker.value(value, field)
        if field is not None and field.kind is FieldKind.BOOLEAN and field.choices and value is not None:
            return shown
        if isinstance(value, Decimal):
            shown = self.speaker.amount(value, operand)
        return f"{self.speaker.operand(operand)} {shown}"

    def written(self, operand: Operand, *, is_inner: bool = False) -> str:
        """Write an operand with its values in place of its names."""
        match operand:
            case Sum(terms=parts):
                text = " + ".join(self.written(part, is_inner=True) for part in parts)
            case Product(factors=parts):
                text = " × ".join(self.written(part, is_inner=True) for part in parts)
            case Difference(minuend=first, subtrahend=second):
                text = f"{self.written(first, is_inner=True)} {MINUS} {self.written(second, is_inner=True)}"
            case DaysBefore(day=first, deadline=second):
                text = _subtracted(self.read(second), self.read(first))
            case DaysBetween(first=first, last=second):
                text = _subtracted(self.read(second), self.read(first))
            case DayOf() | FieldOf() | Literal():
                return self.speaker.value(self.read(operand))
            case _:
                return self.speaker.operand(operand)
        return self.speaker.say("group", text=text) if is_inner else text


def _subtracted(later: date, earlier: date) -> str:
    write = format_month_day if later.year == earlier.year else format_date
    return f"{write(later)} {MINUS} {write(earlier)}"


def _shown(value: Decimal) -> str:
    """Write a quotient; one that goes on is cut, and says so."""
    cut = value.quantize(Decimal(1).scaleb(-_SHOWN_PLACES), rounding=ROUND_FLOOR, context=EXACT)
    return format_number(value) if cut == value else f"{format_number(cut)}…"
