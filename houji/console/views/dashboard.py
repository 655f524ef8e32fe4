"""The first page: what needs somebody today, the figures, the latest movements."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_safe

from houji.console.counts import unfinished_imports
from houji.console.desk import Desk, language_now, staff_page
from houji.console.movements import day_said
from houji.console.report import issued_by_month, key_figures, month_report_tables
from houji.console.spreadsheets import xlsx_response
from houji.insights.dashboard import dashboard as figures_of
from houji.insights.types import LatestMovement, MovementState, ToDo, ToDoKind
from houji.kernel.time import local_date
from houji.wording import dates

URGENT_DAYS = 1
IMPORTS_SHOWN = 5
IMPORT = "import"


@require_safe
@staff_page(section="dashboard")
def dashboard(desk: Desk) -> HttpResponse:
    """Show the programme as of now."""
    shown = figures_of(desk.terms, now=desk.now, language=language_now())
    kind = desk.request.GET.get("todo", "")
    to_dos = [_to_do(desk, one) for one in shown.to_dos]
    to_dos += [_import_to_do(desk, one) for one in unfinished_imports(desk.terms.id)[:IMPORTS_SHOWN]]
    context = {
        "to_dos": [one for one in to_dos if kind in {"", one["kind"]}],
        "has_to_dos": bool(to_dos),
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
    day = local_date(one.due_at, desk.zone)
    return {
        "kind": one.kind.value,
        "shape": "talk" if is_dispute else "wait",
        "name": gettext("异议") if is_dispute else gettext("审批"),
        "member_id": one.member_id,
        "member": one.member,
        "text": one.text,
        "points": one.points,
        "due": dates.days_left(day, desk.today),
        "urgent": (day - desk.today).days < URGENT_DAYS,
        "url": reverse("console:dispute" if is_dispute else "console:approval", args=[one.id]),
        "action": gettext("处理") if is_dispute else pgettext("verb", "审批"),
        "drawer": True,
    }


def _import_to_do(desk: Desk, one: Any) -> dict[str, Any]:
    """An import that was looked at and left: it has no deadline, only an age."""
    previewed = one.state == "previewed"
    age = (desk.today - local_date(one.touched_at, desk.zone)).days
    return {
        "kind": IMPORT,
        "shape": "wait",
        "name": gettext("导入"),
        "member_id": None,
        "member": one.file_name,
        "text": gettext("预览后还没入账") if previewed else gettext("上传后还没预览"),
        "points": one.points if previewed else None,
        "due": gettext("已搁置 %(days)s 天") % {"days": age} if age else gettext("今天上传"),
        "urgent": False,
        "url": reverse("console:import", args=[one.id]),
        "action": gettext("继续"),
        "drawer": False,
    }


def _chips(to_dos: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    home = reverse("console:dashboard")
    chips = [{"text": gettext("全部"), "count": len(to_dos), "url": home, "current": not kind}]
    names = {
        ToDoKind.DISPUTE.value: gettext("异议"),
        ToDoKind.APPROVAL.value: gettext("审批"),
        IMPORT: gettext("导入"),
    }
    for one, name in names.items():
        count = sum(item["kind"] == one for item in to_dos)
        if count:
            chips.append({"text": name, "count": count, "url": f"{home}?todo={one}", "current": kind == one})
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
