"""What beginning refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from houji.kernel.refusals import Kind, Refusal


@dataclass
class InstallationTaken(Refusal):
    """Somebody has founded a company here already."""

    code: ClassVar[str] = "installation_taken"
    kind: ClassVar[Kind] = Kind.CONFLICT
    text: ClassVar[str | Promise] = _("这里已有公司，不能再新建第一个管理员。")
    way_out: ClassVar[str | Promise] = _("用已有账号登录，或让管理员发邀请链接。")


@dataclass
class TrialTooLarge(Refusal):
    """The file has more rows than a trial reads."""

    name: str
    limit: int

    code: ClassVar[str] = "trial_too_large"
    kind: ClassVar[Kind] = Kind.TOO_LARGE
    text: ClassVar[str | Promise] = _("「{name}」超过 {limit} 行，试算只读一年的回款。")
    way_out: ClassVar[str | Promise] = _("只留最近一年，再上传。")


@dataclass
class TrialUnreadable(Refusal):
    """No row of the file could be read; ``problem`` says what is wrong with the first one."""

    name: str
    row: int
    problem: str

    code: ClassVar[str] = "trial_unreadable"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("「{name}」没有一行读得懂。第 {row} 行：{problem}")
    way_out: ClassVar[str | Promise] = _("改好后再上传，或先用样例试算。")


@dataclass
class TrialEmpty(Refusal):
    """The file has a header and no rows."""

    name: str

    code: ClassVar[str] = "trial_empty"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("「{name}」只有表头，没有回款。")
    way_out: ClassVar[str | Promise] = _("换一份有数据的表，或先用样例试算。")
