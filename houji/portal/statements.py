"""对账单: the months, one month that adds up, and the customer's answer to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from houji.insights import actions
from houji.insights.errors import StatementLineNotFound, StatementNotFound
from houji.insights.queries import account_terms, confirmed_months, disputed_months, statement_months
from houji.insights.statement import monthly_statement
from houji.insights.statement_workbook import statement_workbook
from houji.insights.types import Statement, StatementState
from houji.kernel.refusals import Refusal
from houji.portal.rows import comma, told
from houji.portal.statement_page import Answer, month_row, page_facts, settled_facts, usual_objections
from houji.portal.visits import Visit, contact_page, language

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@contact_page
def statements(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List the months there is a statement of, with how far the customer's answer is."""
    terms = None if visit.account_id is None else account_terms(visit.account_id)
    years = []
    if terms is not None:
        confirmed, disputed = confirmed_months(terms.account_id), disputed_months(terms.account_id)
        months = statement_months(terms, now=visit.now)
        years = [
            (year, [month_row(visit, month, confirmed, disputed) for month in group])
            for year, group in groupby(months, key=lambda month: month.year)
        ]
    return render(request, "portal/statements.html", {"section": "statements", "years": years})


@require_safe
@contact_page
def statement(request: HttpRequest, visit: Visit, month: str) -> HttpResponse:
    """Show a month's statement; ``?line=`` opens the objection to that line."""
    found = _statement_of(visit, month)
    return _page(request, visit, found, Answer(line=_number(request.GET.get("line", ""))))


@require_POST
@contact_page
def confirm(request: HttpRequest, visit: Visit, month: str) -> HttpResponse:
    """Record that the statement is right."""
    found = _statement_of(visit, month)

    def act() -> None:
        actions.confirm_statement(
            actor=visit.actor, account_id=found.account_id, month=found.month, now=visit.now
        )

    return _answered(request, visit, found, act, Answer())


@require_POST
@contact_page
def dispute(request: HttpRequest, visit: Visit, month: str) -> HttpResponse:
    """Record an objection to the statement or to one of its lines."""
    found = _statement_of(visit, month)
    answer = Answer(
        reason=request.POST.get("reason", ""),
        text=request.POST.get("text", ""),
        line=_number(request.POST.get("line", "")),
        objects=True,
    )
    said = comma(usual_objections().get(answer.reason, ""), answer.text.strip())

    def act() -> None:
        actions.dispute_statement(
            actor=visit.actor,
            account_id=found.account_id,
            month=found.month,
            text=said,
            seq=answer.line,
            now=visit.now,
        )

    return _answered(request, visit, found, act, answer)


@require_safe
@contact_page
def printed(request: HttpRequest, visit: Visit, month: str) -> HttpResponse:
    """Show a statement as it leaves the printer."""
    found = _statement_of(visit, month)
    facts = {
        "visit": visit,
        "statement": found,
        "back_url": _url(found),
        "number": f"{found.month:%Y%m}-{found.member_key}",
        "printed_on": visit.today,
        "is_running": found.state is StatementState.RUNNING,
        "lines": [(line, *told(line.kind, line.reason)) for line in found.lines],
        "net_points": found.closing - found.opening,
        "out_points": -found.outgoing.points,
        **settled_facts(visit, found),
    }
    return render(request, "portal/statement_sheet.html", facts)


@require_safe
@contact_page
def workbook(_request: HttpRequest, visit: Visit, month: str) -> HttpResponse:
    """Return a statement as an Excel file."""
    found = _statement_of(visit, month)
    content = statement_workbook(found, company_name=visit.company_name)
    answer = HttpResponse(content, content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="statement-{found.month:%Y-%m}.xlsx"'
    return answer


def _statement_of(visit: Visit, month: str) -> Statement:
    """Return the customer's own statement; a month without one is not found."""
    if visit.account_id is None:
        raise Http404
    try:
        first = date.fromisoformat(f"{month}-01")
        return monthly_statement(visit.account_id, first, now=visit.now, language=language())
    except (ValueError, StatementNotFound) as refusal:
        raise Http404 from refusal


def _answered(
    request: HttpRequest, visit: Visit, found: Statement, act: Callable[[], None], answer: Answer
) -> HttpResponse:
    """Act, and come back to the statement; a refusal stands on it, and nothing has changed."""
    try:
        act()
    except StatementLineNotFound as refusal:
        raise Http404 from refusal
    except Refusal as refusal:
        refused = replace(answer, refusal=refusal)
        return _page(request, visit, _statement_of(visit, f"{found.month:%Y-%m}"), refused, status=422)
    return redirect(_url(found))


def _page(
    request: HttpRequest, visit: Visit, found: Statement, answer: Answer, status: int = 200
) -> HttpResponse:
    facts = {"section": "statements", **page_facts(visit, found, answer)}
    return render(request, "portal/statement.html", facts, status=status)


def _url(found: Statement) -> str:
    return reverse("portal:statement", args=[f"{found.month:%Y-%m}"])


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
