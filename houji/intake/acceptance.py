"""Accepting events: each once, whatever it was sent as, and conflicts told apart from repeats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from django.db import connection

from houji.access.statements import run_columns
from houji.intake.event_types.catalogue import event_type
from houji.intake.models import Event
from houji.intake.types import DraftEvent
from houji.kernel.canonical import fingerprint
from houji.kernel.ids import CompanyId, EventId, MemberId, ProgramId

_encode = msgspec.json.encode


class Recognition(StrEnum):
    """What intake made of a draft."""

    NEW = "new"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Claim:
    """A draft after recognition. ``event_id`` is the new event's, or the earlier one's."""

    draft: DraftEvent
    recognition: Recognition
    event_id: EventId
    earlier_source: str = ""
    earlier_amount: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a batch comes from: an import with the row of each draft, or a name."""

    name: str
    import_id: int | None = None


def claim_events(
    company_id: CompanyId,
    program_id: ProgramId,
    drafts: Sequence[DraftEvent],
    member_ids: Sequence[MemberId],
    *,
    origin: Origin,
    rows: Sequence[int | None],
) -> list[Claim]:
    """Store the drafts that are new and recognise the others, in the caller's transaction.

    A repeat of (source, id), or of a business number from another source, is a duplicate when it
    says the same and a conflict otherwise. The first of equal drafts in a batch is the new one.
    The caller holds the account locks; keys are inserted in sorted order.
    """
    marks = [fingerprint(_essence(draft)) for draft in drafts]
    order = sorted(range(len(drafts)), key=lambda i: (drafts[i].source, drafts[i].id, i))
    claimed = _insert(company_id, program_id, drafts, member_ids, marks, origin, rows, order)
    claims: list[Claim | None] = [None] * len(drafts)
    for position in order:
        draft = drafts[position]
        event_id = claimed.pop((draft.source, draft.id), None)
        if event_id is not None:
            claims[position] = Claim(draft, Recognition.NEW, event_id)
    repeats = [position for position in order if claims[position] is None]
    for position, claim in zip(repeats, _recognise(drafts, member_ids, marks, repeats), strict=True):
        claims[position] = claim
    return [claim for claim in claims if claim is not None]


def _essence(draft: DraftEvent) -> dict[str, Any]:
    """What makes two messages say the same."""
    return {
        "type": draft.type,
        "member": draft.member_key,
        "occurred_at": draft.occurred_at.isoformat(),
        "data": draft.data,
    }


def _insert(
    company_id: CompanyId,
    program_id: ProgramId,
    drafts: Sequence[DraftEvent],
    member_ids: Sequence[MemberId],
    marks: Sequence[bytes],
    origin: Origin,
    rows: Sequence[int | None],
    order: Sequence[int],
) -> dict[tuple[str, str], EventId]:
    chosen = [drafts[i] for i in order]
    rows_claimed = run_columns(
        _INSERT,
        [company_id, program_id, origin.name[:100], origin.import_id],
        [
            [draft.source for draft in chosen],
            [draft.id for draft in chosen],
            [draft.type for draft in chosen],
            [draft.business_no or "" for draft in chosen],
            [member_ids[i] for i in order],
            [draft.occurred_at for draft in chosen],
            [_encode(draft.data).decode() for draft in chosen],
            [marks[i] for i in order],
            [rows[i] for i in order],
        ],
    )
    return {(source, source_id): EventId(event_id) for event_id, source, source_id in rows_claimed}


def _recognise(
    drafts: Sequence[DraftEvent],
    member_ids: Sequence[MemberId],
    marks: Sequence[bytes],
    positions: Sequence[int],
) -> list[Claim]:
    """Compare drafts that were not new with the live events that hold their keys."""
    if not positions:
        return []
    repeats = [drafts[i] for i in positions]
    by_id = _live_by_source(repeats)
    by_business = _live_by_business(repeats)
    claims = []
    for position, draft in zip(positions, repeats, strict=True):
        earlier = by_id.get((draft.source, draft.id)) or by_business[draft.type, draft.business_no or ""]
        same = bytes(earlier.fingerprint) == marks[position] or _same_business(
            earlier, draft, member_ids[position]
        )
        claims.append(
            Claim(
                draft,
                Recognition.DUPLICATE if same else Recognition.CONFLICT,
                EventId(earlier.id),
                earlier.received_from or earlier.source,
                str(earlier.data.get(event_type(draft.type).amount_field or "", "")),
            )
        )
    return claims


