"""The links of an explanation's chain: event, rules with their arithmetic, approval, lots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from houji.earning.awards import awards_from_json
from houji.earning.explanation import (
    ApprovalFigure,
    ApprovalState,
    ArithmeticLine,
    EventFigure,
    LotFigure,
    RulesFigure,
    ShownField,
)
from houji.earning.models import Decision
from houji.earning.reasons import summary_of
from houji.earning.sources import EventRow, RequestRow
from houji.intake.event_types.catalogue import DataField, DataKind, event_type, field_catalogue
from houji.kernel.ids import AccountId, VersionId
from houji.kernel.numbers import parse_amount
from houji.kernel.time import BEGINNING, local_date
from houji.ledger.types import EntryRef
from houji.rulebook.queries import version_by_id
from houji.rules.explain import explain
from houji.rules.phrases import name_in
from houji.rules.types import Award, EventFacts, Facts
from houji.rules.wording import format_money, format_number

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A stored decision, explained again: its version and rules, its lines, its awards."""

    rules: RulesFigure
    lines: tuple[ArithmeticLine, ...]
    awards: tuple[Award, ...]

    def lines_of(self, unit: str, *, approved: bool) -> tuple[ArithmeticLine, ...]:
        """Return the lines that one entry posted: of one unit, at once or by approval."""
        codes = {a.rule_code for a in self.awards if a.unit == unit and a.needs_approval is approved}
        return tuple(line for line in self.lines if line.rule_code in codes)


def event_figure(event: EventRow, language: str) -> EventFigure:
    """Return an event as people read it: labels, formatted values, where it came from."""
    kind = event_type(event.type)
    shown = tuple(
        ShownField(
            item.name, name_in(item.names, language), shown_value(item, event.data[item.name], language)
        )
        for item in kind.fields.values()
        if event.data.get(item.name) not in (None, "")
    )
    return EventFigure(
        event_id=event.id,
        type_code=event.type,
        type_name=name_in(kind.names, language),
        summary=summary_of(event, language),
        fields=shown,
        business_no=event.business_no,
        source=event.source,
        source_id=event.source_id,
        origin=event.received_from or event.source,
        import_id=event.import_id,
        import_row=event.import_row,
        occurred_at=event.occurred_at,
        received_at=event.received_at,
        member_id=event.member_id,
        is_live=event.live,
    )


def shown_value(item: DataField, raw: Any, language: str) -> str:
    """Write one value of an event's data for people: 462,000.00 元, 2026-11-24, 无投诉."""
    match item.kind:
        case DataKind.AMOUNT:
            number = parse_amount(raw)
            return format_money(number, language) if item.unit == "yuan" else format_number(number)
        case DataKind.INTEGER:
            return format_number(raw)
        case DataKind.BOOLEAN:
            answer = "true" if raw else "false"
            return name_in(item.words[answer], language) if answer in item.words else answer
        case _:
            return str(raw)


def judgement_of(event: EventRow, zone: ZoneInfo, language: str) -> Judgement | None:
    """Decide an event again on its stored facts; None where no rule was on its type."""
    decision = Decision.objects.filter(event_id=event.id).first()
    if decision is None:
        return None
    version = version_by_id(VersionId(decision.version_id), field_catalogue())
    said = explain(
        EventFacts(event.type, event.occurred_at, event.data),
        Facts.from_json(decision.facts),
        version.rules,
        language,
    )
    awarded = tuple(rule for rule in said if rule.is_awarded)
    lines = tuple(
        ArithmeticLine(r.rule_code, r.name, r.category, r.arithmetic, r.points, r.needs_approval)
        for r in awarded
    )
    figure = RulesFigure(
        version_number=version.number,
        in_force_since=None
        if version.effective_from == BEGINNING
        else local_date(version.effective_from, zone),
        awarded=awarded,
        others=tuple(rule for rule in said if not rule.is_awarded),
    )
    return Judgement(figure, lines, tuple(awards_from_json(decision.awards)))


