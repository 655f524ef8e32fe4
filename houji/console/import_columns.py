"""Which column is what: the table of the 对应列 step, between a form and a mapping document."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from houji.console.desk import name_in
from houji.intake.event_types.catalogue import DataKind, EventType, event_type
from houji.intake.mapping.bind import header_key
from houji.intake.mapping.document import FileMapping
from houji.intake.normalise import UNITS

PLACES: dict[str, str | Promise] = {
    "member_key": _("客户编码"),
    "member_name": _("客户名称"),
    "member_kind": _("客户性质"),
    "occurred_at": _("业务日期"),
    "id": _("来源单号"),
}
"""What a column can be beside a field of the event; the business number follows from the event."""

UNIT_NAMES: dict[str, str | Promise] = {
    "元": _("元"),
    "千元": _("千元"),
    "万元": _("万元"),
    "亿元": _("亿元"),
}
"""What people call the units that amounts can be in."""

DATE_FORMATS: tuple[tuple[str, str | Promise], ...] = (
    ("", _("自动识别")),
    ("YYYY-M-D", _("年-月-日")),
    ("M/D/YYYY", _("月/日/年")),
    ("D/M/YYYY", _("日/月/年")),
    ("YYYYMMDD", _("八位数字")),
)

DAY_OF = {
    "invoice.settled": "settled_date",
    "invoice.issued": "invoice_date",
    "invoice.reversed": "reversed_date",
}
"""The field that says when the business happened, for event types that have one."""

UNNAMED = "columns"
_WORDS = re.compile(r"[\s,，、;；]+")
_UNIT_IN_HEADER = re.compile(r"[(（\[【]?(千元|万元|亿元|元)[)）\]】]?$")


@dataclass(slots=True)
class Column:
    """One column of the file and what was chosen for it; ``reads`` says which choice its cells need."""

    index: int
    header: str
    samples: Sequence[str]
    meaning: str = ""
    format: str = ""
    unit: str = "元"
    true: str = ""
    false: str = ""
    reads: str = ""

    @property
    def header_unit(self) -> str:
        """The unit that the header itself names: it counts before any choice."""
        found = _UNIT_IN_HEADER.search(self.header.strip())
        return found[1] if found and found[1] in UNITS else ""


@dataclass(slots=True)
class ColumnChoices:
    """The whole form: an event type, the columns, and whether red lines reverse."""

    kind: EventType
    columns: list[Column]
    reverses: bool = True
    problems: list[str] = field(default_factory=list)

    @property
    def can_reverse(self) -> bool:
        """Whether negative amounts of this event type can take business back."""
        return self.kind.code == "invoice.settled"

    @property
    def meanings(self) -> list[tuple[str, str]]:
        """What a column can be."""
        data = [(f"data.{name}", name_in(item.names)) for name, item in self.kind.fields.items()]
        places = [(name, str(text)) for name, text in PLACES.items()]
        return [("", gettext("不读")), *places[:3], *data, *places[3:]]

    def check(self) -> bool:
        """Find what is missing or chosen twice; False when something is."""
        names = dict(self.meanings)
        chosen = [column.meaning for column in self.columns if column.meaning]
        twice = [names[meaning] for meaning in dict.fromkeys(chosen) if chosen.count(meaning) > 1]
        wanted = ["member_key", *(f"data.{name}" for name, item in self.kind.fields.items() if item.required)]
        if DAY_OF.get(self.kind.code) is None:
            wanted.append("occurred_at")
        missing = [names[meaning] for meaning in wanted if meaning not in chosen]
        if twice:
            self.problems.append(gettext("选了两次：%(names)s。每项只对应一列") % {"names": "、".join(twice)})
        if missing:
            self.problems.append(gettext("还没有对应：%(names)s") % {"names": "、".join(missing)})
        return not self.problems

    def document(self, *, code: str, name: str) -> dict[str, Any]:
        """Write the choices as a mapping document."""
        places = {c.meaning: _spec(c, self.kind) for c in self.columns if c.meaning in PLACES}
        data = {
            c.meaning.removeprefix("data."): _spec(c, self.kind)
            for c in self.columns
            if c.meaning.startswith("data.")
        }
        if (number := data.get(self.kind.business_no_field)) is not None:
            places["business_no"] = {"column": number["column"]}
        if "occurred_at" not in places:
            places["occurred_at"] = {**data[DAY_OF[self.kind.code]], "as": "date"}
        negative = {
            "field": "amount",
            "becomes": "invoice.reversed",
            "data": {"reversed_date": "settled_date"},
        }
        return {
            "code": code,
            "names": {"zh": name, "en": name},
            "source": f"urn:houji:file:{code}",
            "event_type": self.kind.code,
            "columns": places,
            "data": data,
            **({"negative": negative} if self.can_reverse and self.reverses else {}),
            "ignore": [c.header for c in self.columns if not c.meaning and c.header.strip()],
            "other_columns": "refuse",
        }


def own_code(name: str) -> str:
    """Return the code under which a mapping of this name is kept: the same name, the same mapping."""
    return f"own-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def from_mapping(
    headers: Sequence[str], samples: Sequence[Sequence[str]], mapping: FileMapping
) -> ColumnChoices:
    """Begin with what a mapping knows of these columns."""
    meanings: dict[str, str] = {}
    specs = [*mapping.places.items(), *((f"data.{name}", spec) for name, spec in mapping.data.items())]
    for meaning, spec in specs:
        for name in spec.columns:
            # A field of the event says more than the place that is read from the same column.
            if meaning.startswith("data.") or header_key(name) not in meanings:
                meanings[header_key(name)] = meaning
    by_meaning = dict(specs)
    columns = []
    for column in _columns(headers, samples):
        meaning = meanings.get(_bare(column.header), meanings.get(header_key(column.header), ""))
        column.meaning = "" if meaning == "business_no" else meaning
        if column.meaning:
            spec = by_meaning[meaning]
            column.format = spec.formats[0] if spec.formats else ""
            column.unit = spec.unit
        columns.append(column)
    choices = ColumnChoices(mapping.event_type, columns, reverses=mapping.negative is not None)
    return _with_readings(choices)


def from_form(
    headers: Sequence[str], samples: Sequence[Sequence[str]], posted: Mapping[str, str]
) -> ColumnChoices:
    """Read the form as it was filled in; unknown choices count as none."""
    choices = ColumnChoices(event_type(posted.get("event_type", "")), _columns(headers, samples))
    known = {meaning for meaning, _name in choices.meanings}
    formats = {form for form, _name in DATE_FORMATS}
    choices.reverses = posted.get("reverses") == "1"
    for column in choices.columns:
        chosen = {name: posted.get(f"{name}-{column.index}", "") for name in ("meaning", "format", "unit")}
        column.meaning = chosen["meaning"] if chosen["meaning"] in known else ""
        column.format = chosen["format"] if chosen["format"] in formats else ""
        column.unit = chosen["unit"] if chosen["unit"] in UNITS else "元"
        column.true = posted.get(f"true-{column.index}", "")[:200]
        column.false = posted.get(f"false-{column.index}", "")[:200]
    return _with_readings(choices)


def _columns(headers: Sequence[str], samples: Sequence[Sequence[str]]) -> list[Column]:
    columns = []
    for index, header in enumerate(headers):
        values = dict.fromkeys(row[index] for row in samples if index < len(row) and row[index])
        columns.append(Column(index, header, list(values)[:3]))
    return columns


def _with_readings(choices: ColumnChoices) -> ColumnChoices:
    for column in choices.columns:
        kind = _kind_of(column.meaning, choices.kind)
        column.reads = kind if kind in {DataKind.AMOUNT, DataKind.DATE, DataKind.BOOLEAN} else ""
    return choices


def _kind_of(meaning: str, kind: EventType) -> str:
    if meaning == "occurred_at":
        return DataKind.DATE
    item = kind.fields.get(meaning.removeprefix("data."))
    return item.kind if item is not None and meaning.startswith("data.") else ""


def _spec(column: Column, kind: EventType) -> dict[str, Any]:
    spec: dict[str, Any] = {"column": column.header}
    match _kind_of(column.meaning, kind):
        case DataKind.AMOUNT:
            spec |= {"as": "amount", "unit": column.unit}
        case DataKind.DATE:
            spec |= {"formats": [column.format]} if column.format else {}
            if column.meaning == "occurred_at":
                spec["as"] = "date"
        case DataKind.BOOLEAN:
            for answer in ("true", "false"):
                if words := [word for word in _WORDS.split(getattr(column, answer)) if word]:
                    spec[answer] = words
    return spec


def _bare(header: str) -> str:
    return header_key(_UNIT_IN_HEADER.sub("", header.strip()))
