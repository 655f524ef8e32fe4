"""Where a movement came from, in a customer's words: figure, event, rules with arithmetic, dates."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from houji.earning.explanation import ArithmeticLine, EntryExplanation, LotFigure
from houji.kernel.time import local_date
from houji.ledger.types import EntryKind
from houji.portal.rows import comma, near, told
from houji.portal.visits import Visit
from houji.wording import dates, numbers


def explanation_facts(visit: Visit, entry: EntryExplanation) -> dict[str, Any]:
    """Return what the explanation's sheet shows of one movement."""
    booked_on = local_date(entry.booked_at, visit.terms.zone)
    business_on = local_date(entry.occurred_at, visit.terms.zone)
    head, about = told(entry.kind, entry.reason)
    sums = entry.kind is EntryKind.ACCRUE
    # Points that end or become usable do so by the calendar: there is no business of another day.
    has_business = entry.source is not None and business_on != booked_on
    return {
        "title": _title(entry),
        "points": entry.points or entry.available_delta,
        "lead": comma(dates.day_near(booked_on, visit.today), head),
        # What ended is said lot by lot below.
        "about": "" if entry.kind is EntryKind.EXPIRE else about,
        "business_on": dates.day_near(business_on, visit.today) if has_business else "",
        "facts": _event_facts(entry),
        "lines": _sum_lines(entry) if sums else [],
        "total": numbers.points(entry.points),
        "lots": _said_of_lots(visit, entry),
        "rules": _said_of_rules(visit, entry) if sums else "",
        "notes": _notes(entry),
        "other": _other_movement(entry),
        "statement_url": f"{reverse('portal:statement', args=[f'{booked_on:%Y-%m}'])}?line={entry.ref.seq}",
    }


def _title(entry: EntryExplanation) -> str:
    match entry.kind:
        case EntryKind.ACCRUE:
            return gettext("这笔积分怎么来的")
        case EntryKind.CLAWBACK:
            return gettext("这笔积分为什么收回")
        case EntryKind.EXPIRE:
            return gettext("这笔积分为什么到期")
        case EntryKind.ACTIVATE:
            return gettext("这笔积分为什么生效")


def _event_facts(entry: EntryExplanation) -> list[tuple[str, str]]:
    """The business behind the movement; for a red invoice, the red one."""
    reversal = entry.reversal
    if reversal is not None and reversal.event is not None:
        return [(field.label, field.value) for field in reversal.event.fields]
    if entry.source is None:
        return []
    return [(field.label, field.value) for field in entry.source.event.fields]


def _sum_lines(entry: EntryExplanation) -> list[dict[str, str]]:
    rules = () if entry.source is None or entry.source.rules is None else entry.source.rules.awarded
    said = {rule.rule_code: comma(rule.name, rule.sentence.award) for rule in rules}
    return [_sum_line(line, said.get(line.rule_code, line.name)) for line in entry.lines]


def _sum_line(line: ArithmeticLine, label: str) -> dict[str, str]:
    return {"label": label, "note": line.arithmetic, "figure": numbers.points(line.points)}


def _said_of_lots(visit: Visit, entry: EntryExplanation) -> list[str]:
    if entry.kind is EntryKind.ACCRUE:
        return [_said_of_lot(visit, lot) for lot in entry.lots]
    if entry.kind is EntryKind.EXPIRE:
        return [
            gettext("%(day)s获得，有效期满时还剩 %(points)s 分")
            % {"day": near(lot.earned_on, visit.today), "points": numbers.points(abs(lot.moved))}
            for lot in entry.lots
        ]
    return []


def _said_of_lot(visit: Visit, lot: LotFigure) -> str:
    parts = []
    if not lot.is_active:
        day = near(lot.available_on, visit.today)
        parts.append(
            gettext("%(points)s 分 %(day)s起可用") % {"points": numbers.points(lot.points), "day": day}
        )
    else:
        parts.append(gettext("%(points)s 分已生效") % {"points": numbers.points(lot.points)})
    if lot.expires_on is not None:
        parts.append(gettext("有效至 %(day)s") % {"day": dates.day_near(lot.expires_on, visit.today)})
    return comma(*parts)


def _said_of_rules(visit: Visit, entry: EntryExplanation) -> str:
    if entry.source is None or entry.source.rules is None:
        return ""
    number = entry.source.rules.version_number
    name = visit.program_name
    return gettext("按「%(program)s」规则第 %(number)s 版计算") % {"program": name, "number": number}


def _notes(entry: EntryExplanation) -> list[str]:
    """What a person decided about it: an approval, or why it was taken back."""
    notes = []
    approval = None if entry.source is None else entry.source.approval
    if entry.kind is EntryKind.ACCRUE and approval is not None and approval.decided_at is not None:
        notes.append(gettext("推荐奖励经人工审核，已通过"))
    if entry.reversed_by is not None:
        notes.append(gettext("这笔积分后来已收回"))
    if entry.reversal is not None and entry.reversal.reason:
        notes.append(gettext("收回的原因：%(reason)s") % {"reason": entry.reversal.reason})
    return notes


def _other_movement(entry: EntryExplanation) -> dict[str, str] | None:
    """The other side of a reversal: what was taken back, or what took it back."""
    if entry.reversal is not None:
        return {
            "url": reverse("portal:movement", args=[entry.reversal.original.seq]),
            "text": gettext("看原来那一笔"),
        }
    if entry.reversed_by is not None:
        return {
            "url": reverse("portal:movement", args=[entry.reversed_by.seq]),
            "text": gettext("看收回那一笔"),
        }
    return None
