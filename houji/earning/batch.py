"""A batch of events in work: what is known of each, by its position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from houji.access.types import Actor
from houji.earning.types import Booking, EventOutcome, Incoming, Result
from houji.intake.acceptance import Claim, Origin
from houji.kernel.ids import AccountId, MemberId, UnitId
from houji.members.actions import KnownMember
from houji.programs.types import ProgramTerms
from houji.rulebook.types import ReadyVersion
from houji.rules.types import Award, Facts

Accounts = Mapping[tuple[UnitId, MemberId], AccountId]
"""The account of each unit and holder."""


@dataclass(slots=True)
class Batch:
    """A batch in work: what is known so far of each event, by its position."""

    actor: Actor
    terms: ProgramTerms
    incoming: Sequence[Incoming]
    origin: Origin
    booking: Booking
    outcomes: list[EventOutcome]
    members: dict[str, KnownMember] = field(default_factory=dict)
    created: set[str] = field(default_factory=set)
    versions: dict[int, ReadyVersion] = field(default_factory=dict)

    @property
    def open_positions(self) -> list[int]:
        """The positions that nothing has refused yet."""
        return [i for i, outcome in enumerate(self.outcomes) if outcome.result is Result.ACCEPTED]

    def member_of(self, position: int) -> KnownMember:
        """Return the member behind an event."""
        return self.members[self.incoming[position].draft.member_key]


@dataclass(frozen=True, slots=True)
class Judged:
    """A new event with its decision."""

    position: int
    claim: Claim
    version: ReadyVersion
    facts: Facts
    awards: tuple[Award, ...]
