"""Notes: how intake shows that it changed a value before using it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NOTES: Final[dict[str, str | Promise]] = {
    "full_width": _("全角「{raw}」转为「{value}」"),
    "currency": _("去掉币种「{raw}」，读作 {value}"),
    "thousands": _("千分位「{raw}」读作 {value}"),
    "brackets": _("括号「{raw}」读作负数 {value}"),
    "sign": _("符号「{raw}」读作 {value}"),
    "unit": _("「{raw}」按{unit}读作 {value} 元"),
    "serial_date": _("Excel 序号 {raw} 转为日期 {value}"),
    "date_form": _("日期「{raw}」读作 {value}"),
    "time_dropped": _("「{raw}」只取日期 {value}"),
    "text_marks": _("去掉文本标记，「{raw}」读作「{value}」"),
    "number_as_text": _("数字 {raw} 读作文字「{value}」"),
    "blanks": _("去掉不可见字符或换行，读作「{value}」"),
    "reversal": _("负数 {raw}，作为红字冲销 {value} 元"),
    "total_row": _("「{raw}」是合计行，不读入"),
}
"""What each kind of note says; the kinds are permanent."""


MINOR: Final = frozenset({"date_form", "thousands", "number_as_text", "time_dropped"})


@dataclass(frozen=True, slots=True)
class Note:
    """One visible change: the ``kind``, the ``raw`` text of the cell and the ``value`` made of it.

    ``field`` and ``column`` are filled in where the row is known to a mapping.
    """

    kind: str
    raw: str
    value: str
    unit: str = ""
    field: str = ""
    column: str = ""

    @property
    def minor(self) -> bool:
        """Whether this is only another way of writing, such as 2026/1/5: shown, but not singled out."""
        return self.kind in MINOR

    @property
    def text(self) -> str:
        """The note as a sentence in the active language."""
        # People see a real minus sign; the value keeps the one that computers read.
        value = self.value.replace("-", "−", 1) if self.value.startswith("-") else self.value
        return str(NOTES[self.kind]).format(raw=self.raw, value=value, unit=self.unit)