def approval_figure(request: RequestRow | None) -> ApprovalFigure | None:
    """Return what became of a request."""
    if request is None:
        return None
    return ApprovalFigure(
        request_id=request.id,
        state=ApprovalState(request.state),
        points=request.effect_points,
        raised_by=request.raised_by_name,
        raised_at=request.raised_at,
        due_at=request.due_at,
        decided_by=request.decided_by_name,
        decided_at=request.decided_at,
        note=request.note,
        alone=request.alone,
    )


def lot_figures(ref: EntryRef, zone: ZoneInfo, now: datetime) -> tuple[LotFigure, ...]:
    """Return the lots an entry made or moved, with what became of them by ``now``."""
    with connection.cursor() as cursor:
        cursor.execute(_LOTS, {"account": ref.account_id, "seq": ref.seq})
        return tuple(_lot_figure(row, ref.account_id, zone, now) for row in cursor.fetchall())


def _lot_figure(row: Sequence[Any], account_id: AccountId, zone: ZoneInfo, now: datetime) -> LotFigure:
    (
        lot_id,
        entry_seq,
        original,
        moved,
        remaining,
        active,
        available_at,
        expires_at,
        earned_at,
        expired,
        taken,
    ) = row
    # What is due counts as done, as in every other read of the books.
    due = remaining if expires_at is not None and expires_at <= now else 0
    return LotFigure(
        lot_id=lot_id,
        entry=EntryRef(account_id, entry_seq),
        points=original,
        moved=moved,
        used=original - remaining - int(expired) - int(taken),
        expired=int(expired) + due,
        taken_back=int(taken),
        remaining=remaining - due,
        is_active=active or (available_at is not None and available_at <= now),
        earned_on=local_date(earned_at, zone),
        available_on=local_date(available_at or earned_at, zone),
        expires_on=last_day(expires_at, zone),
    )


def last_day(expires_at: datetime | None, zone: ZoneInfo) -> date | None:
    """Return the last day on which points can be used, from the instant at which they are expired."""
    return None if expires_at is None else local_date(expires_at - _INSTANT, zone)


def entries_of_event(event: EventRow, request: RequestRow | None) -> tuple[EntryRef, ...]:
    """Return the movements an event made, and those that took them back."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, {"event": event.id, "request": 0 if request is None else request.id})
        return tuple(EntryRef(AccountId(account), seq) for account, seq in cursor.fetchall())


_LOTS = """
WITH touched AS (
    SELECT lot_id, original AS moved FROM ledger_lot
    WHERE account_id = %(account)s AND entry_seq = %(seq)s
    UNION ALL
    SELECT lot_id, points FROM ledger_lotmove WHERE account_id = %(account)s AND seq = %(seq)s
)
SELECT lot.lot_id, lot.entry_seq, lot.original, touched.moved, lot.remaining, lot.active,
       lot.available_at, lot.expires_at, lot.earned_at,
       coalesce(sum(-move.points) FILTER (WHERE entry.kind = 'expire'), 0),
       coalesce(sum(-move.points) FILTER (WHERE entry.kind = 'clawback'), 0)
FROM touched
JOIN ledger_lot AS lot ON lot.account_id = %(account)s AND lot.lot_id = touched.lot_id
LEFT JOIN ledger_lotmove AS move ON move.account_id = lot.account_id AND move.lot_id = lot.lot_id
LEFT JOIN ledger_entry AS entry ON entry.account_id = move.account_id AND entry.seq = move.seq
GROUP BY lot.lot_id, lot.entry_seq, lot.original, touched.moved, lot.remaining, lot.active,
         lot.available_at, lot.expires_at, lot.earned_at
ORDER BY lot.lot_id
"""

_ENTRIES = """
WITH caused AS (
    SELECT account_id, seq FROM ledger_entry
    WHERE kind IN ('accrue', 'clawback')
      AND (cause_kind, cause_id) IN
          (('decision', %(event)s), ('approval', %(request)s), ('reversal', %(event)s))
)
SELECT account_id, seq FROM caused
UNION
SELECT entry.account_id, entry.seq
FROM ledger_entry AS entry
JOIN caused ON caused.account_id = entry.account_id AND caused.seq = entry.reverses_seq
ORDER BY account_id, seq
"""
