"""An import at work and afterwards: progress, result, the problem rows as a file, taking it all back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from houji.access.tenant import tenant
from houji.access.types import Permission
from houji.connect.error_file import error_file
from houji.connect.queries import failure_of, import_by_id
from houji.connect.running import reverse_import
from houji.connect.states import has_posted
from houji.connect.types import BAD, GOOD, Outcome, State
from houji.console.desk import Desk, staff_page
from houji.console.downloads import workbook_response
from houji.console.import_steps import import_steps
from houji.console.views.import_preview import rows_context
from houji.kernel.refusals import Refusal
from houji.wording import numbers

if TYPE_CHECKING:
    from houji.connect.models import Import

WORKING = frozenset({State.PREVIEWING, State.RUNNING})


def progress_page(desk: Desk, import_: Import) -> HttpResponse:
    """Show how far the worker is; the page asks every second."""
    step = "preview" if import_.state == State.PREVIEWING else "post"
    context = {"import": import_, "steps": import_steps(step), **_progress(import_)}
    return desk.render("console/imports/progress.html", context)


@require_safe
@staff_page(section="imports")
def progress(desk: Desk, import_id: int) -> HttpResponse:
    """Answer the page's question; once the work is over, send it on to what came of it."""
    import_ = import_by_id(import_id)
    if import_.state not in WORKING:
        return HttpResponse(headers={"HX-Redirect": reverse("console:import", args=[import_id])})
    return desk.render("console/imports/progress_bar.html", {"import": import_, **_progress(import_)})


def result_page(desk: Desk, import_: Import, *, status: int = 200, **drawer: Any) -> HttpResponse:
    """Show what became of the rows, and the way to take it all back."""
    context = rows_context(desk, import_)
    context |= {
        "steps": import_steps("done"),
        "is_reversed": import_.state == State.REVERSED,
        "good": _count(import_, GOOD),
        "bad": _count(import_, BAD),
        "repeated": import_.counts.get(Outcome.DUPLICATE.value, 0),
        "skipped": import_.counts.get(Outcome.SKIPPED.value, 0),
        "may_reverse": import_.state == State.DONE and desk.actor.may(Permission.REVERSE),
        **drawer,
        "drawer_open": bool(drawer),
    }
    return desk.render("console/imports/result.html", context, status=status)


def failed_page(desk: Desk, import_: Import) -> HttpResponse:
    """Say what is safe, why it stopped, and how to go on."""
    posted = has_posted(import_)
    context = {
        "import": import_,
        "failure": failure_of(import_),
        "posted": posted,
        "stage": (import_.failure or {}).get("stage", ""),
        "bad": _count(import_, BAD),
        "safe": _safe(import_, posted),
    }
    return desk.render("console/imports/failed.html", context)


@require_safe
@staff_page(section="imports")
def problem_rows(_desk: Desk, import_id: int) -> HttpResponse:
    """Return the rows that are not in the books as .xlsx, ready to be mended and sent again."""
    import_ = import_by_id(import_id)
    stem = import_.file_name.rpartition(".")[0] or import_.file_name
    return workbook_response(error_file(import_id), gettext("%(file)s 问题行.xlsx") % {"file": stem})


@require_http_methods(["GET", "POST"])
@staff_page(Permission.REVERSE, section="imports")
def reverse_all(desk: Desk, import_id: int) -> HttpResponse:
    """Ask for a reason and take back everything the import posted."""
    with tenant(desk.company_id):
        import_ = import_by_id(import_id)
    reason = desk.request.POST.get("reason", "").replace("\0", "")[:500]
    drawer: dict[str, Any] = {"import": import_, "reason": reason, "good": _count(import_, GOOD)}
    if desk.request.method == "POST":
        try:
            taken = reverse_import(actor=desk.actor, import_id=import_id, reason=reason)
        except Refusal as refusal:
            if import_.state != State.DONE:
                return desk.refuse(refusal)
            with tenant(desk.company_id):
                return result_page(desk, import_, status=desk.tell(refusal), drawer=_DRAWER, reason=reason)
        said = gettext("已整批冲正「%(file)s」，收回 %(points)s 分。改好后可重新上传。")
        facts = {"file": import_.file_name, "points": numbers.points(taken)}
        messages.success(desk.request, said % facts)
        return HttpResponseRedirect(reverse("console:import", args=[import_id]))
    if desk.request.htmx:  # type: ignore[attr-defined]
        return desk.render(_DRAWER, drawer)
    if import_.state != State.DONE:
        return HttpResponseRedirect(reverse("console:import", args=[import_id]))
    return result_page(desk, import_, drawer=_DRAWER, reason=reason)


_DRAWER = "console/imports/reverse.html"


def _count(import_: Import, outcomes: frozenset[Outcome]) -> int:
    return sum(import_.counts.get(outcome.value, 0) for outcome in outcomes)


def _progress(import_: Import) -> dict[str, Any]:
    previewing = import_.state == State.PREVIEWING
    return {
        "text": gettext("正在预览，积分不会变动") if previewing else gettext("正在入账，可以离开这一页"),
        "done": import_.rows_done,
        "total": import_.rows_total or 0,
    }


def _safe(import_: Import, posted: bool) -> str:
    if posted:
        rows = numbers.points(import_.rows_done)
        return gettext("已处理的 %(rows)s 行保持不变，不会重复入账。") % {"rows": rows}
    return gettext("积分没有变动，文件还在。")
