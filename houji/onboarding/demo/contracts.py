"""Contracts: for whom, for what, for how much, and in which parts they are billed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from houji.members.types import MemberKind
from houji.onboarding.demo import names
from houji.onboarding.demo.types import Contract, DemoMember, Milestone, MilestoneKind, PaymentHabit
from houji.onboarding.demo.workdays import next_workday, previous_workday

_CONTRACTS = 735
_LARGE_CONTRACTS = 6
_MONTH_CENTS = 48_000_000 * 100
_SIGNED_BEFORE_DAYS = 330
_PROGRESS_NAMES = ("第一次进度款", "第二次进度款", "第三次进度款", "第四次进度款", "第五次进度款")


@dataclass(frozen=True)
class _Draft:
    """A contract before it has a number and exact amounts; ``weight`` becomes its value."""

    member: DemoMember
    signed_on: date
    weight: float


def yuan(cents: int) -> Decimal:
    """Turn 0.01 yuan into yuan with two places."""
    return Decimal(cents).scaleb(-2)


def month_cents() -> int:
    """What the company receives in an average month of the first year, in 0.01 yuan."""
    return _MONTH_CENTS


def invent_contracts(
    rng: Random, members: tuple[DemoMember, ...], *, first_day: date, today: date
) -> tuple[Contract, ...]:
    """Invent contracts signed from eleven months before ``first_day`` until yesterday, by number.

    Floats only give values their spread; what they give is rounded to whole hundreds of yuan
    before it counts as money.
    """
    start = first_day - timedelta(days=_SIGNED_BEFORE_DAYS)
    drafts = _drafts(rng, members, start=start, today=today)
    drafts.sort(key=lambda draft: (draft.signed_on, draft.member.key))
    months = (today - start).days / 30.4
    total_weight = sum(draft.weight for draft in drafts)
    hundreds_per_weight = _MONTH_CENTS / 10_000 * months * 1.06 / total_weight
    projects = _invent_projects(rng, len(drafts))
    contracts: list[Contract] = []
    counts: dict[str, int] = {}
    for draft, project in zip(drafts, projects, strict=True):
        month = f"{draft.signed_on:%y%m}"
        counts[month] = counts.get(month, 0) + 1
        value_cents = max(int(draft.weight * hundreds_per_weight), 600) * 10_000
        contracts.append(
            Contract(
                number=f"HT-{month}-{counts[month]:04d}",
                member_key=draft.member.key,
                project=draft.member.city + project,
                value=yuan(value_cents),
                signed_on=draft.signed_on,
                milestones=_milestones(rng, value_cents, draft.member.kind),
            )
        )
    return (*contracts, *_large_contracts(rng, members, contracts, first_day=first_day, today=today))


def _drafts(rng: Random, members: tuple[DemoMember, ...], *, start: date, today: date) -> list[_Draft]:
    sizes = _sizes(rng, members)
    everyone = list(zip(members, sizes, strict=True))
    chosen = everyone + rng.choices(everyone, sizes, k=_CONTRACTS - len(everyone))
    drafts = []
    for member, size in chosen:
        earliest = max(start, member.joined_on)
        days = rng.randrange((today - earliest).days - 1)
        weight = rng.lognormvariate(0, 1.0) * size**0.4
        signed_on = previous_workday(earliest + timedelta(days=days))
        drafts.append(_Draft(member, max(signed_on, earliest), min(weight, 12.0)))
    return drafts


def _sizes(rng: Random, members: tuple[DemoMember, ...]) -> list[float]:
    """Draw how large customers are, evenly over habits: a few late giants would hide all the rest."""
    drawn = [rng.lognormvariate(0, 0.62) for _ in members]
    totals: dict[PaymentHabit, float] = {}
    counts: dict[PaymentHabit, int] = {}
    for member, size in zip(members, drawn, strict=True):
        totals[member.habit] = totals.get(member.habit, 0) + size
        counts[member.habit] = counts.get(member.habit, 0) + 1
    return [
        size * counts[member.habit] / totals[member.habit] * _KIND_SIZE[member.kind]
        for member, size in zip(members, drawn, strict=True)
    ]


_KIND_SIZE = {MemberKind.GOVERNMENT: 1.2, MemberKind.STATE_OWNED: 1.3, MemberKind.PRIVATE: 0.8}


def _large_contracts(
    rng: Random, members: tuple[DemoMember, ...], known: list[Contract], *, first_day: date, today: date
) -> list[Contract]:
    """A few works of 34 to 48 million yuan, spread over the time so that none makes a month alone."""
    public = [m for m in members if m.kind is MemberKind.STATE_OWNED and m.joined_on < first_day]
    step = ((today - first_day).days - 40) // _LARGE_CONTRACTS
    last = {contract.number[3:7]: int(contract.number[8:]) for contract in known}
    large = []
    for index, member in enumerate(rng.sample(public, _LARGE_CONTRACTS)):
        signed_on = next_workday(first_day + timedelta(days=index * step + rng.randrange(20)))
        month = f"{signed_on:%y%m}"
        last[month] = last.get(month, 0) + 1
        cents = rng.randrange(340, 481) * 10_000_000
        large.append(
            Contract(
                number=f"HT-{month}-{last[month]:04d}",
                member_key=member.key,
                project=f"{member.city}{names.PLACES[index]}片区改造工程总承包",
                value=yuan(cents),
                signed_on=signed_on,
                milestones=_milestones(rng, cents, member.kind),
            )
        )
    return large


def _invent_projects(rng: Random, count: int) -> list[str]:
    """Draw different projects; two phases of the same work are two projects."""
    phases = dict.fromkeys(names.PHASES)
    everything = [place + work + phase for place in names.PLACES for work in names.WORKS for phase in phases]
    return rng.sample(everything, count)


def _milestones(rng: Random, value_cents: int, kind: MemberKind) -> tuple[Milestone, ...]:
    """Split a value: advance, measured progress, acceptance, and the retention kept for a year."""
    if value_cents < 35_000_000:
        advance = value_cents * rng.choice((30, 40, 50)) // 100
        parts = [(MilestoneKind.ADVANCE, "预付款", advance)]
        parts.append((MilestoneKind.ACCEPTANCE, "验收款", value_cents - advance))
        return tuple(Milestone(part, name, yuan(cents)) for part, name, cents in parts)
    advance = value_cents * rng.choice(_advance_percents(value_cents, kind)) // 100
    retention = value_cents * rng.choice((3, 5)) // 100
    acceptance = value_cents * rng.choice((15, 20)) // 100
    progress = _split(rng, value_cents - advance - retention - acceptance, _progress_count(value_cents))
    parts = [(MilestoneKind.ADVANCE, "预付款", advance)]
    for name, cents in zip(_PROGRESS_NAMES, progress, strict=False):
        parts.append((MilestoneKind.PROGRESS, name, cents))
    parts.append((MilestoneKind.ACCEPTANCE, "验收款", acceptance))
    parts.append((MilestoneKind.RETENTION, "质保金", retention))
    return tuple(Milestone(part, name, yuan(cents)) for part, name, cents in parts)


def _advance_percents(value_cents: int, kind: MemberKind) -> tuple[int, ...]:
    if value_cents >= 3_000_000_000:
        return (30,)
    return (20, 30) if kind is MemberKind.PRIVATE else (10, 20, 30)


def _progress_count(value_cents: int) -> int:
    limits = (100_000_000, 250_000_000, 500_000_000, 1_000_000_000)
    return 1 + sum(value_cents >= limit for limit in limits)


def _split(rng: Random, cents: int, count: int) -> list[int]:
    """Split an amount into uneven parts; progress is measured, so the parts are not round."""
    weights = [rng.randrange(700, 1300) for _ in range(count)]
    parts = [cents * weight // sum(weights) for weight in weights]
    parts[-1] += cents - sum(parts)
    return parts
