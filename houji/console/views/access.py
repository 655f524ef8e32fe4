"""The door: signing in and out, and accepting an invitation."""

from __future__ import annotations

from functools import lru_cache

from django.contrib import auth
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from houji.access import actions
from houji.access.errors import CompanyNotFound
from houji.access.tenant import tenant
from houji.console.desk import PORTAL, STATUSES
from houji.console.views.opening import is_unopened
from houji.kernel.ids import CompanyId
from houji.kernel.refusals import Refusal
from houji.onboarding.demo.load import CODE, SignIn, demo_sign_ins

BACKEND = "houji.access.backend.TenantBackend"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a person in who knows login and password; contacts go on to their portal."""
    if request.method == "GET":
        if request.user.is_authenticated:
            return HttpResponseRedirect(_home(request))
        if is_unopened():
            return HttpResponseRedirect(reverse("console:start"))
        return _door(request)
    try:
        user = actions.sign_in(
            login=request.POST.get("login", ""), password=request.POST.get("password", ""), now=timezone.now()
        )
    except Refusal as refusal:
        return _door(request, refusal)
    _let_in(request, user)
    return HttpResponseRedirect(_home(request))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    auth.logout(request)
    return HttpResponseRedirect(reverse("console:sign-in"))


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def accept_invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Let an invited person choose a password and come straight in."""
    problems: list[str] = []
    status = 200
    if request.method == "POST":
        password = request.POST.get("password", "")
        problems = _problems(password, request.POST.get("again", ""))
        status = 422
        if not problems:
            try:
                user = actions.accept_invitation(secret=secret, password=password, now=timezone.now())
            except Refusal as refusal:
                problems, status = [str(refusal)], STATUSES[refusal.kind]
            else:
                _let_in(request, user)
                return HttpResponseRedirect(_home(request))
    return render(request, "console/access/invitation.html", {"problems": problems}, status=status)


def _problems(password: str, again: str) -> list[str]:
    if password != again:
        return [gettext("两次输入的密码不一样。")]
    try:
        validate_password(password)
    except ValidationError as error:
        return list(error.messages)
    return []


def _let_in(request: HttpRequest, user: object) -> None:
    # Signing in saves last_login, which row-level security allows only within the company.
    with tenant(CompanyId(user.company_id)):  # type: ignore[attr-defined]
        auth.login(request, user, backend=BACKEND)  # type: ignore[arg-type]


def _door(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "refusal": refusal,
        "login": request.POST.get("login", ""),
        "next": request.POST.get("next", request.GET.get("next", "")),
        "sign_ins": _demo_sign_ins(),
    }
    status = 200 if refusal is None else STATUSES[refusal.kind]
    return render(request, "console/access/sign_in.html", context, status=status)


def _home(request: HttpRequest) -> str:
    """Where a person goes who has just come in: where they wanted to go, if it is their own house."""
    if request.user.is_contact:  # type: ignore[union-attr]
        return str(PORTAL)
    wanted = request.POST.get("next", request.GET.get("next", ""))
    inside = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if inside and not wanted.startswith(str(PORTAL)) else reverse("console:dashboard")


def _demo_sign_ins() -> list[SignIn]:
    """The demo's accounts, on an installation that has the demo; never on any other."""
    try:
        company = actions.company_by_code(CODE)
    except CompanyNotFound:
        return []
    return list(_sign_ins_of(company.id)) if company.is_demo else []


@lru_cache(maxsize=4)
def _sign_ins_of(_company_id: int) -> tuple[SignIn, ...]:
    # The demo is generated once more to know them, which takes a while; they never change.
    return tuple(demo_sign_ins())
