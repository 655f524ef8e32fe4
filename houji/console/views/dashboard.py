"""The first page: what needs somebody today, the figures, the latest movements."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from houji.console.desk import Desk, language_now, staff_page
from houji.console.movements import day_said
from houji.console.report import issued_by_month, key_figures, month_report_tables
from houji.console.spreadsheets import xlsx_response
from houji.insights.dashboard import dashboard as figures_of
from houji.insights.types import LatestMovement, MovementState, ToDo, ToDoKind
from houji.wording import dates

URGENT_DAYS = 1


@require_safe
@staff_page(section="dashboard")
def dashboard(desk: Desk) -> HttpResponse:
    """Show the programme as of now."""
    shown = figures_of(desk.terms, now=desk.now, language=language_now())
    kind = desk.request.GET.get("todo", "")
    to_dos = [_to_do(desk, one) for one in shown.to_dos]
    context = {
        "to_dos": [one for one in to_dos if kind in {"", one["kind"]}],
        "chips": _chips(to_dos, kind),
        "figures": key_figures(desk, shown),
        "chart": issued_by_month(shown.chart),
        "top": shown.top,
        "members_count": shown.members_count,
        "latest": [_latest(desk, one) for one in shown.latest],
    }
    return desk.render("console/dashboard/dashboard.html", context)


@require_safe
@staff_page(section="dashboard")
def month_report(desk: Desk) -> HttpResponse:
    """Return the page's figures as .xlsx."""
    shown = figures_of(desk.terms, now=desk.now, language=language_now())
    name = gettext("积分月报 %(month)s") % {"month": f"{desk.today:%Y-%m}"}
    return xlsx_response(name, month_report_tables(desk, shown))


def _to_do(desk: Desk, one: ToDo) -> dict[str, Any]:
    is_dispute = one.kind is ToDoKind.DISPUTE
    left = (one.due_at.astimezone(desk.zone).date() - desk.today).days
    due = dates.days_left(one.due_at.astimezone(desk.zone).date(), desk.today)
    return {
        "kind": one.kind.value,
        "shape": "talk" if is_dispute else "wait",
        "name": gettext("异议") if is_dispute else gettext("审批"),
        "member_id": one.member_id,
        "member": one.member,
        "text": one.text,
        "points": one.points,
        "due": due,
        "urgent": left < URGENT_DAYS,
        "url": reverse("console:dispute" if is_dispute else "console:approval", args=[one.id]),
        "action": gettext("处理") if is_dispute else gettext("审批"),
    }


def _chips(to_dos: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    home = reverse("console:dashboard")
    chips = [{"text": gettext("全部"), "count": len(to_dos), "url": home, "current": not kind}]
    names = {ToDoKind.DISPUTE: gettext("异议"), ToDoKind.APPROVAL: gettext("审批")}
    for one, name in names.items():
        count = sum(item["kind"] == one for item in to_dos)
        if count:
            chips.append(
                {"text": name, "count": count, "url": f"{home}?todo={one}", "current": kind == one}
            )
    return chips


def _latest(desk: Desk, one: LatestMovement) -> dict[str, Any]:
    shape, word = {
        MovementState.EFFECTIVE: ("ok", gettext("已生效")),
        MovementState.PENDING: ("wait", gettext("待生效")),
        MovementState.REVERSED: ("off", gettext("已冲正")),
        MovementState.EXPIRED: ("off", gettext("已到期")),
    }[one.state]
    if one.state is MovementState.PENDING and one.available_on is not None:
        word = gettext("%(day)s生效") % {"day": day_said(one.available_on, desk.today)}
    return {"one": one, "shape": shape, "state": word}
