"""Deciding: checked rules become closures, and an event with its facts becomes awards.

``decide`` is pure and serves live events, previews and replays alike.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from houji.kernel.numbers import plain, round_points
from houji.rules.evaluate import Reader, Test, compile_all, compile_award, compile_operand
from houji.rules.tree import (
    FixedAward,
    OncePer,
    RateAward,
    Rule,
    RuleSet,
    Scope,
    TableAward,
    fields_in,
    leaves,
)
from houji.rules.types import (
    Award,
    Decision,
    EventFacts,
    Facts,
    FieldCatalogue,
    LimitKey,
    Outcome,
    Verdict,
    Vesting,
    VestingKind,
)
from houji.rules.values import Layout, Values

_KEY_LENGTH_MAX = 200
_NOTHING = Decision((), ())


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One rule ready to judge; what never changes between events is made beforehand."""

    rule: Rule
    holds: Test
    value_of: Reader
    once_per: OncePer | None
    key_readers: tuple[Reader, ...]
    vesting_reader: Reader | None
    vesting: Vesting
    verdicts: Mapping[Outcome, Verdict]
    ready: Mapping[int, Award] | None
    constant: Award | None

    def keys_of(self, values: Values, facts: Facts) -> tuple[str, ...]:
        """The texts of what this rule would give once for."""
        if self.once_per is None:
            return ()
        parts = [_key_part(read(values)) for read in self.key_readers]
        owner = [facts.member["key"]] if self.once_per.scope is Scope.MEMBER else []
        text = json.dumps([self.once_per.scope.value, *owner, *parts], ensure_ascii=False)
        if len(text) > _KEY_LENGTH_MAX:
            text = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
        return (text,)

    def judge(self, values: Values, facts: Facts) -> tuple[Outcome, Award | None]:
        """Judge one event: the outcome, and the award if there is one."""
        if not self.holds(values):
            return Outcome.NOT_MET, None
        if self.constant is not None:
            return Outcome.AWARDED, self.constant
        keys = self.keys_of(values, facts)
        code = self.rule.code
        if keys and any((code, key) in facts.used_keys for key in keys):
            return Outcome.ALREADY_GIVEN, None
        value = self.value_of(values)
        if value is None:
            return Outcome.NO_POINTS, None
        try:
            points = round_points(value, self.rule.rounding)
        except OverflowError:
            return Outcome.BEYOND_LIMIT, None
        if points <= 0:
            return Outcome.NO_POINTS, None
        return Outcome.AWARDED, self._award(points, keys, values)

    def _award(self, points: int, keys: tuple[str, ...], values: Values) -> Award:
        if self.ready is not None:
            return self.ready[points]
        vesting = self.vesting
        if self.vesting_reader is not None:
            vesting = Vesting(VestingKind.ON_DATE, day=self.vesting_reader(values))
        return _make_award(self.rule, points, vesting, keys)


@dataclass(frozen=True, slots=True)
class CompiledEvent:
    """The rules on one event type and the layout of what they read."""

    layout: Layout
    rules: tuple[CompiledRule, ...]


@dataclass(frozen=True, slots=True)
class CompiledRules:
    """A rule set ready to decide, indexed by event type.

    ``reversals`` lists, by the event type that takes back, the rule's code, the event type it
    awards for and the path both events share.
    """

    rule_set: RuleSet
    catalogue: FieldCatalogue
    events: Mapping[str, CompiledEvent]
    reversals: Mapping[str, tuple[tuple[str, str, str], ...]]


def compile_rules(rule_set: RuleSet, catalogue: FieldCatalogue) -> CompiledRules:
    """Compile checked rules against the catalogue they were checked with."""
    by_event: dict[str, list[Rule]] = {}
    reversals: dict[str, list[tuple[str, str, str]]] = {}
    for rule in rule_set.rules:
        by_event.setdefault(rule.event_type, []).append(rule)
        if rule.reversal is not None:
            source = (rule.code, rule.event_type, rule.reversal.key)
            reversals.setdefault(rule.reversal.event_type, []).append(source)
    events = {
        event_type: _compile_event(tuple(rules), rule_set, catalogue)
        for event_type, rules in by_event.items()
    }
    sources = {event_type: tuple(pairs) for event_type, pairs in reversals.items()}
    return CompiledRules(rule_set, catalogue, events, sources)


