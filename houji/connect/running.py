"""Starting an import, and taking one back."""

from __future__ import annotations

from houji.access.actions import record_audit, require
from houji.access.tenant import tenant
from houji.access.types import Actor, Permission
from houji.connect import errors, jobs
from houji.connect.models import Import
from houji.connect.posting import run_import
from houji.connect.queries import import_by_id
from houji.connect.states import (
    has_posted,
    lock_import,
    refuse_busy,
    touch,
)
from houji.connect.types import Mode, State
from houji.earning import reversing
from houji.earning.errors import ReversedAlready


def start_import(*, actor: Actor, import_id: int, mode: Mode = Mode.GOOD_ROWS, wait: bool = False) -> Import:
    """Post a previewed file, or go on with one that was interrupted; a job does it, unless ``wait``.

    An interrupted import keeps its mode and goes on where it stopped. Refuses with
    PermissionMissing, ImportNotFound, ImportBusy, ImportClosed or NotPreviewed, in this order.
    """
    require(actor, Permission.IMPORT)
    with tenant(actor.company_id):
        import_ = lock_import(import_id)
        refuse_busy(import_)
        if import_.state in {State.DONE, State.REVERSED}:
            raise errors.ImportClosed(name=import_.file_name)
        goes_on = has_posted(import_)
        if not goes_on and not _may_start(import_):
            raise errors.NotPreviewed(name=import_.file_name)
        chosen = {} if goes_on else {"mode": Mode(mode), "rows_done": 0}
        touch(import_id, state=State.RUNNING, failure=None, finished_at=None, **chosen)
        record_audit(actor, "import.start", f"import:{import_id}", name=import_.file_name, mode=str(mode))
        if not wait:
            jobs.defer(jobs.import_job, actor, import_id)
    if wait:
        run_import(actor=actor, import_id=import_id)
    with tenant(actor.company_id):
        return import_by_id(import_id)


def reverse_import(*, actor: Actor, import_id: int, reason: str) -> int:
    """Take back everything an import posted; returns the points taken, as a positive number.

    Refuses with PermissionMissing, ImportNotFound, ReversedAlready, ImportBusy, NothingPosted or
    ReasonMissing, in this order, and then changes nothing.
    """
    require(actor, Permission.REVERSE)
    with tenant(actor.company_id):
        import_ = lock_import(import_id)
        if import_.state == State.REVERSED:
            raise ReversedAlready(name=import_.file_name)
        refuse_busy(import_)
        if import_.state != State.DONE and not has_posted(import_):
            raise errors.NothingPosted(name=import_.file_name)
        taken = reversing.reverse_import(
            actor=actor, import_id=import_id, name=import_.file_name, reason=reason
        )
        import_.state = State.REVERSED
        import_.reverse_reason = reason.replace("\0", "").strip()[:500]
        import_.save(update_fields=["state", "reverse_reason"])
    return taken


def _may_start(import_: Import) -> bool:
    """A preview came before: either it is the last thing done, or a run that posted nothing followed it."""
    if import_.state in {State.PREVIEWED, State.RUNNING}:
        return True
    return import_.state == State.FAILED and (import_.failure or {}).get("stage") == "run"
