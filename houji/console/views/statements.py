"""Statements by month, objections to answer, the month's ranking."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from houji.access.tenant import tenant
from houji.access.types import Permission
from houji.console.desk import STATUSES, Desk, language_now, name_in, staff_page
from houji.console.months import month_of, month_statements, programme_months
from houji.console.spreadsheets import XLSX, file_response
from houji.insights.actions import answer_dispute
from houji.insights.errors import StatementNotFound
from houji.insights.queries import dispute_by_id, open_disputes
from houji.insights.ranking import month_ranking
from houji.insights.statement import monthly_statement
from houji.insights.statement_workbook import statement_workbook as statement_file
from houji.insights.types import DisputeFigure, Statement, StatementState
from houji.kernel.ids import AccountId
from houji.kernel.refusals import Refusal
from houji.ledger.types import EntryRef
from houji.members.queries import members_by_id
from houji.wording import dates

PER_PAGE = 50


@require_safe
@staff_page(section="statements")
def statements(desk: Desk) -> HttpResponse:
    """Show the objections that wait, and every customer's statement of a month."""
    return _list(desk)


@require_http_methods(["GET", "POST"])
@staff_page(section="statements")
def dispute(desk: Desk, dispute_id: int) -> HttpResponse:
    """Show one objection and answer it."""
    with tenant(desk.company_id):
        figure = dispute_by_id(min(dispute_id, 2**63 - 1))
        drawer = _dispute_drawer(desk, figure)
    if desk.request.method == "POST":
        accept = desk.request.POST.get("decision") == "accept"
        try:
            answer_dispute(
                actor=desk.actor, dispute_id=figure.id, accept=accept, answer=drawer["answer"], now=desk.now
            )
        except Refusal as refusal:
            status = STATUSES[refusal.kind]
            return _list(desk, drawer=drawer | {"refusal": refusal}, status=status)
        said = gettext("已认可 %(member)s 的异议。") if accept else gettext("已答复 %(member)s 的异议。")
        messages.success(desk.request, said % {"member": drawer["member"]})
        return HttpResponseRedirect(reverse("console:statements"))
    if desk.request.htmx:  # type: ignore[attr-defined]
        return desk.render("console/statements/dispute.html", drawer)
    return _list(desk, drawer=drawer)


@require_safe
@staff_page(section="statements")
def statement(desk: Desk, account_id: int, month: str) -> HttpResponse:
    """Show one customer's month, ready to be printed."""
    found = _statement(desk, account_id, month)
    crumbs = [
        (gettext("客户"), reverse("console:members")),
        (found.member_name, reverse("console:member-statements", args=[found.member_id])),
        (dates.month(found.month), None),
    ]
    context = {
        "statement": found,
        "crumbs": crumbs,
        "code": f"{found.month:%Y-%m}",
        "state": state_words(found.state),
        "unit": name_in(found.unit_names),
    }
    return desk.render("console/statements/statement.html", context)


@require_safe
@staff_page(section="statements")
def statement_workbook(desk: Desk, account_id: int, month: str) -> HttpResponse:
    """Return one customer's month as .xlsx: opening, every movement, closing."""
    found = _statement(desk, account_id, month)
    name = gettext("%(name)s 对账单 %(month)s") % {"name": found.member_name, "month": f"{found.month:%Y-%m}"}
    return file_response(statement_file(found, company_name=desk.company.name), XLSX, f"{name}.xlsx")


@require_safe
@staff_page(section="statements")
def ranking(desk: Desk) -> HttpResponse:
    """Show the month's ranking as staff see it: everybody, with points."""
    months = programme_months(desk)
    month = month_of(desk.request.GET.get("month", ""), months)
    placed = [row for row in month_ranking(desk.terms, month) if row.place is not None]
    page = Paginator(placed, PER_PAGE).get_page(desk.request.GET.get("page"))
    context = {
        "page": page,
        "month": month,
        "query": f"month={month:%Y-%m}&",
        "selects": [_month_select(months, month)],
        "board": desk.program.board_enabled,
        "board_code": desk.company.code,
        "tabs": statement_tabs("ranking"),
    }
    return desk.render("console/statements/ranking.html", context)


