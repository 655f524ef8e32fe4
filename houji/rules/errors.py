"""The refusals of the rule language: every problem of a rule set at once, each with its remedy."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from houji.kernel.refusals import Kind, Refusal

PROBLEMS: Mapping[str, tuple[Promise, Promise]] = {
    "not_object": (_("这里应是一组带名称的设置"), _("改成花括号里的名称和值")),
    "not_list": (_("这里应是一个列表"), _("改成方括号里的若干项")),
    "list_size": (_("列表有 {count} 项，应为 {low} 到 {high} 项"), _("增减到 {low} 到 {high} 项")),
    "unknown_key": (_("没有「{key}」这一项"), _("可用的有：{known}")),
    "missing_key": (_("缺少「{key}」"), _("补上「{key}」")),
    "one_of": (_("「{keys}」要写且只写一个，现有 {count} 个"), _("留下其中一个")),
    "not_text": (_("这里应是文字"), _("写成引号里的文字，不能为空")),
    "not_code": (
        _("代码「{value}」写法不对"),
        _("用小写英文字母开头，后面用小写字母、数字或下划线，最长 64 个"),
    ),
    "code_taken": (_("代码「{value}」已被另一条规则使用"), _("换一个代码")),
    "name_missing": (_("缺少名称的「{language}」文本"), _("补上中文（zh）和英文（en）名称")),
    "not_boolean": (_("这里只能是 true 或 false"), _("改成 true 或 false，不加引号")),
    "not_true": (_("这一项只能写 true"), _("改成 true，或删掉这一项")),
    "not_count": (
        _("「{value}」不是 {low} 到 {high} 之间的整数"),
        _("改成 {low} 到 {high} 之间的整数，不加引号"),
    ),
    "float_number": (_("小数「{value}」没有加引号，会丢失精度"), _('写成带引号的小数，例如 "0.5"')),
    "not_decimal": (
        _("「{value}」不是可用的数"),
        _("写成带引号的普通小数，小于 1,000 万亿，小数不超过 6 位"),
    ),
    "not_positive": (_("「{value}」应大于 0"), _("改成大于 0 的数")),
    "not_option": (_("「{value}」不在可选范围内"), _("可选：{known}")),
    "unknown_event": (_("没有「{value}」这种事件"), _("可用的事件：{known}")),
    "unknown_field": (_("这种事件没有字段「{value}」"), _("可用的字段：{known}")),
    "not_ordered": (_("「{field}」不能比较大小"), _("改用 eq、ne 或 in")),
    "not_for_tags": (_("「{field}」有多个值，不能用「{op}」"), _("改用 in、empty 或 not_empty")),
    "kinds_differ": (_("「{left}」是{left_kind}，「{right}」是{right_kind}，不能相比"), _("比较同一类的值")),
    "kind_needed": (_("「{field}」是{kind}，这里需要{needed}"), _("换成{needed}字段")),
    "not_date": (_("「{value}」不是日期"), _("写成 2026-01-31 这样的日期")),
    "not_datetime": (_("「{value}」不是带时区的时间"), _("写成 2026-01-31T08:00:00Z 这样的时间")),
    "value_unwanted": (_("「{op}」后面不需要值"), _("删掉 value 或 than")),
    "too_deep": (_("条件套得太深，最多 {limit} 层"), _("拆成几条规则")),
    "too_many_digits": (_("这个算式可能超过 {limit} 位数，算不准"), _("减少相乘的字段")),
    "bands_not_rising": (_("档位「{value}」没有比上一档高"), _("按起点从低到高排列，不要重复")),
    "unknown_zone": (_("没有「{value}」这个时区"), _("写成 Asia/Shanghai 这样的时区名")),
}
"""Text and remedy of every problem, by its permanent code."""

KIND_NAMES: Mapping[str, Promise] = {
    "decimal": _("数值"),
    "integer": _("整数"),
    "string": _("文字"),
    "date": _("日期"),
    "datetime": _("时间"),
    "boolean": _("是否"),
    "choice": _("选项"),
    "tags": _("标签"),
}
"""What a kind of field is called inside a problem."""


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: in which rule (its code, if known), at which position, and how."""

    code: str
    rule: str | None
    where: str
    facts: Mapping[str, Any]

    @property
    def message(self) -> str:
        """What is wrong, in the active language."""
        return str(PROBLEMS[self.code][0]).format(**self.facts)

    @property
    def remedy(self) -> str:
        """How to mend it, in the active language."""
        return str(PROBLEMS[self.code][1]).format(**self.facts)

    def __str__(self) -> str:
        place = _("规则「{rule}」，位置 {where}") if self.rule else _("位置 {where}")
        return str(_("{place}：{message}。{remedy}。")).format(
            place=str(place).format(rule=self.rule, where=self.where),
            message=self.message,
            remedy=self.remedy,
        )


@dataclasses.dataclass
class RuleSetRefused(Refusal):
    """The document is no rule set; ``problems`` lists everything there is to mend."""

    code: ClassVar[str] = "rule_set_refused"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("规则有 {count} 处要改。{listed}")
    way_out: ClassVar[str | Promise] = _("逐处改好后重新保存。")

    problems: tuple[Problem, ...]

    @property
    def message(self) -> str:
        """How many problems there are, and each with its position and remedy."""
        listed = " ".join(str(problem) for problem in self.problems)
        return str(self.text).format(count=len(self.problems), listed=listed)

    @property
    def facts(self) -> dict[str, Any]:
        """The problems as JSON values, for interfaces that show each beside its field."""
        listed = [
            {
                "code": problem.code,
                "rule": problem.rule,
                "where": problem.where,
                "message": problem.message,
                "remedy": problem.remedy,
            }
            for problem in self.problems
        ]
        return {"problems": listed}
