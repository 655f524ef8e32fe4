"""Movements: the latest of all customers, the explanation of one, taking one back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from houji.access.tenant import tenant
from houji.access.types import Permission
from houji.console.desk import STATUSES, Desk, language_now, staff_page
from houji.console.movements import movement_rows
from houji.console.steps import entry_steps
from houji.console.views.member import points_page
from houji.earning.errors import EventNotFound
from houji.earning.explaining import explain_entry
from houji.earning.explanation import EntryExplanation
from houji.earning.reversing import reverse_entry
from houji.kernel.ids import AccountId
from houji.kernel.refusals import Refusal
from houji.ledger.queries import entries_of
from houji.ledger.types import EntryKind, EntryRef
from houji.wording import numbers

PER_PAGE = 50


@require_safe
@staff_page(section="dashboard")
def latest(desk: Desk) -> HttpResponse:
    """List all customers' movements, the latest booking first."""
    page = Paginator(entries_of(desk.company_id), PER_PAGE).get_page(desk.request.GET.get("page"))
    context = {"page": page, "rows": movement_rows(desk, page.object_list)}
    return desk.render("console/entries/list.html", context)


@require_safe
@staff_page(section="members")
def entry(desk: Desk, account_id: int, seq: int) -> HttpResponse:
    """Explain a movement: in the drawer beside a list, or beside its customer's points."""
    told = _told(account_id, seq)
    drawer = {"drawer": "console/entries/drawer.html", **_explained(desk, told)}
    if desk.request.htmx:  # type: ignore[attr-defined]
        return desk.render("console/entries/drawer.html", drawer)
    return points_page(desk, told.member_id, drawer=drawer)


@require_http_methods(["GET", "POST"])
@staff_page(Permission.REVERSE, section="members")
def reverse_one(desk: Desk, account_id: int, seq: int) -> HttpResponse:
    """Ask for a reason and take the points of one movement back."""
    with tenant(desk.company_id):
        told = _told(account_id, seq)
    if told.kind is not EntryKind.ACCRUE:
        raise EventNotFound(name=str(told.ref))
    reason = desk.request.POST.get("reason", "")[:500]
    drawer: dict[str, Any] = {
        "drawer": "console/entries/reverse.html",
        "told": told,
        "reason": reason,
        "left": _left(told),
    }
    if desk.request.method == "POST":
        try:
            taken = reverse_entry(actor=desk.actor, ref=told.ref, reason=reason)
        except Refusal as refusal:
            return _refused(desk, told, drawer, refusal)
        messages.success(desk.request, _reversed(told, taken))
        return HttpResponseRedirect(reverse("console:member", args=[told.member_id]))
    if desk.request.htmx:  # type: ignore[attr-defined]
        return desk.render("console/entries/reverse.html", drawer)
    return points_page(desk, told.member_id, drawer=drawer)


def _refused(desk: Desk, told: EntryExplanation, drawer: dict[str, Any], refusal: Refusal) -> HttpResponse:
    status = STATUSES[refusal.kind]
    with tenant(desk.company_id):
        return points_page(desk, told.member_id, drawer=drawer | {"refusal": refusal}, status=status)


def _reversed(told: EntryExplanation, taken: EntryRef | None) -> str:
    if taken is None:
        return gettext("这一笔已没有剩余积分可冲正。")
    return gettext("已冲正「%(reason)s」的积分，流水 %(ref)s。") % {"reason": told.reason, "ref": taken}


def _told(account_id: int, seq: int) -> EntryExplanation:
    # The address may hold any digits; beyond what the database counts there is no such entry.
    if account_id >= 2**63 or seq >= 2**63:
        raise EventNotFound(name=f"{account_id}-{seq}"[:60])
    return explain_entry(EntryRef(AccountId(account_id), seq), language=language_now())


def _left(told: EntryExplanation) -> int:
    """What a reversal could still take of an accrual."""
    return sum(lot.remaining for lot in told.lots)


def _explained(desk: Desk, told: EntryExplanation) -> dict[str, Any]:
    address = reverse("console:entry", args=[told.ref.account_id, told.ref.seq])
    return {
        "told": told,
        "title_points": numbers.signed_points(told.points)
        if told.points
        else numbers.points(told.available_delta),
        "steps": entry_steps(desk, told),
        "address": desk.request.build_absolute_uri(address),
        "reversible": told.kind is EntryKind.ACCRUE and told.reversed_by is None and _left(told) > 0,
    }
