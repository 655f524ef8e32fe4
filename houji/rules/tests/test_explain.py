"""Every rule's answer is explained with the arithmetic people write."""

from __future__ import annotations

from typing import Any

import pytest

from houji.rules.compile import CompiledRules, decide
from houji.rules.explain import ConditionExplanation, RuleExplanation, explain
from houji.rules.tests.catalogue import MEMBER, compile_one, make_event, seed_rules
from houji.rules.types import EventFacts, Facts, Outcome

_AMOUNT = {"field": "event.amount"}
_DAYS = {"days_before": {"day": {"field": "event.settled_date"}, "deadline": {"field": "event.due_date"}}}
_EARLY = {"field": "event.settled_date", "op": "lt", "than": {"field": "event.due_date"}}


def first(rules: CompiledRules, event: EventFacts, language: str = "zh") -> RuleExplanation:
    return explain(event, MEMBER, rules, language)[0]


def rate(**changes: Any) -> dict[str, Any]:
    return {"unit": "points", "rate": {"points": "100", "per": "10000", "of": _AMOUNT, **changes}}


def table(of: Any, *bands: tuple[Any, int]) -> dict[str, Any]:
    listed = [{"from": start, "points": points} for start, points in bands]
    return {"unit": "points", "table": {"of": of, "bands": listed}}


def test_a_payment_under_the_seed_is_explained_rule_by_rule() -> None:
    explained = explain(make_event(), MEMBER, seed_rules(), "zh")
    assert [(each.name, each.points, each.reason) for each in explained] == [
        ("合同回款", 4620, "462,000 ÷ 10,000 × 100 = 4,620"),
        ("付款及时", 80, "11-24 − 11-12 = 提前 12 天"),
        ("零投诉", 30, "无争议，固定 30 分"),
        ("满意度", 0, "只在满意度回访时计算"),
        ("推荐客户", 0, "只在推荐客户签约时计算"),
        ("联合研发", 0, "只在联合研发时计算"),
    ]
    assert [each.is_awarded for each in explained] == [True, True, True, False, False, False]


def test_an_explanation_shows_conditions_with_the_values_they_met() -> None:
    payment, no_complaint = explain(make_event(), MEMBER, seed_rules(), "zh")[1:3]
    assert payment.conditions == (
        ConditionExplanation(
            text="到账日不晚于到期日",
            values="到账日 2026-11-12，到期日 2026-11-24",
            holds=True,
            note="11-24 − 11-12 = 提前 12 天",
        ),
    )
    assert no_complaint.conditions == (ConditionExplanation("无争议", "无争议", True, ""),)
    assert payment.sentence.line.startswith("付款到账时，如果到账日不晚于到期日")


def test_a_late_payment_is_told_by_how_much() -> None:
    late = explain(make_event(settled_date="2027-01-03"), MEMBER, seed_rules(), "zh")[1]
    assert (late.outcome, late.points) == (Outcome.NOT_MET, 0)
    assert late.reason == "条件不成立：2027-01-03 − 2026-11-24 = 逾期 40 天"


def test_whole_steps_show_what_was_cut_off() -> None:
    rules = compile_one(award=rate(points="10", whole=True))
    assert first(rules, make_event()).arithmetic == "462,000 ÷ 10,000 = 46.2，取整 46 × 10"
    assert first(rules, make_event(amount="460000")).arithmetic == "460,000 ÷ 10,000 × 10 = 460"
    english = first(rules, make_event(amount="462050"), "en")
    assert english.arithmetic == "462,050 ÷ 10,000 = 46.205, rounded down to 46 × 10"


@pytest.mark.parametrize(
    ("award", "data", "arithmetic"),
    [
        (rate(), {"amount": "462050"}, "462,050 ÷ 10,000 × 100 = 4,620.5，取整 4,620"),
        (rate(points="2", per="1"), {"amount": "12.5"}, "12.5 × 2 = 25"),
        (rate(points="1"), {}, "462,000 ÷ 10,000 = 46.2，取整 46"),
        (rate(points="1", per="3"), {"amount": "1000"}, "1,000 ÷ 3 = 333.333333…，取整 333"),
        (
            rate(of={"difference": [_AMOUNT, {"field": "event.deposit"}]}),
            {"deposit": "2000"},
            "（462,000 − 2,000） ÷ 10,000 × 100 = 4,600",
        ),
        (
            rate(of={"product": [_DAYS, "3"]}, points="1", per="1"),
            {},
            "（11-24 − 11-12） × 3 = 36",
        ),
        (table(_DAYS, (0, 50), (1, 60), (15, 100)), {}, "11-24 − 11-12 = 提前 12 天，落在 1 – 14 天"),
        (table(_DAYS, (0, 50), (1, 60), (15, 100)), {"settled_date": "2026-11-24"},
         "11-24 − 11-24 = 到期日当天，落在 0"),
        (table(_AMOUNT, ("0", 1), ("500000", 5)), {}, "回款金额 46.2 万元，落在 0 元 – 50 万元"),
        (table(_AMOUNT, ("10000", 5)), {}, "回款金额 46.2 万元，落在 1 万元以上"),
        (table({"field": "event.items"}, (1, 5), (2, 9)), {"items": 1}, "件数 1，落在 1"),
    ],
)  # fmt: skip
def test_the_arithmetic_is_written_as_people_write_it(
    award: dict[str, Any], data: dict[str, Any], arithmetic: str
) -> None:
    assert first(compile_one(award=award), make_event(**data)).arithmetic == arithmetic


