"""我的: the company's particulars and contacts, the board, the rules in plain sentences."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from houji.insights.masking import mask_name
from houji.insights.queries import account_terms, confirmed_months, statement_months
from houji.intake.event_types.catalogue import field_catalogue
from houji.kernel.numbers import plain
from houji.kernel.refusals import Refusal
from houji.members.actions import set_board_consent
from houji.members.queries import contacts_of
from houji.members.types import BOARD_CONSENT_NAMES, MEMBER_KIND_NAMES, BoardConsent
from houji.portal.rows import Row, comma
from houji.portal.visits import Visit, contact_page, language
from houji.rulebook.errors import NoRulesInForce
from houji.rulebook.queries import in_force_at, versions_of
from houji.rules.sentence import sentence
from houji.rules.types import Expiry, Span
from houji.wording import dates, numbers


@require_safe
@contact_page
def me(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show everything else, as two short lists."""
    facts = {
        "section": "me",
        "visit": visit,
        "books": [
            _row("portal:company", "building", gettext("企业资料"), gettext("名称、联系人、客户经理")),
            _row("portal:statements", "file-text", gettext("对账单"), _said_of_statements(visit)),
            _row("portal:rules", "scale", gettext("积分规则"), gettext("什么能得分，每条一句话")),
        ],
        "board": _board_rows(visit),
    }
    return render(request, "portal/me.html", facts)


@require_safe
@contact_page
def company(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what the company keeps about the customer, and who speaks for it."""
    customer = visit.customer
    facts = [
        (gettext("企业名称"), customer.name),
        (gettext("客户编码"), customer.key),
        (gettext("性质"), str(MEMBER_KIND_NAMES[customer.kind])),
        (gettext("统一社会信用代码"), customer.credit_code),
        (gettext("所在城市"), customer.city),
        (gettext("客户经理"), customer.account_manager),
    ]
    contacts = [
        Row(contact.name, contact.title, lead="icon", lead_value="user", end=_masked(contact.mobile))
        for contact in contacts_of(customer.id)
    ]
    shown = [(label, value) for label, value in facts if value]
    return render(request, "portal/company.html", {"section": "me", "facts": shown, "contacts": contacts})


@require_http_methods(["GET", "POST"])
@contact_page
def board_consent(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Let the customer choose whether and how it stands on the public board."""
    if request.method == "GET":
        return _consent_page(request, visit, visit.customer.board_consent)
    asked = request.POST.get("consent", "")
    if asked not in set(BoardConsent):
        return _consent_page(request, visit, visit.customer.board_consent, status=422)
    try:
        set_board_consent(actor=visit.actor, member_id=visit.customer.id, consent=BoardConsent(asked))
    except Refusal as refusal:
        return _consent_page(request, visit, visit.customer.board_consent, refusal=refusal, status=422)
    messages.success(request, gettext("已保存，榜单下次更新时生效"))
    return redirect("portal:board-consent")


@require_safe
@contact_page
def rules(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say the rules in force, each as the sentence that comes from the rule itself."""
    try:
        version = in_force_at(versions_of(visit.terms.id, field_catalogue()), visit.now)
    except NoRulesInForce:
        return render(request, "portal/rules.html", {"section": "me", "visit": visit, "rules": []})
    said = [sentence(rule, field_catalogue(), language()) for rule in version.rules.rule_set.rules]
    unit = visit.terms.main_unit
    facts = [
        (gettext("1 分的价值"), numbers.yuan(unit.value_yuan) if unit.value_yuan >= 1 else _cents(visit)),
        (gettext("有效期"), _said_of_validity(unit.validity)),
        (gettext("规则版本"), gettext("第 %(number)s 版") % {"number": version.number}),
    ]
    return render(
        request, "portal/rules.html", {"section": "me", "visit": visit, "rules": said, "facts": facts}
    )


def _row(name: str, icon: str, title: str, sub: str, end: str = "") -> Row:
    return Row(title, sub, url=reverse(name), lead="icon", lead_value=icon, end=end)


def _said_of_statements(visit: Visit) -> str:
    """Say which finished months still wait for the customer's word."""
    terms = None if visit.account_id is None else account_terms(visit.account_id)
    if terms is None:
        return gettext("还没有对账单")
    last = visit.today.replace(day=1) - timedelta(days=1)
    months = set(statement_months(terms, now=visit.now)[1:])
    if last.replace(day=1) in months - confirmed_months(terms.account_id):
        return gettext("%(month)s待确认") % {"month": dates.month(last)}
    return gettext("每月 1 日出上月的")


def _board_rows(visit: Visit) -> list[Row]:
    if not visit.board_enabled:
        return []
    url = reverse("board:board", args=[visit.company_code])
    consent = str(BOARD_CONSENT_NAMES[visit.customer.board_consent])
    return [
        Row(
            gettext("客户积分榜"),
            gettext("公开的月度榜单"),
            url=url,
            lead="icon",
            lead_value="trophy",
        ),
        _row("portal:board-consent", "award-filled", gettext("上榜意愿"), consent),
    ]


def _consent_page(
    request: HttpRequest,
    visit: Visit,
    consent: BoardConsent,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    about = {
        BoardConsent.NONE: gettext("榜单上不出现，名次也不为你空着"),
        BoardConsent.MASKED: gettext("显示为「%(name)s」") % {"name": mask_name(visit.customer.short_name)},
        BoardConsent.NAMED: gettext("显示为「%(name)s」") % {"name": visit.customer.short_name},
    }
    facts: dict[str, Any] = {
        "section": "me",
        "choices": [
            {
                "code": choice.value,
                "name": BOARD_CONSENT_NAMES[choice],
                "about": about[choice],
                "picked": choice is consent,
                "closed": choice is not BoardConsent.NONE and not visit.customer.may_stand_on_board,
            }
            for choice in BoardConsent
        ],
        "needs_authorisation": not visit.customer.may_stand_on_board,
        "refusal": refusal,
    }
    return render(request, "portal/board_consent.html", facts, status=status)


def _masked(mobile: str) -> str:
    """Show the last four digits: who has the number knows it, who has not need not."""
    return gettext("尾号 %(digits)s") % {"digits": mobile[-4:]} if mobile else ""


def _cents(visit: Visit) -> str:
    return gettext("%(figure)s 元") % {"figure": plain(visit.terms.main_unit.value_yuan)}


def _said_of_validity(validity: Expiry) -> str:
    match validity.span:
        case Span.YEARS:
            said = gettext("%(count)s 年")
        case Span.MONTHS:
            said = gettext("%(count)s 个月")
        case Span.DAYS:
            said = gettext("%(count)s 天")
        case Span.NEVER:
            return gettext("长期有效")
    return comma(said % {"count": validity.count}, gettext("从入账那天算起"))
