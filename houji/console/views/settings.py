"""Settings: the programme, keys for other systems, the audit trail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from houji.access import actions
from houji.access.queries import api_keys, audit_trail
from houji.access.tenant import tenant
from houji.access.types import Permission
from houji.console.audit import audit_line
from houji.console.desk import Desk, staff_page
from houji.console.fields import ConsoleForm, ProgramForm
from houji.kernel.ids import ProgramId
from houji.programs.actions import change_settings

PER_PAGE = 50


class KeyForm(ConsoleForm):
    """The name of a key: which system uses it."""

    name = forms.CharField(label=gettext_lazy("用在哪个系统"), max_length=100)


@require_http_methods(["GET", "POST"])
@staff_page(Permission.SET_UP)
def program(desk: Desk) -> HttpResponse:
    """Show and change the programme's settings."""
    known = {name: getattr(desk.program, name) for name in ProgramForm.base_fields}
    form = ProgramForm(desk.request.POST or None, initial=known)
    status = 200
    if desk.request.method == "POST":
        status = 422
        if form.is_valid():
            changes = {name: value for name, value in form.cleaned_data.items() if value != known[name]}
            if changes:
                change_settings(actor=desk.actor, program_id=ProgramId(desk.program.id), **changes)
            messages.success(desk.request, gettext("已保存计划设置。"))
            return HttpResponseRedirect(reverse("console:settings"))
    context = {"form": form, "tabs": settings_tabs(desk, "settings"), "board_code": desk.company.code}
    return desk.render("console/settings/program.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@staff_page(Permission.SET_UP)
def keys(desk: Desk) -> HttpResponse:
    """List the keys of other systems and make one, its secret shown once."""
    form = KeyForm(desk.request.POST or None)
    if desk.request.method != "POST":
        return _keys(desk, form)
    if not form.is_valid():
        return _keys(desk, form, status=422)
    key, secret = actions.create_api_key(actor=desk.actor, name=form.cleaned_data["name"])
    return _keys(desk, KeyForm(), made=(key.name, secret))


@require_POST
@staff_page(Permission.SET_UP)
def revoke(desk: Desk, key_id: int) -> HttpResponse:
    """Stop a key from working."""
    actions.revoke_api_key(actor=desk.actor, key_id=min(key_id, 2**63 - 1), now=desk.now)
    messages.success(desk.request, gettext("密钥已停用，用它的系统不能再访问。"))
    return HttpResponseRedirect(reverse("console:settings-keys"))


@require_safe
@staff_page()
def audit(desk: Desk) -> HttpResponse:
    """List what people and keys changed, the latest first."""
    page = Paginator(audit_trail(), PER_PAGE).get_page(desk.request.GET.get("page"))
    context = {
        "page": page,
        "rows": [audit_line(row) for row in page.object_list],
        "tabs": settings_tabs(desk, "settings-audit"),
    }
    return desk.render("console/settings/audit.html", context)


def _keys(
    desk: Desk, form: KeyForm, *, made: tuple[str, str] | None = None, status: int = 200
) -> HttpResponse:
    with tenant(desk.company_id):
        rows = list(api_keys())
    context = {"form": form, "rows": rows, "made": made, "tabs": settings_tabs(desk, "settings-keys")}
    return desk.render("console/settings/keys.html", context, status=status)


def settings_tabs(desk: Desk, current: str) -> list[dict[str, Any]]:
    """Return the tabs of the settings that the person may open."""
    names = {
        "settings": gettext("计划"),
        "settings-users": gettext("人员"),
        "settings-keys": gettext("接口密钥"),
        "settings-audit": gettext("操作记录"),
    }
    return [
        {"text": text, "url": reverse(f"console:{name}"), "current": name == current}
        for name, text in names.items()
        if name == "settings-audit" or desk.actor.may(Permission.SET_UP)
    ]
