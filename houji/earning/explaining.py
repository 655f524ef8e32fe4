"""Explaining points: from a movement back to the event, the rules and the arithmetic that made it.

Nothing here is stored text: the rules decide again on the stored facts and say what they did.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from houji.earning import errors
from houji.earning.chain import (
    Judgement,
    approval_figure,
    entries_of_event,
    event_figure,
    judgement_of,
    lot_figures,
)
from houji.earning.explanation import (
    EntryExplanation,
    EventExplanation,
    ReversalFigure,
    ReversalWay,
)
from houji.earning.reasons import (
    ENTRY_REVERSED,
    Sources,
    gather,
    original_of,
    reason_of,
)
from houji.earning.sources import (
    EventRow,
    Movement,
    events_by_id,
    request_of_event,
)
from houji.intake.acceptance import database_now
from houji.kernel.ids import EventId
from houji.ledger.queries import entry, reversal_of
from houji.ledger.types import CauseKind, EntryKind, EntryRef
from houji.members.queries import members_by_id
from houji.programs.queries import all_programs

__all__ = ["explain_entry", "explain_event", "reason_of"]


def explain_event(event_id: EventId, *, language: str) -> EventExplanation:
    """Explain what became of an event, in ``zh`` or ``en``; refuses with EventNotFound."""
    event = events_by_id([event_id]).get(event_id)
    if event is None:
        raise errors.EventNotFound(name=str(event_id))
    return _explain(event, judgement_of(event, _zone_of(event), language), language)


def explain_entry(ref: EntryRef, *, language: str) -> EntryExplanation:
    """Explain a movement, in ``zh`` or ``en``; refuses with EventNotFound."""
    found = entry(ref)
    if found is None:
        raise errors.EventNotFound(name=str(ref))
    sources = gather([found])
    account = sources.accounts[found.account_id]
    event = _business_of(found, sources)
    judgement = None if event is None else judgement_of(event, account.zone, language)
    approved = found.cause_kind == CauseKind.APPROVAL
    is_accrual = found.kind == EntryKind.ACCRUE
    taken_back = reversal_of(ref) if is_accrual else None
    return EntryExplanation(
        ref=ref,
        kind=EntryKind(found.kind),
        member_id=account.holder_id,
        member=str(members_by_id([account.holder_id])[account.holder_id]),
        reason=reason_of([found], language=language)[ref],
        points=found.points,
        available_delta=found.available_delta,
        pending_delta=found.pending_delta,
        available_after=found.available_after,
        pending_after=found.pending_after,
        occurred_at=found.occurred_at,
        booked_at=found.booked_at,
        source=None if event is None else _explain(event, judgement, language),
        lines=judgement.lines_of(account.unit_code, approved=approved) if judgement and is_accrual else (),
        lots=lot_figures(ref, account.zone, database_now()),
        reversal=_reversal(found, sources, language) if found.kind == EntryKind.CLAWBACK else None,
        reversed_by=None if taken_back is None else taken_back.ref,
    )


def _explain(event: EventRow, judgement: Judgement | None, language: str) -> EventExplanation:
    lines = () if judgement is None else judgement.lines
    request = request_of_event(event.id)
    return EventExplanation(
        event=event_figure(event, language),
        member=str(members_by_id([event.member_id])[event.member_id]),
        rules=None if judgement is None else judgement.rules,
        lines=lines,
        points=sum(line.points for line in lines if not line.needs_approval),
        awaiting_points=sum(line.points for line in lines if line.needs_approval),
        approval=approval_figure(request),
        entries=entries_of_event(event, request),
    )


def _business_of(movement: Movement, sources: Sources) -> EventRow | None:
    """Return the event whose business a movement is about: for a clawback the original one."""
    if movement.kind == EntryKind.CLAWBACK:
        return sources.event_behind(sources.originals[original_of(movement)])
    if movement.kind == EntryKind.ACCRUE:
        return sources.event_behind((movement.cause_kind, movement.cause_id))
    return None


def _reversal(clawback: Movement, sources: Sources, language: str) -> ReversalFigure:
    event = sources.events.get(clawback.cause_id)
    if event is not None:
        return ReversalFigure(
            way=ReversalWay.RED_INVOICE,
            original=original_of(clawback),
            event=event_figure(event, language),
            import_name="",
            by="",
            reason="",
            at=event.occurred_at,
        )
    action, trace = sources.taken_back_by(clawback)
    return ReversalFigure(
        way=ReversalWay.BY_HAND if action == ENTRY_REVERSED else ReversalWay.IMPORT,
        original=original_of(clawback),
        event=None,
        import_name="" if trace is None else trace.name,
        by="" if trace is None else trace.by,
        reason="" if trace is None else trace.reason,
        at=clawback.booked_at if trace is None else trace.at,
    )


def _zone_of(event: EventRow) -> ZoneInfo:
    programs = {program.id: program.time_zone for program in all_programs()}
    return ZoneInfo(programs[event.program_id])
