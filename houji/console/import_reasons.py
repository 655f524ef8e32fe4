"""Why good rows earn what they earn: the rules' names with their points, one line a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from houji.connect.cells import from_json
from houji.connect.types import GOOD, Outcome
from houji.console.desk import name_in
from houji.console.punctuation import listed
from houji.intake.event_types.catalogue import field_catalogue
from houji.intake.history import events_of_rows
from houji.intake.mapping.apply import BoundMapping
from houji.intake.mapping.bind import bind
from houji.intake.mapping.document import parse_mapping
from houji.intake.types import DraftEvent, SourceRow
from houji.kernel.ids import EventId
from houji.kernel.refusals import Refusal
from houji.ledger.queries import accruals_of_causes
from houji.ledger.types import Cause, CauseKind, EntryRef
from houji.members.actions import KnownMember, UnknownMember, facts_of_unknown, find_members
from houji.programs.types import ProgramTerms
from houji.rulebook.queries import in_force_at, versions_of
from houji.rules.compile import decide
from houji.rules.types import EventFacts, Facts
from houji.wording import numbers

if TYPE_CHECKING:
    from houji.connect.models import Import, ImportRow


def award_lines(import_: Import, rows: Sequence[ImportRow], terms: ProgramTerms) -> dict[int, str]:
    """Say, by row id, which rules give the points of good rows, in the open tenant.

    A row whose sum is not what the preview reckoned (a limit used up, an amount read otherwise)
    has no line: better none than a wrong one.
    """
    good = [row for row in rows if Outcome(row.outcome) in GOOD and row.points > 0]
    if not good or not import_.headers or import_.mapping is None:
        return {}
    try:
        bound = bind(parse_mapping(import_.mapping), import_.headers, zone=terms.zone)
    except Refusal:
        return {}
    drafts = {row.id: draft for row in good if (draft := _draft(bound, row)) is not None}
    members = find_members(list({draft.member_key for draft in drafts.values()}))
    lines = {row.id: _line(row, drafts[row.id], members, terms) for row in good if row.id in drafts}
    return {row_id: line for row_id, line in lines.items() if line}


def entries_of_rows(import_id: int, rows: Sequence[ImportRow]) -> Mapping[int, EntryRef]:
    """Return the movement that each accepted row made, by row number."""
    numbers_wanted = [row.row_number for row in rows if row.outcome == Outcome.ACCEPTED.value]
    if not numbers_wanted:
        return {}
    by_event = events_of_rows(import_id, numbers_wanted)
    found = accruals_of_causes([Cause(CauseKind.DECISION, event_id) for event_id in by_event])
    return {by_event[EventId(entry.cause_id)]: entry.ref for entry in found}


def _draft(bound: BoundMapping, row: ImportRow) -> DraftEvent | None:
    return bound.apply(SourceRow(row.row_number, from_json(row.cells))).draft


def _line(row: ImportRow, draft: DraftEvent, members: Mapping[str, KnownMember], terms: ProgramTerms) -> str:
    try:
        version = in_force_at(versions_of(terms.id, field_catalogue()), draft.occurred_at)
    except Refusal:
        return ""
    known = members.get(draft.member_key)
    facts = (
        known.facts
        if known is not None
        else facts_of_unknown(UnknownMember(draft.member_key, draft.member_name, draft.member_kind))
    )
    event = EventFacts(draft.type, draft.occurred_at, draft.data)
    awards = decide(event, Facts(facts), version.rules).awards
    if sum(award.points for award in awards if not award.needs_approval) != row.points:
        return ""
    names = {rule.code: name_in(rule.names) for rule in version.rules.rule_set.rules}
    return listed(f"{names[award.rule_code]} {numbers.points(award.points)}" for award in awards)
