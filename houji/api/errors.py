"""What the API itself refuses, before or after an action had its say."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from houji.kernel.refusals import Kind, Refusal


@dataclass
class AddressUnknown(Refusal):
    """No resource has this address."""

    path: str

    code = "address_unknown"
    kind = Kind.NOT_FOUND
    text = _("没有地址「{path}」。")
    way_out = _("对照接口文档 /api/docs 核对地址。")


@dataclass
class MethodNotAllowed(Refusal):
    """The resource exists and does not know this method."""

    method: str
    allowed: str

    code = "method_not_allowed"
    text = _("这个地址不接受 {method}。")
    way_out = _("改用 {allowed}。")


@dataclass
class ParameterInvalid(Refusal):
    """A parameter of the address cannot be read; ``errors`` of the problem name each."""

    names: str

    code = "parameter_invalid"
    text = _("参数读不懂：{names}。")
    way_out = _("按 errors 里的说明逐个修改。")


@dataclass
class EventMalformed(Refusal):
    """The message is not a CloudEvent, or its JSON has faults; ``errors`` name each place."""

    count: int

    code = "event_malformed"
    text = _("事件有 {count} 处读不懂，没有入账。")
    way_out = _("按 errors 里的说明逐处修改，用同一个 id 重发。")


@dataclass
class EventDataInvalid(Refusal):
    """The message is a CloudEvent whose data does not fit its type; ``errors`` name each field."""

    count: int

    code = "event_data_invalid"
    kind = Kind.UNPROCESSABLE
    text = _("事件数据有 {count} 处不合要求，没有入账。")
    way_out = _("对照 /api/v1/event-types 修改，用同一个 id 重发。")


@dataclass
class Busy(Refusal):
    """The database could not serve the request just now; nothing was kept."""

    code = "busy"
    kind = Kind.UNAVAILABLE
    text = _("数据库正忙，这次没有写入。")
    way_out = _("按 Retry-After 的秒数等待，原样重发；重复的事件只入账一次。")


@dataclass
class InternalError(Refusal):
    """A fault of the product; the log holds the details under the request's id."""

    code = "internal_error"
    kind = Kind.UNAVAILABLE
    text = _("服务内部出错，已记录。")
    way_out = _("稍后原样重发；仍然出错时，把 request_id 告诉管理员。")
