"""The event types, read once from the JSON files beside this module."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from houji.intake.errors import EventTypeUnknown
from houji.rules.types import EventShape, Field, FieldCatalogue, FieldKind, Names


class DataKind(StrEnum):
    """What a field of an event's data is, for reading it from a cell or from JSON."""

    AMOUNT = "amount"
    DATE = "date"
    CODE = "code"
    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"


_RULE_KINDS = {
    DataKind.AMOUNT: FieldKind.DECIMAL,
    DataKind.DATE: FieldKind.DATE,
    DataKind.CODE: FieldKind.STRING,
    DataKind.TEXT: FieldKind.STRING,
    DataKind.INTEGER: FieldKind.INTEGER,
    DataKind.BOOLEAN: FieldKind.BOOLEAN,
}


@dataclass(frozen=True, slots=True)
class DataField:
    """One field of an event's data; ``words`` name the values where they have names of their own.

    ``minimum`` is a plain decimal, for amounts; integers have their limits in the schema.
    """

    name: str
    kind: DataKind
    names: Names
    required: bool
    unit: str | None
    minimum: str | None
    length_max: int | None
    words: Mapping[str, Names]


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of event; ``summary`` holds a template per language for the reason people read.

    ``business_no_field`` names the field of the data that identifies the business (业务单号);
    ``reverses`` is the type whose event with the same business number this one takes back.
    """

    code: str
    names: Names
    fields: Mapping[str, DataField]
    schema: Mapping[str, Any]
    summary: Names
    business_no_field: str
    amount_field: str | None
    reverses: str | None

    def business_no(self, data: Mapping[str, Any]) -> str | None:
        """The business number in an event's data, None where the data has none."""
        return data.get(self.business_no_field)


_ORDER = (
    "invoice.settled",
    "invoice.issued",
    "invoice.reversed",
    "referral.signed",
    "survey.completed",
    "project.joint",
)


@cache
def event_types() -> tuple[EventType, ...]:
    """All event types, in the order in which people see them."""
    folder = resources.files(__package__) / "data"
    return tuple(_read(json.loads((folder / f"{code}.json").read_text("utf-8"))) for code in _ORDER)


@cache
def _by_code() -> dict[str, EventType]:
    return {kind.code: kind for kind in event_types()}


def event_type(code: str) -> EventType:
    """The event type of this code; raises EventTypeUnknown."""
    if (found := _by_code().get(code)) is None:
        raise EventTypeUnknown(event_type=code[:60], known="、".join(_by_code()))
    return found


@cache
def reversal_of(code: str) -> EventType | None:
    """The event type that takes events of this type back, None where there is none."""
    return next((kind for kind in event_types() if kind.reverses == code), None)


@cache
def field_catalogue() -> FieldCatalogue:
    """Everything rules may speak of: the data of every event type, and what is known of a member."""
    return FieldCatalogue.of(tuple(map(_shape, event_types())), _MEMBER_FIELDS)


def _read(document: dict[str, Any]) -> EventType:
    required = set(document["schema"]["required"])
    properties = document["schema"]["properties"]
    fields = {name: _field(name, schema, name in required) for name, schema in properties.items()}
    return EventType(
        code=document["code"],
        names=document["names"],
        fields=fields,
        schema=document["schema"],
        summary=document["summary"],
        business_no_field=document["business_no_field"],
        amount_field=document.get("amount_field"),
        reverses=document.get("reverses"),
    )


def _field(name: str, schema: dict[str, Any], required: bool) -> DataField:
    about = schema["x-houji"]
    return DataField(
        name=name,
        kind=DataKind(about["kind"]),
        names=about["names"],
        required=required,
        unit=about.get("unit"),
        minimum=about.get("minimum"),
        length_max=schema.get("maxLength"),
        words=about.get("words", {}),
    )


def _shape(kind: EventType) -> EventShape:
    fields = tuple(
        Field(f"event.{item.name}", _RULE_KINDS[item.kind], item.names, item.unit, item.words)
        for item in kind.fields.values()
    )
    return EventShape(kind.code, kind.names, fields)


MEMBER_KINDS: Mapping[str, Names] = {
    "government": {"zh": "政府", "en": "government"},
    "soe": {"zh": "国企", "en": "state-owned"},
    "private": {"zh": "民企", "en": "private"},
}

_MEMBER_FIELDS = (
    Field("member.kind", FieldKind.CHOICE, {"zh": "客户性质", "en": "customer's kind"}, None, MEMBER_KINDS),
    Field("member.key", FieldKind.STRING, {"zh": "客户编码", "en": "customer code"}),
    Field("member.name", FieldKind.STRING, {"zh": "客户名称", "en": "customer name"}),
    Field("member.tags", FieldKind.TAGS, {"zh": "客户标签", "en": "customer tags"}),
    Field("member.joined_on", FieldKind.DATE, {"zh": "加入日期", "en": "date joined"}),
)
