"""What an explanation holds: the chain from the event over the rules and the arithmetic to the lots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from houji.kernel.ids import EventId, MemberId
from houji.ledger.types import EntryKind, EntryRef
from houji.rules.explain import RuleExplanation


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field of an event's data: its code, its label and its value as people read it."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class EventFigure:
    """The event of the chain. ``origin`` names the file, system or person it came from.

    ``import_id`` and ``import_row`` are set when it came from a file. ``is_live`` is false once
    its import was taken back.
    """

    event_id: EventId
    type_code: str
    type_name: str
    summary: str
    fields: tuple[ShownField, ...]
    business_no: str
    source: str
    source_id: str
    origin: str
    import_id: int | None
    import_row: int | None
    occurred_at: datetime
    received_at: datetime
    member_id: MemberId
    is_live: bool


@dataclass(frozen=True, slots=True)
class RulesFigure:
    """The version that decided. ``in_force_since`` None means from the beginning.

    ``awarded`` are the rules that gave points, ``others`` those that did not, each with its reason.
    """

    version_number: int
    in_force_since: date | None
    awarded: tuple[RuleExplanation, ...]
    others: tuple[RuleExplanation, ...]


@dataclass(frozen=True, slots=True)
class ArithmeticLine:
    """One rule's points with the arithmetic behind them."""

    rule_code: str
    name: str
    category: str
    arithmetic: str
    points: int
    needs_approval: bool


class ApprovalState(StrEnum):
    """What became of the request for a second person's word."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ApprovalFigure:
    """The approval an award needed; who and when are empty while it is pending.

    ``alone`` says that the person decided their own request in a company of one (单人模式).
    """

    request_id: int
    state: ApprovalState
    points: int
    raised_by: str
    raised_at: datetime
    due_at: datetime
    decided_by: str
    decided_at: datetime | None
    note: str
    alone: bool


@dataclass(frozen=True, slots=True)
class LotFigure:
    """A lot, and what an entry did to it: ``moved`` points (0 for one that became usable).

    points = used + expired + taken_back + remaining. ``available_on`` is the first day of use,
    ``expires_on`` the last; None means never. ``is_active`` tells whether it is usable by now.
    """

    lot_id: int
    entry: EntryRef
    points: int
    moved: int
    used: int
    expired: int
    taken_back: int
    remaining: int
    is_active: bool
    earned_on: date
    available_on: date
    expires_on: date | None


class ReversalWay(StrEnum):
    """How points were taken back."""

    RED_INVOICE = "red_invoice"
    IMPORT = "import"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class ReversalFigure:
    """Why points were taken back.

    ``event`` is the reversing event of a red invoice; ``reason`` and ``by`` come from the audit
    row of a reversal by a person. ``import_name`` is the file's, for a whole import.
    """

    way: ReversalWay
    original: EntryRef
    event: EventFigure | None
    import_name: str
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EventExplanation:
    """What became of one event. ``points`` are those posted at once, ``awaiting_points`` those
    that an approval decides about; ``entries`` are the movements it made, clawbacks included.

    ``rules`` is None for an event type without rules, such as 开票.
    """

    event: EventFigure
    member: str
    rules: RulesFigure | None
    lines: tuple[ArithmeticLine, ...]
    points: int
    awaiting_points: int
    approval: ApprovalFigure | None
    entries: tuple[EntryRef, ...]


@dataclass(frozen=True, slots=True)
class EntryExplanation:
    """The whole chain behind one movement.

    For a clawback, ``source`` explains the original business and ``reversal`` why it was taken
    back. For points that became usable or expired, ``source`` is None and ``lots`` say which.
    ``lines`` are those of this entry alone and sum to its points where it is an accrual;
    ``reversed_by`` is the clawback that took an accrual back.
    """

    ref: EntryRef
    kind: EntryKind
    member_id: MemberId
    member: str
    reason: str
    points: int
    available_delta: int
    pending_delta: int
    available_after: int
    pending_after: int
    occurred_at: datetime
    booked_at: datetime
    source: EventExplanation | None
    lines: tuple[ArithmeticLine, ...]
    lots: tuple[LotFigure, ...]
    reversal: ReversalFigure | None
    reversed_by: EntryRef | None
