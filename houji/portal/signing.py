"""Signing in and out, and accepting an invitation."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.contrib.auth import login, logout
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from houji.access import actions
from houji.access.tenant import tenant
from houji.kernel.ids import CompanyId
from houji.kernel.refusals import Refusal

LOGIN_LENGTH_MAX = 200


class Person(Protocol):
    """Who signed in."""

    @property
    def company_id(self) -> int: ...

    @property
    def is_contact(self) -> bool: ...


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Take a mobile number and a password; a refusal stands beside the fields."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "GET":
        if request.user.is_authenticated and request.user.is_contact:
            return redirect(_safe(request, asked))
        return _form(request, asked)
    mobile = request.POST.get("login", "").strip()[:LOGIN_LENGTH_MAX]
    try:
        user = actions.sign_in(login=mobile, password=request.POST.get("password", ""), now=timezone.now())
    except Refusal as refusal:
        return _form(request, asked, mobile=mobile, refusal=refusal)
    if not user.is_contact:
        return _form(request, asked, mobile=mobile, is_staff=True)
    _start_session(request, user)
    return redirect(_safe(request, asked))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("portal:sign-in")


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Let an invited person choose a password; the link works once."""
    if request.method == "GET":
        return render(request, "portal/invitation.html")
    password = request.POST.get("password", "")
    problem = _problem_of(password, request.POST.get("again", ""))
    if problem:
        return render(request, "portal/invitation.html", {"problem": problem}, status=422)
    return _accept(request, secret, password, timezone.now())


def _accept(request: HttpRequest, secret: str, password: str, now: datetime) -> HttpResponse:
    try:
        user = actions.accept_invitation(secret=secret, password=password, now=now)
    except Refusal as refusal:
        return render(request, "portal/invitation.html", {"refusal": refusal}, status=404)
    if not user.is_contact:
        return redirect("console:dashboard")
    _start_session(request, user)
    return redirect("portal:home")


def _start_session(request: HttpRequest, user: Person) -> None:
    # Django writes the time of the sign-in to the user's row, which only its company may change.
    with tenant(CompanyId(user.company_id)):
        login(request, user)  # type: ignore[arg-type]


def _problem_of(password: str, again: str) -> str:
    try:
        validate_password(password)
    except ValidationError as error:
        return " ".join(error.messages)
    return "" if password == again else gettext("两次输入的密码不一样。")


def _form(
    request: HttpRequest,
    asked: str,
    *,
    mobile: str = "",
    refusal: Refusal | None = None,
    is_staff: bool = False,
) -> HttpResponse:
    facts = {"next": asked, "mobile": mobile, "refusal": refusal, "is_staff": is_staff}
    failed = refusal is not None or is_staff
    return render(request, "portal/sign_in.html", facts, status=422 if failed else 200)


def _safe(request: HttpRequest, asked: str) -> str:
    inside = asked.startswith("/portal/") and url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if inside else reverse("portal:home")
