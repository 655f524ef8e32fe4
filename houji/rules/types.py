"""What goes into a decision and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

Names = Mapping[str, str]
"""One name in every language of the product: ``{"zh": …, "en": …}``."""

LimitKey = tuple[str, str]
"""A rule's code and the text of what it gives only once for."""


class FieldKind(StrEnum):
    """What values a field holds. In stored JSON decimals, dates and datetimes are strings.

    ``TAGS`` is a list of texts, which can only be asked whether one of them is among others.
    """

    DECIMAL = "decimal"
    INTEGER = "integer"
    STRING = "string"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    TAGS = "tags"

    @property
    def is_number(self) -> bool:
        """Whether values are compared and reckoned as decimals."""
        return self in {FieldKind.DECIMAL, FieldKind.INTEGER}

    @property
    def is_text(self) -> bool:
        """Whether values are compared as text."""
        return self in {FieldKind.STRING, FieldKind.CHOICE}

    @property
    def is_ordered(self) -> bool:
        """Whether one value can be smaller or earlier than another."""
        return self.is_number or self in {FieldKind.DATE, FieldKind.DATETIME}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a rule can read, such as ``event.amount`` or ``member.kind``.

    ``unit`` is a code (``yuan``, ``day``) or a word shown as it is. ``choices`` maps the values of
    a choice to their names; a boolean may name its two answers under ``true`` and ``false``
    (有争议, 无争议), and sentences then use those words.
    """

    path: str
    kind: FieldKind
    names: Names
    unit: str | None = None
    choices: Mapping[str, Names] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventShape:
    """An event type as rules see it: its names and the fields of its data (``event.…``)."""

    event_type: str
    names: Names
    fields: tuple[Field, ...]


OCCURRED_AT = Field("event.occurred_at", FieldKind.DATETIME, {"zh": "发生时间", "en": "time of the event"})
"""Every event has its business time, whatever its data."""


@dataclass(frozen=True, slots=True)
class FieldCatalogue:
    """Everything rules may speak of: event types with their fields, and the fields of a member."""

    shapes: Mapping[str, EventShape]
    member_fields: tuple[Field, ...] = ()

    @classmethod
    def of(cls, shapes: tuple[EventShape, ...], member_fields: tuple[Field, ...] = ()) -> Self:
        """Make a catalogue of event shapes."""
        return cls({shape.event_type: shape for shape in shapes}, member_fields)

    @property
    def event_types(self) -> tuple[str, ...]:
        """The event types, in the order they were given."""
        return tuple(self.shapes)

    def fields_of(self, event_type: str) -> Mapping[str, Field]:
        """The fields a rule on this event type can read, by path; raises KeyError for an unknown type."""
        fields = (*self.shapes[event_type].fields, OCCURRED_AT, *self.member_fields)
        return {field.path: field for field in fields}

    def names_of(self, event_type: str) -> Names:
        """The names of an event type; raises KeyError for an unknown one."""
        return self.shapes[event_type].names


@dataclass(frozen=True, slots=True)
class EventFacts:
    """An event as decided upon: its data already matched the schema of its type.

    ``occurred_at`` is aware; ``data`` is stored JSON (decimals and dates are strings).
    """

    event_type: str
    occurred_at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision reads beside the event; stored with it, so that it can be run again.

    ``member`` holds the values behind ``member.…`` paths as stored JSON, at least ``key``.
    ``used_keys`` are those of the event's limit keys that an earlier award has used.
    """

    member: Mapping[str, Any]
    used_keys: frozenset[LimitKey] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """Write the facts as JSON values, the same facts always the same way."""
        return {"member": dict(self.member), "used_keys": [list(pair) for pair in sorted(self.used_keys)]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read facts written by ``to_json``."""
        pairs = frozenset((code, key) for code, key in stored["used_keys"])
        return cls(member=dict(stored["member"]), used_keys=pairs)


class VestingKind(StrEnum):
    """When points become available."""

    AT_ONCE = "at_once"
    AFTER_DAYS = "after_days"
    ON_DATE = "on_date"


@dataclass(frozen=True, slots=True)
class Vesting:
    """When an award becomes available: at once, ``days`` after booking, or at the start of ``day``."""

    kind: VestingKind = VestingKind.AT_ONCE
    days: int = 0
    day: date | None = None


class Span(StrEnum):
    """In what an expiry is counted."""

    YEARS = "years"
    MONTHS = "months"
    DAYS = "days"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Expiry:
    """How long an award is valid from the day it is booked; ``count`` is 0 for never expiring."""

    span: Span
    count: int = 0


@dataclass(frozen=True, slots=True)
class Award:
    """Points that one rule gives for one event. ``expiry`` None means the policy of the unit.

    ``limit_keys`` must be recorded with the award, so that the rule does not give twice.
    """

    rule_code: str
    category: str
    unit: str
    points: int
    vesting: Vesting
    expiry: Expiry | None
    needs_approval: bool
    limit_keys: tuple[str, ...]


class Outcome(StrEnum):
    """What became of one rule. ``OTHER_EVENT`` appears in explanations only."""

    AWARDED = "awarded"
    NOT_MET = "not_met"
    ALREADY_GIVEN = "already_given"
    NO_POINTS = "no_points"
    BEYOND_LIMIT = "beyond_limit"
    OTHER_EVENT = "other_event"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one rule judged the event."""

    rule_code: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Decision:
    """The awards for one event and the verdict of every rule on its type, in the order of the rules."""

    awards: tuple[Award, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def points(self) -> int:
        """All points of the decision, those that await approval included."""
        return sum(award.points for award in self.awards)
