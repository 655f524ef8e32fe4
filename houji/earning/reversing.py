"""Taking back what business earned: by a red invoice, by a whole import, by hand with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection

from houji.access.actions import record_audit, require
from houji.access.tenant import tenant
from houji.access.types import Actor, Permission
from houji.approvals.actions import withdraw_requests
from houji.approvals.queries import requests_of
from houji.earning import errors
from houji.earning.facts import free_keys
from houji.intake.acceptance import Claim, events_by_business, release_import, release_reversed
from houji.intake.event_types.catalogue import event_type
from houji.intake.types import DraftEvent
from houji.kernel.ids import EventId, MemberId
from houji.kernel.refusals import Refusal
from houji.ledger import actions as ledger
from houji.ledger.planning import Plan
from houji.ledger.queries import accounts_of_holders, accruals_of_causes, entry, reversed_refs
from houji.ledger.types import Cause, CauseKind, Clawback, EntryKind, EntryRef

if TYPE_CHECKING:
    from houji.intake.models import Event

APPROVAL_KIND = "award"


@dataclass(slots=True)
class Reversals:
    """The originals behind a batch of reversal events, and the events that have none."""

    originals: dict[int, Event]
    postings: dict[int, list[EntryRef]]
    refused: dict[int, Refusal] = field(default_factory=dict)

    def clawbacks(self, position: int, claim: Claim) -> list[Clawback]:
        """Return what to take back for one reversal event."""
        cause = Cause(CauseKind.REVERSAL, claim.event_id)
        return [Clawback(ref, cause, claim.draft.occurred_at) for ref in self.postings.get(position, [])]

    def release(self, positions: Sequence[int], *, actor: Actor, now: datetime) -> None:
        """Withdraw awards of the originals that still await approval, and free their keys."""
        originals = [EventId(self.originals[position].id) for position in positions]
        withdraw_awards(originals, actor=actor, now=now)
        free_keys(originals)


def plan_reversals(drafts: Sequence[tuple[int, DraftEvent, MemberId]]) -> Reversals:
    """Find the business that each reversal event names; the caller holds the account locks."""
    found: dict[int, Event] = {}
    refused: dict[int, Refusal] = {}
    for reversed_type in {event_type(draft.type).reverses or "" for _, draft, _ in drafts}:
        same = [(i, d, m) for i, d, m in drafts if event_type(d.type).reverses == reversed_type]
        by_number = events_by_business(reversed_type, [draft.business_no or "" for _, draft, _ in same])
        for position, draft, member_id in same:
            original = by_number.get(draft.business_no or "")
            refusal = _why_not(draft, original, member_id)
            if refusal is not None or original is None:
                refused[position] = refusal or errors.NothingToReverse(number=draft.business_no or draft.id)
            else:
                found[position] = original
    return Reversals(found, _postings_of(found), refused)


def reverse_import(*, actor: Actor, import_id: int, name: str, reason: str) -> int:
    """Take back everything an import posted; returns the points taken, as a positive number.

    Its events go out of force, so that a corrected file can be imported. Where a row was itself a
    reversal, the business it reversed goes out of force with it and earns when it is sent again.
    Refuses with PermissionMissing or ReasonMissing; taking back twice finds nothing left and
    returns 0.
    """
    require(actor, Permission.REVERSE)
    reason = _checked(reason)
    with tenant(actor.company_id):
        event_ids, holders = _lock_events_of_import(import_id)
        # Accounts come before requests, as everywhere: an approval that is just being decided holds its own.
        plan, now = ledger.lock_accounts(accounts_of_holders(holders), with_lots=None)
        causes = [Cause(CauseKind.DECISION, event_id) for event_id in event_ids]
        causes += withdraw_awards(event_ids, actor=actor, now=now)
        entries = accruals_of_causes(causes)
        taken = _claw_back(actor, plan, [found.ref for found in entries], now)
        free_keys(event_ids)
        released = release_reversed(import_id)
        release_import(import_id)
        record_audit(
            actor,
            "import.reverse",
            f"import:{import_id}",
            name=name,
            reason=reason,
            points=taken,
            released_originals=len(released),
        )
    return taken


def reverse_entry(*, actor: Actor, ref: EntryRef, reason: str) -> EntryRef | None:
    """Take back one accrual by hand.

    Refuses with PermissionMissing, ReasonMissing, EventNotFound or ReversedAlready, in this order.
    Returns the clawback's entry, or None when nothing was left to take.
    """
    require(actor, Permission.REVERSE)
    reason = _checked(reason)
    with tenant(actor.company_id):
        plan, now = ledger.lock_accounts([ref.account_id], with_lots=None)
        accrual = entry(ref)
        if accrual is None or accrual.kind != EntryKind.ACCRUE:
            raise errors.EventNotFound(name=str(ref))
        if reversed_refs([ref]):
            raise errors.ReversedAlready(name=str(ref))
        clawback = Clawback(ref, Cause(CauseKind.REVERSAL, 0), now)
        _, (taken,) = ledger.post(actor.company_id, plan, clawbacks=[(clawback, now)])
        if accrual.cause_kind == CauseKind.DECISION:
            free_keys([EventId(accrual.cause_id)])
        record_audit(actor, "entry.reverse", f"entry:{ref}", reason=reason, taken=str(taken or ""))
    return taken


def _checked(reason: str) -> str:
    """Return a reason as it can be stored; refuses with ReasonMissing."""
    checked = reason.replace("\0", "").strip()
    if not checked:
        raise errors.ReasonMissing()
    return checked


def withdraw_awards(event_ids: Iterable[EventId], *, actor: Actor, now: datetime) -> list[Cause]:
    """Withdraw pending approvals about these events; returns the causes of those approved before."""
    subjects = [f"event:{event_id}" for event_id in event_ids]
    approved = withdraw_requests(APPROVAL_KIND, subjects, actor=actor, now=now)
    return [Cause(CauseKind.APPROVAL, request_id) for request_id in approved]


def _why_not(draft: DraftEvent, original: Event | None, member_id: MemberId) -> Refusal | None:
    number = draft.business_no or draft.id
    if original is None or original.member_id != member_id:
        return errors.NothingToReverse(number=number)
    amount = draft.data.get("amount")
    was = original.data.get(event_type(original.type).amount_field or "")
    if amount is not None and was is not None and Decimal(amount) != Decimal(was):
        return errors.ReversalAmountDiffers(number=number, amount=amount, original=was)
    return None


def _postings_of(originals: dict[int, Event]) -> dict[int, list[EntryRef]]:
    requests = requests_of(APPROVAL_KIND, [f"event:{original.id}" for original in originals.values()])
    causes: dict[tuple[str, int], int] = {}
    for position, original in originals.items():
        causes[CauseKind.DECISION, original.id] = position
        request = requests.get(f"event:{original.id}")
        if request is not None:
            causes[CauseKind.APPROVAL, request.id] = position
    postings: dict[int, list[EntryRef]] = {}
    for found in accruals_of_causes([Cause(CauseKind(kind), row) for kind, row in causes]):
        postings.setdefault(causes[CauseKind(found.cause_kind), found.cause_id], []).append(found.ref)
    gone = reversed_refs([ref for refs in postings.values() for ref in refs])
    return {position: [ref for ref in refs if ref not in gone] for position, refs in postings.items()}


def _lock_events_of_import(import_id: int) -> tuple[list[EventId], set[MemberId]]:
    """Lock the import's live events: two people who take it back at once take it back once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, member_id FROM intake_event WHERE import_id = %s AND live ORDER BY id FOR UPDATE",
            [import_id],
        )
        rows = cursor.fetchall()
    return [EventId(event_id) for event_id, _ in rows], {MemberId(member_id) for _, member_id in rows}


def _claw_back(actor: Actor, plan: Plan, refs: Sequence[EntryRef], now: datetime) -> int:
    gone = reversed_refs(refs)
    wanted = [(Clawback(ref, Cause(CauseKind.REVERSAL, 0), now), now) for ref in refs if ref not in gone]
    if not wanted:
        return 0
    ledger.post(actor.company_id, plan, clawbacks=wanted)
    return -sum(row.points for row in plan.entries if row.kind is EntryKind.CLAWBACK)
