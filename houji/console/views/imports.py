"""Imports: their history, a new one, the samples, and the page that fits what an import is at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from houji.access.types import Permission
from houji.connect.actions import upload_file
from houji.connect.preview import preview_import
from houji.connect.queries import import_by_id, recent_imports
from houji.connect.types import BAD, GOOD, State
from houji.console.desk import STATUSES, Desk, staff_page
from houji.console.downloads import workbook_response
from houji.console.views.import_preview import preview_page
from houji.console.views.import_result import failed_page, progress_page, result_page
from houji.kernel.refusals import Refusal
from houji.onboarding.samples import MISTAKEN_NAME, SAMPLE_NAME, mistaken_workbook, sample_workbook

if TYPE_CHECKING:
    from houji.connect.models import Import

PER_PAGE = 30


@require_safe
@staff_page(section="imports")
def imports(desk: Desk) -> HttpResponse:
    """List the imports, the latest first."""
    page = Paginator(recent_imports(desk.terms.id), PER_PAGE).get_page(desk.request.GET.get("page"))
    context = {"page": page, "rows": [_line(one) for one in page.object_list]}
    return desk.render("console/imports/list.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(Permission.IMPORT, section="imports")
def new_import(desk: Desk) -> HttpResponse:
    """Take a file; one whose columns are known is previewed at once."""
    if desk.request.method == "GET":
        return desk.render("console/imports/new.html")
    file = desk.request.FILES.get("file")
    if file is None:
        return desk.render("console/imports/new.html", {"missing": True}, status=422)
    try:
        import_ = upload_file(
            actor=desk.actor,
            terms=desk.terms,
            file_name=file.name or "",
            stream=file.file,  # type: ignore[arg-type]
        )
    except Refusal as refusal:
        # htmx swaps in 422 and no other refusal.
        status = 422 if desk.request.htmx else STATUSES[refusal.kind]  # type: ignore[attr-defined]
        context = {"refusal": refusal, "at": desk.now}
        return desk.render("console/imports/unreadable.html", context, status=status)
    if import_.mapping is None:
        return HttpResponseRedirect(reverse("console:import-columns", args=[import_.id]))
    preview_import(actor=desk.actor, import_id=import_.id)
    return HttpResponseRedirect(reverse("console:import", args=[import_.id]))


@require_safe
@staff_page(section="imports")
def sample(desk: Desk, kind: str) -> HttpResponse:
    """Return a sample: recent receivables, or a small sheet with typical mistakes."""
    if kind == "receivables":
        return workbook_response(sample_workbook(desk.today), SAMPLE_NAME)
    if kind == "mistakes":
        return workbook_response(mistaken_workbook(desk.today), MISTAKEN_NAME)
    raise Http404


@require_safe
@staff_page(section="imports")
def show(desk: Desk, import_id: int) -> HttpResponse:
    """Show an import where it stands: its columns, its preview, its progress or its result."""
    import_ = import_by_id(import_id)
    if import_.state in {State.PREVIEWING, State.RUNNING}:
        return progress_page(desk, import_)
    if import_.state == State.PREVIEWED:
        return preview_page(desk, import_)
    if import_.state in {State.DONE, State.REVERSED}:
        return result_page(desk, import_)
    if import_.state == State.FAILED:
        return failed_page(desk, import_)
    return HttpResponseRedirect(reverse("console:import-columns", args=[import_.id]))


def _line(import_: Import) -> dict[str, Any]:
    good = sum(import_.counts.get(outcome.value, 0) for outcome in GOOD)
    bad = sum(import_.counts.get(outcome.value, 0) for outcome in BAD)
    shape, word = state_of(import_)
    return {
        "import": import_,
        "shape": shape,
        "state": word,
        "good": good,
        "bad": bad,
        "next": _next_step(import_, bad),
        "posted": import_.state == State.DONE,
    }


def state_of(import_: Import) -> tuple[str, str]:
    """Return the shape and word of an import's state."""
    return {
        State.UPLOADED: ("off", gettext("待对应列")),
        State.PREVIEWING: ("now", gettext("预览中")),
        State.PREVIEWED: ("wait", gettext("待入账")),
        State.RUNNING: ("now", gettext("入账中")),
        State.DONE: ("ok", gettext("已入账")),
        State.FAILED: ("bad", gettext("未完成")),
        State.REVERSED: ("off", gettext("已冲正")),
    }[State(import_.state)]


def _next_step(import_: Import, bad: int) -> str:
    if import_.state == State.REVERSED:
        return import_.reverse_reason
    if bad and import_.state in {State.DONE, State.PREVIEWED}:
        return ngettext("%(bad)s 行有问题", "%(bad)s 行有问题", bad) % {"bad": bad}
    return ""
