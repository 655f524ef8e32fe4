"""What a caller hands to earning, and what becomes of each event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from houji.intake.types import DraftEvent
from houji.kernel.ids import EventId
from houji.kernel.refusals import Refusal
from houji.ledger.types import EntryRef


class Booking(StrEnum):
    """Which time a posting is booked at: the database's clock, or, for history, the event's own."""

    CLOCK = "clock"
    EVENT_TIME = "event_time"


class Result(StrEnum):
    """What became of one event."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One draft on its way, with the file row it came from where there is one."""

    draft: DraftEvent
    row: int | None = None


@dataclass(slots=True)
class EventOutcome:
    """What became of one event: its points at once, and those that await approval.

    Points are negative for a reversal. ``refusal`` says why a refused event or conflict was not
    taken; nothing of it was kept.
    """

    result: Result
    event_id: EventId | None = None
    points: int = 0
    awaiting_points: int = 0
    entry: EntryRef | None = None
    refusal: Refusal | None = None
