"""Forms of the console: labels, sentences and looks that every field shares."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from houji.members.types import BOARD_CONSENT_NAMES, MEMBER_KIND_NAMES, BoardConsent, MemberKind

KIND_CHOICES = [(kind.value, MEMBER_KIND_NAMES[kind]) for kind in MemberKind]
CONSENT_CHOICES = [(consent.value, BOARD_CONSENT_NAMES[consent]) for consent in BoardConsent]

STRANGER_CHOICES = [("create", _("自动新建")), ("refuse", _("拒绝那一行"))]

_SENTENCES = {
    "required": _("还没有填。"),
    "max_length": _("太长，缩短后再存。"),
    "invalid": _("看不懂，照示例改一下。"),
    "invalid_choice": _("不在选项里，重新选一个。"),
}


class ConsoleForm(forms.Form):
    """A form whose controls look like the console's and whose errors stand beside their fields."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for name, field in self.fields.items():
            is_select = isinstance(field.widget, forms.Select)
            if not isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
                field.widget.attrs["class"] = "form-select" if is_select else "form-control"
            field.error_messages |= _in_our_words(field)
            if self.is_bound and self.errors.get(name):
                field.widget.attrs |= {
                    "aria-invalid": "true",
                    "aria-describedby": f"{self[name].id_for_label}_error",
                }


def _in_our_words(field: forms.Field) -> dict[str, Any]:
    """Return our sentences for those errors of which the field does not speak in its own."""
    usual: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        usual |= getattr(kind, "default_error_messages", {})
    return {
        key: text
        for key, text in _SENTENCES.items()
        if key in field.error_messages and field.error_messages[key] is usual.get(key)
    }


class DateField(forms.DateField):
    """A day, by the browser's own calendar; nothing else is read."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    input_formats = ("%Y-%m-%d",)

    def __init__(self, **kwargs: Any) -> None:
        messages = {"invalid": _("没有这一天，写成 2026-01-31 的样子。")}
        super().__init__(error_messages=messages, **kwargs)


class MemberForm(ConsoleForm):
    """What is known of a customer, without its code in the company's systems."""

    name = forms.CharField(label=_("客户全称"), max_length=200)
    short_name = forms.CharField(label=_("简称"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("客户性质"), choices=KIND_CHOICES)
    credit_code = forms.RegexField(
        r"^[0-9A-Z]{18}$",
        label=_("统一社会信用代码"),
        required=False,
        strip=True,
        error_messages={"invalid": _("应为 18 位数字或大写字母。")},
    )
    city = forms.CharField(label=_("城市"), max_length=60, required=False)
    group_name = forms.CharField(label=_("所属集团"), max_length=200, required=False)
    account_manager = forms.CharField(label=_("客户经理"), max_length=100, required=False)
    joined_on = DateField(label=_("加入日期"), required=False)


class NewMemberForm(MemberForm):
    """A new customer, its code first."""

    key = forms.RegexField(
        r"^\S+$",
        label=_("客户编码"),
        max_length=100,
        error_messages={"invalid": _("编码里不能有空格。")},
        help_text=_("与 ERP、CRM 里的编码一致，导入时靠它认客户"),
    )
    field_order = ("key", "name")


class ContactForm(ConsoleForm):
    """A person who speaks for a customer."""

    name = forms.CharField(label=_("姓名"), max_length=100)
    title = forms.CharField(label=_("职务"), max_length=100, required=False)
    mobile = forms.RegexField(
        r"^\+?[0-9]{6,20}$",
        label=_("手机号"),
        error_messages={"invalid": _("只写数字，例如 13800000000。")},
        help_text=_("登录门户用"),
    )


class BoardForm(ConsoleForm):
    """What a customer agreed to show, and since when a written authorisation is on file."""

    authorised_on = DateField(label=_("书面授权日期"), required=False)
    board_consent = forms.ChoiceField(label=_("公开榜单"), choices=CONSENT_CHOICES)


class ProgramForm(ConsoleForm):
    """How the programme treats strangers, the board and objections."""

    unknown_members = forms.ChoiceField(
        label=_("导入里出现新客户时"),
        choices=STRANGER_CHOICES,
    )
    dispute_answer_days = forms.IntegerField(
        label=_("异议答复期限，天"),
        min_value=1,
        max_value=60,
        error_messages={
            "invalid": _("只写整数，例如 5。"),
            "min_value": _("1 – 60 天。"),
            "max_value": _("1 – 60 天。"),
        },
    )
    board_enabled = forms.BooleanField(label=_("开放公开榜单"), required=False)
    board_shows_points = forms.BooleanField(
        label=_("榜单显示积分"),
        required=False,
        help_text=_("积分能推算合同额，默认只显示名次"),
    )
    rank_in_portal = forms.BooleanField(label=_("客户在门户看到自己的名次"), required=False)