def _same_business(earlier: Event, draft: DraftEvent, member_id: MemberId) -> bool:
    """Tell whether another source reports the same business: the member's, the amount's, the day's.

    One system knows the hour of a payment, another only its day.
    """
    if (earlier.source, earlier.source_id) == (draft.source, draft.id):
        return False
    amount = event_type(draft.type).amount_field
    same_amount = amount is None or earlier.data.get(amount) == draft.data.get(amount)
    same_day = abs(earlier.occurred_at - draft.occurred_at) < timedelta(days=1)
    return same_amount and same_day and earlier.member_id == member_id


def _live_by_source(drafts: Sequence[DraftEvent]) -> Mapping[tuple[str, str], Event]:
    events = Event.objects.raw(
        "SELECT * FROM intake_event WHERE live AND (source, source_id) IN"
        " (SELECT * FROM unnest(%s::text[], %s::text[]))",
        [[draft.source for draft in drafts], [draft.id for draft in drafts]],
    )
    return {(event.source, event.source_id): event for event in events}


def _live_by_business(drafts: Sequence[DraftEvent]) -> Mapping[tuple[str, str], Event]:
    events = Event.objects.raw(
        "SELECT * FROM intake_event WHERE live AND business_no <> '' AND (type, business_no) IN"
        " (SELECT * FROM unnest(%s::text[], %s::text[]))",
        [[draft.type for draft in drafts], [draft.business_no or "" for draft in drafts]],
    )
    return {(event.type, event.business_no): event for event in events}


def events_by_business(kind: str, business_nos: Sequence[str]) -> dict[str, Event]:
    """Return the live events of a type by business number."""
    found = Event.objects.filter(live=True, type=kind, business_no__in=set(business_nos) - {""})
    return {event.business_no: event for event in found}


def event_by_id(event_id: EventId) -> Event:
    """Return an accepted event of the current company; raises Event.DoesNotExist."""
    return Event.objects.get(id=event_id)


def withdraw_claims(event_ids: Sequence[EventId]) -> None:
    """Forget events claimed in this very transaction that turned out not to be acceptable."""
    if event_ids:
        Event.objects.filter(id__in=event_ids).delete()


def release_reversed(import_id: int) -> list[EventId]:
    """Take the originals of an import's reversals out of force, so that they can come again.

    Once the reversals are gone, neither the business nor its reversal happened; sent again, it earns.
    """
    numbers: dict[str, list[str]] = {}
    for kind, number in Event.objects.filter(import_id=import_id, live=True).values_list(
        "type", "business_no"
    ):
        if (reversed_type := event_type(kind).reverses) is not None:
            numbers.setdefault(reversed_type, []).append(number)
    released = [
        EventId(event.id)
        for kind, wanted in numbers.items()
        for event in events_by_business(kind, wanted).values()
    ]
    Event.objects.filter(id__in=released).update(live=False)
    return released


def release_import(import_id: int) -> int:
    """Take a whole import's events out of force, so that their keys are free again."""
    return Event.objects.filter(import_id=import_id, live=True).update(live=False)


def database_now() -> datetime:
    """Return the database's clock, the only one that books."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    return now  # type: ignore[no-any-return]


_INSERT = """
INSERT INTO intake_event
    (company_id, program_id, received_from, import_id, source, source_id, type, business_no,
     member_id, occurred_at, data, fingerprint, import_row, live)
SELECT %s, %s, %s, %s, source, source_id, type, business_no, member_id, occurred_at, data::jsonb,
       mark, import_row, true
FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::bigint[], %b::timestamptz[],
            %b::text[], %b::bytea[], %b::int[])
     AS new (source, source_id, type, business_no, member_id, occurred_at, data, mark, import_row)
ON CONFLICT DO NOTHING
RETURNING id, source, source_id
"""
