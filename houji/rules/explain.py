"""Why each rule gave what it gave, from the evaluator that decided: nothing is reckoned twice."""

from __future__ import annotations

from dataclasses import dataclass

from houji.rules.arithmetic import Teller
from houji.rules.compile import CompiledEvent, CompiledRule, CompiledRules
from houji.rules.evaluate import compile_condition
from houji.rules.phrases import name_in
from houji.rules.saying import Speaker
from houji.rules.sentence import RuleSentence, say_limit, sentence
from houji.rules.tree import AllOf, AnyOf, Comparison, Condition, Not, Rule, TableAward
from houji.rules.types import EventFacts, Facts, Outcome
from houji.rules.values import Values


@dataclass(frozen=True, slots=True)
class ConditionExplanation:
    """One condition: what it says, the values it met, whether it held.

    ``note`` is the arithmetic of two dates, if it compares two; ``parts`` those of a group.
    """

    text: str
    values: str
    holds: bool
    note: str
    parts: tuple[ConditionExplanation, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleExplanation:
    """How one rule judged an event. ``reason`` is one line: the arithmetic, or what was missing.

    ``points`` equals what ``decide`` awarded, 0 when nothing. Rules on other events appear with
    ``OTHER_EVENT``. ``needs_approval`` says that the points waited for approval.
    """

    rule_code: str
    name: str
    category: str
    outcome: Outcome
    points: int
    reason: str
    arithmetic: str
    conditions: tuple[ConditionExplanation, ...]
    sentence: RuleSentence
    needs_approval: bool

    @property
    def is_awarded(self) -> bool:
        """Whether this rule gave points."""
        return self.outcome is Outcome.AWARDED


def explain(
    event: EventFacts, facts: Facts, rules: CompiledRules, language: str
) -> tuple[RuleExplanation, ...]:
    """Explain a decision rule by rule, in the order of the rules, in ``zh`` or ``en``."""
    compiled = rules.events.get(event.event_type)
    if compiled is None:
        return tuple(_explain_other(rule, rules, language) for rule in rules.rule_set.rules)
    values = compiled.layout.load(event, facts)
    zone = rules.rule_set.zone
    speaker = Speaker(rules.catalogue.fields_of(event.event_type), language, zone)
    teller = Teller(speaker, compiled.layout, zone, values)
    judged = {
        rule.rule.code: _explain_rule(rule, facts, values, teller, compiled, rules) for rule in compiled.rules
    }
    return tuple(
        judged.get(rule.code) or _explain_other(rule, rules, language) for rule in rules.rule_set.rules
    )


def _explain_other(rule: Rule, rules: CompiledRules, language: str) -> RuleExplanation:
    event = name_in(rules.catalogue.names_of(rule.event_type), language)
    speaker = Speaker({}, language, rules.rule_set.zone)
    reason = speaker.say("why_other_event", event=event)
    said = sentence(rule, rules.catalogue, language)
    return RuleExplanation(
        rule_code=rule.code,
        name=said.name,
        category=rule.category,
        outcome=Outcome.OTHER_EVENT,
        points=0,
        reason=reason,
        arithmetic="",
        conditions=(),
        sentence=said,
        needs_approval=rule.needs_approval,
    )


def _explain_rule(
    compiled: CompiledRule,
    facts: Facts,
    values: Values,
    teller: Teller,
    event: CompiledEvent,
    rules: CompiledRules,
) -> RuleExplanation:
    rule = compiled.rule
    outcome, award = compiled.judge(values, facts)
    points = 0 if award is None else award.points
    conditions = tuple(_explain_condition(part, values, teller, event) for part in rule.conditions)
    arithmetic = teller.award(compiled, points, outcome)
    said = sentence(rule, rules.catalogue, teller.speaker.language)
    return RuleExplanation(
        rule_code=rule.code,
        name=said.name,
        category=rule.category,
        outcome=outcome,
        points=points,
        reason=_reason(rule, outcome, conditions, arithmetic, teller),
        arithmetic=arithmetic,
        conditions=conditions,
        sentence=said,
        needs_approval=rule.needs_approval,
    )


def _reason(
    rule: Rule,
    outcome: Outcome,
    conditions: tuple[ConditionExplanation, ...],
    arithmetic: str,
    teller: Teller,
) -> str:
    say = teller.speaker.say
    match outcome:
        case Outcome.NOT_MET:
            failed = next(condition for condition in conditions if not condition.holds)
            return say("why_not_met", text=failed.note or failed.text)
        case Outcome.ALREADY_GIVEN:
            return say("why_already_given", limit=say_limit(teller.speaker, rule))
        case Outcome.BEYOND_LIMIT:
            return say("why_beyond")
        case Outcome.NO_POINTS:
            missing = teller.missing(rule.award)
            if missing:
                return say("why_no_value", fields=missing)
            return (
                arithmetic
                if isinstance(rule.award, TableAward)
                else say("why_no_points", arithmetic=arithmetic)
            )
    return arithmetic


def _explain_condition(
    condition: Condition, values: Values, teller: Teller, event: CompiledEvent
) -> ConditionExplanation:
    holds = compile_condition(condition, event.layout, teller.zone)(values)
    speaker = teller.speaker
    if isinstance(condition, Comparison):
        return ConditionExplanation(
            text=speaker.comparison(condition),
            values=teller.compared(condition),
            holds=holds,
            note=teller.dates(condition),
        )
    inner = (condition.part,) if isinstance(condition, Not) else condition.parts
    title = {Not: "not_title", AllOf: "all_title", AnyOf: "any_title"}[type(condition)]
    parts = tuple(_explain_condition(part, values, teller, event) for part in inner)
    return ConditionExplanation(speaker.say(title), "", holds, "", parts)
