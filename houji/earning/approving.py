"""Deciding an award that waits for a second person: approval posts it, rejection frees its limits."""

from __future__ import annotations

from datetime import datetime

from houji.access.tenant import tenant
from houji.access.types import Actor
from houji.approvals.actions import decide_request, lock_request
from houji.approvals.queries import request_by_id
from houji.earning.awards import awards_from_json, to_accrual
from houji.earning.facts import free_keys_of
from houji.earning.models import Decision
from houji.intake.acceptance import event_by_id
from houji.kernel.ids import EventId, MemberId, ProgramId
from houji.ledger import actions as ledger
from houji.ledger.types import Cause, CauseKind, EntryRef
from houji.programs.queries import program_by_id, terms_of


def decide_award(
    *,
    actor: Actor,
    request_id: int,
    approve: bool,
    note: str,
    now: datetime,
    booked_at: datetime | None = None,
) -> list[EntryRef]:
    """Approve an award, which posts it at once, or reject it with a note.

    It is booked by the database's clock; only history books at a time of its own.

    Refuses with RequestNotFound, RequestDecided, PermissionMissing, OwnRequest or
    RejectionNeedsNote, in this order, and then changes nothing.
    """
    with tenant(actor.company_id):
        # The member's accounts come before the request, as everywhere: accounts first.
        subject = request_by_id(request_id).subject
        event = event_by_id(EventId(int(subject.removeprefix("event:"))))
        terms = terms_of(program_by_id(ProgramId(event.program_id)))
        awards = [
            a for a in awards_from_json(Decision.objects.get(event_id=event.id).awards) if a.needs_approval
        ]
        units = {award.unit: terms.units[award.unit].id for award in awards}
        holder = MemberId(event.member_id)
        accounts = ledger.open_accounts(
            terms.company_id, terms.id, [(unit, holder) for unit in units.values()]
        )
        plan, clock = ledger.lock_accounts(
            list(accounts.values()), with_lots=() if booked_at is None else None
        )
        request = lock_request(request_id)
        decide_request(request, approve=approve, actor=actor, note=note, now=now)
        if not approve:
            free_keys_of(EventId(event.id), awards)
            return []
        accruals = [
            to_accrual(
                [award for award in awards if award.unit == unit],
                terms=terms,
                account_id=accounts[unit_id, holder],
                cause=Cause(CauseKind.APPROVAL, request.id),
                occurred_at=event.occurred_at,
                booked_at=booked_at or clock,
            )
            for unit, unit_id in units.items()
        ]
        refs, _ = ledger.post(
            terms.company_id, plan, accruals=[(accrual, booked_at or clock) for accrual in accruals]
        )
        return refs
