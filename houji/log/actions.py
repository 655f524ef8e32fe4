"""Recording facts: always inside the transaction that makes them true, never on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from houji.kernel.canonical import canonical_json
from houji.kernel.ids import AccountId, CompanyId


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that became true; ``payload`` holds only values with a canonical JSON form."""

    kind: str
    payload: dict[str, object]
    account_id: AccountId | None = None
    seq: int | None = None


def record_facts(company_id: CompanyId, facts: Sequence[Fact]) -> None:
    """Queue facts in the open transaction, in one statement."""
    if not facts:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("a fact is recorded in the transaction that makes it true")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO log_queuedfact (company_id, kind, account_id, seq, payload)"
            " SELECT %s, * FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::text[]::jsonb[])",
            [
                company_id,
                [fact.kind for fact in facts],
                [fact.account_id for fact in facts],
                [fact.seq for fact in facts],
                [canonical_json(fact.payload).decode() for fact in facts],
            ],
        )
