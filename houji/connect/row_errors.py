"""Why a row of a file is not posted, where the row is readable but does not stand alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from houji.kernel.refusals import Kind, Refusal


@dataclass
class RowConflicts(Refusal):
    """An earlier row has the same number and another amount."""

    row: int
    amount: str

    code = "row_conflicts"
    kind = Kind.CONFLICT
    text = _("单号与第 {row} 行相同，金额不同（{amount}）。")
    way_out = _("核对后只保留一行。")


@dataclass
class RowDiffers(Refusal):
    """An earlier row has the same number and amount, but says something else."""

    row: int

    code = "row_differs"
    kind = Kind.CONFLICT
    text = _("单号与第 {row} 行相同，客户或日期等内容不同。")
    way_out = _("核对后只保留一行。")


@dataclass
class RowRepeats(Refusal):
    """An earlier row says the same."""

    row: int

    code = "row_repeats"
    kind = Kind.CONFLICT
    text = _("与第 {row} 行重复，不重复计分。")
    way_out = _("无需处理。")


@dataclass
class EventRepeats(Refusal):
    """The same business is in the books already."""

    day: str
    earlier: str

    code = "event_repeats"
    kind = Kind.CONFLICT
    text = _("{day} 已从「{earlier}」入账，不重复计分。")
    way_out = _("无需处理。")


@dataclass
class UnitsMixedUp(Refusal):
    """The amount is 10,000 times what this member usually has; figures are plain yuan."""

    amount: str
    as_yuan: str
    low: str
    high: str

    code = "units_mixed_up"
    text = _("读作 {amount} 元，平时 {low} – {high} 元，像是把「元」当成了「万元」。")
    way_out = _("按元读取为 {as_yuan} 元，或确认金额没错。")


@dataclass
class RowSkipped(Refusal):
    """A person chose to leave this row out."""

    code = "row_skipped"
    text = _("已选择跳过这一行。")
    way_out = _("取消跳过即可入账。")
