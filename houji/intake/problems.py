"""Problems: why one row or one event is not accepted, and what to do about it.

A problem is stored with its code and facts and rendered in the reader's language, so that a list
written in Chinese can be read in English. A problem concerns one row; whatever makes the whole
file or body unusable is a refusal in ``errors``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_Say = tuple[str | Promise, str | Promise]

_CELLS: dict[str, _Say] = {
    "value_missing": (_("没有填写。"), _("补上再传。")),
    "member_key_missing": (_("没有客户编码。"), _("补上客户编码，与客户档案一致。")),
    "formula_error": (_("公式出错：{raw}。"), _("在表里修好公式，或粘贴为数值。")),
    "formula_not_calculated": (_("公式没有计算结果。"), _("用 Excel 打开并保存一次，再上传。")),
    "row_too_wide": (
        _("第 {position} 格「{raw}」没有对应的列名。"),
        _("检查是否多了分隔符；含逗号的值要加引号。"),
    ),
    "amount_not_number": (_("「{raw}」不是金额。"), _("改成数字，例如 1234.50。")),
    "amount_ambiguous": (
        _("「{raw}」的逗号位置不对，读不准。"),
        _("去掉逗号，或每三位一个逗号，例如 1,234.50。"),
    ),
    "amount_exponent": (
        _("「{raw}」是科学计数法，可能丢了位数。"),
        _("把单元格设为数值格式，写出全部数字。"),
    ),
    "amount_too_many_digits": (
        _("「{raw}」超过 {places} 位小数。"),
        _("四舍五入到分再传。"),
    ),
    "amount_out_of_range": (
        _("「{raw}」超出可记的金额，须小于 {limit} 元。"),
        _("检查金额和单位（元、万元）。"),
    ),
    "amount_is_date": (_("「{raw}」是日期，不是金额。"), _("把单元格改为数值格式，并检查列对得对不对。")),
    "amount_negative": (
        _("金额是负数：{raw}。"),
        _("红字发票用带冲销的映射导入，其他情况改成正数。"),
    ),
    "number_too_small": (_("「{raw}」小于 {limit}。"), _("改成 {limit} 或更大的数。")),
    "number_too_large": (_("「{raw}」大于 {limit}。"), _("改成 {limit} 或更小的数。")),
    "integer_expected": (_("「{raw}」不是整数。"), _("改成整数，例如 5。")),
    "number_inexact": (
        _("数字 {raw} 在 JSON 里会丢失位数。"),
        _('用字符串传送，例如 "1234.50"。'),
    ),
    "digits_lost": (
        _("「{raw}」被 Excel 存成数字，15 位以后的数字已丢失。"),
        _("把该列设为文本格式，重新填写完整号码。"),
    ),
    "text_expected": (_("「{raw}」不是文字。"), _("改成文字。")),
    "text_too_long": (_("文字超过 {limit} 个字符。"), _("缩短后再传。")),
    "text_forbidden": (_("含有不能保存的字符（NUL）。"), _("删去该字符。")),
    "date_impossible": (_("{reason}。"), _("改成实际日期，例如 2026-01-05。")),
    "date_unreadable": (_("「{raw}」不是能读的日期。"), _("写成 2026-01-05。")),
    "date_ambiguous": (
        _("「{raw}」分不清哪个是月、哪个是日。"),
        _("写成 2026-01-05，或在映射里写明日期格式。"),
    ),
    "date_out_of_range": (_("「{raw}」的年份不在 1900 – 2199 之间。"), _("检查年份。")),
    "time_unreadable": (
        _("「{raw}」不是带时区的时间。"),
        _("写成 2026-01-05T08:30:00+08:00。"),
    ),
    "boolean_unreadable": (_("「{raw}」看不出是或否。"), _("写「是」或「否」。")),
    "choice_unknown": (_("「{raw}」不在可选值里：{choices}。"), _("改成其中一个。")),
}

_EVENTS: dict[str, _Say] = {
    "field_unknown": (_("没有「{raw}」这个字段。"), _("最接近的是「{nearest}」；改名或删去。")),
    "schema_violated": (_("不符合事件类型的要求（{rule}）。"), _("对照事件类型的说明修改。")),
    "data_not_object": (_("data 不是 JSON 对象。"), _('写成 {{"字段": 值}}。')),
    "event_not_object": (_("事件不是 JSON 对象。"), _("每个事件写成一个 JSON 对象。")),
    "attribute_missing": (_("缺少属性 {raw}。"), _("补上 {raw}。")),
    "attribute_invalid": (_("属性 {raw} 的值不合规。"), _("按 CloudEvents 1.0 改正。")),
    "attribute_name": (
        _("「{raw}」不是合规的属性名。"),
        _("扩展属性名只用小写字母和数字，最多 20 个。"),
    ),
    "specversion_unknown": (_("CloudEvents 版本「{raw}」不支持。"), _("specversion 写 1.0。")),
    "event_type_unknown": (_("没有「{raw}」这种事件。"), _("可用的事件类型：{known}。")),
    "json_duplicate_key": (_("{path} 出现了两次。"), _("每个键只写一次。")),
    "json_nul": (_("{path} 含有 NUL 字符。"), _("删去该字符。")),
    "json_surrogate": (_("{path} 含有不完整的字符编码。"), _("用完整的 UTF-8 文字。")),
    "json_inexact": (
        _("{path} 的数字 {raw} 会丢失位数。"),
        _('用字符串传送，例如 "1234.50"。'),
    ),
    "data_base64_unsupported": (_("不支持 data_base64。"), _("把 JSON 对象放在 data 里。")),
    "content_type_unsupported": (_("数据类型「{raw}」不支持。"), _("用 application/json。")),
}

PROBLEMS: Final[dict[str, _Say]] = _CELLS | _EVENTS
"""Permanent code → (what is wrong, what to do), formats over the facts."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field; ``column`` is the header in the file, where there is one."""

    field: str
    code: str
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    column: str = ""

    @property
    def message(self) -> str:
        """What is wrong, in the active language."""
        return str(PROBLEMS[self.code][0]).format(**self._rendered())

    @property
    def remedy(self) -> str:
        """What to do about it, in the active language."""
        return str(PROBLEMS[self.code][1]).format(**self._rendered())

    def _rendered(self) -> dict[str, str]:
        facts = dict(self.facts)
        if self.code == "date_impossible":
            facts["reason"] = impossible_date(facts)
        return facts


_NO_MONTH = _("没有 {month} 月")
_NO_DAY = _("{month} 月没有 {day} 日")
_NO_LEAP_DAY = _("{year} 年 2 月没有 29 日")


def impossible_date(facts: Mapping[str, str]) -> str:
    """Say why a date with these ``year``, ``month`` and ``day`` cannot be, e.g. 2 月没有 30 日."""
    if not 1 <= int(facts["month"]) <= 12:
        form = _NO_MONTH
    elif (facts["month"], facts["day"]) == ("2", "29"):
        form = _NO_LEAP_DAY
    else:
        form = _NO_DAY
    return str(form).format(**facts)


class Unreadable(Exception):
    """Raised by the readers of single values; the caller knows the field and makes the problem."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def problem(self, field: str, column: str = "") -> Problem:
        """Return the problem this makes for a field."""
        return Problem(field=field, code=self.code, facts=self.facts, column=column)
