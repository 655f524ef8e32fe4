"""What events earn."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from houji.rules.compile import CompiledRules, decide, limit_keys
from houji.rules.tests.catalogue import MEMBER, compile_one, make_event, seed_rules
from houji.rules.types import EventFacts, Expiry, Facts, Outcome, Span, Vesting, VestingKind

PER_WAN = {"points": "100", "per": "10000", "of": {"field": "event.amount"}}


def points(rules: CompiledRules, event: EventFacts, facts: Facts = MEMBER) -> int:
    return decide(event, facts, rules).points


def outcome(rules: CompiledRules, event: EventFacts, facts: Facts = MEMBER) -> Outcome:
    (verdict,) = decide(event, facts, rules).verdicts
    return verdict.outcome


def awarded(rules: CompiledRules, event: EventFacts) -> dict[str, int]:
    return {award.rule_code: award.points for award in decide(event, MEMBER, rules).awards}


def rate(of: Any = None, **changes: Any) -> dict[str, Any]:
    return {"unit": "points", "rate": {**PER_WAN, "of": of or PER_WAN["of"], **changes}}


def test_the_seed_gives_amount_payment_and_no_complaint() -> None:
    assert awarded(seed_rules(), make_event()) == {"amount": 4620, "payment": 80, "no_complaint": 30}


def test_the_seed_gives_50_on_the_due_date_and_nothing_when_late() -> None:
    assert awarded(seed_rules(), make_event(settled_date="2026-11-24"))["payment"] == 50
    assert "payment" not in awarded(seed_rules(), make_event(settled_date="2026-11-25"))


def test_the_seed_gives_nothing_for_a_disputed_or_unknown_complaint() -> None:
    assert "no_complaint" not in awarded(seed_rules(), make_event(disputed=True))
    assert "no_complaint" not in awarded(seed_rules(), make_event(disputed=None))


def test_the_seed_gives_for_surveys_referrals_and_joint_projects() -> None:
    assert awarded(seed_rules(), make_event("survey.completed", survey_no="S1")) == {"survey": 50}
    assert awarded(seed_rules(), make_event("project.joint", project_no="P1")) == {"joint": 500}
    (award,) = decide(make_event("referral.signed", referral_no="R1"), MEMBER, seed_rules()).awards
    assert (award.points, award.needs_approval) == (200, True)


def test_a_rate_may_count_whole_steps_only() -> None:
    rules = compile_one(award=rate(points="10", whole=True))
    amounts = ("9999.99", "10000", "469999.99", "470000")
    assert [points(rules, make_event(amount=amount)) for amount in amounts] == [0, 10, 460, 470]


@pytest.mark.parametrize(
    ("rounding", "expected"), [("floor", 4620), ("half_up", 4621), ("ceiling", 4621), (None, 4620)]
)
def test_an_award_is_rounded_once_at_its_end(rounding: str | None, expected: int) -> None:
    rules = compile_one(award=rate(), rounding=rounding)
    assert points(rules, make_event(amount="462050")) == expected


def test_a_quotient_that_never_ends_is_rounded_right() -> None:
    rules = compile_one(award=rate(points="1", per="3"), rounding="half_up")
    assert [points(rules, make_event(amount=amount)) for amount in ("4", "5", "999999999999999")] == [
        1,
        2,
        333333333333333,
    ]


def test_a_value_just_below_a_whole_number_is_not_rounded_up() -> None:
    rules = compile_one(award=rate(points="1", per="3"))
    assert points(rules, make_event(amount="2.999999")) == 0
    assert points(rules, make_event(amount="3")) == 1


def test_sums_products_and_differences_are_exact() -> None:
    net = {"difference": [{"field": "event.amount"}, {"field": "event.deposit"}]}
    tenth = {"product": [net, "0.1"]}
    rules = compile_one(award=rate({"sum": [tenth, "0.3"]}, points="10", per="1"))
    assert points(rules, make_event(amount="0.7", deposit="0.4")) == 3


def test_less_than_one_point_is_no_award() -> None:
    rules = compile_one(award=rate())
    assert outcome(rules, make_event(amount="99.999999")) is Outcome.NO_POINTS
    assert outcome(rules, make_event(amount="-500000")) is Outcome.NO_POINTS


def test_a_missing_number_is_no_award() -> None:
    assert outcome(compile_one(award=rate()), make_event(amount=None)) is Outcome.NO_POINTS


def test_points_beyond_what_an_account_holds_are_not_given() -> None:
    rules = compile_one(award=rate(points="1000", per="1"))
    assert outcome(rules, make_event(amount="99999999999999")) is Outcome.BEYOND_LIMIT


def test_a_table_gives_the_points_of_its_band() -> None:
    bands = [{"from": "100000", "points": 5}, {"from": "500000", "points": 20}]
    rules = compile_one(award={"unit": "points", "table": {"of": {"field": "event.amount"}, "bands": bands}})
    amounts = ("99999.99", "100000", "499999.99", "500000")
    assert [points(rules, make_event(amount=amount)) for amount in amounts] == [0, 5, 5, 20]


@pytest.mark.parametrize(
    ("when", "data", "expected"),
    [
        ({"field": "event.amount", "op": "eq", "value": "462000.00"}, {}, True),
        ({"field": "event.amount", "op": "gt", "value": 461999}, {}, True),
        ({"field": "event.amount", "op": "lt", "value": "462000"}, {}, False),
        ({"field": "event.amount", "op": "ge", "than": {"field": "event.deposit"}}, {"deposit": "5"}, True),
        ({"field": "event.items", "op": "in", "value": [1, 2]}, {"items": 2}, True),
        ({"field": "event.items", "op": "in", "value": [1, 2]}, {}, False),
        ({"field": "event.items", "op": "empty"}, {}, True),
        ({"field": "event.invoice_no", "op": "empty"}, {"invoice_no": ""}, True),
        ({"field": "event.items", "op": "not_empty"}, {"items": 0}, True),
        ({"field": "event.items", "op": "lt", "value": 5}, {}, False),
        ({"field": "event.items", "op": "ge", "value": 5}, {}, False),
        ({"field": "event.items", "op": "ne", "value": 5}, {}, True),
        ({"field": "event.items", "op": "eq", "than": {"field": "event.items"}}, {}, False),
        ({"field": "event.urgent", "op": "ne", "value": True}, {"urgent": False}, True),
        ({"not": {"field": "event.urgent", "op": "eq", "value": True}}, {"urgent": True}, False),
        ({"field": "member.kind", "op": "eq", "value": "soe"}, {}, True),
        ({"field": "member.kind", "op": "in", "value": ["private", "government"]}, {}, False),
        ({"field": "event.due_date", "op": "gt", "value": "2026-11-23"}, {}, True),
        ({"field": "event.confirmed_at", "op": "lt", "value": "2026-11-12T08:00:00+08:00"},
         {"confirmed_at": "2026-11-11T23:59:59Z"}, True),
    ],
)  # fmt: skip
def test_conditions_compare(when: dict[str, Any], data: dict[str, Any], expected: bool) -> None:
    assert (outcome(compile_one(when=when), make_event(**data)) is Outcome.AWARDED) is expected


def test_all_any_and_not_combine() -> None:
    large = {"field": "event.amount", "op": "ge", "value": "1000000"}
    urgent = {"field": "event.urgent", "op": "eq", "value": True}
    rules = compile_one(when={"all": [{"any": [large, urgent]}, {"not": {"all": [large, urgent]}}]})
    judged = [
        outcome(rules, make_event(amount=amount, urgent=urgent)) is Outcome.AWARDED
        for amount in ("1", "1000000")
        for urgent in (False, True)
    ]
    assert judged == [False, True, True, False]


def test_dates_move_by_days_and_stop_where_the_calendar_ends() -> None:
    when = {"field": "event.settled_date", "op": "le", "than": {"field": "event.due_date", "plus_days": 3}}
    rules = compile_one(when=when)
    assert outcome(rules, make_event(settled_date="2026-11-27")) is Outcome.AWARDED
    assert outcome(rules, make_event(settled_date="2026-11-28")) is Outcome.NOT_MET
    assert outcome(rules, make_event(due_date="9999-12-31")) is Outcome.AWARDED
    earlier = {
        "field": "event.settled_date",
        "op": "ge",
        "than": {"field": "event.due_date", "plus_days": -9},
    }
    assert outcome(compile_one(when=earlier), make_event(due_date="0001-01-02")) is Outcome.AWARDED


def test_days_between_two_dates_count_forward() -> None:
    days = {"days_between": {"from": {"field": "event.settled_date"}, "to": {"field": "event.due_date"}}}
    rules = compile_one(award=rate(days, points="1", per="1"))
    assert points(rules, make_event()) == 12


def test_an_instant_belongs_to_the_day_of_the_rule_sets_zone() -> None:
    when = {"of": {"day_of": {"field": "event.occurred_at"}}, "op": "eq", "value": "2026-11-13"}
    late = make_event()
    late = EventFacts(late.event_type, late.occurred_at.replace(hour=16), late.data)
    assert outcome(compile_one(when=when), late) is Outcome.AWARDED


def test_tags_are_asked_whether_one_is_among_others() -> None:
    rules = compile_one(when={"field": "member.tags", "op": "in", "value": ["重点", "战略"]})
    assert outcome(rules, make_event(), Facts({"key": "C", "tags": ["重点", "新"]})) is Outcome.AWARDED
    assert outcome(rules, make_event(), Facts({"key": "C", "tags": []})) is Outcome.NOT_MET


def test_a_used_key_gives_nothing_twice() -> None:
    rules = compile_one(once_per={"fields": ["event.invoice_no"]})
    (award,) = decide(make_event(), MEMBER, rules).awards
    used = frozenset(("payment", key) for key in award.limit_keys)
    assert limit_keys(make_event(), MEMBER, rules) == used
    again = Facts(MEMBER.member, used)
    assert outcome(rules, make_event(), again) is Outcome.ALREADY_GIVEN
    assert outcome(rules, make_event(invoice_no="another"), again) is Outcome.AWARDED


def test_a_limit_counts_per_member_unless_it_is_the_programmes() -> None:
    def keys(within: str, member: str) -> frozenset[tuple[str, str]]:
        rules = compile_one(once_per={"fields": ["event.invoice_no"], "within": within})
        return limit_keys(make_event(), Facts({"key": member}), rules)

    assert keys("member", "A") != keys("member", "B")
    assert keys("programme", "A") == keys("programme", "B")


def test_a_limit_key_is_the_same_for_the_same_number_and_short_for_a_long_text() -> None:
    by_amount = compile_one(once_per={"fields": ["event.amount"]})
    assert limit_keys(make_event(amount="1.50"), MEMBER, by_amount) == limit_keys(
        make_event(amount="1.5"), MEMBER, by_amount
    )
    by_text = compile_one(once_per={"fields": ["event.invoice_no"]})
    ((_, key),) = limit_keys(make_event(invoice_no="票" * 5000), MEMBER, by_text)
    assert len(key) < 100


def test_without_the_value_it_counts_by_a_limited_rule_gives_nothing() -> None:
    rules = compile_one(once_per={"fields": ["event.invoice_no"]})
    assert outcome(rules, make_event(invoice_no=None)) is Outcome.NOT_MET
    assert limit_keys(make_event(invoice_no=None), MEMBER, rules) == frozenset()


def test_a_limit_without_fields_gives_once_at_all() -> None:
    rules = compile_one(once_per={"fields": []})
    assert limit_keys(make_event(), MEMBER, rules) == limit_keys(make_event(invoice_no="x"), MEMBER, rules)


@pytest.mark.parametrize(
    ("document", "vesting"),
    [
        (None, Vesting()),
        ({"at_once": True}, Vesting()),
        ({"after_days": 15}, Vesting(VestingKind.AFTER_DAYS, 15)),
        ({"until_date_field": "event.due_date"}, Vesting(VestingKind.ON_DATE, day=date(2026, 11, 24))),
    ],
)
def test_an_award_says_when_it_becomes_available(document: Any, vesting: Vesting) -> None:
    (award,) = decide(make_event(), MEMBER, compile_one(vesting=document)).awards
    assert award.vesting == vesting


@pytest.mark.parametrize(
    ("document", "expiry"),
    [
        (None, None),
        ({"years": 1}, Expiry(Span.YEARS, 1)),
        ({"months": 18}, Expiry(Span.MONTHS, 18)),
        ({"days": 90}, Expiry(Span.DAYS, 90)),
        ({"never": True}, Expiry(Span.NEVER)),
    ],
)
def test_an_award_says_how_long_it_is_valid(document: Any, expiry: Expiry | None) -> None:
    (award,) = decide(make_event(), MEMBER, compile_one(expiry=document)).awards
    assert award.expiry == expiry


def test_an_event_without_rules_earns_nothing() -> None:
    decision = decide(make_event("invoice.reversed", invoice_no="1"), MEMBER, seed_rules())
    assert (decision.awards, decision.verdicts, decision.points) == ((), (), 0)


def test_what_takes_awards_back_is_listed_by_its_event() -> None:
    assert seed_rules().reversals == {
        "invoice.reversed": tuple(
            (code, "invoice.settled", "event.invoice_no") for code in ("amount", "payment", "no_complaint")
        )
    }
