"""The rules in force in plain sentences, and a place to try an amount on them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from houji.console.desk import Desk, language_now, name_in, staff_page
from houji.console.fields import KIND_CHOICES, ConsoleForm, DateField
from houji.console.movements import day_said
from houji.earning.chain import last_day
from houji.earning.dates import available_at, expires_at
from houji.intake.event_types.catalogue import field_catalogue
from houji.kernel.numbers import AMOUNT_LIMIT, plain
from houji.kernel.time import BEGINNING, add_months, local_date, start_of_day
from houji.members.types import MemberKind
from houji.rulebook.errors import NoRulesInForce
from houji.rulebook.queries import in_force_at, published_rows, versions_of
from houji.rulebook.templates import ORDER, load_template
from houji.rulebook.types import ReadyVersion
from houji.rules.compile import decide
from houji.rules.explain import explain
from houji.rules.sentence import sentence
from houji.rules.types import EventFacts, Facts, Outcome, Span
from houji.wording import numbers

PAID = "invoice.settled"


class TrialForm(ConsoleForm):
    """A payment that never happened."""

    amount = forms.DecimalField(
        label=gettext_lazy("金额，元"),
        min_value=Decimal("0.01"),
        max_value=AMOUNT_LIMIT - 1,
        max_digits=17,
        decimal_places=2,
        error_messages={
            "invalid": gettext_lazy("只写数字，例如 462000.00。"),
            "min_value": gettext_lazy("要大于 0。"),
            "max_value": gettext_lazy("太大，写一千万亿以内的金额。"),
            "max_digits": gettext_lazy("太大，写一千万亿以内的金额。"),
            "max_whole_digits": gettext_lazy("太大，写一千万亿以内的金额。"),
            "max_decimal_places": gettext_lazy("最多两位小数。"),
        },
    )
    kind = forms.ChoiceField(label=gettext_lazy("客户性质"), choices=KIND_CHOICES)
    due = DateField(label=gettext_lazy("到期日"))
    settled = DateField(label=gettext_lazy("到账日"))
    disputed = forms.BooleanField(label=gettext_lazy("这一笔有投诉"), required=False)


@require_safe
@staff_page(section="rules")
def rules(desk: Desk) -> HttpResponse:
    """Show the published rules, the programme's terms, and what a payment would give."""
    versions = versions_of(desk.terms.id, field_catalogue())
    try:
        version = in_force_at(versions, desk.now)
    except NoRulesInForce:
        version = None
    trial = "amount" in desk.request.GET
    form = TrialForm(desk.request.GET if trial else None, initial=_example(desk.today))
    context = {
        "version": version,
        "rules": [] if version is None else _rules(desk, version),
        "published": _published(desk, version),
        "warning": _warning(desk),
        "terms": _terms(desk),
        "form": form,
        "verdict": _verdict(desk, versions, form) if trial and form.is_valid() else None,
    }
    template = "console/rules/trial.html" if desk.request.htmx else "console/rules/rules.html"  # type: ignore[attr-defined]
    return desk.render(template, context)


def _example(today: date) -> dict[str, Any]:
    due = add_months(today, 1)
    return {"amount": "462000", "kind": MemberKind.STATE_OWNED.value, "due": due, "settled": today}


def _rules(desk: Desk, version: ReadyVersion) -> list[dict[str, Any]]:
    catalogue, language = field_catalogue(), language_now()
    categories = {
        category["code"]: name_in(category["names"]) for category in desk.program.terms.get("categories", [])
    }
    return [
        {
            "said": sentence(rule, catalogue, language),
            "category": categories.get(rule.category, rule.category),
            "needs_approval": rule.needs_approval,
        }
        for rule in version.rules.rule_set.rules
    ]


def _published(desk: Desk, version: ReadyVersion | None) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            "since": None if row.effective_from == BEGINNING else local_date(row.effective_from, desk.zone),
            "published_at": row.published_at,
            "by": row.published_by_name,
            "current": version is not None and row.id == version.id,
        }
        for row in published_rows(desk.terms.id)
    ]


def _warning(desk: Desk) -> str:
    code = desk.program.template_code
    warning = load_template(code).warning if code in ORDER else None
    return "" if warning is None else name_in(warning)


def _terms(desk: Desk) -> list[tuple[str, str]]:
    """The programme's terms as label and sentence."""
    unit, stored = desk.terms.main_unit, desk.program.terms
    worth = gettext("1 分 = %(value)s 元") % {"value": plain(unit.value_yuan)}
    facts = [(gettext("一分值多少"), worth), (gettext("有效期"), _validity(desk))]
    if stored.get("smallest_redemption_points"):
        least = numbers.points(stored["smallest_redemption_points"])
        facts.append((gettext("起兑"), gettext("%(points)s 分起") % {"points": least}))
    for voucher in stored.get("vouchers", []):
        price = gettext("%(points)s 分兑换") % {"points": numbers.points(voucher["price_points"])}
        facts.append((name_in(voucher["names"]), price))
    return facts


def _validity(desk: Desk) -> str:
    expiry = desk.terms.main_unit.validity
    if expiry.span is Span.NEVER:
        return gettext("长期有效")
    forms_of = {
        Span.YEARS: gettext("自记账日起 %(count)s 年，逐笔到期"),
        Span.MONTHS: gettext("自记账日起 %(count)s 个月，逐笔到期"),
        Span.DAYS: gettext("自记账日起 %(count)s 天，逐笔到期"),
    }
    return forms_of[expiry.span] % {"count": expiry.count}


def _verdict(desk: Desk, versions: list[ReadyVersion], form: TrialForm) -> dict[str, Any]:
    """What the rules in force on the day of payment would give; nothing is written."""
    given = form.cleaned_data
    at = start_of_day(given["settled"], desk.zone)
    try:
        version = in_force_at(versions, at)
    except NoRulesInForce as refusal:
        return {"refusal": refusal}
    data = {
        "invoice_no": "-",
        "amount": plain(given["amount"]),
        "due_date": given["due"].isoformat(),
        "settled_date": given["settled"].isoformat(),
        "disputed": given["disputed"],
    }
    event = EventFacts(PAID, at, data)
    facts = Facts({"key": "-", "name": "-", "kind": given["kind"], "tags": [], "joined_on": None})
    judged = explain(event, facts, version.rules, language_now())
    return {
        "number": version.number,
        "rows": [rule for rule in judged if rule.outcome is not Outcome.OTHER_EVENT],
        "points": decide(event, facts, version.rules).points,
        "life": _life(desk, version, event, facts),
    }


def _life(desk: Desk, version: ReadyVersion, event: EventFacts, facts: Facts) -> str:
    """When such points, booked today, would become usable and when they would expire."""
    awards = decide(event, facts, version.rules).awards
    if not awards:
        return ""
    begins = available_at(awards[0].vesting, desk.now, desk.zone)
    ends = last_day(
        expires_at(awards[0].expiry or desk.terms.main_unit.validity, desk.now, desk.zone), desk.zone
    )
    starts = gettext("今天入账立即生效")
    if begins is not None:
        day = day_said(local_date(begins, desk.zone), desk.today)
        starts = gettext("今天入账，%(day)s生效") % {"day": day}
    if ends is None:
        return gettext("%(starts)s，长期有效") % {"starts": starts}
    return gettext("%(starts)s，%(day)s 到期") % {"starts": starts, "day": ends.isoformat()}
