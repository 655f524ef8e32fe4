"""Why a movement happened, in plain words: one line for each, in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language, gettext, override

from houji.earning.sources import (
    AccountRow,
    AuditTrace,
    EventRow,
    Movement,
    RequestRow,
    accounts_by_id,
    audit_traces,
    causes_of,
    events_by_id,
    lots_moved,
    requests_by_id,
)
from houji.intake.event_types.catalogue import event_type
from houji.kernel.ids import AccountId
from houji.kernel.time import local_date
from houji.ledger.types import CauseKind, EntryKind, EntryRef
from houji.rules.phrases import language_of
from houji.rules.summary import summarise
from houji.rules.wording import format_date, format_month_day, format_points

ENTRY_REVERSED, IMPORT_REVERSED = "entry.reverse", "import.reverse"


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything the reasons of some movements are made of."""

    accounts: dict[int, AccountRow]
    events: dict[int, EventRow]
    requests: dict[int, RequestRow]
    originals: dict[EntryRef, tuple[str, int]]
    audits: dict[tuple[str, str], AuditTrace]
    moved: dict[EntryRef, list[datetime]]

    def event_behind(self, cause: tuple[str, int]) -> EventRow | None:
        """Return the event that a decision or an approved request is about."""
        kind, cause_id = cause
        if kind == CauseKind.APPROVAL:
            return self.events.get(self.requests[cause_id].event_id)
        return self.events.get(cause_id)

    def taken_back_by(self, entry: Movement) -> tuple[str, AuditTrace | None]:
        """Return how a person took an accrual back: the audited action and what it says."""
        original = original_of(entry)
        by_hand = self.audits.get((ENTRY_REVERSED, f"entry:{original}"))
        event = self.event_behind(self.originals[original])
        if by_hand is not None or event is None:
            return ENTRY_REVERSED, by_hand
        return IMPORT_REVERSED, self.audits.get((IMPORT_REVERSED, f"import:{event.import_id}"))


def reason_of(entries: Iterable[Movement], *, language: str | None = None) -> dict[EntryRef, str]:
    """Return why each movement happened, in ``zh`` or ``en`` (the active language when None).

    A fixed number of queries, however many entries there are.
    """
    listed = list(entries)
    if not listed:
        return {}
    speaking = language_of(language or get_language() or "zh")
    sources = gather(listed)
    with override("en" if speaking == "en" else "zh-hans"):
        return {ref_of(entry): _reason(entry, sources, speaking) for entry in listed}


def ref_of(entry: Movement) -> EntryRef:
    """Return the name of an entry."""
    return EntryRef(AccountId(entry.account_id), entry.seq)


def original_of(clawback: Movement) -> EntryRef:
    """Return the name of the accrual that a clawback took back."""
    assert clawback.reverses_seq is not None
    return EntryRef(AccountId(clawback.account_id), clawback.reverses_seq)


def gather(entries: Sequence[Movement]) -> Sources:
    """Read everything that the reasons of these movements are made of."""
    clawbacks = [entry for entry in entries if entry.kind == EntryKind.CLAWBACK]
    originals = causes_of([original_of(entry) for entry in clawbacks])
    causes = {(entry.cause_kind, entry.cause_id) for entry in entries} | set(originals.values())
    requests = requests_by_id({cause for kind, cause in causes if kind == CauseKind.APPROVAL})
    of_events = {CauseKind.DECISION, CauseKind.REVERSAL}
    events = events_by_id(
        {cause for kind, cause in causes if kind in of_events and cause}
        | {request.event_id for request in requests.values()}
    )
    scheduled = {EntryKind.ACTIVATE, EntryKind.EXPIRE}
    found = Sources(
        accounts=accounts_by_id({entry.account_id for entry in entries}),
        events=events,
        requests=requests,
        originals=originals,
        audits={},
        moved=lots_moved([ref_of(entry) for entry in entries if entry.kind in scheduled]),
    )
    found.audits.update(audit_traces(_audits_wanted(clawbacks, found)))
    return found


def _audits_wanted(clawbacks: Sequence[Movement], sources: Sources) -> set[tuple[str, str]]:
    wanted = set()
    for entry in clawbacks:
        if entry.cause_id:
            continue
        original = original_of(entry)
        event = sources.event_behind(sources.originals[original])
        wanted.add((ENTRY_REVERSED, f"entry:{original}"))
        if event is not None and event.import_id is not None:
            wanted.add((IMPORT_REVERSED, f"import:{event.import_id}"))
    return wanted


def _reason(entry: Movement, sources: Sources, language: str) -> str:
    match EntryKind(entry.kind):
        case EntryKind.ACCRUE:
            return _reason_of_accrual(entry, sources, language)
        case EntryKind.CLAWBACK:
            return _reason_of_clawback(entry, sources)
        case EntryKind.ACTIVATE:
            return _reason_of_activation(entry, sources, language)
        case EntryKind.EXPIRE:
            return _reason_of_expiry(entry, sources, language)


def _reason_of_accrual(entry: Movement, sources: Sources, language: str) -> str:
    event = sources.event_behind((entry.cause_kind, entry.cause_id))
    if event is None:
        return gettext("积分入账")
    summary = summary_of(event, language)
    if entry.cause_kind == CauseKind.APPROVAL:
        return gettext("%(summary)s，审批通过") % {"summary": summary}
    return summary


def summary_of(event: EventRow, language: str) -> str:
    """Return the one line about an event."""
    return summarise(event_type(event.type).summary[language_of(language)], event.data, language)


def _reason_of_clawback(entry: Movement, sources: Sources) -> str:
    event = sources.events.get(entry.cause_id)
    if event is not None:
        return gettext("冲正：发票 %(number)s 红字") % {"number": event.business_no}
    action, trace = sources.taken_back_by(entry)
    if trace is None:
        return gettext("冲正")
    if action == ENTRY_REVERSED:
        return gettext("冲正：%(reason)s") % {"reason": trace.reason}
    return gettext("冲正：撤回导入「%(name)s」，%(reason)s") % {"name": trace.name, "reason": trace.reason}


def _reason_of_activation(entry: Movement, sources: Sources, language: str) -> str:
    days = _days_earned(entry, sources)
    booked_on = local_date(entry.booked_at, sources.accounts[entry.account_id].zone)
    first = format_month_day(days[0]) if days[0].year == booked_on.year else format_date(days[0])
    facts = {"day": first, "count": len(days), "points": format_points(entry.available_delta, language)}
    if len(days) > 1:
        return gettext("%(day)s 起 %(count)s 天的 %(points)s生效") % facts
    return gettext("%(day)s 的 %(points)s生效") % facts


def _reason_of_expiry(entry: Movement, sources: Sources, language: str) -> str:
    days = _days_earned(entry, sources)
    facts = {
        "day": format_date(days[0]),
        "count": len(days),
        "points": format_points(-entry.points, language),
    }
    if len(days) > 1:
        return gettext("到期：%(day)s 起 %(count)s 天获得的 %(points)s") % facts
    return gettext("到期：%(day)s 获得的 %(points)s") % facts


def _days_earned(entry: Movement, sources: Sources) -> list[date]:
    zone = sources.accounts[entry.account_id].zone
    return sorted({local_date(moment, zone) for moment in sources.moved[ref_of(entry)]})
