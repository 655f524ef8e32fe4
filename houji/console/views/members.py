"""The customers: finding, exporting and adding them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from houji.access.types import Permission
from houji.console.desk import Desk, staff_page
from houji.console.fields import KIND_CHOICES, NewMemberForm
from houji.console.roll import SORT_NAMES, Wish, roll, sheet
from houji.console.spreadsheets import csv_response, xlsx_response
from houji.kernel.refusals import Refusal
from houji.members.actions import create_member
from houji.members.queries import account_managers, search_members
from houji.members.types import MemberKind

PER_PAGE = 50


@require_safe
@staff_page(section="members")
def members(desk: Desk) -> HttpResponse:
    """List the customers with their points."""
    wish = Wish.read(desk.request.GET)
    rows = roll(wish, desk.terms.main_unit.id, now=desk.now, zone=desk.zone)
    page = Paginator(rows, PER_PAGE).get_page(desk.request.GET.get("page"))
    query = urlencode(wish.write())
    context = {
        "page": page,
        "query": f"{query}&" if query else "",
        "export_query": f"?{query}" if query else "",
        "wish": wish,
        "selects": _selects(wish),
        "kept": [("q", wish.text)] if wish.text else [],
        "nobody": not rows and not wish.is_narrow and not search_members().exists(),
    }
    return desk.render("console/members/list.html", context)


@require_safe
@staff_page(section="members")
def export_members(desk: Desk, form: str) -> HttpResponse:
    """Return the list as it is filtered, as .xlsx or .csv."""
    wish = Wish.read(desk.request.GET)
    head, rows = sheet(roll(wish, desk.terms.main_unit.id, now=desk.now, zone=desk.zone))
    name = gettext("客户积分 %(day)s") % {"day": desk.today.isoformat()}
    if form == "csv":
        return csv_response(name, head, rows)
    if form == "xlsx":
        return xlsx_response(name, [(gettext("客户"), head, rows)])
    raise Http404


@require_http_methods(["GET", "POST"])
@staff_page(Permission.EDIT_MEMBERS, section="members")
def new_member(desk: Desk) -> HttpResponse:
    """Add a customer by hand."""
    form = NewMemberForm(desk.request.POST or None, initial={"kind": MemberKind.PRIVATE.value})
    status = 200
    if desk.request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                member = create_member(actor=desk.actor, **form.cleaned_data)
            except Refusal as refusal:
                status = desk.tell(refusal)
            else:
                messages.success(desk.request, gettext("已添加「%(name)s」。") % {"name": member})
                return HttpResponseRedirect(reverse("console:member", args=[member.id]))
    context = {"form": form, "title": gettext("添加客户"), "back": reverse("console:members")}
    return desk.render("console/members/edit.html", context, status=status)


def _selects(wish: Wish) -> list[dict[str, object]]:
    managers = [(name, name) for name in account_managers()]
    return [
        {
            "name": "kind",
            "label": gettext("客户性质"),
            "value": wish.kind,
            "options": [("", gettext("全部性质")), *KIND_CHOICES],
        },
        {
            "name": "manager",
            "label": gettext("客户经理"),
            "value": wish.manager,
            "options": [("", gettext("全部客户经理")), *managers],
        },
        {
            "name": "holding",
            "label": gettext("余额"),
            "value": "1" if wish.holding else "",
            "options": [("", gettext("不限余额")), ("1", gettext("有可用积分"))],
        },
        {"name": "sort", "label": gettext("排序"), "value": wish.sort, "options": list(SORT_NAMES.items())},
    ]
