"""The ledger's words: kinds of entries, causes, lots, and the state of a locked account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from houji.kernel.ids import AccountId
from houji.kernel.numbers import Points


class EntryKind(StrEnum):
    """What sort of movement an entry records."""

    ACCRUE = "accrue"
    ACTIVATE = "activate"
    EXPIRE = "expire"
    CLAWBACK = "clawback"


class CauseKind(StrEnum):
    """Where a movement comes from; with an id it points at the row that explains it."""

    DECISION = "decision"
    APPROVAL = "approval"
    REVERSAL = "reversal"
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True)
class Cause:
    """The row that explains a movement: a decision, an approval request, a reversing event."""

    kind: CauseKind
    id: int


@dataclass(frozen=True, slots=True)
class EntryRef:
    """The name of an entry: its account and its place there, written ``account-seq``."""

    account_id: AccountId
    seq: int

    def __str__(self) -> str:
        return f"{self.account_id}-{self.seq}"


@dataclass(frozen=True, slots=True)
class NewLot:
    """Points of one accrual that become usable and expire together.

    ``available_at`` None means at once; ``expires_at`` None means never. Both are instants at
    which the change is already in force.
    """

    points: Points
    available_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Accrual:
    """Points to be posted to one account for one cause; ``parts`` are the points by category."""

    account_id: AccountId
    cause: Cause
    occurred_at: datetime
    lots: tuple[NewLot, ...]
    parts: Mapping[str, int]

    @property
    def points(self) -> Points:
        """All points of the accrual."""
        return Points(sum(lot.points for lot in self.lots))


@dataclass(frozen=True, slots=True)
class Clawback:
    """The wish to take back what an earlier accrual still holds."""

    of: EntryRef
    cause: Cause
    occurred_at: datetime


@dataclass(slots=True)
class LotState:
    """An open lot of a locked account, as planning changes it."""

    lot_id: int
    entry_seq: int
    original: int
    remaining: int
    active: bool
    available_at: datetime | None
    expires_at: datetime | None
    is_new: bool = False

    def due_at(self) -> datetime | None:
        """Return when this lot next changes by itself: when it becomes usable or expires."""
        if not self.remaining:
            return None
        moments = [self.expires_at, None if self.active else self.available_at]
        return min((moment for moment in moments if moment is not None), default=None)


@dataclass(slots=True)
class AccountState:
    """A locked account with its open lots and what was planned for it so far.

    ``lots`` holds all open lots or, where nothing is due, only those that the plan itself makes.
    """

    account_id: AccountId
    seq: int
    lots_count: int
    available: int
    pending: int
    earned_net: int
    next_due_at: datetime | None
    last_booked_at: datetime | None
    lots: dict[int, LotState] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One planned entry, ready to be written."""

    account_id: AccountId
    seq: int
    kind: EntryKind
    points: int
    available_delta: int
    pending_delta: int
    available_after: int
    pending_after: int
    cause: Cause
    reverses_seq: int | None
    parts: Mapping[str, int]
    occurred_at: datetime
    booked_at: datetime


@dataclass(frozen=True, slots=True)
class LotMoveRow:
    """What one entry did to one lot: negative consumes, zero activates."""

    account_id: AccountId
    seq: int
    n: int
    lot_id: int
    points: int


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance as of an instant: nothing due to expire, everything due to vest."""

    account_id: AccountId
    available: Points
    pending: Points
    earned_net: Points
    expires_next: datetime | None
    expires_next_points: Points
    available_next: datetime | None
