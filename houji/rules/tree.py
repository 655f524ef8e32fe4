"""A rule set after reading: a checked tree in which every field exists and every kind fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from houji.kernel.numbers import Rounding
from houji.rules.types import Expiry, FieldKind, Names, VestingKind

LiteralValue = Decimal | str | bool | date | datetime


@dataclass(frozen=True, slots=True)
class FieldOf:
    """The value of a field, for dates moved by ``plus_days``."""

    path: str
    kind: FieldKind
    plus_days: int = 0


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the rule."""

    value: LiteralValue
    kind: FieldKind


@dataclass(frozen=True, slots=True)
class Choices:
    """The values written after ``in``."""

    values: tuple[LiteralValue, ...]
    kind: FieldKind


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of numbers."""

    terms: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The first number less the second."""

    minuend: Operand
    subtrahend: Operand


@dataclass(frozen=True, slots=True)
class Product:
    """The product of numbers."""

    factors: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class DaysBefore:
    """By how many days ``day`` comes before ``deadline``; negative when it comes after."""

    day: Operand
    deadline: Operand


@dataclass(frozen=True, slots=True)
class DaysBetween:
    """The days from ``first`` to ``last``; negative when last comes first."""

    first: Operand
    last: Operand


@dataclass(frozen=True, slots=True)
class DayOf:
    """The calendar day of an instant in the rule set's time zone."""

    instant: FieldOf


Operand = FieldOf | Literal | Choices | Sum | Difference | Product | DaysBefore | DaysBetween | DayOf


def kind_of(operand: Operand) -> FieldKind:
    """Return the kind of value an operand has."""
    match operand:
        case FieldOf() | Literal() | Choices():
            return operand.kind
        case DayOf():
            return FieldKind.DATE
        case DaysBefore() | DaysBetween():
            return FieldKind.INTEGER
        case _:
            return FieldKind.DECIMAL


class Op(StrEnum):
    """How two values are compared. A missing value equals nothing and is neither smaller nor greater."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"
    EMPTY = "empty"
    NOT_EMPTY = "not_empty"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One condition; ``right`` is None for ``empty`` and ``not_empty``."""

    left: Operand
    op: Op
    right: Operand | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds when every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when at least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when its part does not."""

    part: Condition


Condition = Comparison | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class FixedAward:
    """The same points each time."""

    points: int


@dataclass(frozen=True, slots=True)
class RateAward:
    """``points`` for every ``per`` of a number; only full steps count when ``whole``."""

    points: Decimal
    per: Decimal
    of: Operand
    whole: bool


@dataclass(frozen=True, slots=True)
class Band:
    """From this value on (until the next band), these points."""

    start: Decimal
    points: int


@dataclass(frozen=True, slots=True)
class TableAward:
    """The points of the band a number falls into; below the first band none. Bands rise."""

    of: Operand
    bands: tuple[Band, ...]


AwardForm = FixedAward | RateAward | TableAward


class Scope(StrEnum):
    """Among whom a rule gives once per key."""

    MEMBER = "member"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class OncePer:
    """A limit: one award for each combination of these fields; without fields, one at all."""

    fields: tuple[FieldOf, ...]
    scope: Scope


@dataclass(frozen=True, slots=True)
class VestingRule:
    """When awards become available; ``field`` names the date for ``ON_DATE``."""

    kind: VestingKind = VestingKind.AT_ONCE
    days: int = 0
    field: FieldOf | None = None


@dataclass(frozen=True, slots=True)
class Reversal:
    """An event of ``event_type`` with the same value at path ``key`` takes the award back."""

    event_type: str
    key: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One checked rule. ``expiry`` None leaves it to the unit of the points."""

    code: str
    names: Names
    category: str
    event_type: str
    when: Condition
    unit: str
    award: AwardForm
    rounding: Rounding
    once_per: OncePer | None
    vesting: VestingRule
    expiry: Expiry | None
    needs_approval: bool
    reversal: Reversal | None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The conditions that must all hold, also those that limits and vesting bring with them.

        Without the value a limit counts by, or the date points wait for, a rule gives nothing:
        guessing would give twice, or too early.
        """
        written = self.when.parts if isinstance(self.when, AllOf) else (self.when,)
        needed = list(self.once_per.fields) if self.once_per else []
        if self.vesting.field is not None:
            needed.append(self.vesting.field)
        return (*written, *(Comparison(field, Op.NOT_EMPTY) for field in needed))


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Checked rules, in order; ``zone`` decides which calendar day an instant belongs to."""

    code: str
    names: Names
    zone: ZoneInfo
    rules: tuple[Rule, ...]


def leaves(condition: Condition) -> Iterator[Comparison]:
    """Yield the comparisons of a condition, in order."""
    match condition:
        case Comparison():
            yield condition
        case Not():
            yield from leaves(condition.part)
        case AllOf() | AnyOf():
            for part in condition.parts:
                yield from leaves(part)


def fields_in(operand: Operand | None) -> Iterator[FieldOf]:
    """Yield the fields an operand reads, in order."""
    match operand:
        case FieldOf():
            yield operand
        case Sum(terms=parts) | Product(factors=parts):
            for part in parts:
                yield from fields_in(part)
        case Difference(minuend=first, subtrahend=second) | DaysBefore(day=first, deadline=second):
            yield from (*fields_in(first), *fields_in(second))
        case DaysBetween(first=first, last=second):
            yield from (*fields_in(first), *fields_in(second))
        case DayOf():
            yield operand.instant
