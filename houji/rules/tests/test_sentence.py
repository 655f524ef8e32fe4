"""Rules read as sentences a clerk would say."""

from __future__ import annotations

from typing import Any

import pytest

from houji.rules.sentence import RuleSentence, sentence
from houji.rules.tests.catalogue import CATALOGUE, compile_one, seed_rules

_EARLY = {"field": "event.settled_date", "op": "lt", "than": {"field": "event.due_date"}}
_UNDISPUTED = {"field": "event.disputed", "op": "eq", "value": False}


def said(language: str = "zh", **changes: Any) -> RuleSentence:
    (rule,) = compile_one(**changes).rule_set.rules
    return sentence(rule, CATALOGUE, language)


def rate(**changes: Any) -> dict[str, Any]:
    form = {"points": "100", "per": "10000", "of": {"field": "event.amount"}, **changes}
    return {"unit": "points", "rate": form}


def test_the_seed_reads_well_in_chinese() -> None:
    assert [sentence(rule, CATALOGUE, "zh").line for rule in seed_rules().rule_set.rules] == [
        "付款到账时，回款金额每 1 万元奖励 100 分",
        "付款到账时，如果到账日不晚于到期日，按提前天数奖励：当天 50 分，提前 1 天起 80 分",
        "付款到账时，如果无争议，奖励 30 分",
        "满意度回访时，奖励 50 分，每个回访编号一次",
        "推荐客户签约时，审批后奖励 200 分，每个推荐编号只奖励一次",
        "联合研发时，奖励 500 分，每个项目编号一次",
    ]


def test_the_seed_reads_well_in_english() -> None:
    assert [sentence(rule, CATALOGUE, "en").line for rule in seed_rules().rule_set.rules] == [
        "Payment received: 100 points for every 10,000 yuan of amount",
        (
            "Payment received, if settled date is not after due date: points by days early "
            "(on the day 50 points, from 1 day early 80 points)"
        ),
        "Payment received, if there is no dispute: 30 points",
        "Survey completed: 50 points, once per survey number",
        "Referred customer signed: 200 points after approval, once per referral number among all customers",
        "Joint project: 500 points, once per project number",
    ]


def test_a_sentence_has_its_parts() -> None:
    parts = said(
        when={"all": [_EARLY, {"field": "event.amount", "op": "ge", "value": "500000"}]},
        once_per={"fields": ["event.invoice_no"]},
        vesting={"after_days": 15},
        expiry={"months": 12},
        approval="always",
    )
    assert parts == RuleSentence(
        name="付款及时",
        when="付款到账时",
        conditions=("到账日早于到期日", "回款金额不小于 50 万元"),
        award="奖励 80 分",
        approval="审批后奖励 80 分",
        limit="每个发票号一次",
        vesting="15 天后生效",
        expiry="有效 12 个月",
        line="付款到账时，如果到账日早于到期日，并且回款金额不小于 50 万元，审批后奖励 80 分，"
        "每个发票号一次，15 天后生效，有效 12 个月",
    )


