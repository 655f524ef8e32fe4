"""The very first page of an installation: its company and the first administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import auth
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from houji.access.actions import all_companies
from houji.access.tenant import tenant
from houji.console.desk import STATUSES
from houji.console.fields import ConsoleForm
from houji.kernel.ids import CompanyId
from houji.kernel.refusals import Refusal
from houji.onboarding.actions import open_installation

if TYPE_CHECKING:
    from houji.access.models import User

BACKEND = "houji.access.backend.TenantBackend"

_PASSWORDS = {
    "password_too_short": _("太短，至少 10 个字符。"),
    "password_too_common": _("太常见，容易被猜到。"),
    "password_entirely_numeric": _("全是数字，加上字母。"),
}
"""What is wrong with a password, in our own words: the framework's are English only here."""


class OpeningForm(ConsoleForm):
    """Who runs the programme, and who signs in first."""

    company_name = forms.CharField(label=_("公司名称"), max_length=200)
    name = forms.CharField(label=_("姓名"), max_length=100)
    login = forms.RegexField(
        r"^\S+$",
        label=_("登录账号"),
        max_length=200,
        error_messages={"invalid": _("账号里不能有空格。")},
        help_text=_("手机号、邮箱或自定的名字"),
    )
    password = forms.CharField(
        label=_("密码"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 10 个字符"),
    )
    again = forms.CharField(
        label=_("再输一次密码"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        """Hold the password against the rules of the installation."""
        password: str = self.cleaned_data["password"]
        try:
            validate_password(password)
        except ValidationError as error:
            said = [_PASSWORDS.get(one.code or "", one.message) for one in error.error_list]
            raise ValidationError([str(text) for text in said]) from None
        return password

    def clean(self) -> None:
        """Compare the two passwords."""
        password, again = self.cleaned_data.get("password"), self.cleaned_data.get("again")
        if password and again and password != again:
            self.add_error("again", ValidationError(gettext("两次输入的密码不一样。")))


def is_unopened() -> bool:
    """Tell whether nobody has founded a company here yet."""
    return not all_companies()


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def open_company(request: HttpRequest) -> HttpResponse:
    """Found the company and sign its first administrator in; open only while there is no company."""
    if request.method == "GET":
        return opening_page(request) if is_unopened() else HttpResponseRedirect(reverse("console:start"))
    form = OpeningForm(request.POST)
    if not form.is_valid():
        return opening_page(request, form, status=422)
    answers = {name: form.cleaned_data[name] for name in ("company_name", "login", "name", "password")}
    try:
        user = open_installation(**answers)
    except Refusal as refusal:
        return opening_page(request, form, refusal=refusal, status=STATUSES[refusal.kind])
    _let_in(request, user)
    return HttpResponseRedirect(reverse("console:start"))


def opening_page(
    request: HttpRequest,
    form: OpeningForm | None = None,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the form, with what is wrong with it."""
    context = {"form": form or OpeningForm(), "refusal": refusal}
    return render(request, "console/wizard/opening.html", context, status=status)


def _let_in(request: HttpRequest, user: User) -> None:
    # Signing in saves last_login, which row-level security allows only within the company.
    with tenant(CompanyId(user.company_id)):
        auth.login(request, user, backend=BACKEND)
