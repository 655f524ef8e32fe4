"""What time itself does to points: jobs on a schedule."""

from __future__ import annotations

from datetime import datetime

from procrastinate.contrib.django import app

from houji.access.actions import all_companies
from houji.access.tenant import tenant
from houji.intake.acceptance import database_now
from houji.kernel.ids import CompanyId
from houji.ledger.actions import settle_due_accounts


@app.periodic(cron="*/10 * * * *")
@app.task(name="earning.settle_due", queueing_lock="earning.settle_due", pass_context=False)
def settle_due(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Vest and expire what is due, every ten minutes; reads agree before it has run."""
    settle_everything()


def settle_everything() -> int:
    """Settle every company in batches, each its own transaction; returns the accounts settled."""
    now = database_now()
    return sum(_settle_company(CompanyId(company.id), now) for company in all_companies())


def _settle_company(company_id: CompanyId, now: datetime) -> int:
    settled = 0
    while True:
        with tenant(company_id):
            batch = settle_due_accounts(company_id, now=now)
        if not batch:
            return settled
        settled += batch
