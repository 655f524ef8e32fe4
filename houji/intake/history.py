"""What accepted events tell about the next ones: where they came from, what amounts are usual."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection

from houji.intake.event_types.catalogue import event_type
from houji.intake.models import Event
from houji.kernel.ids import EventId, MemberId

LATEST = 100
"""How many of a member's latest events say what is usual."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where and when an event came in; ``row`` is that of the file it came from."""

    import_id: int | None
    row: int | None
    received_from: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class UsualAmount:
    """A median in yuan, with the tenth and ninetieth percentile around it."""

    low: Decimal
    median: Decimal
    high: Decimal


def provenances(event_ids: Iterable[EventId]) -> dict[EventId, Provenance]:
    """Return where each of these events came from."""
    rows = Event.objects.filter(id__in=set(event_ids)).values_list(
        "id", "import_id", "import_row", "received_from", "source", "received_at"
    )
    return {
        EventId(event_id): Provenance(import_id, row, received_from or source, received_at)
        for event_id, import_id, row, received_from, source, received_at in rows
    }


def events_of_rows(import_id: int, rows: Collection[int]) -> dict[EventId, int]:
    """Return the events that these rows of an import brought, each with its row."""
    found = Event.objects.filter(import_id=import_id, import_row__in=rows).values_list("id", "import_row")
    return {EventId(event_id): row for event_id, row in found if row is not None}


def count_events(member_id: MemberId) -> int:
    """Count a member's events."""
    return Event.objects.filter(member_id=member_id).count()


def latest_events(member_id: MemberId, *, start: int, count: int) -> list[EventId]:
    """Return a member's events from place ``start`` on, the latest business first."""
    found = Event.objects.filter(member_id=member_id).order_by("-occurred_at", "-id")
    return [EventId(event_id) for event_id in found.values_list("id", flat=True)[start : start + count]]


def usual_amounts(
    event_type_code: str, member_ids: Collection[MemberId], *, without_import: int | None
) -> dict[MemberId, UsualAmount]:
    """Return what is usual in a member's latest events of a type; members without any are absent."""
    amount = event_type(event_type_code).amount_field
    if amount is None or not member_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_USUAL, [amount, event_type_code, without_import, LATEST, sorted(member_ids)])
        return {MemberId(member): UsualAmount(*shares) for member, shares in cursor.fetchall() if shares}


_USUAL = """
SELECT member.id, usual.shares
FROM (SELECT id, %s AS amount_field, %s AS type, %s::bigint AS import_id, %s AS latest
      FROM unnest(%s::bigint[]) AS id) AS member
CROSS JOIN LATERAL (
    SELECT percentile_disc(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY amount) AS shares
    FROM (
        SELECT (event.data ->> member.amount_field)::numeric AS amount
        FROM intake_event AS event
        WHERE event.member_id = member.id AND event.type = member.type AND event.live
          AND event.import_id IS DISTINCT FROM member.import_id
          AND event.data ? member.amount_field
        ORDER BY event.occurred_at DESC LIMIT member.latest
    ) AS latest
) AS usual
"""
