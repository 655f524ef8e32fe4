"""Last year's receivables as the wizard reads them: the latest twelve months of a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import BinaryIO
from zoneinfo import ZoneInfo

from houji.connect.error_columns import without_error_columns
from houji.connect.files.opening import open_table
from houji.connect.mixing import UsualAmounts, as_yuan
from houji.connect.reading import ImportFile, open_import_file
from houji.connect.survey import Survey, survey_file
from houji.connect.types import ReadRow
from houji.intake.event_types.catalogue import event_type
from houji.intake.mapping.document import FileMapping, parse_mapping
from houji.intake.mapping.library import suggest_mapping
from houji.intake.types import DraftEvent, SourceRow
from houji.kernel.time import add_months, local_date
from houji.onboarding import errors
from houji.rules.types import Names

ROWS_MAX = 50_000
_SETTLED = "invoice.settled"
_SAMPLE_ROWS = 20
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Receipts:
    """A year of business that stands, in the order of the file, with what was left out and why.

    Repeats and reversed invoices are gone from ``drafts``; ``mixed`` counts amounts taken for 万元
    that are read as yuan; ``older`` rows lie before the twelve months that end on ``last_day``.
    """

    name: str
    mapping_names: Names
    drafts: Sequence[DraftEvent]
    rows_total: int
    rows_bad: int
    rows_older: int
    rows_mixed: int
    first_day: date
    last_day: date

    @property
    def contract_yuan(self) -> Decimal:
        """The sum of the amounts."""
        return sum((_amount(draft) for draft in self.drafts), Decimal(0))


def read_receipts(
    source: BinaryIO, name: str, *, zone: ZoneInfo, mappings: Iterable[FileMapping]
) -> Receipts:
    """Read a file of settled invoices through the mapping that suits it best; nothing is stored.

    Columns that no field needs are passed over. Refuses as the file gives cause, with what the
    nearest mapping lacks, or with TrialTooLarge, TrialEmpty or TrialUnreadable.
    """
    mapping = _best_mapping(source, name, zone, mappings)
    file = open_import_file(source, name, sheet="", document=mapping.document, zone=zone)
    _refuse_too_many(file, name)
    survey = survey_file(file)
    rows = list(survey.rows())
    drafts, mixed = _without_mix_ups(survey, rows)
    if not drafts:
        raise _nothing_read(name, rows)
    last_day = max(local_date(draft.occurred_at, zone) for draft in drafts)
    since = add_months(last_day, -_MONTHS)
    year = [draft for draft in drafts if local_date(draft.occurred_at, zone) > since]
    standing = _standing(year)
    return Receipts(
        name=name,
        mapping_names=mapping.names,
        drafts=standing,
        rows_total=survey.rows_total,
        rows_bad=sum(bool(row.result.problems) for row in rows),
        rows_older=len(drafts) - len(year),
        rows_mixed=mixed,
        first_day=min((local_date(draft.occurred_at, zone) for draft in year), default=last_day),
        last_day=last_day,
    )


def _best_mapping(
    source: BinaryIO, name: str, zone: ZoneInfo, mappings: Iterable[FileMapping]
) -> FileMapping:
    """Choose among the mappings of settled invoices; a trial minds no further columns."""
    usable = [
        parse_mapping({**mapping.document, "other_columns": "ignore"})
        for mapping in mappings
        if mapping.event_type.code == _SETTLED
    ]
    table = open_table(source, name)
    headers = without_error_columns(table.headers)
    sample = [SourceRow(row.number, row.cells[: len(headers)]) for row in islice(table.rows(), _SAMPLE_ROWS)]
    ranked = suggest_mapping(headers, sample, usable, zone=zone)
    if ranked[0].refusal is None:
        return ranked[0].mapping
    nearest = max(ranked, key=lambda item: item.columns_share)
    assert nearest.refusal is not None
    raise nearest.refusal


def _refuse_too_many(file: ImportFile, name: str) -> None:
    if sum(1 for _ in islice(file.table.rows(), ROWS_MAX + 1)) > ROWS_MAX:
        raise errors.TrialTooLarge(name, ROWS_MAX)


def _without_mix_ups(survey: Survey, rows: Sequence[ReadRow]) -> tuple[list[DraftEvent], int]:
    """Read amounts that are 10,000 times the usual as yuan: one of them would drown the whole year."""
    usual = UsualAmounts(survey, None)
    drafts, mixed = [], 0
    for row in rows:
        draft = row.result.draft
        if draft is None:
            continue
        if usual.suspicion(draft) is not None and (changed := as_yuan(draft)) is not None:
            draft, mixed = changed[0], mixed + 1
        drafts.append(draft)
    return drafts, mixed


def _standing(drafts: Sequence[DraftEvent]) -> list[DraftEvent]:
    """Keep the first of repeated numbers, and drop business that a red line takes back."""
    kept: dict[tuple[str, str], DraftEvent] = {}
    for draft in drafts:
        if event_type(draft.type).reverses is None:
            kept.setdefault((draft.type, draft.business_no or draft.id), draft)
    for draft in drafts:
        if (reversed_type := event_type(draft.type).reverses) is not None:
            kept.pop((reversed_type, draft.business_no or ""), None)
    return list(kept.values())


def _nothing_read(name: str, rows: Sequence[ReadRow]) -> errors.TrialEmpty | errors.TrialUnreadable:
    for row in rows:
        if row.result.problems:
            return errors.TrialUnreadable(name, row.result.number, row.result.problems[0].message)
    return errors.TrialEmpty(name)


def _amount(draft: DraftEvent) -> Decimal:
    return Decimal(draft.data.get(event_type(draft.type).amount_field or "", "0"))
