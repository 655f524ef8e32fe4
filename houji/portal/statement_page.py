"""What a statement's page says: the sum, the lines, the objections, where its answer stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from houji.insights.types import DisputeFigure, Statement, StatementLine, StatementState
from houji.kernel.refusals import Refusal
from houji.kernel.time import add_months, end_of_month, local_date
from houji.portal.rows import Row, balance_after, comma, near, told
from houji.portal.visits import Visit
from houji.wording import dates, numbers


@dataclass(frozen=True, slots=True)
class Answer:
    """What the contact just tried to say about a statement; a refusal says why it was not taken."""

    refusal: Refusal | None = None
    reason: str = ""
    text: str = ""
    line: int | None = None
    objects: bool = False


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection as people read it: about what, its state, and the answer or its deadline."""

    about: str
    text: str
    state: str
    shape: str
    raised: str
    answer: str
    answered: str


def usual_objections() -> dict[str, str]:
    """Return the usual objections by code, in the active language."""
    return {
        "date": gettext("付款日期不对"),
        "amount": gettext("金额不对"),
        "not_ours": gettext("不是我方业务"),
        "missing": gettext("少记了一笔"),
    }


def page_facts(visit: Visit, found: Statement, answer: Answer) -> dict[str, Any]:
    """Return everything a statement's page shows."""
    is_open = found.state in {StatementState.OPEN, StatementState.DISPUTED}
    is_line = any(line.ref.seq == answer.line for line in found.lines)
    return {
        "visit": visit,
        "statement": found,
        "month": f"{found.month:%Y-%m}",
        "title": dates.month(found.month),
        "note": _note(visit, found, answer),
        "sum_lines": _sum_lines(found),
        "closing": numbers.points(found.closing),
        "closing_day": dates.day(found.last_day),
        "lines_title": gettext("%(count)s 笔变动") % {"count": len(found.lines)},
        "rows": [_line_row(visit, line) for line in found.lines],
        "line_choices": [(line.ref.seq, f"{line.number}. {line.reason}") for line in found.lines],
        "activations": [
            Row(title=item.reason, lead="day", lead_value=item.posted_on.day) for item in found.activations
        ],
        "expiring": _expiring_rows(visit, found),
        "is_open": is_open,
        "may_confirm": found.state is StatementState.OPEN,
        "reasons": list(usual_objections().items()),
        "answer": answer,
        "asked": is_open and (is_line or answer.objects),
        "answer_days": visit.dispute_answer_days,
        **settled_facts(visit, found),
    }


def settled_facts(visit: Visit, found: Statement) -> dict[str, Any]:
    """Return what page and paper share: the objections, the confirmation, the part not usable yet."""
    facts: dict[str, Any] = {
        "objections": [_objection(visit, found, one) for one in found.disputes],
        "pending_text": "",
        "confirmed_text": "",
        "confirmed_note": "",
    }
    if found.closing_pending:
        facts["pending_text"] = gettext("期末余额中，可用 %(available)s 分，待生效 %(pending)s 分") % {
            "available": numbers.points(found.closing_available),
            "pending": numbers.points(found.closing_pending),
        }
    if found.confirmation is not None:
        facts["confirmed_text"] = gettext("%(month)s对账单，期末 %(points)s 分") % {
            "month": dates.month(found.month),
            "points": numbers.points(found.confirmation.closing_points),
        }
        at = found.confirmation.confirmed_at
        facts["confirmed_note"] = comma(found.confirmation.confirmed_by, _minute(visit, at))
    return facts


def month_row(visit: Visit, month: date, confirmed: set[date], disputed: set[date]) -> Row:
    """Show a month in the list of statements, with how far its answer is."""
    if end_of_month(month) >= visit.today:
        said = gettext("本月未结束")
    elif month in confirmed:
        said = gettext("已确认")
    elif month in disputed:
        said = gettext("有异议，待答复")
    else:
        said = gettext("待确认")
    url = reverse("portal:statement", args=[f"{month:%Y-%m}"])
    return Row(title=dates.month(month), url=url, end=said)


