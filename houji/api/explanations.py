"""The shapes of explanations: the chain from an event over rules and arithmetic to the lots."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.utils.translation import gettext_noop as _
from ninja import Schema
from pydantic import BeforeValidator, Field

from houji.api.schemas import Instant

EntryName = Annotated[str, BeforeValidator(str)]


class ShownFieldView(Schema):
    """One field of an event as people read it."""

    name: str = Field(description=_("字段代码"))
    label: str = Field(description=_("字段名称"))
    value: str = Field(description=_("值，按人的读法书写"))


class EventView(Schema):
    """The event of the chain."""

    event_id: int = Field(description=_("事件编号"))
    type_code: str = Field(description=_("事件类型代码"))
    type_name: str = Field(description=_("事件类型名称"))
    summary: str = Field(description=_("一句话说明"))
    fields: list[ShownFieldView]
    business_no: str = Field(description=_("业务单号"))
    source: str = Field(description=_("来源系统"))
    source_id: str = Field(description=_("来源系统里的编号"))
    origin: str = Field(description=_("从哪里收到"))
    occurred_at: Instant = Field(description=_("业务时间"))
    received_at: Instant = Field(description=_("收到时间"))
    is_live: bool = Field(description=_("是否有效；整批冲正后为 false"))


class RuleView(Schema):
    """How one rule judged the event."""

    rule_code: str = Field(description=_("规则代码"))
    name: str = Field(description=_("规则名称"))
    category: str = Field(description=_("类别"))
    outcome: str = Field(description=_("判定结果"))
    points: int = Field(description=_("这条规则给的积分"))
    reason: str = Field(description=_("算式或原因"))
    needs_approval: bool = Field(description=_("是否要审批后入账"))


class RulesView(Schema):
    """The version that decided, rule by rule."""

    version_number: int = Field(description=_("规则版本号"))
    in_force_since: date | None = Field(description=_("生效日期；一直有效时为空"))
    awarded: list[RuleView] = Field(description=_("给了积分的规则"))
    others: list[RuleView] = Field(description=_("没有给积分的规则"))


class LineView(Schema):
    """One rule's points with their arithmetic."""

    rule_code: str = Field(description=_("规则代码"))
    name: str = Field(description=_("规则名称"))
    category: str = Field(description=_("类别"))
    arithmetic: str = Field(description=_("算式"))
    points: int = Field(description=_("这条规则给的积分"))
    needs_approval: bool = Field(description=_("是否要审批后入账"))


class ApprovalView(Schema):
    """What became of the approval an award needed."""

    state: str = Field(description=_("pending、approved、rejected 或 withdrawn"))
    points: int = Field(description=_("待审批的积分"))
    raised_at: Instant = Field(description=_("提交时间"))
    due_at: Instant = Field(description=_("审批期限"))
    decided_by: str = Field(description=_("审批人；未决定时为空"))
    decided_at: Instant | None = Field(description=_("审批时间；未决定时为空"))
    note: str = Field(description=_("审批意见"))


class EventExplanationView(Schema):
    """What became of one event."""

    event: EventView
    member: str = Field(description=_("客户名称"))
    rules: RulesView | None = Field(description=_("作出判定的规则版本；没有规则的事件类型为空"))
    lines: list[LineView] = Field(description=_("逐条算式"))
    points: int = Field(description=_("已入账的积分；冲销为负数"))
    awaiting_points: int = Field(description=_("待审批的积分"))
    approval: ApprovalView | None = Field(description=_("审批；不需要时为空"))
    entries: list[EntryName] = Field(description=_("产生的流水编号"))


class LotView(Schema):
    """A lot and what the movement did to it."""

    lot_id: int = Field(description=_("批次编号"))
    entry: EntryName = Field(description=_("发放这批积分的流水编号"))
    points: int = Field(description=_("批次原有积分"))
    moved: int = Field(description=_("这笔流水动用的积分"))
    remaining: int = Field(description=_("批次剩余积分"))
    available_on: date = Field(description=_("可用的第一天"))
    expires_on: date | None = Field(description=_("可用的最后一天；长期有效时为空"))


class ReversalView(Schema):
    """Why points were taken back."""

    way: str = Field(description=_("red_invoice 红字发票，import 整批冲正，by_hand 人工冲正"))
    original: EntryName = Field(description=_("被冲正的流水编号"))
    event: EventView | None = Field(description=_("红字事件；没有时为空"))
    by: str = Field(description=_("冲正人"))
    reason: str = Field(description=_("变动的原因"))
    at: Instant = Field(description=_("冲正时间"))


class EntryExplanationView(Schema):
    """The whole chain behind one movement."""

    entry: EntryName = Field(description=_("流水编号，形如 12-3"), validation_alias="ref")
    kind: str = Field(description=_("accrue 发放，activate 生效，expire 到期，clawback 冲正"))
    member: str = Field(description=_("客户名称"))
    reason: str = Field(description=_("变动的原因"))
    points: int = Field(description=_("变动的积分，减少为负数"))
    available_after: int = Field(description=_("变动后的可用积分"))
    pending_after: int = Field(description=_("变动后的待生效积分"))
    occurred_at: Instant = Field(description=_("业务时间"))
    booked_at: Instant = Field(description=_("入账时间"))
    source: EventExplanationView | None = Field(description=_("背后的事件；到期和生效没有"))
    lines: list[LineView] = Field(description=_("逐条算式"))
    lots: list[LotView] = Field(description=_("涉及的批次"))
    reversal: ReversalView | None = Field(description=_("冲正的原因；不是冲正时为空"))
    reversed_by: EntryName | None = Field(description=_("冲正这笔的流水编号；没有时为空"))
