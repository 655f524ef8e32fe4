"""One customer: points, business, statements, people, particulars."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from houji.console.business import business_rows
from houji.console.desk import Desk, language_now, staff_page
from houji.console.lots import expiries
from houji.console.months import member_months
from houji.console.movements import KIND_NAMES, MovementRow, day_said, movement_rows
from houji.console.spreadsheets import xlsx_response
from houji.earning.chain import last_day
from houji.earning.earnable import earnable, offers
from houji.intake.history import count_events
from houji.kernel.ids import MemberId
from houji.kernel.time import add_months, local_date, start_of_day
from houji.ledger.queries import account_of, balance_of, history, open_lots
from houji.ledger.types import EntryKind
from houji.members.queries import contacts_of, member_by_id
from houji.members.types import BOARD_CONSENT_NAMES, MEMBER_KIND_NAMES, BoardConsent, MemberKind

PER_PAGE = 30
PERIODS = {"3": 3, "12": 12, "all": None}
EARNABLE_SHOWN = 3
ENTRIES_MAX = 20_000


@require_safe
@staff_page(section="members")
def points(desk: Desk, member_id: int) -> HttpResponse:
    """Show a customer's balances, expiries, movements and what it can still earn."""
    return points_page(desk, MemberId(member_id))


def points_page(
    desk: Desk, member_id: MemberId, *, drawer: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Render the points of a customer, with a drawer open beside them where there is one."""
    member = member_by_id(member_id)
    context = {
        **member_head(member, "member"),
        **_balances(desk, member),
        **_movements(desk, member),
        **_earnable(desk, member),
        **(drawer or {}),
        "drawer_open": drawer is not None,
    }
    return desk.render("console/member/points.html", context, status=status)


@require_safe
@staff_page(section="members")
def export_movements(desk: Desk, member_id: int) -> HttpResponse:
    """Return the customer's movements, as they are filtered, as .xlsx."""
    member = member_by_id(MemberId(member_id))
    rows = _found(desk, member)[0]
    head = [
        gettext("记账时间"),
        gettext("类型"),
        gettext("原因"),
        gettext("积分"),
        gettext("可用余额"),
        gettext("业务日期"),
        gettext("状态"),
        gettext("流水号"),
    ]
    table = [
        [
            f"{row.booked_at.astimezone(desk.zone):%Y-%m-%d %H:%M:%S}",
            KIND_NAMES[row.kind],
            row.reason,
            row.points,
            row.available_after,
            row.business_on,
            row.state,
            str(row.ref),
        ]
        for row in rows
    ]
    name = gettext("%(name)s 积分流水 %(day)s") % {"name": member, "day": desk.today.isoformat()}
    return xlsx_response(name, [(gettext("流水"), head, table)])


@require_safe
@staff_page(section="members")
def business(desk: Desk, member_id: int) -> HttpResponse:
    """Show the customer's open invoices and everything it did, with what that earned."""
    member = member_by_id(MemberId(member_id))
    total = count_events(MemberId(member.id))
    page = Paginator(range(total), PER_PAGE).get_page(desk.request.GET.get("page"))
    start = max(page.start_index() - 1, 0)
    context = {
        **member_head(member, "member-business"),
        "page": page,
        "rows": business_rows(desk, MemberId(member.id), start=start, count=PER_PAGE),
        "open_invoices": earnable(desk.terms, member, now=desk.now),
    }
    return desk.render("console/member/business.html", context)


@require_safe
@staff_page(section="members")
def statements(desk: Desk, member_id: int) -> HttpResponse:
    """List the customer's months with the state of each statement."""
    member = member_by_id(MemberId(member_id))
    account_id = account_of(desk.terms.main_unit.id, MemberId(member.id))
    context = {
        **member_head(member, "member-statements"),
        "account_id": account_id,
        "months": [] if account_id is None else member_months(account_id, now=desk.now),
    }
    return desk.render("console/member/statements.html", context)


def member_head(member: Any, current: str) -> dict[str, Any]:
    """What every page of a customer shows above its own."""
    tabs = {
        "member": gettext("积分"),
        "member-business": gettext("合同与发票"),
        "member-statements": gettext("对账单"),
        "member-people": gettext("联系人与授权"),
        "member-edit": gettext("资料"),
    }
    crumbs = [(gettext("客户"), reverse("console:members"))]
    if member.group_name:
        group = reverse("console:members") + "?" + urlencode({"q": member.group_name})
        crumbs.append((member.group_name, group))
    return {
        "member": member,
        "kind_name": MEMBER_KIND_NAMES[MemberKind(member.kind)],
        "consent_name": BOARD_CONSENT_NAMES[BoardConsent(member.board_consent)],
        "contacts_count": contacts_of(MemberId(member.id)).count(),
        "crumbs": [*crumbs, (str(member), None)],
        "tabs": [
            {"text": text, "url": reverse(f"console:{name}", args=[member.id]), "current": name == current}
            for name, text in tabs.items()
        ],
    }


def _balances(desk: Desk, member: Any) -> dict[str, Any]:
    account_id = account_of(desk.terms.main_unit.id, MemberId(member.id))
    if account_id is None:
        return {"account_id": None, "balance": None}
    balance = balance_of(account_id, now=desk.now)
    vests, expires = balance.available_next, last_day(balance.expires_next, desk.zone)
    return {
        "account_id": account_id,
        "balance": balance,
        "vests_on": "" if vests is None else day_said(local_date(vests, desk.zone), desk.today),
        "expires_on": "" if expires is None else day_said(expires, desk.today),
        "value": balance.available * desk.terms.main_unit.value_yuan,
        "expiries": expiries(desk, open_lots(account_id)),
    }


def _movements(desk: Desk, member: Any) -> dict[str, Any]:
    rows, period, kind, text = _found(desk, member)
    page = Paginator(rows, PER_PAGE).get_page(desk.request.GET.get("page"))
    asked = {"period": period, "type": kind, "q": text}
    query = urlencode({name: value for name, value in asked.items() if value})
    return {
        "page": page,
        "query": f"{query}&" if query else "",
        "export_query": f"?{query}" if query else "",
        "text": text,
        "selects": [
            {
                "name": "period",
                "label": gettext("期间"),
                "value": period,
                "options": [
                    ("3", gettext("近 3 个月")),
                    ("12", gettext("近 12 个月")),
                    ("all", gettext("全部期间")),
                ],
            },
            {
                "name": "type",
                "label": gettext("类型"),
                "value": kind,
                "options": [("", gettext("全部类型")), *KIND_NAMES.items()],
            },
        ],
    }


def _found(desk: Desk, member: Any) -> tuple[list[MovementRow], str, str, str]:
    """Return the movements that the page's filters leave, and the filters."""
    asked = desk.request.GET
    period = asked.get("period", "3") if asked.get("period") in PERIODS else "3"
    kind = asked.get("type", "") if asked.get("type") in set(EntryKind) else ""
    text = asked.get("q", "").strip()[:100]
    account_id = account_of(desk.terms.main_unit.id, MemberId(member.id))
    if account_id is None:
        return [], period, kind, text
    entries = _since(desk, history(account_id), PERIODS[period])
    if kind:
        entries = entries.filter(kind=kind)
    rows = movement_rows(desk, entries[:ENTRIES_MAX])
    return [row for row in rows if text.lower() in row.reason.lower()], period, kind, text


def _since(desk: Desk, entries: QuerySet[Any], months: int | None) -> QuerySet[Any]:
    if months is None:
        return entries
    return entries.filter(booked_at__gte=start_of_day(add_months(desk.today, -months), desk.zone))


def _earnable(desk: Desk, member: Any) -> dict[str, Any]:
    invoices = [item for item in earnable(desk.terms, member, now=desk.now) if item.points_now]
    best = sum(item.points_now if item.is_overdue else item.points_early for item in invoices)
    return {
        "earnable": [(one, day_said(one.due_on, desk.today)) for one in invoices[:EARNABLE_SHOWN]],
        "earnable_more": max(len(invoices) - EARNABLE_SHOWN, 0),
        "earnable_points": best,
        "offers": offers(desk.terms, member, now=desk.now, language=language_now()),
    }
