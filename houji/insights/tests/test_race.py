"""Two people who answer one statement at the same moment answer it once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connections

from houji.access.tenant import tenant
from houji.access.types import Actor
from houji.insights import errors
from houji.insights.actions import confirm_statement, dispute_statement
from houji.insights.models import Dispute, StatementConfirmation
from houji.insights.tests.cast import Firm, local, paid
from houji.kernel.ids import AccountId

pytestmark = pytest.mark.django_db(transaction=True)

NOW, NOVEMBER = local(2026, 12, 3), date(2026, 11, 1)


def answer(actor: Actor, account: AccountId, *, disputing: bool) -> str:
    try:
        if disputing:
            dispute_statement(actor=actor, account_id=account, month=NOVEMBER, text="不对", now=NOW)
        else:
            confirm_statement(actor=actor, account_id=account, month=NOVEMBER, now=NOW)
    except (errors.AlreadyConfirmed, errors.AlreadyDisputed) as refusal:
        return refusal.code
    finally:
        connections.close_all()
    return "done"


@pytest.mark.parametrize(
    ("disputing", "code"), [(False, "statement_already_confirmed"), (True, "already_disputed")]
)
def test_one_answer_wins(firm: Firm, disputing: bool, code: str) -> None:
    firm.post(paid("A", "KH1", local(2026, 11, 2)))
    contact, account = firm.contact("KH1"), firm.account("KH1")
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(answer, contact, account, disputing=disputing) for _ in range(4)]
        results = sorted(run.result() for run in runs)
    assert results == sorted(["done", *[code] * 3])
    with tenant(firm.actor.company_id):
        kept = Dispute.objects.count() if disputing else StatementConfirmation.objects.count()
    assert kept == 1
