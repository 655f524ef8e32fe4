"""可赚积分: what a member can still earn, by paying its open invoices and by standing offers.

Nothing is promised by hand: each open invoice is decided as if it were paid, by the rules in force.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from django.db import connection
from django.utils.translation import get_language

from houji.earning.facts import Weighed, load_facts
from houji.intake.event_types.catalogue import event_type, field_catalogue
from houji.kernel.ids import EventId, MemberId, ProgramId
from houji.kernel.numbers import parse_amount
from houji.kernel.time import local_date, start_of_day
from houji.members.actions import KnownMember, find_members
from houji.programs.types import ProgramTerms
from houji.rulebook.errors import NoRulesInForce
from houji.rulebook.queries import in_force_at, versions_of
from houji.rulebook.types import ReadyVersion
from houji.rules.compile import CompiledRule, decide
from houji.rules.evaluate import compile_condition
from houji.rules.sentence import sentence
from houji.rules.tree import FixedAward, fields_in, leaves
from houji.rules.types import EventFacts, Facts

ISSUED, SETTLED = "invoice.issued", "invoice.settled"
DAY = timedelta(days=1)


class Holder(Protocol):
    """A member, as far as it is needed here."""

    @property
    def id(self) -> int: ...

    @property
    def key(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Earnable:
    """An open invoice and the points it gives when paid a day early, on the due date, or later.

    ``amount`` is in yuan. ``days_left`` is negative when overdue; ``points_now`` is what paying
    today gives. Points that only a later fact decides (零投诉) are not promised.
    """

    event_id: EventId
    invoice_no: str
    contract_no: str
    amount: Decimal
    due_on: date
    days_left: int
    points_early: int
    points_on_day: int
    points_late: int
    points_now: int

    @property
    def is_overdue(self) -> bool:
        """Whether the due date is over."""
        return self.days_left < 0

    @property
    def bonus_early(self) -> int:
        """What paying before the due date gives beyond paying late: the +80 of 3月15日前付款."""
        return self.points_early - self.points_late

    @property
    def bonus_on_day(self) -> int:
        """What paying on the due date gives beyond paying late."""
        return self.points_on_day - self.points_late


@dataclass(frozen=True, slots=True)
class Offer:
    """Something every such event gives the same points for, and the rule as a sentence."""

    rule_code: str
    category: str
    name: str
    points: int
    needs_approval: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An issued invoice that nobody paid yet."""

    event_id: EventId
    data: dict[str, Any]

    @property
    def due_on(self) -> date:
        """The day by which it is to be paid."""
        return date.fromisoformat(self.data["due_date"])

    def paid_on(self, day: date, at: datetime) -> EventFacts:
        """Return the payment of this invoice, as if it had come on a day."""
        copied = ("invoice_no", "contract_no", "amount", "invoice_date", "due_date")
        data = {name: self.data[name] for name in copied if name in self.data}
        return EventFacts(SETTLED, at, {**data, "settled_date": day.isoformat()})


def earnable(terms: ProgramTerms, member: Holder, *, now: datetime) -> list[Earnable]:
    """Return what a member's open invoices can give, the nearest due date first."""
    invoices = _open_invoices(terms.id, MemberId(member.id))
    if not invoices:
        return []
    known = find_members([member.key])[member.key]
    today = local_date(now, terms.zone)
    days = [day for invoice in invoices for day in _days_of(invoice, today)]
    points = iter(_points_of(terms, known, invoices, days))
    found = [_earnable(invoice, today, points) for invoice in invoices]
    return sorted(found, key=lambda item: (item.due_on, item.invoice_no))


