"""A mapping meets the header of a file: every column gets its meaning, or the file is refused."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from houji.intake.errors import ColumnAmbiguous, ColumnMissing, ColumnUnknown, HeaderDuplicate
from houji.intake.mapping.apply import BoundField, BoundMapping
from houji.intake.mapping.document import FieldSpec, FileMapping
from houji.intake.normalise import UNITS, word_key

_WITH_UNIT = re.compile(r"(.+?)[(（\[【]?(千元|万元|亿元|元)[)）\]】]")


def bind(mapping: FileMapping, headers: Sequence[str], *, zone: ZoneInfo) -> BoundMapping:
    """Find the column of every field; bare days of the file are midnight in ``zone``.

    Names match without regard to case, blanks and full or half width; a unit in the header such as
    「金额（万元）」 counts before that of the mapping. Raises HeaderDuplicate, ColumnAmbiguous,
    ColumnMissing or ColumnUnknown, in this order.
    """
    places = _places(headers)
    fields = [bound for spec in mapping.specs() if (bound := _bind(spec, places, headers)) is not None]
    _refuse_missing(mapping, fields, headers)
    _refuse_unknown(mapping, fields, headers)
    return BoundMapping.of(mapping, tuple(headers), fields, zone)


def _places(headers: Sequence[str]) -> dict[str, list[int]]:
    """Index of the columns by key; 「金额（万元）」 is found under 金额 too unless 金额 itself exists."""
    places: dict[str, list[int]] = {}
    for index, header in enumerate(headers):
        if key := header_key(header):
            places.setdefault(key, []).append(index)
    for index, header in enumerate(headers):
        if (found := _WITH_UNIT.fullmatch(header_key(header))) and found[1] not in places:
            places[found[1]] = [index]
    return places


def header_key(header: str) -> str:
    """Return the form in which column names are compared; the mark of required columns is no part."""
    return word_key(header).strip("*")


def _bind(spec: FieldSpec, places: Mapping[str, list[int]], headers: Sequence[str]) -> BoundField | None:
    if not spec.columns:
        return BoundField(spec, None, "", spec.unit)
    keys = list(dict.fromkeys(map(header_key, spec.columns)))
    found = [places[key] for key in keys if key in places]
    if not found:
        return None
    if len(found[0]) > 1:
        raise HeaderDuplicate(headers[found[0][0]], "、".join(str(index + 1) for index in found[0]))
    if len(found) > 1:
        names = "、".join(headers[indexes[0]] for indexes in found)
        raise ColumnAmbiguous(spec.field, names)
    index = found[0][0]
    return BoundField(spec, index, headers[index], _unit(spec, headers[index]))


def _unit(spec: FieldSpec, header: str) -> str:
    named = _WITH_UNIT.fullmatch(header_key(header))
    return named[2] if named and named[2] in UNITS else spec.unit


def _refuse_missing(mapping: FileMapping, fields: Sequence[BoundField], headers: Sequence[str]) -> None:
    bound = {id(field.spec) for field in fields}
    missing = [spec for spec in mapping.specs() if spec.required and id(spec) not in bound]
    if missing:
        wanted = dict.fromkeys(" / ".join(spec.columns) for spec in missing)
        found = "、".join(header for header in headers if header.strip())
        raise ColumnMissing("；".join(wanted), found[:500])


def _refuse_unknown(mapping: FileMapping, fields: Sequence[BoundField], headers: Sequence[str]) -> None:
    if not mapping.refuses_other_columns:
        return
    used = {field.index for field in fields}
    unknown = [
        header
        for index, header in enumerate(headers)
        if index not in used and header_key(header) and header_key(header) not in mapping.ignore
    ]
    if unknown:
        near = dict.fromkeys(_nearest(unknown, mapping))
        raise ColumnUnknown("、".join(f"「{name}」" for name in unknown[:10]), "、".join(near))


def _nearest(unknown: Sequence[str], mapping: FileMapping) -> Iterator[str]:
    """Name the most similar column the mapping knows, for each of the first unknown ones."""
    known = {header_key(name): name for spec in mapping.specs() for name in spec.columns}
    for header in unknown[:10]:
        key = difflib.get_close_matches(header_key(header), known, n=1, cutoff=0.0)[0]
        yield f"「{known[key]}」"
