"""Rows of the audit trail as people read them."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from houji.access.types import ROLE_NAMES
from houji.console.fields import (
    CONSENT_CHOICES,
    KIND_CHOICES,
    STRANGER_CHOICES,
    BoardForm,
    ContactForm,
    MemberForm,
    ProgramForm,
)

ACTIONS: dict[str, str | Promise] = {
    "api_key.create": _("新建接口密钥"),
    "api_key.revoke": _("停用接口密钥"),
    "contact.add": _("添加联系人"),
    "contact.edit": _("修改联系人"),
    "contact.remove": _("移除联系人"),
    "entry.reverse": _("冲正流水"),
    "import.post": _("导入入账"),
    "import.reverse": _("撤回导入"),
    "import.start": _("开始导入"),
    "import.upload": _("上传文件"),
    "mapping.save": _("保存列对应"),
    "member.board": _("更改上榜设置"),
    "member.create": _("添加客户"),
    "member.edit": _("修改客户资料"),
    "program.found": _("建立积分计划"),
    "program.settings": _("更改计划设置"),
    "request.approved": _("审批同意"),
    "request.rejected": _("审批退回"),
    "rules.publish": _("发布规则"),
    "statement.answer": _("答复异议"),
    "statement.confirm": _("确认对账单"),
    "statement.dispute": _("提出异议"),
    "user.create": _("添加用户"),
    "user.deactivate": _("停用用户"),
    "user.edit": _("修改用户"),
    "user.invite": _("生成邀请链接"),
    "user.reactivate": _("恢复用户"),
    "user.roles": _("更改角色"),
}
"""What each action is called; one without a name here is shown by its code."""

SUBJECTS: dict[str, str | Promise] = {
    "account": _("账户"),
    "api_key": _("密钥"),
    "dispute": _("异议"),
    "entry": _("流水"),
    "import": _("导入"),
    "mapping": _("列对应"),
    "member": _("客户"),
    "program": _("计划"),
    "request": _("审批单"),
    "user": _("用户"),
    "version": _("规则版本"),
}

FIELDS: dict[str, str | Promise] = {
    name: field.label
    for form in (MemberForm, BoardForm, ProgramForm)
    for name, field in form.base_fields.items()
    if field.label is not None
}
"""What changed fields are called: as on the forms they are changed by."""

PERSON_FIELDS: dict[str, str | Promise] = {
    **{name: field.label for name, field in ContactForm.base_fields.items() if field.label is not None},
    "login": _("账号"),
}
"""The same of people: a name there is not a customer's."""

WORDS: dict[str, str | Promise] = {
    **dict(KIND_CHOICES),
    **dict(CONSENT_CHOICES),
    **dict(STRANGER_CHOICES),
    "True": _("是"),
    "False": _("否"),
}

SPOKEN = ("name", "login", "key", "reason", "note", "text", "answer", "month")
"""The details that are words of people, in the order they are shown."""


def audit_line(row: Any) -> dict[str, Any]:
    """Return who did what to what, and what they said, of one audit row."""
    fields = PERSON_FIELDS if row.action.partition(".")[0] in {"contact", "user"} else FIELDS
    changes = _changes(row.detail, fields)
    said = [str(row.detail[name]) for name in SPOKEN if row.detail.get(name)]
    return {
        "at": row.at,
        "who": row.actor_name + (f" ({row.key_prefix}…)" if row.key_prefix else ""),
        "what": ACTIONS.get(row.action, row.action),
        "subject": _subject(row.subject),
        "detail": " · ".join([*said, *changes]),
    }


def _subject(subject: str) -> str:
    kind, _colon, name = subject.partition(":")
    return f"{SUBJECTS.get(kind, kind)} {name}".strip()


def _changes(detail: dict[str, Any], fields: dict[str, str | Promise]) -> list[str]:
    """Write old and new values side by side where a row keeps both."""
    before, after = detail.get("before"), detail.get("after")
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            f"{fields.get(name, name)}{gettext('：')}{_value(before.get(name))} → {_value(after[name])}"
            for name in after
        ]
    if after is not None and not isinstance(after, dict):
        return [f"{_value(before)} → {_value(after)}"]
    return []


def _value(value: Any) -> str:
    if isinstance(value, list):
        # Only roles are kept as lists; elsewhere a word like "admin" may be a name.
        return gettext("，").join(str(ROLE_NAMES.get(one, one)) for one in value)
    if value in {None, "", "None"}:
        return "—"
    return str(WORDS.get(str(value), value))
