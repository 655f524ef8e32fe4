"""Where a page of the console stands: who asks, for which programme, in whose time zone."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import get_language

from houji.access.actions import require
from houji.access.tenant import tenant
from houji.access.types import Actor, Permission
from houji.console.counts import waiting_counts
from houji.kernel.ids import CompanyId
from houji.kernel.refusals import Kind, Refusal
from houji.kernel.time import local_date
from houji.programs.errors import NoProgramYet
from houji.programs.queries import program_by_code, terms_of
from houji.programs.types import ProgramTerms

P = ParamSpec("P")
View = Callable[Concatenate["Desk", P], HttpResponse]

STATUSES = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.TOO_LARGE: 413,
    Kind.UNPROCESSABLE: 422,
    Kind.UNAVAILABLE: 429,
}
"""The status of a page that shows a refusal; the only unavailable thing here is a door shut for minutes."""

PORTAL = reverse_lazy("portal:home")
"""Where contacts of customers belong."""


def language_now() -> str:
    """Return the language of the page as rules and events have it: ``zh`` or ``en``."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def name_in(names: Mapping[str, str]) -> str:
    """Return a stored name in the language of the page."""
    return names.get(language_now()) or names.get("zh") or next(iter(names.values()), "")


@dataclass(slots=True)
class Desk:
    """A signed-in person of the staff at their programme. ``now`` is the page's only present."""

    request: HttpRequest
    actor: Actor
    company: Any
    program: Any
    terms: ProgramTerms
    now: datetime
    section: str
    shared: dict[str, Any] = field(default_factory=dict)

    @property
    def company_id(self) -> CompanyId:
        """The tenant."""
        return self.actor.company_id

    @property
    def zone(self) -> ZoneInfo:
        """The programme's time zone."""
        return self.terms.zone

    @property
    def today(self) -> date:
        """The programme's calendar day."""
        return local_date(self.now, self.zone)

    def render(
        self, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
    ) -> HttpResponse:
        """Render a page within the shell, in a read transaction of the company."""
        with tenant(self.company_id), timezone.override(self.zone):
            return render(self.request, template, {**self._shell(), **(context or {})}, status=status)

    def refuse(self, refusal: Refusal) -> HttpResponse:
        """Show a refusal as a page of its own, where there is no page to show it in."""
        context = {"refusal": refusal, "at": self.now}
        return self.render("console/refused.html", context, status=STATUSES[refusal.kind])

    def tell(self, refusal: Refusal) -> int:
        """Put a refusal with its way out above the page; return the page's status."""
        messages.error(self.request, str(refusal))
        return STATUSES[refusal.kind]

    def _shell(self) -> dict[str, Any]:
        return {
            "section": self.section,
            "program_name": name_in(self.terms.names),
            "company_name": self.company.name,
            "user_name": self.actor.name,
            "is_demo": self.company.is_demo,
            "counts": waiting_counts(self.terms.id),
            "may": {permission.value: self.actor.may(permission) for permission in Permission},
            "now": self.now,
            "today": self.today,
        }


def staff_page(
    permission: Permission = Permission.SEE, *, section: str = ""
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Open a page to staff with a permission.

    A reading view runs in one tenant transaction. A writing one runs outside it: its actions open
    their own. Strangers go to the sign-in, contacts to the portal, a company without a programme
    to the first-run wizard; a refusal that a view lets through becomes a page with its way out.
    """

    def wrap(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @functools.wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            user = request.user
            if not user.is_authenticated:
                return _to_sign_in(request)
            if user.is_contact:
                return HttpResponseRedirect(str(PORTAL))
            try:
                desk = _sit_down(request, section)
            except NoProgramYet:
                return HttpResponseRedirect(reverse("console:start"))
            with timezone.override(desk.zone):
                return _answer(desk, permission, view, *args, **kwargs)

        return page

    return wrap


def _answer(
    desk: Desk, permission: Permission, view: View[P], *args: P.args, **kwargs: P.kwargs
) -> HttpResponse:
    try:
        require(desk.actor, permission)
        if desk.request.method in {"GET", "HEAD"}:
            with tenant(desk.company_id):
                return view(desk, *args, **kwargs)
        return view(desk, *args, **kwargs)
    except Refusal as refusal:
        return desk.refuse(refusal)


def _sit_down(request: HttpRequest, section: str) -> Desk:
    actor = request.user.as_actor()  # type: ignore[union-attr]
    with tenant(actor.company_id):
        company = request.user.company  # type: ignore[union-attr]
        program = program_by_code(None)
        return Desk(request, actor, company, program, terms_of(program), timezone.now(), section)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    address = reverse("console:sign-in")
    if request.method == "GET" and not getattr(request, "htmx", False):
        address += "?" + urlencode({"next": request.get_full_path()})
    response = HttpResponseRedirect(address)
    if getattr(request, "htmx", False):
        # A fragment cannot hold the sign-in page: the whole window goes there.
        response = HttpResponse(status=204, headers={"HX-Redirect": address})  # type: ignore[assignment]
    return response
