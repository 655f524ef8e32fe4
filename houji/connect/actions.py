"""An upload and what is chosen for it, before anything is posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from houji.access.actions import record_audit, require
from houji.access.tenant import tenant
from houji.access.types import Actor, Permission
from houji.connect import errors
from houji.connect.files.opening import open_table
from houji.connect.models import Import, ImportRow
from houji.connect.preview import preview_import
from houji.connect.queries import file_head, import_by_id
from houji.connect.reading import open_import_file
from houji.connect.states import lock_import, refuse_busy, refuse_closed, terms_of_import
from houji.connect.storage import keep_upload, path_of
from houji.connect.types import MixedUnits
from houji.intake.mapping.document import FileMapping, parse_mapping
from houji.intake.mapping.library import shipped_mappings
from houji.intake.own_mappings import keep_mapping
from houji.programs.types import ProgramTerms

NAME_LENGTH_MAX = 255


def upload_file(*, actor: Actor, terms: ProgramTerms, file_name: str, stream: BinaryIO) -> Import:
    """Keep an uploaded file and open it; a mapping that fits is chosen at once.

    Refuses with PermissionMissing, FileTooLarge, or as the file gives cause, and then keeps nothing.
    """
    require(actor, Permission.IMPORT)
    name = file_name.replace("\0", "").strip()[-NAME_LENGTH_MAX:] or "upload"
    path, size_bytes = keep_upload(stream, name)
    try:
        table = open_table(path, name)
        with tenant(actor.company_id):
            import_ = Import.objects.create(
                company_id=actor.company_id,
                program_id=terms.id,
                file_name=name,
                stored_as=path.name,
                size_bytes=size_bytes,
                sheet=table.sheet,
                created_by_user=actor.user_id,
                created_by_name=actor.name,
            )
            _suggest(import_, terms)
            record_audit(actor, "import.upload", f"import:{import_.id}", name=name, size_bytes=size_bytes)
            return import_by_id(import_.id)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def choose_mapping(
    *, actor: Actor, import_id: int, document: Mapping[str, Any], sheet: str | None = None
) -> Import:
    """Say what the columns mean; an earlier preview is forgotten.

    Refuses with PermissionMissing, ImportNotFound, ImportBusy, ImportClosed, or as the document, the
    file or its header gives cause.
    """
    require(actor, Permission.IMPORT)
    with tenant(actor.company_id):
        import_ = _open_for_choices(import_id)
        wanted = import_.sheet if sheet is None else sheet
        zone, path = terms_of_import(import_).zone, path_of(import_)
        file = open_import_file(path, import_.file_name, sheet=wanted, document=document, zone=zone)
        import_.sheet = file.table.sheet
        import_.mapping = dict(document)
        _forget_preview(import_)
    return import_


def save_mapping(*, actor: Actor, document: Mapping[str, Any]) -> FileMapping:
    """Keep a mapping under its code for the company's next files, in place of an earlier one.

    Refuses with PermissionMissing, MappingCodeTaken, or as the document gives cause.
    """
    require(actor, Permission.IMPORT)
    mapping = parse_mapping(document)
    if any(mapping.code == shipped.code for shipped in shipped_mappings()):
        raise errors.MappingCodeTaken(mapping=mapping.code)
    with tenant(actor.company_id):
        keep_mapping(actor.company_id, document)
        record_audit(actor, "mapping.save", f"mapping:{mapping.code}", document=dict(document))
    return mapping


def skip_rows(*, actor: Actor, import_id: int, rows: Iterable[int], skip: bool = True) -> Import:
    """Leave rows out, or take them in again, and preview anew: a skipped row may free a later one."""
    require(actor, Permission.IMPORT)
    with tenant(actor.company_id):
        import_ = _open_for_choices(import_id)
        chosen = set(import_.skipped_rows)
        chosen = chosen | set(rows) if skip else chosen - set(rows)
        import_.skipped_rows = sorted(chosen)
        import_.save(update_fields=["skipped_rows"])
    return preview_import(actor=actor, import_id=import_id)


def set_mixed_units(*, actor: Actor, import_id: int, choice: MixedUnits) -> Import:
    """Choose what happens to rows that look like a 元/万元 mix-up, and preview anew."""
    require(actor, Permission.IMPORT)
    with tenant(actor.company_id):
        import_ = _open_for_choices(import_id)
        import_.mixed_units = choice.value
        import_.save(update_fields=["mixed_units"])
    return preview_import(actor=actor, import_id=import_id)


def _open_for_choices(import_id: int) -> Import:
    import_ = lock_import(import_id)
    refuse_busy(import_)
    refuse_closed(import_)
    return import_


def _suggest(import_: Import, terms: ProgramTerms) -> None:
    suggestions = file_head(import_, zone=terms.zone).suggestions
    if suggestions and suggestions[0].fits:
        import_.mapping = dict(suggestions[0].mapping.document)
        import_.save(update_fields=["mapping"])


def _forget_preview(import_: Import) -> None:
    ImportRow.objects.filter(import_run_id=import_.id).delete()
    import_.state = Import.State.UPLOADED
    import_.counts, import_.skipped_rows = {}, []
    import_.points = import_.awaiting_points = import_.rows_done = 0
    import_.rows_total = import_.failure = None
    import_.save()
