"""Importing for good: good rows chunk by chunk, or everything in one transaction."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TypeVar

from django.db import IntegrityError, OperationalError, connection

from houji.access.actions import record_audit
from houji.access.tenant import tenant
from houji.access.types import Actor
from houji.connect.judging import Judge
from houji.connect.listing import PLAIN_MAX, UNLISTED, Listing, Tally, store_rows
from houji.connect.models import Import, ImportRow
from houji.connect.queries import import_by_id
from houji.connect.states import TakenOver, failure_kept, lock_import, terms_of_import, touch
from houji.connect.survey import Survey
from houji.connect.trying import choices_of, chunks, survey_import
from houji.connect.types import JudgedRow, Mode, Outcome, ReadRow, State
from houji.earning.errors import BatchRefused
from houji.intake.acceptance import Origin, database_now

ATTEMPTS = 3

Watch = Callable[[list[JudgedRow]], None]
Done = TypeVar("Done")


def run_import(*, actor: Actor, import_id: int) -> None:
    """Do the work of an import that was started; whatever stops it becomes the import's failure.

    Safe to call again: it goes on behind the last row whose chunk was committed.
    """
    with tenant(actor.company_id):
        import_ = import_by_id(import_id)
        terms = terms_of_import(import_)
    if import_.state != State.RUNNING:
        return
    with failure_kept(actor.company_id, import_id, "run"):
        post_survey(actor=actor, import_=import_, survey=survey_import(import_, terms))


def post_survey(
    *,
    actor: Actor,
    import_: Import,
    survey: Survey,
    plain_max: int = PLAIN_MAX,
    watch: Watch = lambda rows: None,
) -> None:
    """Post a surveyed file as its import says; ``watch`` sees every chunk once it is committed.

    Refuses with BatchRefused when all or nothing was asked for and some rows are bad.
    """
    with tenant(actor.company_id):
        terms = terms_of_import(import_)
        listing = Listing.of(import_.id, plain_max=plain_max) if import_.rows_done else Listing(plain_max)
        touch(import_.id, rows_total=survey.rows_total, headers=list(survey.file.headers))
    origin = Origin(import_.file_name[:100], import_.id)
    judge = Judge(actor, terms, origin, survey, choices_of(import_), posts=True)
    work = _Work(actor, import_, survey, judge, listing, watch)
    if import_.mode == Mode.ALL_OR_NOTHING:
        work.post_whole()
    else:
        work.post_chunks()


@dataclass(slots=True)
class _Work:
    """An import at work."""

    actor: Actor
    import_: Import
    survey: Survey
    judge: Judge
    listing: Listing
    watch: Watch
    done: int = field(init=False)

    def __post_init__(self) -> None:
        self.done = self.import_.rows_done

    def post_chunks(self) -> None:
        """Post the rows not yet done, each chunk with its progress in one transaction."""
        for chunk in chunks(islice(self.survey.rows(), self.done, None)):
            rows, self.listing = _attempted(partial(self._post_chunk, chunk))
            self.done += len(rows)
            self.watch(rows)
        with tenant(self.actor.company_id):
            self._finish(self._locked())

    def post_whole(self) -> None:
        """Post everything in one transaction; one bad row undoes all, and the bad rows are listed."""
        try:
            rows = _attempted(self._post_whole)
        except _BadRows as found:
            self._list_bad(found)
            self.watch(found.rows)
            raise BatchRefused(refused=found.tally.bad) from None
        self.watch(rows)

    def _post_chunk(self, chunk: list[ReadRow]) -> tuple[list[JudgedRow], Listing]:
        listing = dataclasses.replace(self.listing)
        with tenant(self.actor.company_id):
            import_ = self._locked()
            if not self.done:
                ImportRow.objects.filter(import_run_id=import_.id).delete()
                import_.counts, import_.points, import_.awaiting_points = {}, 0, 0
            rows = self.judge.judge(chunk)
            tally = Tally(Counter(import_.counts), import_.points, import_.awaiting_points)
            tally.add(rows)
            kept, unlisted = listing.choose(rows)
            tally.counts[UNLISTED] += unlisted
            self._write(kept, tally, rows_done=self.done + len(rows))
        return rows, listing

    def _post_whole(self) -> list[JudgedRow]:
        with tenant(self.actor.company_id):
            import_ = self._locked()
            tally, kept, listing = Tally(), list[JudgedRow](), dataclasses.replace(self.listing)
            for chunk in chunks(self.survey.rows()):
                rows = self.judge.judge(chunk)
                tally.add(rows)
                chosen, unlisted = listing.choose(rows)
                tally.counts[UNLISTED] += unlisted
                kept += chosen
            if tally.bad:
                raise _BadRows(kept, tally)
            ImportRow.objects.filter(import_run_id=import_.id).delete()
            self._write(kept, tally, rows_done=self.survey.rows_total)
            self._finish(lock_import(import_.id))
        return kept

    def _list_bad(self, found: _BadRows) -> None:
        """List what was found, now that nothing of it is posted: the good rows are only ready."""
        for row in found.rows:
            row.outcome = Outcome.READY if row.outcome is Outcome.ACCEPTED else row.outcome
        found.tally.counts[Outcome.READY] = found.tally.counts.pop(Outcome.ACCEPTED, 0)
        found.tally.points = found.tally.awaiting = 0
        with tenant(self.actor.company_id):
            ImportRow.objects.filter(import_run_id=self._locked().id).delete()
            self._write(found.rows, found.tally, rows_done=0)

    def _locked(self) -> Import:
        import_ = lock_import(self.import_.id)
        if import_.state != State.RUNNING or import_.rows_done != self.done:
            raise TakenOver
        return import_

    def _write(self, kept: list[JudgedRow], tally: Tally, *, rows_done: int) -> None:
        store_rows(self.import_, self.survey.file, kept)
        touch(
            self.import_.id,
            rows_done=rows_done,
            counts={outcome: count for outcome, count in tally.counts.items() if count},
            points=tally.points,
            awaiting_points=tally.awaiting,
        )

    def _finish(self, import_: Import) -> None:
        if import_.state != State.RUNNING:
            raise TakenOver
        touch(import_.id, state=State.DONE, failure=None, finished_at=database_now())
        record_audit(
            self.actor,
            "import.post",
            f"import:{import_.id}",
            name=import_.file_name,
            counts=import_.counts,
            points=import_.points,
        )


class _BadRows(Exception):
    """Undoes an import that was to be whole or not at all."""

    def __init__(self, rows: list[JudgedRow], tally: Tally) -> None:
        super().__init__(tally.bad)
        self.rows = rows
        self.tally = tally


def _attempted(work: Callable[[], Done]) -> Done:
    """Do a transaction's work again when others crossed it: a deadlock, or a key taken in between.

    Inside somebody else's transaction there is nothing to begin again.
    """
    for attempt in range(1, ATTEMPTS + 1):
        alone = not connection.in_atomic_block
        try:
            return work()
        except (OperationalError, IntegrityError):
            if attempt == ATTEMPTS or not alone:
                raise
    raise AssertionError("unreachable")
