"""The demonstration company in the database: generated, posted by the ordinary path, ready to sign in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext

from houji.access.actions import all_companies, create_user, found_company, hash_password
from houji.access.queries import first_with_role
from houji.access.tenant import tenant
from houji.access.types import ROLE_NAMES, Actor, Role, product_actor
from houji.approvals.queries import pending_requests
from houji.earning.actions import post_events
from houji.earning.approving import decide_award
from houji.earning.types import Booking, Incoming, Result
from houji.intake.acceptance import Origin, database_now
from houji.intake.event_types.catalogue import event_type
from houji.intake.types import DraftEvent
from houji.kernel.ids import CompanyId, MemberId
from houji.kernel.time import add_months, local_date, start_of_day
from houji.ledger.actions import settle_due_accounts
from houji.ledger.queries import next_due_at
from houji.members.actions import add_contact, create_member
from houji.members.queries import search_members
from houji.members.types import MemberKind
from houji.onboarding.actions import start_program
from houji.onboarding.demo.generate import generate
from houji.onboarding.demo.people import staff_users
from houji.onboarding.demo.types import DemoCompany, Event
from houji.programs.types import ProgramTerms

CODE = "demo"
PROGRAM_CODE = "engineering"
TEMPLATE = "engineering_balanced"
SEED = 2026
PASSWORD = "houji-demo"  # noqa: S105 - printed at every start, on purpose
_APPROVED_AFTER = timedelta(days=2)
_WAITING = timedelta(days=4)
_CHUNK = 1000
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class SignIn:
    """One account that a visitor may try: where, as whom, with what."""

    place: str
    login: str
    password: str
    who: str

    def __iter__(self) -> Iterator[str]:
        return iter((self.place, self.login, self.password, self.who))


def ensure_demo() -> list[SignIn]:
    """Load the demo company when the installation has no company yet; return the demo sign-ins.

    Nothing is left half loaded: the company appears with everything it has, or not at all.
    """
    companies = all_companies()
    if not companies:
        load_demo(SEED)
    elif not any(company.code == CODE for company in companies):
        return []
    return demo_sign_ins()


def load_demo(seed: int) -> CompanyId:
    """Generate the company as of today and post its two years of events at their own times."""
    now = database_now()
    with transaction.atomic():
        generated = generate(seed, local_date(now, ZONE))
        company_id = found_company(code=CODE, name=generated.name, is_demo=True)
        actor = product_actor(company_id, gettext("演示数据"))
        with tenant(company_id):
            terms = start_program(
                actor=actor,
                template_code=TEMPLATE,
                program_code=PROGRAM_CODE,
                names={"zh": generated.programme_name, "en": "Engineering customers' points"},
            )
            # One hash serves every demo account: a slow one each would take half a minute.
            password_hash = hash_password(PASSWORD)
            _create_staff(actor, generated, password_hash)
            _create_members(actor, generated, password_hash)
            _post_history(actor, terms, generated, now)
    return company_id


def demo_sign_ins() -> list[SignIn]:
    """Return who can sign in to the demo: staff by role, and the contact of one customer."""
    staff = {user.role: user for user in reversed(staff_users())}
    shown = [
        SignIn("/console/", staff[role].username, PASSWORD, f"{staff[role].name} · {ROLE_NAMES[role]}")
        for role in (Role.ADMIN, Role.OPERATOR, Role.APPROVER)
    ]
    login, who = _a_contact()
    return [*shown, SignIn("/portal/", login, PASSWORD, who)]


def _create_staff(actor: Actor, generated: DemoCompany, password_hash: str) -> None:
    for user in generated.staff:
        create_user(
            actor=actor, login=user.username, name=user.name, roles=[user.role], password_hash=password_hash
        )


def _create_members(actor: Actor, generated: DemoCompany, password_hash: str) -> None:
    groups = {member.key: member.name for member in generated.members}
    for one in generated.members:
        member = create_member(
            actor=actor,
            key=one.key,
            name=one.name,
            kind=one.kind,
            short_name=one.short_name,
            credit_code=one.uscc,
            city=one.city,
            group_name=groups.get(one.parent_key or "", ""),
            account_manager=one.account_manager,
            joined_on=one.joined_on,
            authorised_on=one.authorised_on,
            board_consent=one.board_consent,
        )
        for contact in one.contacts[:1]:
            add_contact(
                actor=actor,
                member_id=MemberId(member.id),
                name=contact.name,
                mobile=contact.mobile,
                title=contact.title,
                password_hash=password_hash,
            )


def _post_history(actor: Actor, terms: ProgramTerms, generated: DemoCompany, now: datetime) -> None:
    """Post month by month: events at their own time, approvals two days later, expiry at each month's end."""
    for (year, month), events in groupby(generated.events, key=lambda one: _month_of(one, terms)):
        _post(actor, terms, list(events))
        ends = start_of_day(add_months(date(year, month, 1), 1), terms.zone)
        _approve_older(actor, min(ends, now) - _WAITING)
        _settle_each_day(terms, min(ends, now))


def _settle_each_day(terms: ProgramTerms, until: datetime) -> None:
    """Vest and expire on the very days they were due, as the schedule would have done."""
    while (due_at := next_due_at(terms.company_id)) is not None and due_at <= until:
        settle_due_accounts(terms.company_id, now=due_at)


def _post(actor: Actor, terms: ProgramTerms, events: list[Event]) -> None:
    for start in range(0, len(events), _CHUNK):
        outcomes = post_events(
            actor=actor,
            terms=terms,
            incoming=[Incoming(_draft(event)) for event in events[start : start + _CHUNK]],
            origin=Origin(gettext("演示数据")),
            booking=Booking.EVENT_TIME,
        )
        bad = [outcome for outcome in outcomes if outcome.result is not Result.ACCEPTED]
        if bad:
            raise RuntimeError(f"the demo was refused: {bad[0].refusal}")


def _approve_older(actor: Actor, before: datetime) -> None:
    """Approve what waits since before a day, so that only the latest referrals still wait."""
    waiting = list(pending_requests().filter(raised_at__lt=before).order_by("raised_at"))
    approver = _approver(actor)
    for request in waiting:
        decided_at = request.raised_at + _APPROVED_AFTER
        decide_award(
            actor=approver,
            request_id=request.id,
            approve=True,
            note=gettext("合同已签，核对无误"),
            now=decided_at,
            booked_at=decided_at,
        )


def _approver(actor: Actor) -> Actor:
    user = first_with_role(Role.APPROVER)
    return actor if user is None else user.as_actor()


def _draft(event: Event) -> DraftEvent:
    return DraftEvent(
        source=event["source"],
        id=event["id"],
        type=event["type"],
        member_key=event["subject"],
        occurred_at=event["time"],
        business_no=event_type(event["type"]).business_no(event["data"]),
        data=event["data"],
    )


def _month_of(event: Event, terms: ProgramTerms) -> tuple[int, int]:
    day = local_date(event["time"], terms.zone)
    return day.year, day.month


def _a_contact() -> tuple[str, str]:
    company = next(company for company in all_companies() if company.code == CODE)
    with tenant(CompanyId(company.id)):
        for member in search_members(kind=MemberKind.STATE_OWNED).filter(group_name=""):
            contact = member.contacts.first()
            if contact is not None:
                return contact.mobile, f"{contact.name} · {member}"
    raise RuntimeError("the demo has no contact")
