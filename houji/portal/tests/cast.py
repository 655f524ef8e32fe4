"""The cast of the portal's tests: two companies with a programme each, their customers and contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import Client

from houji.access.actions import found_company, hash_password
from houji.access.models import User
from houji.access.tenant import tenant
from houji.access.types import Actor, product_actor
from houji.earning.actions import post_events
from houji.earning.types import Booking, Incoming, Result
from houji.intake.acceptance import Origin
from houji.intake.types import DraftEvent
from houji.kernel.ids import AccountId, CompanyId, MemberId
from houji.kernel.time import add_months, local_date, start_of_day
from houji.ledger.queries import account_of
from houji.members.actions import add_contact, create_member
from houji.members.models import Member
from houji.members.types import MemberKind
from houji.onboarding.actions import start_program
from houji.programs.types import ProgramTerms

PASSWORD = "open sesame 2026"


@dataclass(slots=True)
class Stage:
    """A company with a running programme."""

    company_id: CompanyId
    actor: Actor
    terms: ProgramTerms
    posted: int = 0

    @property
    def today(self) -> date:
        """Today in the programme's zone."""
        return local_date(datetime.now(UTC), self.terms.zone)

    @property
    def last_month(self) -> date:
        """The first day of the last whole month."""
        return add_months(self.today.replace(day=1), -1)

    def member(self, key: str, name: str, kind: MemberKind = MemberKind.PRIVATE, **details: Any) -> Member:
        """Create a customer."""
        return create_member(actor=self.actor, key=key, name=name, kind=kind, **details)

    def contact(self, member: Member, mobile: str) -> User:
        """Name a person who may sign in for a customer."""
        _, user = add_contact(
            actor=self.actor,
            member_id=MemberId(member.id),
            name=f"{member.name}的小林",
            mobile=mobile,
            title="财务",
            password_hash=hash_password(PASSWORD),
        )
        return user

    def post(self, member: Member, event_type: str, day: date, data: Mapping[str, Any]) -> None:
        """Post an event at its own time, as history does."""
        self.posted += 1
        number = next(iter(data.values()))
        draft = DraftEvent(
            source="urn:test",
            id=f"{self.terms.code}-{self.posted}",
            type=event_type,
            member_key=member.key,
            occurred_at=start_of_day(day, self.terms.zone) + timedelta(hours=9),
            business_no=str(number),
            data=data,
        )
        (outcome,) = post_events(
            actor=self.actor,
            terms=self.terms,
            incoming=[Incoming(draft)],
            origin=Origin("测试"),
            booking=Booking.EVENT_TIME,
        )
        assert outcome.result is Result.ACCEPTED, outcome.refusal

    def paid(
        self, member: Member, number: str, day: date, *, amount: str = "120000", early: int = 10
    ) -> None:
        """Let a customer pay an invoice some days before it is due."""
        due = day + timedelta(days=early)
        data = {
            "invoice_no": number,
            "amount": amount,
            "due_date": due.isoformat(),
            "settled_date": day.isoformat(),
            "disputed": False,
        }
        self.post(member, "invoice.settled", day, data)

    def reversed(self, member: Member, number: str, day: date) -> None:
        """Let a red invoice take a payment back."""
        self.post(member, "invoice.reversed", day, {"invoice_no": number})

    def billed(self, member: Member, number: str, day: date, due: date, *, amount: str = "642000") -> None:
        """Write an invoice."""
        data = {
            "invoice_no": number,
            "amount": amount,
            "invoice_date": day.isoformat(),
            "due_date": due.isoformat(),
        }
        self.post(member, "invoice.issued", day, data)

    def account(self, member: Member) -> AccountId:
        """Return a customer's account."""
        with tenant(self.company_id):
            found = account_of(self.terms.main_unit.id, MemberId(member.id))
        assert found is not None
        return found


def open_stage(code: str = "alpha", name: str = "云中甲市政有限公司") -> Stage:
    """Found a company with the balanced engineering programme."""
    company_id = found_company(code=code, name=name)
    actor = product_actor(company_id, "测试")
    terms = start_program(actor=actor, template_code="engineering_balanced", program_code="engineering")
    return Stage(company_id, actor, terms)


def signed_in(mobile: str) -> Client:
    """Return the browser of somebody who signed in by the page itself."""
    client = Client()
    answer = client.post("/portal/sign-in/", {"login": mobile, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client
