"""The people of the company: added with an invitation, given roles, shut out and let in again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from houji.access import actions
from houji.access.errors import UserNotFound
from houji.access.people import change_roles, deactivate_user, reactivate_user
from houji.access.queries import staff
from houji.access.tenant import tenant
from houji.access.types import ROLE_NAMES, STAFF_ROLES, Permission, Role
from houji.console.desk import STATUSES, Desk, staff_page
from houji.console.fields import ConsoleForm
from houji.console.views.settings import settings_tabs
from houji.kernel.refusals import Refusal


class RolesForm(ConsoleForm):
    """What a person of the staff may do."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("角色"),
        choices=[(role.value, ROLE_NAMES[role]) for role in STAFF_ROLES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("至少选一个角色。")},
    )

    @property
    def chosen(self) -> list[Role]:
        """The roles of a valid form."""
        return [Role(role) for role in self.cleaned_data["roles"]]


class UserForm(RolesForm):
    """A new person of the staff."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=100)
    login = forms.RegexField(
        r"^\S+$",
        label=gettext_lazy("账号"),
        max_length=200,
        error_messages={"invalid": gettext_lazy("账号里不能有空格。")},
        help_text=gettext_lazy("手机号、邮箱或拼音都可以"),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@staff_page(Permission.SET_UP)
def users(desk: Desk) -> HttpResponse:
    """List the staff and add somebody, with an invitation shown once."""
    if desk.request.method != "POST":
        return _users(desk)
    form = UserForm(desk.request.POST)
    if not form.is_valid():
        return _users(desk, form=form, status=422)
    given = form.cleaned_data
    try:
        with tenant(desk.company_id):
            user = actions.create_user(
                actor=desk.actor, login=given["login"], name=given["name"], roles=form.chosen
            )
            secret = actions.invite_user(actor=desk.actor, user_id=user.id, now=desk.now)
    except Refusal as refusal:
        return _users(desk, form=form, status=desk.tell(refusal))
    return _users(desk, invitation=(user.name, secret))


@never_cache
@require_POST
@staff_page(Permission.SET_UP)
def invite(desk: Desk, user_id: int) -> HttpResponse:
    """Make a new invitation for somebody of the staff; the older one stops working."""
    with tenant(desk.company_id):
        user = _person(user_id)
        secret = actions.invite_user(actor=desk.actor, user_id=user.id, now=desk.now)
    return _users(desk, invitation=(user.name, secret))


@never_cache
@require_http_methods(["GET", "POST"])
@staff_page(Permission.SET_UP)
def roles(desk: Desk, user_id: int) -> HttpResponse:
    """Show a person's roles and change them."""
    with tenant(desk.company_id):
        user = _person(user_id)
    asked = desk.request.POST if desk.request.method == "POST" else None
    form = RolesForm(asked, initial={"roles": user.roles}, auto_id="change_%s")
    drawer = {"drawer": "console/settings/roles.html", "person": user, "roles_form": form}
    if asked is None:
        return _drawn(desk, drawer)
    if not form.is_valid():
        return _users(desk, drawer=drawer, status=422)
    try:
        changed = change_roles(actor=desk.actor, user_id=user.id, roles=form.chosen)
    except Refusal as refusal:
        return _users(desk, drawer=drawer | {"refusal": refusal}, status=STATUSES[refusal.kind])
    messages.success(desk.request, gettext("已更改 %(name)s 的角色。") % {"name": user.name})
    # Whoever gave up their own right to set things up may not see the settings any more.
    gave_up = user.id == desk.actor.user_id and not changed.as_actor().may(Permission.SET_UP)
    return HttpResponseRedirect(reverse("console:dashboard" if gave_up else "console:settings-users"))


@never_cache
@require_http_methods(["GET", "POST"])
@staff_page(Permission.SET_UP)
def deactivate(desk: Desk, user_id: int) -> HttpResponse:
    """Ask whether to shut a person out, and do it."""
    said = gettext("已停用 %(name)s 的账号，已打开的页面随即失效。")
    return _decided(desk, user_id, "console/settings/deactivate.html", deactivate_user, said)


@never_cache
@require_http_methods(["GET", "POST"])
@staff_page(Permission.SET_UP)
def reactivate(desk: Desk, user_id: int) -> HttpResponse:
    """Ask whether to let a person in again, and do it."""
    said = gettext("已恢复 %(name)s 的账号。")
    return _decided(desk, user_id, "console/settings/reactivate.html", reactivate_user, said)


def _decided(desk: Desk, user_id: int, template: str, act: Callable[..., Any], said: str) -> HttpResponse:
    with tenant(desk.company_id):
        user = _person(user_id)
    drawer = {
        "drawer": template,
        "person": user,
        "person_roles": [ROLE_NAMES[Role(role)] for role in user.roles],
    }
    if desk.request.method != "POST":
        return _drawn(desk, drawer)
    try:
        act(actor=desk.actor, user_id=user.id)
    except Refusal as refusal:
        return _users(desk, drawer=drawer | {"refusal": refusal}, status=STATUSES[refusal.kind])
    messages.success(desk.request, said % {"name": user.name})
    return HttpResponseRedirect(reverse("console:settings-users"))


def _drawn(desk: Desk, drawer: dict[str, Any]) -> HttpResponse:
    if desk.request.htmx:  # type: ignore[attr-defined]
        return desk.render(drawer["drawer"], drawer)
    return _users(desk, drawer=drawer)


def _person(user_id: int) -> Any:
    """Return somebody of the staff; refuses with UserNotFound."""
    user = staff().filter(id=user_id).first()
    if user is None:
        raise UserNotFound(user_id=user_id)
    return user


def _users(
    desk: Desk,
    *,
    form: UserForm | None = None,
    invitation: tuple[str, str] | None = None,
    drawer: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    with tenant(desk.company_id):
        people = list(staff())
    context: dict[str, Any] = {
        "form": form or UserForm(),
        "people": [(one, [ROLE_NAMES[Role(role)] for role in one.roles]) for one in people],
        "own_id": desk.actor.user_id,
        "tabs": settings_tabs(desk, "settings-users"),
        **(drawer or {}),
        "drawer_open": drawer is not None,
    }
    if invitation is not None:
        name, secret = invitation
        address = desk.request.build_absolute_uri(reverse("console:invitation", args=[secret]))
        context |= {"invited": name, "invitation": address}
    return desk.render("console/settings/users.html", context, status=status)
