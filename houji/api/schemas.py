"""The shapes the API answers with. Points are integers, money is a decimal string, times are UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.utils.translation import gettext_noop as _
from ninja import Schema
from pydantic import Field, PlainSerializer, StringConstraints


def write_time(at: datetime) -> str:
    """Write an instant as RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


Instant = Annotated[datetime, PlainSerializer(write_time, return_type=str)]

# PostgreSQL cannot store NUL, so nothing that holds one can be found either.
Text = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Month = Annotated[str, StringConstraints(pattern=r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$")]


class FieldError(Schema):
    """One fault of a message, at its place."""

    row: int | None = Field(None, description=_("批量中的位置，从 0 数起"))
    pointer: str = Field(description=_("出错位置的 JSON Pointer"))
    field: str = Field(description=_("出错的字段"))
    code: str = Field(description=_("永久不变的代码"))
    message: str = Field(description=_("哪里不对"))
    remedy: str = Field(description=_("怎么改"))


class ProblemBody(Schema):
    """RFC 9457."""

    type: str = Field(description=_("这类问题的说明页地址"))
    title: str = Field(description=_("这类问题的名称"))
    status: int = Field(description=_("HTTP 状态码"))
    detail: str = Field(description=_("这一次哪里不对"))
    code: str = Field(description=_("永久不变的代码"))
    remedy: str = Field(description=_("怎么改"))
    errors: list[FieldError] = Field(description=_("逐处的错误"))
    instance: str = Field(description=_("请求的地址"))
    request_id: str = Field(description=_("请求编号，与响应头 X-Request-Id 相同"))


class Reason(Schema):
    """Why an event earned what it earned, one line for each rule that gave points."""

    rule: str = Field(description=_("规则代码"))
    name: str = Field(description=_("规则名称"))
    points: int = Field(description=_("这条规则给的积分"))
    text: str = Field(description=_("算式或原因"))
    awaits_approval: bool = Field(description=_("是否要审批后入账"))


class EventReceipt(Schema):
    """What became of one event; for a repeat, what the earlier one gave."""

    result: str = Field(description=_("accepted 已入账，duplicate 与之前那条相同"))
    event_id: int = Field(description=_("事件编号；重复时是之前那条的编号"))
    points: int = Field(description=_("已入账的积分；冲销为负数"))
    awaiting_points: int = Field(description=_("待审批的积分"))
    entry: str | None = Field(description=_("流水编号，形如 12-3；没有积分时为空"))
    reasons: list[Reason] = Field(description=_("给分的依据"))


class BatchItem(Schema):
    """What became of one event of a batch."""

    index: int = Field(description=_("批量中的位置，从 0 数起"))
    result: str = Field(description=_("accepted、duplicate、conflict 或 refused"))
    event_id: int | None = Field(None, description=_("事件编号；被拒的没有"))
    points: int = Field(0, description=_("已入账的积分；冲销为负数"))
    awaiting_points: int = Field(0, description=_("待审批的积分"))
    entry: str | None = Field(None, description=_("流水编号，形如 12-3；没有积分时为空"))
    errors: list[FieldError] = Field(default_factory=list, description=_("逐处的错误"))


class BatchCounts(Schema):
    """How many events of a batch came to what."""

    accepted: int
    duplicate: int
    conflict: int
    refused: int


class BatchReceipt(Schema):
    """What became of a batch, event by event."""

    counts: BatchCounts = Field(description=_("各种结果的条数"))
    points: int = Field(description=_("这一批新入账的积分合计"))
    awaiting_points: int = Field(description=_("这一批新增的待审批积分合计"))
    results: list[BatchItem] = Field(description=_("逐条结果，顺序与发送时相同"))


class MemberView(Schema):
    """A member."""

    key: str = Field(description=_("客户编码"))
    name: str = Field(description=_("客户名称"))
    short_name: str = Field(description=_("简称"))
    kind: str = Field(description=_("government 政府，soe 国企，private 民企"))
    city: str = Field(description=_("城市"))
    account_manager: str = Field(description=_("客户经理"))
    tags: list[str] = Field(description=_("标签"))
    joined_on: date | None = Field(description=_("加入日期"))


class MemberPage(Schema):
    """One page of members."""

    items: list[MemberView]
    next_cursor: str | None = Field(description=_("下一页的游标；没有下一页时为空"))


class NextExpiry(Schema):
    """The next points to expire."""

    at: Instant = Field(description=_("到期时刻"))
    points: int = Field(description=_("届时到期的积分"))


class BalanceView(Schema):
    """A member's balance as of an instant."""

    member: str = Field(description=_("客户编码"))
    programme: str = Field(description=_("积分计划代码"))
    unit: str = Field(description=_("积分单位代码"))
    as_of: Instant = Field(description=_("余额截至的时刻"))
    available: int = Field(description=_("可用积分"))
    pending: int = Field(description=_("待生效积分"))
    available_value_yuan: str = Field(description=_("可用积分折合的元数，十进制字符串"))
    point_value_yuan: str = Field(description=_("1 分折合的元数，十进制字符串"))
    expires_next: NextExpiry | None = Field(description=_("最近一次到期；没有时为空"))
    available_next: Instant | None = Field(description=_("最近一次生效的时刻；没有时为空"))


class EntryView(Schema):
    """One movement of points."""

    entry: str = Field(description=_("流水编号，形如 12-3；没有积分时为空"))
    kind: str = Field(description=_("accrue 发放，activate 生效，expire 到期，clawback 冲正"))
    points: int = Field(description=_("变动的积分，减少为负数"))
    available_after: int = Field(description=_("变动后的可用积分"))
    pending_after: int = Field(description=_("变动后的待生效积分"))
    parts: dict[str, int] = Field(description=_("按类别拆分的积分"))
    reason: str = Field(description=_("变动的原因"))
    occurred_at: Instant = Field(description=_("业务时间"))
    booked_at: Instant = Field(description=_("入账时间"))


class EntryPage(Schema):
    """One page of movements, latest first."""

    items: list[EntryView]
    next_cursor: str | None = Field(description=_("下一页的游标；没有下一页时为空"))


class EventTypeView(Schema):
    """An event type with the JSON Schema of its data."""

    type: str = Field(description=_("事件类型代码"))
    names: dict[str, str] = Field(description=_("中英文名称"))
    business_no_field: str = Field(description=_("作为业务单号的字段"))
    reverses: str | None = Field(description=_("冲销哪一种事件；不冲销时为空"))
    data_schema: dict[str, Any] = Field(description=_("data 的 JSON Schema"))


class EventTypeList(Schema):
    """All event types."""

    items: list[EventTypeView]
