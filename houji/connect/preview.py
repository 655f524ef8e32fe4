"""A preview: the whole file as if it were imported, and nothing of it kept but what it would do."""

from __future__ import annotations

from itertools import islice

from houji.access.actions import require
from houji.access.tenant import tenant
from houji.access.types import Actor, Permission
from houji.connect import errors, jobs
from houji.connect.files.opening import open_table
from houji.connect.models import Import
from houji.connect.queries import import_by_id
from houji.connect.states import failure_kept, lock_import, refuse_busy, refuse_closed, touch
from houji.connect.storage import path_of
from houji.connect.trying import run_preview

INLINE_ROWS_MAX = 5_000
"""Files up to this many rows are previewed while the user waits, larger ones by a job."""


def preview_import(*, actor: Actor, import_id: int, wait: bool = False) -> Import:
    """Preview a file: every row's outcome, the points, and why a row would not be posted.

    Returns the import PREVIEWED, or FAILED with its ``failure`` when the file breaks off; a large
    file comes back PREVIEWING and is done by a job, unless ``wait``. Refuses with PermissionMissing,
    ImportNotFound, ImportBusy, ImportClosed or MappingNotChosen.
    """
    require(actor, Permission.IMPORT)
    with tenant(actor.company_id):
        import_ = lock_import(import_id)
        refuse_busy(import_)
        refuse_closed(import_)
        if import_.mapping is None:
            raise errors.MappingNotChosen(name=import_.file_name)
        touch(
            import_id,
            state=Import.State.PREVIEWING,
            failure=None,
            finished_at=None,
            rows_done=0,
            rows_total=None,
            counts={},
            points=0,
            awaiting_points=0,
        )
        later = False
        with failure_kept(actor.company_id, import_id, "preview"):
            later = not wait and _is_long(import_)
        if later:
            jobs.defer(jobs.preview_job, actor, import_id)
    if not later:
        run_preview(actor=actor, import_id=import_id)
    with tenant(actor.company_id):
        return import_by_id(import_id)


def _is_long(import_: Import) -> bool:
    path = path_of(import_)
    if not path.is_file():
        raise errors.UploadGone(name=import_.file_name)
    rows = open_table(path, import_.file_name, sheet=import_.sheet or None).rows()
    return next(islice(rows, INLINE_ROWS_MAX, None), None) is not None
