"""What a generated demonstration company consists of; amounts are Decimals in yuan with two places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from houji.access.types import Role
from houji.members.types import BoardConsent, MemberKind

Event = dict[str, Any]
"""One business event: ``source``, ``id``, ``type``, ``subject`` (member key), ``time`` (aware
UTC datetime) and ``data`` as the event type's schema has it: decimals and dates are strings."""


class PaymentHabit(StrEnum):
    """How a customer usually pays; an improver changes once the programme is announced."""

    PUNCTUAL = "punctual"
    MOSTLY_ON_TIME = "mostly_on_time"
    IMPROVING = "improving"
    LATE = "late"


class MilestoneKind(StrEnum):
    """The part of a contract that an invoice bills."""

    ADVANCE = "advance"
    PROGRESS = "progress"
    ACCEPTANCE = "acceptance"
    RETENTION = "retention"


@dataclass(frozen=True)
class StaffUser:
    """Someone of the company, with the one role that the demonstration shows."""

    username: str
    name: str
    role: Role


@dataclass(frozen=True)
class Contact:
    """A customer's delegate; the first contact of a member is its administrator."""

    name: str
    mobile: str
    title: str
    is_admin: bool
    agreed_to_board: bool
    name_shown: bool


@dataclass(frozen=True)
class DemoMember:
    """A customer; ``uscc`` is its 18-character unified social credit code.

    ``authorised_on`` is the day of the written authorisation on file (政府 and 国企 only);
    ``parent_key`` names the member that heads its group; ``habit`` is how it pays.
    """

    key: str
    name: str
    short_name: str
    kind: MemberKind
    uscc: str
    city: str
    account_manager: str
    joined_on: date
    contacts: tuple[Contact, ...]
    board_consent: BoardConsent
    authorised_on: date | None
    parent_key: str | None
    habit: PaymentHabit

    @property
    def may_be_ranked(self) -> bool:
        """Whether the public ranking may list it: consent, and authorisation unless private."""
        authorised = self.kind is MemberKind.PRIVATE or self.authorised_on is not None
        return authorised and self.board_consent is not BoardConsent.NONE


@dataclass(frozen=True)
class Milestone:
    """One billed part of a contract; the milestones of a contract sum to its value."""

    kind: MilestoneKind
    name: str
    amount: Decimal


@dataclass(frozen=True)
class Contract:
    """A signed contract, also those of which nothing has been billed yet."""

    number: str
    member_key: str
    project: str
    value: Decimal
    signed_on: date
    milestones: tuple[Milestone, ...]


@dataclass(frozen=True)
class Invoice:
    """An issued invoice; ``settled_on`` is None while it is open."""

    number: str
    contract_number: str
    member_key: str
    milestone: str
    amount: Decimal
    invoiced_on: date
    due_on: date
    settled_on: date | None
    disputed: bool
    reversed_on: date | None


@dataclass(frozen=True)
class DemoCompany:
    """The whole demonstration: every event lies before ``today`` begins in Asia/Shanghai."""

    seed: int
    today: date
    name: str
    short_name: str
    programme_name: str
    first_day: date
    announced_on: date
    staff: tuple[StaffUser, ...]
    members: tuple[DemoMember, ...]
    contracts: tuple[Contract, ...]
    invoices: tuple[Invoice, ...]
    events: tuple[Event, ...]