def decide(event: EventFacts, facts: Facts, rules: CompiledRules) -> Decision:
    """Decide what an event earns. Pure: the same event, facts and rules give the same decision.

    The event's data must match the schema of its type; facts must carry the member's ``key`` when
    a rule gives once per member.
    """
    compiled = rules.events.get(event.event_type)
    if compiled is None:
        return _NOTHING
    values = compiled.layout.load(event, facts)
    awards: list[Award] = []
    verdicts: list[Verdict] = []
    for rule in compiled.rules:
        outcome, award = rule.judge(values, facts)
        verdicts.append(rule.verdicts[outcome])
        if award is not None:
            awards.append(award)
    return Decision(tuple(awards), tuple(verdicts))


def limit_keys(event: EventFacts, facts: Facts, rules: CompiledRules) -> frozenset[LimitKey]:
    """The keys a decision on this event would look up; those already used belong into its facts.

    ``facts`` needs the member only; its ``used_keys`` are not read.
    """
    compiled = rules.events.get(event.event_type)
    if compiled is None or all(rule.once_per is None for rule in compiled.rules):
        return frozenset()
    values = compiled.layout.load(event, facts)
    return frozenset(
        (rule.rule.code, key)
        for rule in compiled.rules
        if rule.once_per is not None and rule.holds(values)
        for key in rule.keys_of(values, facts)
    )


def _compile_event(rules: tuple[Rule, ...], rule_set: RuleSet, catalogue: FieldCatalogue) -> CompiledEvent:
    known = catalogue.fields_of(rules[0].event_type)
    paths = dict.fromkeys(path for rule in rules for path in _paths_of(rule))
    layout = Layout.of(known[path] for path in paths)
    return CompiledEvent(layout, tuple(_compile_rule(rule, layout, rule_set) for rule in rules))


def _paths_of(rule: Rule) -> list[str]:
    operands = [side for part in rule.conditions for leaf in leaves(part) for side in (leaf.left, leaf.right)]
    match rule.award:
        case RateAward(of=of) | TableAward(of=of):
            operands.append(of)
    return [field.path for operand in operands for field in fields_in(operand)]


def _compile_rule(rule: Rule, layout: Layout, rule_set: RuleSet) -> CompiledRule:
    zone = rule_set.zone
    wait = rule.vesting
    vesting = Vesting() if wait.field is not None else Vesting(wait.kind, wait.days)
    keys = rule.once_per.fields if rule.once_per else ()
    ready = _ready_awards(rule, vesting)
    is_constant = ready is not None and isinstance(rule.award, FixedAward)
    return CompiledRule(
        rule=rule,
        holds=compile_all(rule.conditions, layout, zone),
        value_of=compile_award(rule.award, layout, zone),
        once_per=rule.once_per,
        key_readers=tuple(compile_operand(field, layout, zone) for field in keys),
        vesting_reader=None if wait.field is None else compile_operand(wait.field, layout, zone),
        vesting=vesting,
        verdicts={outcome: Verdict(rule.code, outcome) for outcome in Outcome},
        ready=ready,
        constant=next(iter(ready.values())) if ready and is_constant else None,
    )


def _ready_awards(rule: Rule, vesting: Vesting) -> Mapping[int, Award] | None:
    """Awards that do not depend on the event but for their points, made once."""
    if rule.once_per is not None or rule.vesting.field is not None:
        return None
    match rule.award:
        case FixedAward(points=points):
            return {points: _make_award(rule, points, vesting, ())}
        case TableAward(bands=bands):
            return {band.points: _make_award(rule, band.points, vesting, ()) for band in bands}
    return None


def _make_award(rule: Rule, points: int, vesting: Vesting, keys: tuple[str, ...]) -> Award:
    return Award(
        rule_code=rule.code,
        category=rule.category,
        unit=rule.unit,
        points=points,
        vesting=vesting,
        expiry=rule.expiry,
        needs_approval=rule.needs_approval,
        limit_keys=keys,
    )


def _key_part(value: Any) -> Any:
    """Write a value the same way whenever it is the same: 1.50 and 1.5 are one key."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date | datetime) else value
