"""The mappings that ship with the product, and the guess which mapping a file was made for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from houji.intake.errors import ColumnAmbiguous, ColumnMissing, ColumnUnknown, HeaderDuplicate
from houji.intake.mapping.bind import bind, header_key
from houji.intake.mapping.document import FileMapping, parse_mapping
from houji.intake.types import SourceRow
from houji.kernel.refusals import Refusal

_SHIPPED = ("receivables", "payments_zh", "invoices_zh")


@cache
def shipped_mappings() -> tuple[FileMapping, ...]:
    """The ready-made mappings: the published sample, 应收回款 and 开票清单."""
    folder = resources.files("houji.intake") / "mapping_data"
    return tuple(parse_mapping(json.loads((folder / f"{code}.json").read_text("utf-8"))) for code in _SHIPPED)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """How well a mapping suits a file.

    ``columns_share`` is the share of the file's columns it knows, ``rows_share`` that of the sample
    rows it reads without a problem (0 when it cannot be bound); ``refusal`` says why it cannot.
    """

    mapping: FileMapping
    columns_share: float
    rows_share: float
    refusal: Refusal | None

    @property
    def fits(self) -> bool:
        """Whether the file can be read with this mapping as it is."""
        return self.refusal is None


def suggest_mapping(
    headers: Sequence[str],
    sample_rows: Sequence[SourceRow],
    mappings: Iterable[FileMapping],
    *,
    zone: ZoneInfo,
) -> list[Suggestion]:
    """Rank mappings for a file: those that fit first, then by rows read, then by columns known."""
    ranked = [_suggestion(mapping, headers, sample_rows, zone) for mapping in mappings]
    return sorted(ranked, key=lambda item: (not item.fits, -item.rows_share, -item.columns_share))


def _suggestion(
    mapping: FileMapping, headers: Sequence[str], rows: Sequence[SourceRow], zone: ZoneInfo
) -> Suggestion:
    used = {header_key(name) for spec in mapping.specs() for name in spec.columns}
    present = [key for header in headers if (key := header_key(header))]
    columns_share = sum(key in used for key in present) / max(len(present), 1)
    try:
        bound = bind(mapping, headers, zone=zone)
    except (ColumnAmbiguous, ColumnMissing, ColumnUnknown, HeaderDuplicate) as refusal:
        return Suggestion(mapping, columns_share, 0.0, refusal)
    good = sum(not bound.apply(row).problems for row in rows)
    return Suggestion(mapping, columns_share, good / max(len(rows), 1), None)
