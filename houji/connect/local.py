"""A file imported where it lies, by a command: no upload, no preview, the same judgement and posting."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from houji.access.actions import require
from houji.access.tenant import tenant
from houji.access.types import Actor, Permission
from houji.connect import errors
from houji.connect.judging import Choices
from houji.connect.listing import Tally
from houji.connect.models import Import
from houji.connect.posting import Watch, post_survey
from houji.connect.queries import import_by_id
from houji.connect.reading import open_import_file
from houji.connect.states import failure_kept
from houji.connect.survey import Survey, survey_file
from houji.connect.trying import try_rows
from houji.connect.types import MixedUnits, Mode, State
from houji.intake.acceptance import Origin
from houji.programs.types import ProgramTerms


def survey_local_file(*, path: Path, document: Mapping[str, Any], sheet: str, terms: ProgramTerms) -> Survey:
    """Open a file with a mapping and read it once.

    Refuses with FileMissing, or as the file, the document or the header gives cause.
    """
    if not path.is_file():
        raise errors.FileMissing(path=str(path))
    return survey_file(open_import_file(path, path.name, sheet=sheet, document=document, zone=terms.zone))


def import_local_file(
    *,
    actor: Actor,
    terms: ProgramTerms,
    path: Path,
    survey: Survey,
    mode: Mode,
    mixed_units: MixedUnits,
    watch: Watch,
) -> Import:
    """Post a surveyed file and return its import, DONE or FAILED; ``watch`` sees every chunk.

    Refuses with PermissionMissing.
    """
    require(actor, Permission.IMPORT)
    with tenant(actor.company_id):
        import_ = Import.objects.create(
            company_id=actor.company_id,
            program_id=terms.id,
            file_name=path.name[-255:],
            stored_as="",
            size_bytes=path.stat().st_size,
            sheet=survey.file.table.sheet,
            mapping=dict(survey.file.bound.mapping.document),
            state=State.RUNNING,
            mode=mode,
            mixed_units=mixed_units.value,
            created_by_user=actor.user_id,
            created_by_name=actor.name,
        )
    with failure_kept(actor.company_id, import_.id, "run"):
        post_survey(actor=actor, import_=import_, survey=survey, plain_max=0, watch=watch)
    with tenant(actor.company_id):
        return import_by_id(import_.id)


def try_local_file(
    *, actor: Actor, terms: ProgramTerms, survey: Survey, mixed_units: MixedUnits, watch: Watch
) -> Tally:
    """Judge a surveyed file and keep nothing; ``watch`` sees every chunk. Refuses with PermissionMissing."""
    require(actor, Permission.IMPORT)
    tally = Tally()
    origin = Origin(survey.file.bound.mapping.code)
    for rows in try_rows(
        actor=actor, terms=terms, survey=survey, choices=Choices(mixed_units), origin=origin
    ):
        tally.add(rows)
        watch(rows)
    return tally
