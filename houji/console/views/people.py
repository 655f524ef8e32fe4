"""The people who speak for a customer, what it agreed to show, its particulars."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from houji.access.tenant import tenant
from houji.access.types import Permission
from houji.console.desk import Desk, staff_page
from houji.console.fields import BoardForm, ContactForm, MemberForm
from houji.console.views.member import member_head
from houji.kernel.ids import MemberId
from houji.kernel.refusals import Refusal
from houji.members import actions
from houji.members.queries import contacts_of, member_by_id
from houji.members.types import BoardConsent


@require_safe
@staff_page(section="members")
def people(desk: Desk, member_id: int) -> HttpResponse:
    """Show who speaks for the customer and what it agreed to."""
    return people_page(desk, MemberId(member_id))


@require_POST
@staff_page(Permission.EDIT_MEMBERS, section="members")
def set_board(desk: Desk, member_id: int) -> HttpResponse:
    """Record the authorisation on file and what the customer agreed to show: both or neither."""
    form = BoardForm(desk.request.POST)
    if not form.is_valid():
        return people_page(desk, MemberId(member_id), board=form, status=422)
    try:
        with tenant(desk.company_id):
            actions.edit_member(
                actor=desk.actor,
                member_id=MemberId(member_id),
                authorised_on=form.cleaned_data["authorised_on"],
            )
            consent = BoardConsent(form.cleaned_data["board_consent"])
            actions.set_board_consent(actor=desk.actor, member_id=MemberId(member_id), consent=consent)
    except Refusal as refusal:
        return people_page(desk, MemberId(member_id), board=form, status=desk.tell(refusal))
    messages.success(desk.request, gettext("已保存授权与榜单设置。"))
    return HttpResponseRedirect(reverse("console:member-people", args=[member_id]))


@require_http_methods(["GET", "POST"])
@staff_page(section="members")
def edit(desk: Desk, member_id: int) -> HttpResponse:
    """Show the customer's particulars and change them."""
    with tenant(desk.company_id):
        member = member_by_id(MemberId(member_id))
    known = {name: getattr(member, name) for name in MemberForm.base_fields}
    form = MemberForm(desk.request.POST or None, initial=known)
    status = 200
    if desk.request.method == "POST":
        status = 422
        if form.is_valid():
            changes = {name: value for name, value in form.cleaned_data.items() if value != known[name]}
            try:
                if changes:
                    actions.edit_member(actor=desk.actor, member_id=MemberId(member_id), **changes)
            except Refusal as refusal:
                status = desk.tell(refusal)
            else:
                messages.success(desk.request, gettext("已保存客户资料。"))
                return HttpResponseRedirect(reverse("console:member-edit", args=[member_id]))
    with tenant(desk.company_id):
        context = {**member_head(member, "member-edit"), "form": form}
    return desk.render("console/member/edit.html", context, status=status)


def people_page(
    desk: Desk,
    member_id: MemberId,
    *,
    form: ContactForm | None = None,
    board: BoardForm | None = None,
    invitation: tuple[str, str] | None = None,
    drawer: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render who speaks for a customer, with a drawer open beside them where there is one."""
    with tenant(desk.company_id):
        member = member_by_id(member_id)
        contacts = list(contacts_of(member_id))
        users = desk.company.user_set.filter(id__in=[contact.user_id for contact in contacts]).in_bulk()
        known = {"authorised_on": member.authorised_on, "board_consent": member.board_consent}
        context = {
            **member_head(member, "member-people"),
            "contacts": [(contact, users.get(contact.user_id)) for contact in contacts],
            "form": form or ContactForm(),
            "board": board or BoardForm(initial=known),
            **(drawer or {}),
            "drawer_open": drawer is not None,
        }
        if invitation is not None:
            name, secret = invitation
            address = desk.request.build_absolute_uri(reverse("portal:invitation", args=[secret]))
            context |= {"invited": name, "invitation": address}
    return desk.render("console/member/people.html", context, status=status)
