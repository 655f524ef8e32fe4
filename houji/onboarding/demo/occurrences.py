"""The events themselves: what the intake of a real company would receive from its systems."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from houji.onboarding.demo.types import Event, Invoice

ZONE = ZoneInfo("Asia/Shanghai")

_SOURCES = {
    "invoice": "/demo/finance",
    "survey": "/demo/service",
    "referral": "/demo/sales",
    "project": "/demo/lab",
}


def event(
    rng: Random, type_name: str, member_key: str, number: str, day: date, data: dict[str, Any]
) -> Event:
    """Build an event of a day at some minute of office hours."""
    noun, verb = type_name.split(".")
    local = datetime.combine(day, time(rng.randrange(9, 18), rng.randrange(60)), tzinfo=ZONE)
    return {
        "source": _SOURCES[noun],
        "id": f"{number}-{verb}",
        "type": type_name,
        "subject": member_key,
        "time": local.astimezone(UTC),
        "data": data,
    }


def cloud_event(one: Event) -> dict[str, Any]:
    """Write an event as CloudEvents 1.0 JSON: the time as RFC 3339, the rest as it is."""
    written = one["time"].strftime("%Y-%m-%dT%H:%M:%SZ")
    return {**one, "specversion": "1.0", "time": written, "datacontenttype": "application/json"}


def invoice_events(rng: Random, invoice: Invoice) -> Iterator[Event]:
    """Yield what became of an invoice: issued, settled, reversed."""
    data: dict[str, Any] = {
        "invoice_no": invoice.number,
        "contract_no": invoice.contract_number,
        "amount": f"{invoice.amount:.2f}",
        "invoice_date": invoice.invoiced_on.isoformat(),
        "due_date": invoice.due_on.isoformat(),
    }
    key, number = invoice.member_key, invoice.number
    yield event(rng, "invoice.issued", key, number, invoice.invoiced_on, data)
    if invoice.settled_on is None:
        return
    settled = {**data, "settled_date": invoice.settled_on.isoformat(), "disputed": invoice.disputed}
    yield event(rng, "invoice.settled", key, number, invoice.settled_on, settled)
    if invoice.reversed_on is not None:
        reversal = {
            "invoice_no": number,
            "amount": data["amount"],
            "reversed_date": invoice.reversed_on.isoformat(),
        }
        yield event(rng, "invoice.reversed", key, number, invoice.reversed_on, reversal)
