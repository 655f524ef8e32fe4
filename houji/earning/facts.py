"""The facts of a batch: loaded in one query, kept up to date as its events use keys, and stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from houji.access.statements import affected_rows, run_columns
from houji.earning.awards import awards_to_json
from houji.earning.models import UsedKey
from houji.kernel.ids import CompanyId, EventId
from houji.programs.types import ProgramTerms
from houji.rulebook.types import ReadyVersion
from houji.rules.compile import limit_keys
from houji.rules.types import Award, EventFacts, Facts, LimitKey

if TYPE_CHECKING:
    from houji.earning.batch import Judged

Weighed = tuple[EventFacts, Mapping[str, Any], ReadyVersion]
"""An event, the facts of its member, and the version that decides it."""


class KeysTaken(Exception):
    """Another batch used one of the keys meanwhile: decide again with fresh facts."""


@dataclass(slots=True)
class KnownKeys:
    """The limit keys that are used up, of all a batch could ask for."""

    wanted: list[frozenset[LimitKey]]
    used: set[LimitKey] = field(default_factory=set)
    position: int = 0

    def next_facts(self, member: Mapping[str, Any]) -> Facts:
        """Return the facts for the batch's next event: its member and its used keys."""
        wanted = self.wanted[self.position]
        self.position += 1
        return Facts(member, wanted & self.used if wanted else wanted)

    def remember(self, awards: Iterable[Award]) -> None:
        """Count the keys of these awards as used for the rest of the batch."""
        for award in awards:
            self.used.update((award.rule_code, key) for key in award.limit_keys)


def load_facts(terms: ProgramTerms, events: Sequence[Weighed]) -> KnownKeys:
    """Look up, in one query, which of the keys that these events could use are used already."""
    wanted = [limit_keys(event, Facts(member), version.rules) for event, member, version in events]
    pairs = sorted(set().union(*wanted))
    return KnownKeys(wanted, _used_among(terms, pairs) if pairs else set())


def store_decisions(company_id: CompanyId, judged: Sequence[Judged], decided_at: datetime) -> None:
    """Store each decision with the facts it read; event types without rules leave none."""
    rows = [item for item in judged if item.claim.draft.type in item.version.rules.events]
    if not rows:
        return
    run_columns(
        _DECISIONS,
        [company_id, decided_at],
        [
            [item.claim.event_id for item in rows],
            [item.version.id for item in rows],
            [_json(item.facts.to_json()) for item in rows],
            [_json(awards_to_json(item.awards)) for item in rows],
            [sum(award.points for award in item.awards) for item in rows],
        ],
    )


def use_keys(terms: ProgramTerms, judged: Sequence[Judged]) -> None:
    """Record the keys that the awards use up, in the order of the keys.

    Keys of one member cannot collide: the batch holds its account. A key counted across members
    may have been used by another batch since it was looked up; this one then raises KeysTaken and
    starts again.
    """
    keys = sorted(
        (award.rule_code, key, item.claim.event_id)
        for item in judged
        for award in item.awards
        for key in award.limit_keys
    )
    if not keys:
        return
    written = affected_rows(
        "INSERT INTO earning_usedkey (company_id, program_id, rule_code, key, event_id)"
        " SELECT %s, %s, * FROM unnest(%b::text[], %b::text[], %b::bigint[]) ON CONFLICT DO NOTHING",
        [terms.company_id, terms.id],
        list(zip(*keys, strict=True)),
    )
    if written < len(keys):
        raise KeysTaken


def free_keys(event_ids: Iterable[EventId]) -> None:
    """Free the keys that these events' awards used, so that corrected business can earn again."""
    UsedKey.objects.filter(event_id__in=list(event_ids)).delete()


def free_keys_of(event_id: EventId, awards: Iterable[Award]) -> None:
    """Free the keys of these awards of an event; what its other awards used stays used."""
    rules = {award.rule_code for award in awards}
    UsedKey.objects.filter(event_id=event_id, rule_code__in=rules).delete()


def _used_among(terms: ProgramTerms, pairs: Sequence[LimitKey]) -> set[LimitKey]:
    rows = run_columns(
        "SELECT rule_code, key FROM earning_usedkey WHERE company_id = %s AND program_id = %s"
        " AND (rule_code, key) IN (SELECT * FROM unnest(%b::text[], %b::text[]))",
        [terms.company_id, terms.id],
        list(zip(*pairs, strict=True)),
    )
    return {(rule_code, key) for rule_code, key in rows}


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


_DECISIONS = """
INSERT INTO earning_decision (company_id, decided_at, event_id, version_id, facts, awards, points)
SELECT %s, %s, event_id, version_id, facts::jsonb, awards::jsonb, points
FROM unnest(%b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::bigint[])
     AS new (event_id, version_id, facts, awards, points)
"""
