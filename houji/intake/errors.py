"""The refusals of intake: what makes a whole file, mapping or message unusable.

What is wrong with a single row or event is a ``Problem`` and stops only that one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from houji.kernel.refusals import Kind, Refusal


@dataclass
class EventTypeUnknown(Refusal):
    """No event type has this code."""

    event_type: str
    known: str

    code: ClassVar[str] = "event_type_unknown"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("没有「{event_type}」这种事件。")
    way_out: ClassVar[str | Promise] = _("可用的事件类型：{known}。")


@dataclass
class MappingKeyUnknown(Refusal):
    """A mapping document says something that no mapping can say."""

    path: str
    key: str
    nearest: str

    code: ClassVar[str] = "mapping_key_unknown"
    text: ClassVar[str | Promise] = _("映射的「{path}」里没有「{key}」这一项。")
    way_out: ClassVar[str | Promise] = _("最接近的是「{nearest}」；改名或删去。")


@dataclass
class MappingKeyMissing(Refusal):
    """A mapping document leaves out something it must say."""

    path: str
    key: str

    code: ClassVar[str] = "mapping_key_missing"
    text: ClassVar[str | Promise] = _("映射的「{path}」缺少「{key}」。")
    way_out: ClassVar[str | Promise] = _("补上「{key}」。")


@dataclass
class MappingValueInvalid(Refusal):
    """A mapping document gives a value that cannot be used; ``expected`` is already in words."""

    path: str
    value: str
    expected: str

    code: ClassVar[str] = "mapping_value_invalid"
    text: ClassVar[str | Promise] = _("映射的「{path}」不能是「{value}」。")
    way_out: ClassVar[str | Promise] = _("应为：{expected}。")


@dataclass
class ColumnUnknown(Refusal):
    """The file has columns of which the mapping knows nothing; guessing could lose data."""

    columns: str
    nearest: str

    code: ClassVar[str] = "column_unknown"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("映射里没有这些列：{columns}。")
    way_out: ClassVar[str | Promise] = _("最接近的列名：{nearest}。改列名，或在映射里忽略它。")


@dataclass
class ColumnMissing(Refusal):
    """The file lacks columns that the mapping needs."""

    columns: str
    found: str

    code: ClassVar[str] = "column_missing"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("缺少列：{columns}。文件里有：{found}。")
    way_out: ClassVar[str | Promise] = _("补上这些列，或换一个映射。")


@dataclass
class HeaderDuplicate(Refusal):
    """A column that the mapping uses appears twice, so it is unclear which one counts."""

    column: str
    places: str

    code: ClassVar[str] = "header_duplicate"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("列名「{column}」出现多次（第 {places} 列）。")
    way_out: ClassVar[str | Promise] = _("留下一列，其余的改名或删去。")


@dataclass
class ColumnAmbiguous(Refusal):
    """Two different columns of the file could both be the one the mapping means."""

    field: str
    columns: str

    code: ClassVar[str] = "column_ambiguous"
    kind: ClassVar[Kind] = Kind.UNPROCESSABLE
    text: ClassVar[str | Promise] = _("「{columns}」都可以作为 {field}，分不清用哪一列。")
    way_out: ClassVar[str | Promise] = _("留下一列，其余的改名或删去。")


@dataclass
class BodyTooLarge(Refusal):
    """The message is larger than intake reads at once."""

    size_bytes: int
    limit_bytes: int

    code: ClassVar[str] = "body_too_large"
    kind: ClassVar[Kind] = Kind.TOO_LARGE
    text: ClassVar[str | Promise] = _("内容有 {size_bytes} 字节，上限 {limit_bytes} 字节。")
    way_out: ClassVar[str | Promise] = _("分成几次发送，或改用文件导入。")


@dataclass
class BodyNotUtf8(Refusal):
    """The message is not UTF-8 text."""

    position: int

    code: ClassVar[str] = "body_not_utf8"
    text: ClassVar[str | Promise] = _("第 {position} 个字节起不是 UTF-8。")
    way_out: ClassVar[str | Promise] = _("用 UTF-8 编码发送。")


@dataclass
class JsonInvalid(Refusal):
    """The message is not JSON."""

    line: int
    column: int

    code: ClassVar[str] = "json_invalid"
    text: ClassVar[str | Promise] = _("JSON 在第 {line} 行第 {column} 个字符处有语法错误。")
    way_out: ClassVar[str | Promise] = _("改正后再发送。")


@dataclass
class JsonTooDeep(Refusal):
    """The message nests deeper than any event needs."""

    limit: int

    code: ClassVar[str] = "json_too_deep"
    text: ClassVar[str | Promise] = _("JSON 嵌套超过 {limit} 层。")
    way_out: ClassVar[str | Promise] = _("把数据写平，最多 {limit} 层。")


@dataclass
class BatchNotList(Refusal):
    """A batch that is not a JSON array."""

    code: ClassVar[str] = "batch_not_list"
    text: ClassVar[str | Promise] = _("批量内容不是 JSON 数组。")
    way_out: ClassVar[str | Promise] = _(
        "写成 [事件, 事件]，或用 application/cloudevents+json 发送一个事件。"
    )


@dataclass
class BatchTooLong(Refusal):
    """A batch of more events than intake takes at once."""

    count: int
    limit: int

    code: ClassVar[str] = "batch_too_long"
    kind: ClassVar[Kind] = Kind.TOO_LARGE
    text: ClassVar[str | Promise] = _("一批有 {count} 个事件，上限 {limit} 个。")
    way_out: ClassVar[str | Promise] = _("分成几批发送。")


@dataclass
class ContentTypeUnsupported(Refusal):
    """The message is neither a CloudEvent nor a batch of them."""

    content_type: str

    code: ClassVar[str] = "content_type_unsupported"
    kind: ClassVar[Kind] = Kind.INVALID
    text: ClassVar[str | Promise] = _("不支持内容类型「{content_type}」。")
    way_out: ClassVar[str | Promise] = _(
        "用 application/cloudevents+json 或 application/cloudevents-batch+json。"
    )
