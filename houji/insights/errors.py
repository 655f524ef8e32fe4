"""What insights refuses."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from houji.kernel.refusals import Kind, Refusal


@dataclass
class StatementNotFound(Refusal):
    """There is no such statement, or it is another member's, which is the same to the asker."""

    month: str
    code = "statement_not_found"
    kind = Kind.NOT_FOUND
    text = _("没有 {month} 的这份对账单。")
    way_out = _("在对账单列表里选一个月份。")


@dataclass
class StatementLineNotFound(Refusal):
    """The statement has no such line."""

    month: str
    seq: int
    code = "statement_line_not_found"
    kind = Kind.NOT_FOUND
    text = _("{month} 的对账单没有第 {seq} 号流水。")
    way_out = _("刷新对账单，重新选一笔。")


@dataclass
class MonthNotOver(Refusal):
    """The month still runs, so its statement may still change."""

    month: str
    code = "month_not_over"
    kind = Kind.CONFLICT
    text = _("{month} 还没有结束，对账单还会变。")
    way_out = _("下月 1 日起可以确认或提异议。")


@dataclass
class AlreadyConfirmed(Refusal):
    """The statement was confirmed before."""

    month: str
    confirmed_by: str
    code = "statement_already_confirmed"
    kind = Kind.CONFLICT
    text = _("{month} 的对账单已由 {confirmed_by} 确认。")
    way_out = _("确认后发现问题，联系客户经理处理。")


@dataclass
class DisputesOpen(Refusal):
    """Objections to the statement still await an answer."""

    month: str
    count: int
    code = "disputes_open"
    kind = Kind.CONFLICT
    text = _("{month} 的对账单还有 {count} 条异议没有答复。")
    way_out = _("等全部答复后再确认。")


@dataclass
class AlreadyDisputed(Refusal):
    """The same line, or the whole statement, has an open objection."""

    month: str
    code = "already_disputed"
    kind = Kind.CONFLICT
    text = _("{month} 的这一处已提过异议，还没有答复。")
    way_out = _("等答复后再提，或对其他行提异议。")


@dataclass
class TextMissing(Refusal):
    """An objection and its answer say something."""

    code = "text_missing"
    kind = Kind.INVALID
    text = _("没有写内容。")
    way_out = _("用一两句话写清楚。")


@dataclass
class TextTooLong(Refusal):
    """The text is longer than what is kept."""

    length_max: int
    code = "text_too_long"
    kind = Kind.INVALID
    text = _("内容超过 {length_max} 字。")
    way_out = _("缩短后再提交。")


@dataclass
class DisputeNotFound(Refusal):
    """There is no such objection."""

    dispute_id: int
    code = "dispute_not_found"
    kind = Kind.NOT_FOUND
    text = _("没有编号为 {dispute_id} 的异议。")
    way_out = _("在工作台的待办里打开异议。")


@dataclass
class DisputeAnswered(Refusal):
    """The objection was answered before."""

    dispute_id: int
    answered_by: str
    code = "dispute_answered"
    kind = Kind.CONFLICT
    text = _("异议 {dispute_id} 已由 {answered_by} 答复。")
    way_out = _("刷新页面查看答复。")
