"""An import's row while something happens to it: locked, allowed or refused, and its failures kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models.functions import Now

from houji.access.tenant import tenant
from houji.connect import errors
from houji.connect.models import Import
from houji.connect.types import State
from houji.intake.acceptance import database_now
from houji.kernel.ids import CompanyId
from houji.kernel.refusals import Refusal
from houji.programs.queries import all_programs, terms_of
from houji.programs.types import ProgramTerms

STALLED_AFTER = timedelta(minutes=10)
"""Work that shows no sign for this long has died; reading the largest file once takes less."""


class TakenOver(Exception):
    """Another runner is at work on the same import; the one that notices stops."""


def lock_import(import_id: int) -> Import:
    """Lock an import's row in the open tenant transaction; refuses with ImportNotFound."""
    found = Import.objects.select_for_update().filter(id=import_id).first()
    if found is None:
        raise errors.ImportNotFound(import_id=import_id)
    return found


def refuse_busy(import_: Import) -> None:
    """Refuse with ImportBusy while a preview or a run is alive."""
    working = import_.state in {State.PREVIEWING, State.RUNNING}
    if working and database_now() - import_.touched_at < STALLED_AFTER:
        raise errors.ImportBusy(name=import_.file_name)


def refuse_closed(import_: Import) -> None:
    """Refuse with ImportClosed once something of the import is, or was, in the books."""
    if import_.state in {State.DONE, State.REVERSED} or has_posted(import_):
        raise errors.ImportClosed(name=import_.file_name)


def has_posted(import_: Import) -> bool:
    """Tell whether an import stopped with rows in the books."""
    return import_.state in {State.RUNNING, State.FAILED} and import_.rows_done > 0


def terms_of_import(import_: Import) -> ProgramTerms:
    """Return the terms of an import's programme."""
    return terms_of(next(program for program in all_programs() if program.id == import_.program_id))


@contextmanager
def failure_kept(company_id: CompanyId, import_id: int, stage: str) -> Iterator[None]:
    """Turn whatever stops the work into the import's failure; a refusal ends here, a fault goes on."""
    try:
        yield
    except TakenOver:
        return
    except Refusal as refusal:
        _fail(company_id, import_id, stage, refusal)
    except BaseException as fault:
        _fail(company_id, import_id, stage, errors.ImportInterrupted(reason=type(fault).__name__))
        raise


def _fail(company_id: CompanyId, import_id: int, stage: str, refusal: Refusal) -> None:
    with tenant(company_id):
        import_ = lock_import(import_id)
        import_.state = State.FAILED
        import_.failure = {"code": refusal.code, "facts": refusal.facts, "stage": stage}
        import_.finished_at = database_now()
        if stage == "preview":
            import_.rows_done = 0
        import_.save(update_fields=["state", "failure", "finished_at", "rows_done"])


def touch(import_id: int, **changes: object) -> None:
    """Write progress in the open tenant transaction, which also says that the work is alive."""
    Import.objects.filter(id=import_id).update(touched_at=Now(), **changes)
