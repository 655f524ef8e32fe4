"""What insights say: rankings, statements, the figures of the dashboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from houji.kernel.ids import AccountId, MemberId
from houji.ledger.types import EntryKind, EntryRef


@dataclass(frozen=True, slots=True)
class RankedMember:
    """A member's place among all by points earned in a month; 0 points or less have no place."""

    place: int | None
    previous_place: int | None
    member_id: MemberId
    key: str
    name: str
    points: int
    previous_points: int

    @property
    def change(self) -> int | None:
        """Places gained since the month before, negative when lost; None when there is no before."""
        if self.place is None or self.previous_place is None:
            return None
        return self.previous_place - self.place


@dataclass(frozen=True, slots=True)
class OwnRank:
    """One member's place of ``among`` placed members; ``points`` are its own of the month."""

    month: date
    place: int | None
    among: int
    points: int
    previous_place: int | None

    @property
    def change(self) -> int | None:
        """Places gained since the month before; None when there is no before."""
        if self.place is None or self.previous_place is None:
            return None
        return self.previous_place - self.place


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A line of the public board. ``name`` is what the member agreed to show, masked or not.

    Places count only listed members, so that no gap reveals the others. ``points`` is None unless
    the programme shows them; ``months_listed`` counts this month and the listed ones before it in
    a row (at most ``BOARD_MONTHS``); ``is_gold`` marks 金牌合作伙伴, the first ten places.
    """

    place: int
    previous_place: int | None
    name: str
    is_named: bool
    is_gold: bool
    months_listed: int
    points: int | None

    @property
    def change(self) -> int | None:
        """Places gained since the month before; None for 新上榜."""
        return None if self.previous_place is None else self.previous_place - self.place


@dataclass(frozen=True, slots=True)
class Board:
    """The public board of a month; ``rows`` in order of place."""

    month: date
    program_names: Mapping[str, str]
    shows_points: bool
    rows: tuple[BoardRow, ...]


class StatementState(StrEnum):
    """How far the customer's answer to a statement is."""

    RUNNING = "running"
    OPEN = "open"
    DISPUTED = "disputed"
    CONFIRMED = "confirmed"


class Subtotal(StrEnum):
    """The kinds of movements a statement adds up: 增加, 到期, 冲正."""

    EARNED = "earned"
    EXPIRED = "expired"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class DisputeFigure:
    """An objection to a statement or to one of its lines, with the answer once there is one."""

    id: int
    member_id: MemberId
    account_id: AccountId
    month: date
    seq: int | None
    text: str
    raised_by: str
    raised_at: datetime
    due_at: datetime
    state: str
    answer: str
    answered_by: str
    answered_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether the company still owes an answer."""
        return self.state == "open"


@dataclass(frozen=True, slots=True)
class ConfirmationFigure:
    """Who confirmed a statement, when, and the closing balance they saw."""

    confirmed_by: str
    confirmed_at: datetime
    closing_points: int


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement of a month. ``business_on`` is None when it is the posting date.

    ``balance_after`` counts available and pending points together.
    """

    number: int
    ref: EntryRef
    kind: EntryKind
    points: int
    balance_after: int
    reason: str
    posted_on: date
    business_on: date | None
    booked_at: datetime
    dispute: DisputeFigure | None = None


@dataclass(frozen=True, slots=True)
class StatementActivation:
    """Pending points that became usable in the month; they change nothing of the total."""

    ref: EntryRef
    points: int
    reason: str
    posted_on: date


@dataclass(frozen=True, slots=True)
class ExpiringLot:
    """Points that expire soon, with the last day on which they can be used."""

    points: int
    expires_on: date
    earned_on: date