def offers(terms: ProgramTerms, member: Holder, *, now: datetime, language: str | None = None) -> list[Offer]:
    """Return the standing offers in force: fixed points for events that have no amount.

    Rules whose conditions on the member do not hold are left out. Names are in ``language``, the
    active one when None.
    """
    try:
        version = in_force_at(versions_of(terms.id, field_catalogue()), now)
    except NoRulesInForce:
        return []
    known = find_members([member.key])[member.key]
    speaking = language or get_language() or "zh"
    return [
        _offer(rule, rule.rule.award, speaking)
        for code, compiled in version.rules.events.items()
        for rule in compiled.rules
        if event_type(code).amount_field is None
        and isinstance(rule.rule.award, FixedAward)
        and _is_open_to(rule, version, known, now)
    ]


def _offer(compiled: CompiledRule, award: FixedAward, language: str) -> Offer:
    rule = compiled.rule
    said = sentence(rule, field_catalogue(), language)
    return Offer(rule.code, rule.category, said.name, award.points, rule.needs_approval, said.line)


def _is_open_to(compiled: CompiledRule, version: ReadyVersion, member: KnownMember, now: datetime) -> bool:
    """Tell whether the conditions that speak of the member alone hold."""
    event = version.rules.events[compiled.rule.event_type]
    values = event.layout.load(EventFacts(compiled.rule.event_type, now, {}), Facts(member.facts))
    zone = version.rules.rule_set.zone
    for condition in compiled.rule.conditions:
        sides = [side for leaf in leaves(condition) for side in (leaf.left, leaf.right)]
        paths = [field.path for side in sides for field in fields_in(side)]
        of_member = bool(paths) and all(path.startswith("member.") for path in paths)
        if of_member and not compile_condition(condition, event.layout, zone)(values):
            return False
    return True


def _days_of(invoice: OpenInvoice, today: date) -> tuple[date, date, date, date]:
    """The days on which paying is weighed: early, on the due date, late, today."""
    due = invoice.due_on
    return due - DAY, due, max(today, due + DAY), today


def _earnable(invoice: OpenInvoice, today: date, points: Iterator[int]) -> Earnable:
    early, on_day, late, at_once = (next(points) for _ in range(4))
    return Earnable(
        event_id=invoice.event_id,
        invoice_no=invoice.data["invoice_no"],
        contract_no=invoice.data.get("contract_no", ""),
        amount=parse_amount(invoice.data["amount"]),
        due_on=invoice.due_on,
        days_left=(invoice.due_on - today).days,
        points_early=early,
        points_on_day=on_day,
        points_late=late,
        points_now=at_once,
    )


def _points_of(
    terms: ProgramTerms, member: KnownMember, invoices: Sequence[OpenInvoice], days: Sequence[date]
) -> list[int]:
    """Decide each invoice on its four days; days before any rules give nothing."""
    versions = versions_of(terms.id, field_catalogue())
    weighed: list[Weighed] = []
    places: list[int] = []
    for place, day in enumerate(days):
        at = start_of_day(day, terms.zone)
        try:
            version = in_force_at(versions, at)
        except NoRulesInForce:
            continue
        weighed.append((invoices[place // 4].paid_on(day, at), member.facts, version))
        places.append(place)
    # Each day is a world of its own, so no award uses up a key for the next.
    keys = load_facts(terms, weighed)
    points = [0] * len(days)
    for place, (event, facts, version) in zip(places, weighed, strict=True):
        points[place] = decide(event, keys.next_facts(facts), version.rules).points
    return points


def _open_invoices(program_id: ProgramId, member_id: MemberId) -> list[OpenInvoice]:
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN, {"program": program_id, "member": member_id, "issued": ISSUED, "settled": SETTLED}
        )
        return [OpenInvoice(EventId(event_id), json.loads(data)) for event_id, data in cursor.fetchall()]


_OPEN = """
SELECT issued.id, issued.data
FROM intake_event AS issued
WHERE issued.program_id = %(program)s AND issued.member_id = %(member)s AND issued.live
  AND issued.type = %(issued)s
  AND NOT EXISTS (
      SELECT FROM intake_event AS settled
      WHERE settled.company_id = issued.company_id AND settled.type = %(settled)s
        AND settled.business_no = issued.business_no AND settled.live)
"""
