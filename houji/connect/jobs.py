"""Previews and imports as jobs of the worker; each acts as its company and sees no other."""

from __future__ import annotations

from typing import Any

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

from houji.access.types import Actor
from houji.connect.posting import run_import
from houji.connect.trying import run_preview
from houji.kernel.ids import CompanyId, UserId

QUEUE = "imports"


@app.task(name="connect.preview_import", queue=QUEUE)
def preview_job(*, company_id: int, import_id: int, actor: dict[str, Any]) -> None:
    """Preview a large file."""
    run_preview(actor=_actor(company_id, actor), import_id=import_id)


@app.task(name="connect.run_import", queue=QUEUE)
def import_job(*, company_id: int, import_id: int, actor: dict[str, Any]) -> None:
    """Post a file."""
    run_import(actor=_actor(company_id, actor), import_id=import_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="connect.retry_stalled", queueing_lock="connect.retry_stalled", pass_context=True)
async def retry_stalled(_context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Let jobs whose worker died run again: an import goes on behind its last committed chunk."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(queue=QUEUE):
        await manager.retry_job(job)


def defer(task: Task[Any, Any, Any], actor: Actor, import_id: int) -> None:
    """Queue a job in the open transaction; those of one import run one after another."""
    task.configure(lock=f"import:{import_id}").defer(
        company_id=actor.company_id,
        import_id=import_id,
        actor={"name": actor.name, "user_id": actor.user_id, "key_prefix": actor.key_prefix},
    )


def _actor(company_id: int, stored: dict[str, Any]) -> Actor:
    """Return who started it, so that approvals still know whose request it is; jobs need no roles."""
    user_id = stored["user_id"]
    return Actor(
        company_id=CompanyId(company_id),
        name=stored["name"],
        user_id=None if user_id is None else UserId(user_id),
        key_prefix=stored["key_prefix"],
    )
