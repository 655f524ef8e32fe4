"""What programmes refuse."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from houji.kernel.refusals import Kind, Refusal


@dataclass
class ProgramNotFound(Refusal):
    """The company has no programme with this code."""

    program: str
    code = "program_not_found"
    kind = Kind.NOT_FOUND
    text = _("没有代码为「{program}」的积分计划。")
    way_out = _("用 --programme 指定已有的计划代码。")


@dataclass
class NoProgramYet(Refusal):
    """The company has no programme at all."""

    code = "no_program_yet"
    kind = Kind.NOT_FOUND
    text = _("还没有积分计划。")
    way_out = _("登录控制台，用三个问题开始。")


@dataclass
class ProgramExists(Refusal):
    """A programme with this code is there already."""

    program: str
    code = "program_exists"
    kind = Kind.CONFLICT
    text = _("已有代码为「{program}」的积分计划。")
    way_out = _("换一个代码。")


@dataclass
class PointValueRefused(Refusal):
    """The value of a point lies outside what money can express sensibly."""

    value: str
    code = "point_value_refused"
    kind = Kind.INVALID
    text = _("1 分值 {value} 元，不在 0.0001 – 1,000 元之间。")
    way_out = _("填写 0.0001 到 1000 之间的金额，例如 1。")
