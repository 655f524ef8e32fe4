"""Requests that wait for a second person, and those decided."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from houji.access.queries import others_may
from houji.access.tenant import tenant
from houji.access.types import Permission
from houji.approvals.errors import RequestNotFound
from houji.approvals.queries import decided_requests, pending_requests
from houji.console.desk import STATUSES, Desk, language_now, name_in, staff_page
from houji.console.steps import business_steps
from houji.earning.approving import decide_award
from houji.earning.explaining import explain_event
from houji.kernel.ids import EventId, MemberId
from houji.kernel.refusals import Refusal
from houji.members.queries import members_by_id
from houji.wording import numbers

PER_PAGE = 30
SHAPES = {"pending": "wait", "approved": "ok", "rejected": "bad", "withdrawn": "off"}


@require_safe
@staff_page(section="approvals")
def approvals(desk: Desk) -> HttpResponse:
    """List what waits for a decision, and the decisions made."""
    return _list(desk)


@require_http_methods(["GET", "POST"])
@staff_page(section="approvals")
def approval(desk: Desk, request_id: int) -> HttpResponse:
    """Show one request with what it would do, and decide it."""
    with tenant(desk.company_id):
        row = _row(_find(request_id))
        steps = business_steps(desk, explain_event(EventId(row["event_id"]), language=language_now()))
    drawer = {
        "drawer": "console/approvals/drawer.html",
        "row": row,
        "steps": steps,
        "note": desk.request.POST.get("note", "")[:500],
    }
    if desk.request.method == "POST":
        return _decide(desk, row, drawer)
    if desk.request.htmx:  # type: ignore[attr-defined]
        return desk.render("console/approvals/drawer.html", drawer)
    return _list(desk, drawer=drawer)


def _decide(desk: Desk, row: dict[str, Any], drawer: dict[str, Any]) -> HttpResponse:
    approve = desk.request.POST.get("decision") == "approve"
    try:
        decide_award(
            actor=desk.actor, request_id=row["id"], approve=approve, note=drawer["note"], now=desk.now
        )
    except Refusal as refusal:
        status = STATUSES[refusal.kind]
        return _list(desk, drawer=drawer | {"refusal": refusal}, status=status)
    facts = {"member": row["member"], "points": numbers.signed_points(row["points"])}
    said = (
        gettext("已同意，%(member)s %(points)s 分已入账。")
        if approve
        else gettext("已退回 %(member)s 的 %(points)s 分。")
    )
    messages.success(desk.request, said % facts)
    return HttpResponseRedirect(reverse("console:approvals"))


def _list(desk: Desk, *, drawer: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    with tenant(desk.company_id):
        page = Paginator(decided_requests(), PER_PAGE).get_page(desk.request.GET.get("page"))
        waiting, decided = list(pending_requests()), list(page.object_list)
        names = members_by_id(MemberId(r.member_id) for r in [*waiting, *decided] if r.member_id)
        context = {
            "waiting": [_row(one, names) for one in waiting],
            "decided": [_row(one, names) for one in decided],
            "page": page,
            "alone": desk.actor.may(Permission.APPROVE) and not others_may(desk.actor, Permission.APPROVE),
            "may_decide": desk.actor.may(Permission.APPROVE),
            **(drawer or {}),
            "drawer_open": drawer is not None,
        }
        return desk.render("console/approvals/list.html", context, status=status)


def _find(request_id: int) -> Any:
    for requests in (pending_requests(), decided_requests()):
        found = requests.filter(id=min(request_id, 2**63 - 1)).first()
        if found is not None:
            return found
    raise RequestNotFound(request_id=request_id)


def _row(request: Any, members: dict[MemberId, Any] | None = None) -> dict[str, Any]:
    """A request as pages show it; its member is looked up where the caller has not."""
    if members is None:
        members = members_by_id([] if request.member_id is None else [MemberId(request.member_id)])
    states = {
        "pending": gettext("待审批"),
        "approved": gettext("已同意"),
        "rejected": gettext("已退回"),
        "withdrawn": gettext("已撤回"),
    }
    return {
        "id": request.id,
        "event_id": int(request.subject.removeprefix("event:")),
        "member_id": request.member_id,
        "member": str(members.get(request.member_id, "")),
        "title": name_in(request.title),
        "points": request.effect_points,
        "raised_by": request.raised_by_name,
        "raised_at": request.raised_at,
        "due_at": request.due_at,
        "state": request.state,
        "shape": SHAPES[request.state],
        "state_name": states[request.state],
        "decided_by": request.decided_by_name,
        "decided_at": request.decided_at,
        "note": request.note,
        "alone": request.alone,
    }
