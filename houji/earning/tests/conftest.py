"""A company with the literal seed programme, and drafts of the usual business."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from houji.intake.acceptance import Origin
from houji.intake.types import DraftEvent

ORIGIN = Origin("test")


def settled(number: str = "FP-1", member: str = "KH-1", **data: Any) -> DraftEvent:
    """Return an invoice settled twelve days early for 462,000 yuan, unless told otherwise."""
    values = {
        "invoice_no": number,
        "amount": "462000",
        "due_date": "2026-11-24",
        "settled_date": "2026-11-12",
        "disputed": False,
    } | data
    return draft("invoice.settled", number, member, values)


def draft(kind: str, number: str, member: str, data: dict[str, Any], source: str = "/test") -> DraftEvent:
    """Return a draft whose id is its type and business number."""
    return DraftEvent(
        source=source,
        id=f"{kind}:{number}",
        type=kind,
        member_key=member,
        occurred_at=datetime(2026, 11, 12, tzinfo=UTC),
        business_no=number,
        data=data,
    )


@pytest.fixture
def red() -> DraftEvent:
    """A red invoice for FP-1."""
    return draft("invoice.reversed", "FP-1", "KH-1", {"invoice_no": "FP-1", "amount": "462000"})
