"""What holds for every event that matches its schema, whatever it says."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from houji.kernel.numbers import plain
from houji.rules.compile import CompiledRules, compile_rules, decide, limit_keys
from houji.rules.explain import explain
from houji.rules.parse import parse_rule_set
from houji.rules.tests.catalogue import CATALOGUE, make_document, make_rule, seed_rules
from houji.rules.types import EventFacts, Facts

_AMOUNT = {"field": "event.amount"}
_DEPOSIT = {"field": "event.deposit"}
_SETTLED = {"field": "event.settled_date"}
_DUE = {"field": "event.due_date"}
_DAYS = {"days_before": {"day": _SETTLED, "deadline": _DUE}}
_UNIT = {"unit": "points"}


def _everything() -> CompiledRules:
    """Rules that use every part of the language."""
    rules = [
        make_rule(code="third", award={**_UNIT, "rate": {"points": "0.7", "per": "3", "of": _AMOUNT}}),
        make_rule(
            code="whole",
            award={**_UNIT, "rate": {"points": "999999", "per": "1", "of": _AMOUNT, "whole": True}},
            once_per={"fields": ["event.amount", "event.due_date", "event.urgent", "member.tags"]},
        ),
        make_rule(
            code="formula",
            award={
                **_UNIT,
                "rate": {
                    "points": "1",
                    "per": "10",
                    "of": {"sum": [{"product": [_AMOUNT, _DEPOSIT]}, {"difference": [_AMOUNT, _DAYS]}]},
                },
            },
            rounding="half_up",
        ),
        make_rule(
            code="bands",
            when={
                "any": [
                    {"field": "event.settled_date", "op": "le", "than": {**_DUE, "plus_days": 36500}},
                    {"not": {"field": "member.tags", "op": "in", "value": ["a"]}},
                ]
            },
            award={
                **_UNIT,
                "table": {
                    "of": {"days_between": {"from": {"day_of": {"field": "event.occurred_at"}}, "to": _DUE}},
                    "bands": [{"from": -10, "points": 0}, {"from": 0, "points": 3}, {"from": 9, "points": 4}],
                },
            },
            vesting={"until_date_field": "event.due_date"},
        ),
        make_rule(
            code="instants",
            when={"field": "event.confirmed_at", "op": "lt", "than": {"field": "event.occurred_at"}},
            once_per={"fields": ["event.confirmed_at"], "within": "programme"},
        ),
    ]
    return compile_rules(parse_rule_set(make_document(*rules), CATALOGUE), CATALOGUE)


RULES = _everything()

AMOUNTS = st.decimals(
    min_value=Decimal("-999999999999999.999999"), max_value=Decimal("999999999999999.999999"), places=6
).map(plain)
DATES = st.dates().map(date.isoformat)
INSTANTS = st.datetimes(timezones=st.just(UTC))
TEXTS = st.text(max_size=300)
DATA = st.fixed_dictionaries(
    {},
    optional={
        "invoice_no": TEXTS,
        "amount": AMOUNTS,
        "deposit": AMOUNTS,
        "due_date": DATES,
        "settled_date": DATES,
        "disputed": st.booleans(),
        "urgent": st.booleans() | st.none(),
        "items": st.integers(-(2**53) + 1, 2**53 - 1),
        "confirmed_at": INSTANTS.map(lambda instant: instant.isoformat().replace("+00:00", "Z")),
        "referral_no": TEXTS,
        "survey_no": TEXTS,
        "project_no": TEXTS,
    },
)
EVENTS = st.builds(EventFacts, st.sampled_from(CATALOGUE.event_types), INSTANTS, DATA)
MEMBERS = st.fixed_dictionaries(
    {"key": TEXTS},
    optional={"kind": st.sampled_from(["government", "soe", "private"]), "tags": st.lists(TEXTS, max_size=3)},
)
FACTS = st.builds(Facts, MEMBERS, st.frozensets(st.tuples(TEXTS, TEXTS), max_size=3))
SETS = st.sampled_from([RULES, seed_rules(), seed_rules("engineering_balanced")])


@given(EVENTS, FACTS, SETS)
def test_any_event_that_matches_its_schema_is_decided(
    event: EventFacts, facts: Facts, rules: CompiledRules
) -> None:
    decision = decide(event, facts, rules)
    assert decision == decide(event, facts, rules)
    assert all(award.points > 0 for award in decision.awards)


@given(EVENTS, FACTS, SETS, st.sampled_from(["zh", "en"]))
def test_explanations_give_the_points_of_the_decision(
    event: EventFacts, facts: Facts, rules: CompiledRules, language: str
) -> None:
    decision = decide(event, facts, rules)
    explained = explain(event, facts, rules, language)
    assert {each.rule_code: each.points for each in explained if each.is_awarded} == {
        award.rule_code: award.points for award in decision.awards
    }
    judged = {verdict.rule_code: verdict.outcome for verdict in decision.verdicts}
    assert judged == {each.rule_code: each.outcome for each in explained if each.rule_code in judged}
    assert all(each.reason for each in explained)


@given(FACTS)
def test_facts_survive_being_stored(facts: Facts) -> None:
    assert Facts.from_json(json.loads(json.dumps(facts.to_json()))) == facts


@given(EVENTS, MEMBERS, SETS)
def test_what_a_rule_gave_once_it_gives_never_again(
    event: EventFacts, member: dict[str, Any], rules: CompiledRules
) -> None:
    first = decide(event, Facts(member), rules)
    keys = frozenset((award.rule_code, key) for award in first.awards for key in award.limit_keys)
    assert keys <= limit_keys(event, Facts(member), rules)
    second = decide(event, Facts(member, keys), rules)
    unlimited = {award.rule_code for award in first.awards if not award.limit_keys}
    assert {award.rule_code for award in second.awards} == unlimited


@given(AMOUNTS, st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=2)))
def test_the_literal_rate_is_the_exact_quotient_rounded_down(amount: str, later: timedelta) -> None:
    event = EventFacts("invoice.settled", datetime(2026, 1, 1, tzinfo=UTC) + later, {"amount": amount})
    millionths = int(Decimal(amount).scaleb(6))
    expected = max(millionths * 100 // (10_000 * 10**6), 0)
    assert decide(event, Facts({"key": "C"}), seed_rules()).points == expected
