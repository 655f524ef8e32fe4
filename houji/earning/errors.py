"""What earning refuses, one event at a time."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from houji.kernel.refusals import Kind, Refusal


@dataclass
class MemberUnknown(Refusal):
    """The programme refuses events of members it does not know."""

    member: str
    code = "member_unknown"
    kind = Kind.UNPROCESSABLE
    text = _("没有客户「{member}」，本计划不自动新建。")
    way_out = _("先新建客户，或核对客户编码。")


@dataclass
class EventConflict(Refusal):
    """An event with this id or business number came before, and said something else."""

    number: str
    earlier: str
    earlier_amount: str
    code = "event_conflict"
    kind = Kind.CONFLICT
    text = _("单号 {number} 已从「{earlier}」入账，内容不同（原金额 {earlier_amount}）。")
    way_out = _("核对哪一份对；要更正，先冲正原来那份再重传。")


@dataclass
class NothingToReverse(Refusal):
    """A reversal names a business number that no accepted event of the member has."""

    number: str
    code = "nothing_to_reverse"
    kind = Kind.UNPROCESSABLE
    text = _("没有找到单号 {number} 的原业务，无法冲正。")
    way_out = _("核对原发票号；原发票先入账，红字才能冲正。")


@dataclass
class ReversedBefore(Refusal):
    """A reversal with this business number is in force: the business cannot earn any more."""

    number: str
    code = "reversed_before"
    kind = Kind.CONFLICT
    text = _("单号 {number} 已有红字冲销，不能再入账。")
    way_out = _("红字有误时，先撤回红字那次导入，再重传这一行。")


@dataclass
class ReversalAmountDiffers(Refusal):
    """A red invoice for part of the amount: only whole invoices are reversed."""

    number: str
    amount: str
    original: str
    code = "reversal_amount_differs"
    kind = Kind.UNPROCESSABLE
    text = _("红字金额 {amount} 与单号 {number} 的原金额 {original} 不同。")
    way_out = _("整张红冲后，按新金额重开发票入账。")


@dataclass
class PointsOutOfRange(Refusal):
    """The account would hold more points than can be kept exactly."""

    member: str
    code = "points_out_of_range"
    kind = Kind.UNPROCESSABLE
    text = _("「{member}」的积分会超出可记的范围。")
    way_out = _("检查金额和单位（元、万元）。")


@dataclass
class BatchRefused(Refusal):
    """All or nothing was asked for, and some events are not good."""

    refused: int
    code = "batch_refused"
    kind = Kind.UNPROCESSABLE
    text = _("有 {refused} 条不能入账，按「全部无误才入」没有写入任何一条。")
    way_out = _("改好后重传，或改用「好的先入」。")


@dataclass
class EventNotFound(Refusal):
    """No event or entry has this name."""

    name: str
    code = "event_not_found"
    kind = Kind.NOT_FOUND
    text = _("没有编号为「{name}」的事件或流水。")
    way_out = _("事件编号是数字，流水编号形如 12-3。")


@dataclass
class ReasonMissing(Refusal):
    """A reversal by hand says why."""

    code = "reason_missing"
    kind = Kind.INVALID
    text = _("没有写原因。")
    way_out = _("写一句原因，客户和审计会看到。")


@dataclass
class ReversedAlready(Refusal):
    """The movement or import was taken back before."""

    name: str
    code = "reversed_already"
    kind = Kind.CONFLICT
    text = _("{name} 已经冲正过。")
    way_out = _("刷新页面查看结果。")