def test_fixed_points_for_an_early_payment_show_the_days() -> None:
    assert first(compile_one(when=_EARLY), make_event()).reason == "11-24 − 11-12 = 提前 12 天"


@pytest.mark.parametrize(
    ("changes", "data", "outcome", "reason"),
    [
        ({"award": rate()}, {"amount": "50"}, Outcome.NO_POINTS, "50 ÷ 10,000 × 100 = 0.5，不足 1 分"),
        ({"award": rate()}, {"amount": None}, Outcome.NO_POINTS, "回款金额未填写，无法计算"),
        (
            {"award": rate(points="1000", per="1")},
            {"amount": "99999999999999"},
            Outcome.BEYOND_LIMIT,
            "积分超出可记的上限，核对金额",
        ),
        (
            {"award": table(_DAYS, (0, 50), (1, 80))},
            {"settled_date": "2026-11-27"},
            Outcome.NO_POINTS,
            "11-27 − 11-24 = 逾期 3 天，不在任何一档",
        ),
        (
            {"once_per": {"fields": ["event.invoice_no"]}},
            {"invoice_no": None},
            Outcome.NOT_MET,
            "条件不成立：发票号已填写",
        ),
        (
            {"when": {"any": [_EARLY, {"field": "event.items", "op": "gt", "value": 3}]}},
            {"settled_date": None},
            Outcome.NOT_MET,
            "条件不成立：至少一项成立",
        ),
    ],
)
def test_what_gave_nothing_says_why(
    changes: dict[str, Any], data: dict[str, Any], outcome: Outcome, reason: str
) -> None:
    explained = first(compile_one(**changes), make_event(**data))
    assert (explained.outcome, explained.points, explained.reason) == (outcome, 0, reason)


def test_a_missing_value_is_shown_as_missing() -> None:
    explained = first(compile_one(when=_EARLY), make_event(settled_date=None))
    assert explained.conditions[0].values == "到账日 未填写，到期日 2026-11-24"
    assert explained.reason == "条件不成立：到账日早于到期日"


def test_a_limit_already_used_is_named() -> None:
    rules = compile_one(once_per={"fields": ["event.invoice_no"]})
    (award,) = decide(make_event(), MEMBER, rules).awards
    facts = Facts(MEMBER.member, frozenset({("payment", award.limit_keys[0])}))
    (explained,) = explain(make_event(), facts, rules, "zh")
    assert (explained.outcome, explained.reason) == (Outcome.ALREADY_GIVEN, "每个发票号一次，已经给过")


def test_groups_of_conditions_are_explained_part_by_part() -> None:
    urgent = {"field": "event.urgent", "op": "eq", "value": True}
    rules = compile_one(when={"any": [_EARLY, {"not": urgent}]})
    (group,) = first(rules, make_event(urgent=True)).conditions
    early, negated = group.parts
    assert (group.text, group.holds) == ("至少一项成立", True)
    assert (early.holds, negated.text, negated.holds) == (True, "不成立", False)
    assert (negated.parts[0].values, negated.parts[0].holds) == ("加急 是", True)


def test_points_that_wait_for_approval_say_so() -> None:
    explained = explain(make_event("referral.signed", referral_no="R1"), MEMBER, seed_rules(), "zh")[4]
    assert (explained.points, explained.needs_approval) == (200, True)


def test_explanations_speak_english() -> None:
    explained = explain(make_event(amount="462050"), MEMBER, seed_rules(), "en")
    assert [each.reason for each in explained] == [
        "462,050 ÷ 10,000 × 100 = 4,620.5, rounded to 4,620",
        "11-24 − 11-12 = 12 days early",
        "there is no dispute, fixed 30 points",
        "only reckoned for: Survey completed",
        "only reckoned for: Referred customer signed",
        "only reckoned for: Joint project",
    ]
    (late,) = explain(make_event(settled_date="2026-11-25"), MEMBER, compile_one(when=_EARLY), "en")
    assert late.reason == "does not hold: 11-25 − 11-24 = 1 day overdue"
