"""Recording facts: always inside the transaction that makes them true, never on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from django.db import connection

from houji.access.statements import run_columns
from houji.kernel.ids import AccountId, CompanyId

_encode = msgspec.json.encode


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that became true; ``payload`` holds text, integers, booleans, lists and mappings."""

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
    run_columns(
        "INSERT INTO log_queuedfact (company_id, kind, account_id, seq, payload)"
        " SELECT %s, * FROM unnest(%b::text[], %b::bigint[], %b::bigint[], %b::text[]::jsonb[])",
        [company_id],
        [
            [fact.kind for fact in facts],
            [fact.account_id for fact in facts],
            [fact.seq for fact in facts],
            [_encode(fact.payload).decode() for fact in facts],
        ],
    )
