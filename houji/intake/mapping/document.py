"""The mapping document: strict JSON that says which column is what; every error names its place."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from houji.intake.dates import compile_format, to_date
from houji.intake.errors import MappingKeyMissing, MappingKeyUnknown, MappingValueInvalid
from houji.intake.event_types.catalogue import MEMBER_KINDS, DataKind, EventType, event_type, event_types
from houji.intake.normalise import FALSE_WORDS, TRUE_WORDS, UNITS, to_amount, to_integer, word_key
from houji.intake.problems import Unreadable
from houji.kernel.numbers import plain
from houji.rules.types import Names

_TOP = {
    "code": True,
    "names": True,
    "source": True,
    "event_type": True,
    "columns": True,
    "data": True,
    "negative": False,
    "ignore": False,
    "other_columns": False,
}
_PLACES = {
    "id": ("code", True),
    "member_key": ("code", True),
    "member_name": ("text", False),
    "member_kind": ("choice", False),
    "occurred_at": ("date", True),
    "business_no": ("code", True),
}
"""Fields outside the data: what they are read as, and whether their column must be in the file."""

_SPEC = ("column", "constant", "as", "formats", "unit", "true", "false", "words", "required")
_NEGATIVE = {"field": True, "becomes": True, "data": False, "business_no": False}
_TEXTUAL = frozenset({"code", "text"})

_KIND_WORDS: Final[Mapping[str, str]] = {
    **{kind: kind for kind in MEMBER_KINDS},
    **dict.fromkeys(("政府", "政府机关", "机关", "事业单位", "政府及事业单位"), "government"),
    **dict.fromkeys(("国企", "国有企业", "央企", "中央企业", "地方国企"), "soe"),
    **dict.fromkeys(("民企", "民营企业", "民营", "私企", "私营企业"), "private"),
}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """Where one field comes from and how it is read.

    ``columns`` are the accepted header names, best first; empty when ``constant`` is given, which is
    then in stored form (a date as a date). ``kind``
    is one of code, text, amount, integer, boolean, date, datetime, choice. ``required`` says that
    the column must be there, and for a field of the data that its cell must not be empty.
    """

    field: str
    kind: str
    columns: tuple[str, ...] = ()
    constant: Any = None
    formats: tuple[str, ...] = ()
    unit: str = "元"
    true_words: frozenset[str] = TRUE_WORDS
    false_words: frozenset[str] = FALSE_WORDS
    words: Mapping[str, str] | None = None
    required: bool = True


@dataclass(frozen=True, slots=True)
class NegativeRule:
    """What a negative amount (红字) becomes.

    ``data`` fills fields of the reversal from fields of the row; ``original_no`` is the column with
    the number of the invoice that is reversed, for files in which the red invoice has its own.
    """

    field: str
    becomes: EventType
    data: Mapping[str, str]
    original_no: FieldSpec | None


@dataclass(frozen=True, slots=True)
class FileMapping:
    """A parsed mapping document; made by ``parse_mapping`` only."""

    code: str
    names: Names
    source: str
    event_type: EventType
    places: Mapping[str, FieldSpec]
    data: Mapping[str, FieldSpec]
    negative: NegativeRule | None
    ignore: frozenset[str]
    refuses_other_columns: bool
    document: Mapping[str, Any]

    def specs(self) -> Iterable[FieldSpec]:
        """Every field that comes from a column or a constant."""
        yield from self.places.values()
        yield from self.data.values()
        if self.negative is not None and self.negative.original_no is not None:
            yield self.negative.original_no


def parse_mapping(document: Any) -> FileMapping:
    """Read a mapping document.

    Raises MappingKeyUnknown, MappingKeyMissing or MappingValueInvalid, each naming the place.
    """
    _keys(document, "", _TOP)
    kind = _event_type(document["event_type"], "event_type")
    other = _one_of(document.get("other_columns", "refuse"), "other_columns", ("refuse", "ignore"))
    _texts(document.get("ignore", []), "ignore")
    return FileMapping(
        code=_text(document["code"], "code", 60),
        names=_names(document["names"]),
        source=_text(document["source"], "source", 300),
        event_type=kind,
        places=_places(document["columns"]),
        data=_data(document["data"], kind),
        negative=_negative(document.get("negative"), kind),
        ignore=frozenset(word_key(name) for name in document.get("ignore", [])),
        refuses_other_columns=other == "refuse",
        document=document,
    )


def _places(document: Any) -> dict[str, FieldSpec]:
    _keys(document, "columns", dict.fromkeys(_PLACES, False))
    for name in ("member_key", "occurred_at"):
        if name not in document:
            raise MappingKeyMissing("columns", name)
    if "id" not in document and "business_no" not in document:
        raise MappingKeyMissing("columns", "id")
    return {name: _spec(spec, f"columns.{name}", name, *_PLACES[name]) for name, spec in document.items()}


def _data(document: Any, kind: EventType) -> dict[str, FieldSpec]:
    _keys(document, "data", {name: field.required for name, field in kind.fields.items()})
    return {
        name: _spec(spec, f"data.{name}", name, kind.fields[name].kind, kind.fields[name].required)
        for name, spec in document.items()
    }


def _spec(document: Any, path: str, field: str, kind: str, required: bool) -> FieldSpec:
    _keys(document, path, dict.fromkeys(_SPEC, False))
    if ("column" in document) == ("constant" in document):
        if "column" not in document:
            raise MappingKeyMissing(path, "column")
        raise _invalid(f"{path}.constant", document["constant"], _("column 和 constant 只写一个"))
    wanted = document.get("required", required)
    if not isinstance(wanted, bool):
        raise _invalid(f"{path}.required", wanted, "true, false")
    return FieldSpec(
        field=field,
        kind=_as(document.get("as", str(kind)), f"{path}.as", kind),
        columns=_columns(document["column"], f"{path}.column") if "column" in document else (),
        constant=_constant(document["constant"], f"{path}.constant", kind)
        if "constant" in document
        else None,
        formats=_formats(document.get("formats", []), f"{path}.formats"),
        unit=_unit(document.get("unit", "元"), f"{path}.unit"),
        true_words=_words(document.get("true"), f"{path}.true", TRUE_WORDS),
        false_words=_words(document.get("false"), f"{path}.false", FALSE_WORDS),
        words=_choices(document.get("words"), f"{path}.words") if kind == "choice" else None,
        required=wanted or (required and path.startswith("data.")),
    )


def _as(value: Any, path: str, kind: str) -> str:
    allowed = {str(kind)}
    if kind in _TEXTUAL:
        allowed = set(_TEXTUAL)
    elif path == "columns.occurred_at.as":
        allowed = {"date", "datetime"}
    return _one_of(value, path, sorted(allowed))


def _columns(value: Any, path: str) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    _texts(names, path)
    if not names or not all(name.strip() for name in names):
        raise _invalid(path, value, _("列名，或列名的列表"))
    return tuple(names)


def _constant(value: Any, path: str, kind: str) -> Any:
    """Read a constant as its column would be, so that a wrong one is found here and not in every row."""
    try:
        read = _CONSTANTS[kind](value)
    except (Unreadable, TypeError, KeyError):
        read = None
    if read is None:
        raise _invalid(path, value, _("与字段同类的值（{kind}）；小数和日期写成文字").format(kind=kind))
    return read


def _constant_amount(value: Any) -> str | None:
    amount = to_amount(value, []) if isinstance(value, str | int) else None
    return None if amount is None else plain(amount)


def _constant_date(value: Any) -> date | None:
    return to_date(value, []) if isinstance(value, str) else None


_CONSTANTS: Mapping[str, Callable[[Any], Any]] = {
    "code": lambda value: value.strip() or None if isinstance(value, str) else None,
    "text": lambda value: value.strip() or None if isinstance(value, str) else None,
    "choice": lambda value: value if MEMBER_KINDS[value] else None,
    "boolean": lambda value: value if isinstance(value, bool) else None,
    "integer": lambda value: to_integer(value, []) if isinstance(value, int) else None,
    "amount": _constant_amount,
    "date": _constant_date,
}


def _formats(value: Any, path: str) -> tuple[str, ...]:
    _texts(value, path)
    for form in value:
        try:
            compile_format(form)
        except ValueError:
            raise _invalid(path, form, _("YYYY、M、D 各一个，例如 M/D/YYYY")) from None
    return tuple(value)


def _unit(value: Any, path: str) -> str:
    return _one_of(value, path, UNITS)


def _words(value: Any, path: str, default: frozenset[str]) -> frozenset[str]:
    if value is None:
        return default
    _texts(value, path)
    return frozenset(map(word_key, value))


def _choices(value: Any, path: str) -> Mapping[str, str]:
    if value is None:
        return _KIND_WORDS
    if not isinstance(value, dict):
        raise _invalid(path, value, _('词到值的对照，例如 {"国企": "soe"}'))
    for word, choice in value.items():
        _one_of(choice, f"{path}.{word}", MEMBER_KINDS)
    return {word_key(word): choice for word, choice in value.items()}


def _negative(document: Any, kind: EventType) -> NegativeRule | None:
    if document is None:
        return None
    _keys(document, "negative", _NEGATIVE)
    amounts = [name for name, field in kind.fields.items() if field.kind == DataKind.AMOUNT]
    _one_of(document["field"], "negative.field", amounts)
    becomes = _event_type(document["becomes"], "negative.becomes")
    if becomes.reverses != kind.code:
        raise _invalid(
            "negative.becomes", document["becomes"], _("冲销「{code}」的事件类型").format(code=kind.code)
        )
    renames = document.get("data", {})
    _keys(renames, "negative.data", dict.fromkeys(becomes.fields, False))
    for name, source in renames.items():
        _one_of(source, f"negative.data.{name}", kind.fields)
    original = document.get("business_no")
    return NegativeRule(
        field=document["field"],
        becomes=becomes,
        data=renames,
        original_no=original and _spec(original, "negative.business_no", "business_no", "code", False),
    )


def _event_type(code: Any, path: str) -> EventType:
    return event_type(_one_of(code, path, [kind.code for kind in event_types()]))


def _names(value: Any) -> Names:
    _keys(value, "names", {"zh": True, "en": True})
    return {language: _text(name, f"names.{language}", 100) for language, name in value.items()}


def _keys(document: Any, path: str, keys: Mapping[str, bool]) -> None:
    """Check that a JSON object has only these keys and all that are required (True)."""
    if not isinstance(document, dict):
        raise _invalid(path or "mapping", document, _("JSON 对象"))
    for key in document:
        if key not in keys:
            near = difflib.get_close_matches(str(key), keys, n=1, cutoff=0.0)
            raise MappingKeyUnknown(path or "mapping", str(key)[:60], near[0])
    for key, required in keys.items():
        if required and key not in document:
            raise MappingKeyMissing(path or "mapping", key)


def _text(value: Any, path: str, length_max: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > length_max or "\0" in value:
        raise _invalid(path, value, _("文字，最多 {count} 个字符").format(count=length_max))
    return value


def _one_of(value: Any, path: str, options: Iterable[str]) -> str:
    if not isinstance(value, str) or value not in options:
        raise _invalid(path, value, ", ".join(options))
    return value


def _texts(value: Any, path: str) -> None:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _invalid(path, value, _("文字的列表"))


def _invalid(path: str, value: Any, expected: str) -> MappingValueInvalid:
    return MappingValueInvalid(path, str(value)[:60], expected)
