"""Reading imports: the list, one of them, its rows in words, the head of its file."""

from __future__ import annotations

from itertools import islice
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Sum

from houji.connect import errors, problems
from houji.connect.error_columns import without_error_columns
from houji.connect.files.opening import open_table
from houji.connect.models import Import, ImportRow
from houji.connect.storage import path_of
from houji.connect.types import BAD, FileHead, MappingChoice, Outcome, ShownProblem
from houji.intake.mapping.document import FileMapping
from houji.intake.mapping.library import shipped_mappings, suggest_mapping
from houji.intake.normalise import shown
from houji.intake.notes import Note
from houji.intake.own_mappings import own_mappings
from houji.intake.types import SourceRow
from houji.kernel.ids import ProgramId
from houji.kernel.refusals import Refusal

SAMPLE_ROWS = 20


def recent_imports(program_id: ProgramId) -> QuerySet[Import]:
    """Return a programme's imports, latest first."""
    return Import.objects.filter(program_id=program_id).order_by("-id")


def import_by_id(import_id: int) -> Import:
    """Return an import of the current company; refuses with ImportNotFound."""
    found = Import.objects.filter(id=import_id).first()
    if found is None:
        raise errors.ImportNotFound(import_id=import_id)
    return found


def rows_of(import_id: int, *, outcome: Outcome | None = None, text: str = "") -> QuerySet[ImportRow]:
    """Return listed rows in the order of the file; ``text`` finds member, number or row number."""
    rows = ImportRow.objects.filter(import_run_id=import_id)
    if outcome is not None:
        rows = rows.filter(outcome=outcome.value)
    if text.strip():
        wanted = text.strip()
        found = Q(member_key__icontains=wanted) | Q(member_name__icontains=wanted)
        found |= Q(business_no__icontains=wanted)
        if wanted.isascii() and wanted.isdigit() and len(wanted) < 9:
            found |= Q(row_number=int(wanted))
        rows = rows.filter(found)
    return rows.order_by("row_number", "id")


def bad_rows(import_id: int) -> QuerySet[ImportRow]:
    """Return the listed rows that are not in the books and need somebody."""
    outcomes = [outcome.value for outcome in BAD]
    rows = ImportRow.objects.filter(import_run_id=import_id, outcome__in=outcomes)
    return rows.order_by("row_number", "id")


def problems_of(row: ImportRow) -> list[ShownProblem]:
    """Return what is wrong with a row, in the active language."""
    return [problems.show(stored) for stored in row.problems]


def notes_of(row: ImportRow) -> list[Note]:
    """Return what was changed in reading a row; ``text`` says it in the active language."""
    return [Note(**stored) for stored in row.notes]


def failure_of(import_: Import) -> Refusal | None:
    """Return why a failed import failed, in the active language when shown."""
    if import_.failure is None:
        return None
    return problems.refusal(import_.failure["code"], import_.failure["facts"])


def flagged_points(import_id: int) -> int:
    """Return what the rows held back as mix-ups would earn, read as yuan."""
    rows = ImportRow.objects.filter(import_run_id=import_id, outcome=Outcome.FLAGGED.value)
    return rows.aggregate(total=Sum("points"))["total"] or 0


def mapping_choices() -> list[MappingChoice]:
    """Return the ready-made mappings and the company's own."""
    own = [_choice(mapping, own=True) for mapping in own_mappings()]
    return own + [_choice(mapping, own=False) for mapping in shipped_mappings()]


def mapping_by_code(code: str) -> MappingChoice:
    """Return a mapping, the company's own before a ready-made one; refuses with MappingNotFound."""
    choices = mapping_choices()
    for choice in choices:
        if choice.code == code:
            return choice
    raise errors.MappingNotFound(mapping=code[:60], known="、".join(choice.code for choice in choices))


def file_head(import_: Import, *, zone: ZoneInfo, sheet: str | None = None) -> FileHead:
    """Read the beginning of an uploaded file and rank the mappings for it.

    Refuses with UploadGone, or as the file gives cause.
    """
    path = path_of(import_)
    if not path.is_file():
        raise errors.UploadGone(name=import_.file_name)
    table = open_table(path, import_.file_name, sheet=sheet or import_.sheet or None)
    headers = without_error_columns(table.headers)
    rows = [SourceRow(row.number, row.cells[: len(headers)]) for row in islice(table.rows(), SAMPLE_ROWS)]
    mappings = [*own_mappings(), *shipped_mappings()]
    return FileHead(
        headers=headers,
        header_row=table.header_row,
        sheet=table.sheet,
        sheet_names=table.sheet_names,
        notes=table.notes,
        samples=[tuple(shown(cell) for cell in row.cells) for row in rows],
        suggestions=suggest_mapping(headers, rows, mappings, zone=zone),
    )


def _choice(mapping: FileMapping, *, own: bool) -> MappingChoice:
    return MappingChoice(mapping.code, mapping.names, mapping.document, own)