def state_words(state: StatementState) -> tuple[str, str]:
    """Return the shape and the word of a statement's state."""
    return {
        StatementState.RUNNING: ("now", gettext("进行中")),
        StatementState.OPEN: ("off", gettext("未确认")),
        StatementState.DISPUTED: ("talk", gettext("异议待答复")),
        StatementState.CONFIRMED: ("ok", gettext("已确认")),
    }[state]


def _list(desk: Desk, *, drawer: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    with tenant(desk.company_id):
        months = programme_months(desk)
        # The running month changes every day: the one to settle with customers is the last that ended.
        month = month_of(desk.request.GET.get("month", ""), months, otherwise=1)
        text = desk.request.GET.get("q", "").replace("\x00", "").strip()[:100]
        state = desk.request.GET.get("state", "")
        rows = month_statements(desk, month, text=text)
        shown = [row for row in rows if row.state == state] if state in set(StatementState) else rows
        page = Paginator(shown, PER_PAGE).get_page(desk.request.GET.get("page"))
        asked = {"month": f"{month:%Y-%m}", "q": text, "state": state if state in set(StatementState) else ""}
        context = {
            "disputes": _dispute_rows(),
            "page": page,
            "rows": [(row, *state_words(row.state)) for row in page.object_list],
            "month": month,
            "code": f"{month:%Y-%m}",
            "text": text,
            "query": urlencode({name: value for name, value in asked.items() if value}) + "&",
            "selects": [_month_select(months, month), _state_select(state)],
            "confirmed": sum(row.state is StatementState.CONFIRMED for row in rows),
            "total": len(rows),
            "is_narrow": bool(asked["q"] or asked["state"]),
            "tabs": statement_tabs("statements"),
            **(drawer or {}),
            "drawer_open": drawer is not None,
        }
        return desk.render("console/statements/list.html", context, status=status)


def statement_tabs(current: str) -> list[dict[str, Any]]:
    """Return the tabs of the section."""
    names = {"statements": gettext("对账"), "disputes": gettext("异议"), "ranking": gettext("排行")}
    return [
        {"text": text, "url": reverse(f"console:{name}"), "current": name == current}
        for name, text in names.items()
    ]


def _month_select(months: list[date], month: date) -> dict[str, Any]:
    options = [(f"{one:%Y-%m}", dates.month(one)) for one in months]
    return {"name": "month", "label": gettext("月份"), "value": f"{month:%Y-%m}", "options": options}


def _state_select(state: str) -> dict[str, Any]:
    options = [("", gettext("全部状态")), *((one.value, state_words(one)[1]) for one in StatementState)]
    return {"name": "state", "label": gettext("状态"), "value": state, "options": options}


def _dispute_rows() -> list[tuple[DisputeFigure, str]]:
    waiting = open_disputes()
    members = members_by_id(one.member_id for one in waiting)
    return [(one, str(members[one.member_id])) for one in waiting]


def _dispute_drawer(desk: Desk, figure: DisputeFigure) -> dict[str, Any]:
    found = monthly_statement(figure.account_id, figure.month, now=desk.now, language=language_now())
    line = next((line for line in found.lines if line.ref.seq == figure.seq), None)
    return {
        "drawer": "console/statements/dispute.html",
        "figure": figure,
        "member": str(members_by_id([figure.member_id])[figure.member_id]),
        "line": line,
        "ref": None if figure.seq is None else EntryRef(figure.account_id, figure.seq),
        "code": f"{figure.month:%Y-%m}",
        "answer": desk.request.POST.get("answer", ""),
        "may_answer": figure.is_open and desk.actor.may(Permission.ANSWER_STATEMENTS),
    }


def _statement(desk: Desk, account_id: int, month: str) -> Statement:
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise StatementNotFound(month=month[:10]) from error
    account = AccountId(min(account_id, 2**63 - 1))
    return monthly_statement(account, first, now=desk.now, language=language_now())
