"""The people who speak for a customer: named, invited, corrected, taken off again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from houji.access.actions import invite_user
from houji.access.tenant import tenant
from houji.access.types import Permission
from houji.console.desk import STATUSES, Desk, staff_page
from houji.console.fields import ContactForm
from houji.console.views.people import people_page
from houji.kernel.ids import MemberId
from houji.kernel.refusals import Refusal
from houji.members import actions
from houji.members.errors import ContactNotFound
from houji.members.queries import contacts_of, member_by_id


@never_cache
@require_POST
@staff_page(Permission.EDIT_MEMBERS, section="members")
def add_contact(desk: Desk, member_id: int) -> HttpResponse:
    """Name a contact and show the invitation, which exists nowhere else afterwards."""
    form = ContactForm(desk.request.POST)
    if not form.is_valid():
        return people_page(desk, MemberId(member_id), form=form, status=422)
    try:
        with tenant(desk.company_id):
            _contact, user = actions.add_contact(
                actor=desk.actor, member_id=MemberId(member_id), **form.cleaned_data
            )
            secret = invite_user(actor=desk.actor, user_id=user.id, now=desk.now)
    except Refusal as refusal:
        return people_page(desk, MemberId(member_id), form=form, status=desk.tell(refusal))
    return people_page(desk, MemberId(member_id), invitation=(user.name, secret))


@never_cache
@require_POST
@staff_page(Permission.EDIT_MEMBERS, section="members")
def invite_contact(desk: Desk, member_id: int, user_id: int) -> HttpResponse:
    """Make a new invitation for a contact of this customer; the older one stops working."""
    with tenant(desk.company_id):
        contact = contacts_of(MemberId(member_id)).filter(user_id=user_id).first()
        if contact is None:
            raise ContactNotFound(contact_id=user_id)
        secret = invite_user(actor=desk.actor, user_id=user_id, now=desk.now)
    return people_page(desk, MemberId(member_id), invitation=(contact.name, secret))


@never_cache
@require_http_methods(["GET", "POST"])
@staff_page(Permission.EDIT_MEMBERS, section="members")
def edit_contact(desk: Desk, member_id: int, contact_id: int) -> HttpResponse:
    """Show a contact's particulars and change them."""
    contact = _contact(desk, member_id, contact_id)
    known = {name: getattr(contact, name) for name in ContactForm.base_fields}
    asked = desk.request.POST if desk.request.method == "POST" else None
    form = ContactForm(asked, initial=known, auto_id="change_%s")
    drawer = {"drawer": "console/member/contact.html", "contact": contact, "contact_form": form}
    if asked is None:
        return _drawn(desk, member_id, drawer)
    if not form.is_valid():
        return people_page(desk, MemberId(member_id), drawer=drawer, status=422)
    try:
        actions.edit_contact(
            actor=desk.actor, member_id=MemberId(member_id), contact_id=contact_id, **form.cleaned_data
        )
    except Refusal as refusal:
        return _refused(desk, member_id, drawer, refusal)
    said = gettext("已保存联系人 %(name)s 的资料。") % {"name": form.cleaned_data["name"]}
    return _done(desk, member_id, said)


@never_cache
@require_http_methods(["GET", "POST"])
@staff_page(Permission.EDIT_MEMBERS, section="members")
def remove_contact(desk: Desk, member_id: int, contact_id: int) -> HttpResponse:
    """Ask whether to take a contact off the customer, and do it."""
    contact = _contact(desk, member_id, contact_id)
    drawer = {"drawer": "console/member/contact_remove.html", "contact": contact}
    if desk.request.method != "POST":
        return _drawn(desk, member_id, drawer)
    try:
        actions.remove_contact(actor=desk.actor, member_id=MemberId(member_id), contact_id=contact_id)
    except Refusal as refusal:
        return _refused(desk, member_id, drawer, refusal)
    said = gettext("已移除联系人 %(name)s，门户随即登不进。") % {"name": contact.name}
    return _done(desk, member_id, said)


def _contact(desk: Desk, member_id: int, contact_id: int) -> Any:
    with tenant(desk.company_id):
        member_by_id(MemberId(member_id))
        contact = contacts_of(MemberId(member_id)).filter(id=contact_id).first()
    if contact is None:
        raise ContactNotFound(contact_id=contact_id)
    return contact


def _drawn(desk: Desk, member_id: int, drawer: dict[str, Any]) -> HttpResponse:
    if desk.request.htmx:  # type: ignore[attr-defined]
        with tenant(desk.company_id):
            member = member_by_id(MemberId(member_id))
        return desk.render(drawer["drawer"], drawer | {"member": member})
    return people_page(desk, MemberId(member_id), drawer=drawer)


def _refused(desk: Desk, member_id: int, drawer: dict[str, Any], refusal: Refusal) -> HttpResponse:
    status = STATUSES[refusal.kind]
    return people_page(desk, MemberId(member_id), drawer=drawer | {"refusal": refusal}, status=status)


def _done(desk: Desk, member_id: int, said: str) -> HttpResponse:
    messages.success(desk.request, said)
    return HttpResponseRedirect(reverse("console:member-people", args=[member_id]))
