"""The tests' cast: two companies with the literal seed programme, their members and contacts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from houji.access.actions import found_company
from houji.access.tenant import tenant
from houji.access.types import Actor, Role, product_actor
from houji.earning.actions import post_events
from houji.earning.tests.conftest import ORIGIN, draft
from houji.earning.types import Booking, EventOutcome, Incoming, Result
from houji.intake.event_types.catalogue import field_catalogue
from houji.intake.types import DraftEvent
from houji.kernel.ids import AccountId, MemberId, UserId
from houji.ledger.queries import account_of, book_sizes, violations
from houji.members.models import Member
from houji.onboarding.actions import start_program
from houji.programs.types import ProgramTerms
from houji.rulebook.actions import publish_rule_set

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Firm:
    """A company at work: its programme, and the product as its actor."""

    actor: Actor
    terms: ProgramTerms

    def post(self, *drafts: DraftEvent, booking: Booking = Booking.EVENT_TIME) -> list[EventOutcome]:
        """Post events, booked when they happened unless told otherwise; all must be accepted."""
        outcomes = post_events(
            actor=self.actor,
            terms=self.terms,
            incoming=[Incoming(one) for one in drafts],
            origin=ORIGIN,
            booking=booking,
        )
        assert {outcome.result for outcome in outcomes} == {Result.ACCEPTED}
        return outcomes

    def member(self, key: str) -> Member:
        """Return a member by its code."""
        with tenant(self.actor.company_id):
            return Member.objects.get(key=key)

    def account(self, key: str) -> AccountId:
        """Return a member's account."""
        with tenant(self.actor.company_id):
            account = account_of(self.terms.main_unit.id, MemberId(Member.objects.get(key=key).id))
        assert account is not None
        return account

    def shape(self, key: str, **changes: Any) -> None:
        """Change a member's row as a test needs it."""
        with tenant(self.actor.company_id):
            assert Member.objects.filter(key=key).update(**changes) == 1

    def contact(self, key: str) -> Actor:
        """Return a person who speaks for a member."""
        return Actor(
            company_id=self.actor.company_id,
            name="林婉",
            user_id=UserId(77),
            roles=frozenset({Role.CONTACT}),
            member_id=MemberId(self.member(key).id),
        )

    def publish(self, rules: Iterable[dict[str, Any]]) -> None:
        """Publish rules of the test's own, in force from the beginning."""
        document = {
            "code": "own",
            "names": {"zh": "测试", "en": "Test"},
            "zone": "Asia/Shanghai",
            "rules": list(rules),
        }
        publish_rule_set(
            actor=self.actor,
            program_id=self.terms.id,
            document=document,
            catalogue=field_catalogue(),
        )

    def assert_books_balance(self) -> None:
        """Assert that the company has books and that they balance."""
        with tenant(self.actor.company_id):
            assert book_sizes(self.actor.company_id).entries > 0
            assert violations(self.actor.company_id) == []


def found_firm(code: str) -> Firm:
    """Found a company with the literal seed programme."""
    actor = product_actor(found_company(code=code, name=code), "周衡")
    terms = start_program(actor=actor, template_code="engineering_seed", program_code="main")
    return Firm(actor, terms)


def local(year: int, month: int, day: int, hour: int = 12) -> datetime:
    """Return an instant by the programme's clock."""
    return datetime(year, month, day, hour, tzinfo=SHANGHAI).astimezone(UTC)


def paid(number: str, member: str, at: datetime, *, wan: int = 1, **data: Any) -> DraftEvent:
    """Return an invoice of so many ten thousands of yuan, paid late: 100 points each.

    Its dispute is unknown, so that the amount alone gives points.
    """
    day = at.astimezone(SHANGHAI).date()
    values = {
        "invoice_no": number,
        "amount": str(wan * 10_000),
        "due_date": date(2020, 1, 1).isoformat(),
        "settled_date": day.isoformat(),
    } | data
    return dataclasses.replace(draft("invoice.settled", number, member, values), occurred_at=at)


def red(number: str, member: str, at: datetime) -> DraftEvent:
    """Return the red invoice of an invoice."""
    return dataclasses.replace(
        draft("invoice.reversed", number, member, {"invoice_no": number}), occurred_at=at
    )


def referral(number: str, member: str, at: datetime) -> DraftEvent:
    """Return a referral, whose 200 points need an approval."""
    data = {"referral_no": number, "referred_name": "岚桥物流园"}
    return dataclasses.replace(draft("referral.signed", number, member, data), occurred_at=at)
