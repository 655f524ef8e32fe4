"""What the reader of a file should know about how it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FILE_NOTES: Final[dict[str, str | Promise]] = {
    "encoding": _("按 {value} 编码读取"),
    "delimiter": _("以{value}分隔"),
    "content_differs": _("扩展名是 {raw}，内容是 {value}，按内容读取"),
    "sheet_chosen": _("有 {raw} 个工作表，读取「{value}」"),
    "merged_cells": _("数据里有合并单元格（{value}），只有左上角有内容"),
    "header_not_first": _("第 {value} 行是表头"),
}
"""What each kind of note says; the kinds are permanent."""


@dataclass(frozen=True, slots=True)
class FileNote:
    """One thing worth knowing about a file as a whole."""

    kind: str
    value: str
    raw: str = ""

    @property
    def text(self) -> str:
        """The note in the active language."""
        return str(FILE_NOTES[self.kind]).format(value=self.value, raw=self.raw)
