"""What happens beside payments: surveys answered, customers recommended, joint development."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from houji.kernel.time import add_months
from houji.members.types import MemberKind
from houji.onboarding.demo import names
from houji.onboarding.demo.occurrences import event
from houji.onboarding.demo.types import Contract, DemoMember, Event, Invoice
from houji.onboarding.demo.workdays import workday_between

_SURVEY_ANSWERED_PERCENT = 62
_REFERRALS_BEFORE, _REFERRALS_AFTER, _REFERRALS_RECENT = 14, 36, 5
_REFERRAL_RECENT_DAYS = 9


def invent_surveys(
    rng: Random,
    invoices: tuple[Invoice, ...],
    contracts: tuple[Contract, ...],
    *,
    first_day: date,
    today: date,
) -> Iterator[Event]:
    """A survey follows acceptance and the second progress payment; most are answered."""
    projects = {contract.number: contract.project for contract in contracts}
    answered = []
    for invoice in invoices:
        asked = invoice.milestone in {"验收款", "第二次进度款"}
        day = workday_between(rng, invoice.invoiced_on + timedelta(5), invoice.invoiced_on + timedelta(20))
        if asked and rng.randrange(100) < _SURVEY_ANSWERED_PERCENT and first_day <= day < today:
            score = rng.choices((5, 4, 3, 2), (2, 3, 4, 2) if invoice.disputed else (48, 40, 10, 2))[0]
            answered.append((day, invoice, score))
    counter = _Counter("HF")
    for day, invoice, score in sorted(answered, key=lambda row: (row[0], row[1].number)):
        number = counter.next_number(day)
        data = {"survey_no": number, "score": score, "project": projects[invoice.contract_number]}
        yield event(rng, "survey.completed", invoice.member_key, number, day, data)


def invent_referrals(
    rng: Random, members: tuple[DemoMember, ...], *, first_day: date, announced_on: date, today: date
) -> Iterator[Event]:
    """Recommendations grow after the announcement; the newest few still wait for approval."""
    spans = (
        (first_day, announced_on, _REFERRALS_BEFORE),
        (announced_on, today - timedelta(days=_REFERRAL_RECENT_DAYS + 3), _REFERRALS_AFTER),
        (today - timedelta(days=_REFERRAL_RECENT_DAYS), today - timedelta(days=1), _REFERRALS_RECENT),
    )
    days = [workday_between(rng, first, last) for first, last, count in spans for _ in range(count)]
    able = [m for m in members if m.kind is not MemberKind.GOVERNMENT and m.joined_on < first_day]
    firms = rng.sample(names.REFERRED_FIRMS, len(days))
    counter = _Counter("TJ")
    for day, firm in zip(sorted(days), firms, strict=True):
        number = counter.next_number(day)
        referred = f"{rng.choice(names.CITIES)}{firm.replace(' ', '')}有限公司"
        data = {"referral_no": number, "referred_name": referred}
        yield event(rng, "referral.signed", rng.choice(able).key, number, day, data)


def invent_joint_projects(
    rng: Random, members: tuple[DemoMember, ...], *, first_day: date, today: date
) -> Iterator[Event]:
    """About one a month, with state-owned and private customers of long standing."""
    able = [m for m in members if m.kind is not MemberKind.GOVERNMENT and m.joined_on < first_day]
    topics = rng.sample(names.JOINT_PROJECTS, len(names.JOINT_PROJECTS))
    counter = _Counter("YF")
    days: list[date] = []
    month = first_day
    while month < today:
        last = min(add_months(month, 1), today) - timedelta(days=1)
        days.extend(workday_between(rng, month, last) for _ in range(rng.choice((0, 1, 1, 2))))
        month = add_months(month, 1)
    for day, topic in zip(sorted(day for day in days if day < today), topics, strict=False):
        number = counter.next_number(day)
        data = {"project_no": number, "project_name": f"{topic}联合研发"}
        yield event(rng, "project.joint", rng.choice(able).key, number, day, data)


class _Counter:
    """Numbers of one kind, counted within the month of their day: HF-2511-0007."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._counts: dict[str, int] = {}

    def next_number(self, day: date) -> str:
        month = f"{day:%y%m}"
        self._counts[month] = self._counts.get(month, 0) + 1
        return f"{self._prefix}-{month}-{self._counts[month]:04d}"