@pytest.mark.parametrize(
    ("when", "zh", "en"),
    [
        (_EARLY, "到账日早于到期日", "settled date is before due date"),
        (
            {"field": "event.settled_date", "op": "ge", "than": {"field": "event.due_date", "plus_days": 3}},
            "到账日不早于到期日后 3 天",
            "settled date is not before 3 days after due date",
        ),
        (
            {"field": "member.kind", "op": "in", "value": ["soe", "private"]},
            "客户性质是国企、民企之一",
            "kind of customer is one of state-owned, private",
        ),
        ({"field": "member.kind", "op": "ne", "value": "government"}, "客户性质不是政府", None),
        (
            {"any": [_EARLY, {"not": _UNDISPUTED}]},
            "到账日早于到期日或者以下不成立（无争议）",
            "settled date is before due date or not (there is no dispute)",
        ),
        ({"field": "event.urgent", "op": "eq", "value": False}, "「加急」是「否」", "urgent is no"),
        ({"field": "event.items", "op": "le", "value": 1200}, "件数不超过 1,200", "items is at most 1,200"),
        ({"field": "event.invoice_no", "op": "eq", "value": "A1"}, "发票号是「A1」", None),
        (
            {"of": {"day_of": {"field": "event.confirmed_at"}}, "op": "eq", "value": "2026-01-31"},
            "确认时间当天是 2026-01-31",
            None,
        ),
        (
            {
                "of": {"sum": [{"field": "event.amount"}, {"field": "event.deposit"}]},
                "op": "gt",
                "value": "9",
            },
            "回款金额 + 质保金大于 9 元",
            "amount + deposit is more than 9 yuan",
        ),
        (
            {"field": "member.tags", "op": "in", "value": ["重点"]},
            "客户标签含「重点」之一",
            "customer tags include one of 「重点」",
        ),
        (
            {"field": "event.amount", "op": "lt", "than": {"field": "event.deposit"}},
            "回款金额小于质保金",
            "amount is less than deposit",
        ),
        ({"field": "event.items", "op": "in", "value": [1, 2]}, "件数是 1、2 之一", None),
        ({"field": "event.items", "op": "empty"}, "件数未填写", "items is missing"),
    ],
)
def test_conditions_are_said_with_the_names_of_their_fields(
    when: dict[str, Any], zh: str, en: str | None
) -> None:
    assert said(when=when).conditions == (zh,)
    if en:
        assert said("en", when=when).conditions == (en,)


def test_a_group_inside_others_stands_in_brackets() -> None:
    when = {"all": [{"any": [_EARLY, _UNDISPUTED]}, {"field": "event.items", "op": "not_empty"}]}
    assert said(when=when).line == (
        "付款到账时，如果（到账日早于到期日或者无争议），并且件数已填写，奖励 80 分"
    )


@pytest.mark.parametrize(
    ("award", "rounding", "zh", "en"),
    [
        (
            rate(whole=True),
            "floor",
            "回款金额每满 1 万元奖励 100 分",
            "100 points for every full 10,000 yuan of amount",
        ),
        (
            rate(points="0.5", per="1"),
            "half_up",
            "回款金额每 1 元奖励 0.5 分，不足 1 分四舍五入",
            "0.5 points for every 1 yuan of amount, parts of a point rounded half up",
        ),
        (
            {
                "unit": "points",
                "table": {
                    "of": {"field": "event.amount"},
                    "bands": [{"from": "100000", "points": 1}, {"from": "1000000", "points": 20}],
                },
            },
            "floor",
            "按回款金额奖励：10 万元起 1 分，100 万元起 20 分",
            "points by amount (from 100,000 yuan 1 point, from 1 million yuan 20 points)",
        ),
    ],
)
def test_awards_are_said_with_their_units(award: dict[str, Any], rounding: str, zh: str, en: str) -> None:
    assert said(award=award, rounding=rounding).award == zh
    assert said("en", award=award, rounding=rounding).award == en


@pytest.mark.parametrize(
    ("changes", "part", "zh", "en"),
    [
        ({"expiry": {"years": 1}}, "expiry", "有效 1 年", "valid for 1 year"),
        ({"expiry": {"days": 90}}, "expiry", "有效 90 天", "valid for 90 days"),
        ({"expiry": {"never": True}}, "expiry", "长期有效", "valid without end"),
        ({"vesting": {"after_days": 1}}, "vesting", "1 天后生效", "available after 1 day"),
        (
            {"vesting": {"until_date_field": "event.due_date"}},
            "vesting",
            "到期日起生效",
            "available from due date",
        ),
        ({"once_per": {"fields": []}}, "limit", "每个客户一次", "once per customer"),
        (
            {"once_per": {"fields": [], "within": "programme"}},
            "limit",
            "所有客户只有一次",
            "once among all customers",
        ),
    ],
)
def test_terms_are_said_where_they_differ_from_the_usual(
    changes: dict[str, Any], part: str, zh: str, en: str
) -> None:
    assert getattr(said(**changes), part) == zh
    assert getattr(said("en", **changes), part) == en
    assert said(**changes).line.endswith(f"奖励 80 分，{zh}")
