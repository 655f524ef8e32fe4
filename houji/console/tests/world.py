"""A small company for the tests of the console: people of every role, two customers, some payments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.test import Client

from houji.access.actions import create_user, found_company, hash_password
from houji.access.tenant import tenant
from houji.access.types import Actor, Role, product_actor
from houji.earning.actions import post_events
from houji.earning.types import EventOutcome, Incoming
from houji.intake.acceptance import Origin, database_now
from houji.intake.event_types.catalogue import event_type
from houji.intake.types import DraftEvent
from houji.kernel.ids import CompanyId, MemberId
from houji.ledger.queries import balances
from houji.members.actions import add_contact, create_member
from houji.members.types import MemberKind
from houji.onboarding.actions import start_program
from houji.programs.types import ProgramTerms

PASSWORD = "Longer-than-ten"
STAFF = {
    "admin": Role.ADMIN,
    "operator": Role.OPERATOR,
    "approver": Role.APPROVER,
    "auditor": Role.AUDITOR,
    "sales": Role.SALES,
}


@dataclass
class World:
    """A company with its programme; logins begin with the company's code."""

    code: str
    company_id: CompanyId
    actor: Actor
    terms: ProgramTerms
    members: dict[str, MemberId] = field(default_factory=dict)
    posted: int = 0

    def client(self, who: str) -> Client:
        """Return a browser in which somebody of the company is signed in."""
        client = Client()
        answer = client.post("/console/sign-in", {"login": f"{self.code}-{who}", "password": PASSWORD})
        assert answer.status_code == 302, answer.content.decode()
        return client

    def member(self, key: str, name: str, kind: MemberKind = MemberKind.PRIVATE, **details: Any) -> MemberId:
        """Create a customer."""
        made = create_member(actor=self.actor, key=key, name=name, kind=kind, **details)
        self.members[key] = MemberId(made.id)
        return self.members[key]

    def contact(self, key: str, mobile: str) -> None:
        """Give a customer somebody who signs in to the portal."""
        add_contact(
            actor=self.actor,
            member_id=self.members[key],
            name="许建国",
            mobile=mobile,
            password_hash=hash_password(PASSWORD),
        )

    def pay(
        self, key: str, amount: str = "462000", *, due: str = "2026-02-24", settled: str = "2026-02-12"
    ) -> EventOutcome:
        """Post a payment without a complaint."""
        data = {
            "invoice_no": f"FP-{self.posted + 1:04}",
            "amount": amount,
            "due_date": due,
            "settled_date": settled,
            "disputed": False,
        }
        return self.post(key, "invoice.settled", data, date.fromisoformat(settled))

    def refer(self, key: str) -> EventOutcome:
        """Post a referral, whose points await approval."""
        data = {"referral_no": f"TJ-{self.posted + 1:04}", "referred_name": "青屿临壑索道有限公司"}
        return self.post(key, "referral.signed", data, date(2026, 2, 1))

    def post(self, key: str, kind: str, data: dict[str, Any], day: date) -> EventOutcome:
        """Post one event by the ordinary path."""
        self.posted += 1
        draft = DraftEvent(
            source="test",
            id=str(self.posted),
            type=kind,
            member_key=key,
            occurred_at=datetime(day.year, day.month, day.day, tzinfo=UTC),
            business_no=event_type(kind).business_no(data),
            data=data,
        )
        (outcome,) = post_events(
            actor=self.actor, terms=self.terms, incoming=[Incoming(draft)], origin=Origin("回款.xlsx")
        )
        assert outcome.refusal is None
        return outcome

    def total(self, key: str) -> int:
        """Return a customer's points, available and pending together."""
        with tenant(self.company_id):
            held = balances(self.terms.main_unit.id, now=database_now() + timedelta(seconds=1))
        balance = held.get(self.members[key])
        return 0 if balance is None else balance.available + balance.pending


def make_world(code: str = "alpha", *, template: str = "engineering_balanced") -> World:
    """Found a company with a programme, its staff and two customers."""
    company_id = found_company(code=code, name=f"{code} 工程")
    actor = product_actor(company_id, "测试")
    terms = start_program(actor=actor, template_code=template, program_code="engineering")
    world = World(code, company_id, actor, terms)
    for who, role in STAFF.items():
        create_user(
            actor=actor, login=f"{code}-{who}", name=who, roles=[role], password_hash=hash_password(PASSWORD)
        )
    world.member("KH-1", "青屿水务集团有限公司", MemberKind.STATE_OWNED, short_name="青屿水务")
    world.member("KH-2", "岚桥置业有限公司", account_manager="周衡")
    return world