@dataclass(frozen=True, slots=True)
class StatementTotal:
    """How many movements of a kind there were and what they sum to, with its sign."""

    count: int
    points: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A member's month by posting date: opening + every movement = closing.

    Balances count available and pending points together; the available part stands beside them.
    ``incoming`` and ``outgoing`` sum the positive and the negative lines. ``expiring`` are lots that end
    within 90 days from now. ``changed_since`` tells that something was posted into the month after it
    was confirmed.
    """

    account_id: AccountId
    member_id: MemberId
    member_key: str
    member_name: str
    credit_code: str
    program_names: Mapping[str, str]
    unit_names: Mapping[str, str]
    month: date
    last_day: date
    opening: int
    opening_available: int
    closing: int
    closing_available: int
    lines: tuple[StatementLine, ...]
    activations: tuple[StatementActivation, ...]
    totals: Mapping[Subtotal, StatementTotal]
    incoming: StatementTotal
    outgoing: StatementTotal
    expiring: tuple[ExpiringLot, ...]
    state: StatementState
    confirmation: ConfirmationFigure | None
    disputes: tuple[DisputeFigure, ...]
    months: tuple[date, ...]

    @property
    def earliest_month(self) -> date:
        """The first month there is a statement of."""
        return self.months[-1]

    @property
    def opening_pending(self) -> int:
        """The part of the opening balance that could not be used yet."""
        return self.opening - self.opening_available

    @property
    def closing_pending(self) -> int:
        """The part of the closing balance that cannot be used yet."""
        return self.closing - self.closing_available

    @property
    def adds_up(self) -> bool:
        """Whether opening and movements give the closing balance."""
        return self.opening + sum(line.points for line in self.lines) == self.closing

    @property
    def changed_since(self) -> bool:
        """Whether the closing balance is no longer the one that was confirmed."""
        return self.confirmation is not None and self.confirmation.closing_points != self.closing


@dataclass(frozen=True, slots=True)
class CategorySeries:
    """Points issued in one category, month by month; ``share`` of all categories in the period.

    ``colour`` is the fixed ``c1`` … ``c6``.
    """

    code: str
    name: str
    colour: str
    points: tuple[int, ...]
    share: Decimal


@dataclass(frozen=True, slots=True)
class IssuedChart:
    """Points issued by month and category, clawbacks taken off in the month they were posted.

    ``months`` are first days, oldest first; the last is the running month, of which ``days_run``
    days have begun.
    """

    months: tuple[date, ...]
    series: tuple[CategorySeries, ...]
    days_run: int

    @property
    def totals(self) -> tuple[int, ...]:
        """Points of each month over all categories."""
        return tuple(sum(series.points[i] for series in self.series) for i in range(len(self.months)))


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure. ``change`` is relative (0.082 for ↑ 8.2%), None without anything before.

    ``value`` is None where it cannot be reckoned (a share of no contracts). ``spark`` holds twelve
    months, oldest first, the running one last.
    """

    value: Decimal | None
    change: Decimal | None
    spark: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class WaitingFigure:
    """Points that await approval, how many requests, and when the most urgent is due."""

    points: int
    count: int
    due_at: datetime | None
    spark: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class TopMember:
    """A member with many points, and what it earned in twelve months."""

    member_id: MemberId
    name: str
    available: int
    earned: int


class MovementState(StrEnum):
    """What a movement is by now."""

    EFFECTIVE = "effective"
    PENDING = "pending"
    REVERSED = "reversed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class LatestMovement:
    """A movement for the list of the latest; ``available_on`` is set while it is pending."""

    ref: EntryRef
    member_id: MemberId
    member: str
    kind: EntryKind
    reason: str
    points: int
    booked_at: datetime
    state: MovementState
    available_on: date | None


class ToDoKind(StrEnum):
    """What waits for a person of the company."""

    DISPUTE = "dispute"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something to do: ``id`` is the dispute's or request's; ``line`` the disputed entry, if one."""

    kind: ToDoKind
    id: int
    member_id: MemberId | None
    member: str
    text: str
    points: int | None
    due_at: datetime
    month: date | None = None
    line: EntryRef | None = None


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything the first page of the console shows of one programme.

    ``issued`` is this month's points, ``expiring`` those that expired or will this month,
    ``liability`` in yuan, ``cost_share`` a share of the amounts paid in twelve months.
    """

    chart: IssuedChart
    issued: Figure
    expiring: Figure
    waiting: WaitingFigure
    liability: Figure
    cost_share: Figure
    top: tuple[TopMember, ...]
    members_count: int
    latest: tuple[LatestMovement, ...]
    to_dos: tuple[ToDo, ...] = field(default=())
