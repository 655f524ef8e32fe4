"""Trying a file out: each chunk is posted as an import would, and rolled back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from houji.access.tenant import tenant
from houji.access.types import Actor
from houji.connect.judging import Choices, Judge
from houji.connect.listing import UNLISTED, Listing, Tally, store_rows
from houji.connect.models import Import, ImportRow
from houji.connect.queries import import_by_id
from houji.connect.reading import open_import_file
from houji.connect.states import TakenOver, failure_kept, lock_import, terms_of_import, touch
from houji.connect.storage import path_of
from houji.connect.survey import Survey, survey_file
from houji.connect.types import JudgedRow, MixedUnits, ReadRow, State
from houji.connect.undoing import undone
from houji.intake.acceptance import Origin, database_now
from houji.kernel.ids import CompanyId
from houji.programs.types import ProgramTerms

CHUNK_ROWS = 2_000


def chunks(rows: Iterable[ReadRow]) -> Iterator[list[ReadRow]]:
    """Split rows into chunks; each is one transaction."""
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK_ROWS)):
        yield chunk


def try_rows(
    *, actor: Actor, terms: ProgramTerms, survey: Survey, choices: Choices, origin: Origin
) -> Iterator[list[JudgedRow]]:
    """Judge a file without keeping anything, chunk by chunk.

    Locks are held for one chunk only, so that live business goes on beside a large file.
    """
    judge = Judge(actor, terms, origin, survey, choices, posts=False)
    for chunk in chunks(survey.rows()):
        with tenant(actor.company_id), undone():
            rows = judge.judge(chunk)
        yield rows


def survey_import(import_: Import, terms: ProgramTerms) -> Survey:
    """Open an import's file with its mapping and read it once."""
    return survey_file(
        open_import_file(
            path_of(import_),
            import_.file_name,
            sheet=import_.sheet,
            document=import_.mapping or {},
            zone=terms.zone,
        )
    )


def choices_of(import_: Import) -> Choices:
    """Return what the user chose for an import."""
    return Choices(MixedUnits(import_.mixed_units), frozenset(import_.skipped_rows))


def run_preview(*, actor: Actor, import_id: int) -> None:
    """Do the work of a preview; whatever stops it becomes the import's failure."""
    with tenant(actor.company_id):
        import_ = import_by_id(import_id)
        terms = terms_of_import(import_)
    if import_.state != State.PREVIEWING:
        return
    with failure_kept(actor.company_id, import_id, "preview"):
        survey = survey_import(import_, terms)
        with tenant(actor.company_id):
            ImportRow.objects.filter(import_run_id=import_id).delete()
            touch(import_id, rows_total=survey.rows_total, headers=list(survey.file.headers))
        origin = Origin(import_.file_name[:100], import_id)
        tally, listing = Tally(), Listing()
        for rows in try_rows(
            actor=actor, terms=terms, survey=survey, choices=choices_of(import_), origin=origin
        ):
            _keep(import_, survey, rows, tally, listing)
        with tenant(actor.company_id):
            touch(import_id, state=State.PREVIEWED, finished_at=database_now())


def _keep(import_: Import, survey: Survey, rows: list[JudgedRow], tally: Tally, listing: Listing) -> None:
    tally.add(rows)
    kept, unlisted = listing.choose(rows)
    tally.counts[UNLISTED] += unlisted
    with tenant(CompanyId(import_.company_id)):
        if lock_import(import_.id).state != State.PREVIEWING:
            raise TakenOver
        store_rows(import_, survey.file, kept)
        done = sum(count for outcome, count in tally.counts.items() if outcome != UNLISTED)
        touch(
            import_.id,
            rows_done=done,
            counts={outcome: count for outcome, count in tally.counts.items() if count},
            points=tally.points,
            awaiting_points=tally.awaiting,
        )