def _note(visit: Visit, found: Statement, answer: Answer) -> str:
    match found.state:
        case StatementState.RUNNING:
            return gettext("本月未结束，下月 1 日起可以确认或提异议")
        case StatementState.OPEN:
            return gettext("核对后确认，不对就提异议")
        case StatementState.DISPUTED:
            day = min(_last_day(visit, one) for one in found.disputes if one.is_open)
            return gettext("异议已收到，最晚 %(day)s答复") % {"day": near(day, visit.today)}
        case StatementState.CONFIRMED:
            return "" if answer.line is None else gettext("已确认的月份有问题，联系客户经理处理")


def _sum_lines(found: Statement) -> list[dict[str, Any]]:
    count = gettext("%(count)s 笔")
    return [
        {
            "label": gettext("期初余额"),
            "note": dates.day(found.month),
            "figure": numbers.points(found.opening),
        },
        {
            "label": gettext("增加"),
            "note": count % {"count": found.incoming.count},
            "figure": numbers.signed_points(found.incoming.points),
            "gold": found.incoming.points > 0,
        },
        {
            "label": gettext("减少"),
            "note": count % {"count": found.outgoing.count},
            "figure": numbers.signed_points(found.outgoing.points),
        },
    ]


def _line_row(visit: Visit, line: StatementLine) -> Row:
    title, about = told(line.kind, line.reason)
    business = ""
    if line.business_on is not None:
        business = gettext("业务日 %(day)s") % {"day": dates.day_near(line.business_on, visit.today)}
    return Row(
        title=title,
        sub=comma(dates.day(line.posted_on), about),
        sub2=business,
        url=reverse("portal:movement", args=[line.ref.seq]),
        sheet="sheet",
        lead="number",
        lead_value=line.number,
        change=line.points,
        end=balance_after(line.balance_after),
    )


def _expiring_rows(visit: Visit, found: Statement) -> list[Row]:
    """Group what ends soon by its last day; on old statements today's outlook would only confuse."""
    if found.month < add_months(visit.today.replace(day=1), -1):
        return []
    by_day: dict[date, int] = {}
    for lot in found.expiring:
        by_day[lot.expires_on] = by_day.get(lot.expires_on, 0) + lot.points
    return [
        Row(
            title=gettext("%(day)s到期") % {"day": near(day, visit.today)},
            lead="left",
            lead_value=max(0, (day - visit.today).days),
            end=gettext("%(points)s 分") % {"points": numbers.points(points)},
        )
        for day, points in sorted(by_day.items())
    ]


def _objection(visit: Visit, found: Statement, one: DisputeFigure) -> Objection:
    places = {line.ref.seq: line.number for line in found.lines}
    place = None if one.seq is None else places.get(one.seq)
    about = gettext("整份对账单") if place is None else gettext("第 %(number)s 笔") % {"number": place}
    state, shape = {
        "open": (gettext("待答复"), "wait"),
        "accepted": (gettext("异议成立"), "ok"),
        "declined": (gettext("维持原账"), "off"),
    }[one.state]
    raised = gettext("%(who)s，%(day)s提出") % {"who": one.raised_by, "day": _day(visit, one.raised_at)}
    last = near(_last_day(visit, one), visit.today)
    due = gettext("最晚 %(day)s答复") % {"day": last} if one.is_open else ""
    answered = ""
    if one.answered_at is not None:
        answered = gettext("%(who)s，%(day)s答复") % {
            "who": one.answered_by,
            "day": _day(visit, one.answered_at),
        }
    return Objection(
        about=about,
        text=one.text,
        state=state,
        shape=shape,
        raised=comma(raised, due),
        answer=one.answer,
        answered=answered,
    )


def _last_day(visit: Visit, one: DisputeFigure) -> date:
    """The last day for the answer: the deadline is the instant at which that day is over."""
    return local_date(one.due_at - datetime.resolution, visit.terms.zone)


def _day(visit: Visit, at: datetime) -> str:
    return near(local_date(at, visit.terms.zone), visit.today)


def _minute(visit: Visit, at: datetime) -> str:
    return dates.clock(at, visit.terms.zone)[:16]
