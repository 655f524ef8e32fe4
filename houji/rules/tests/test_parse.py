"""Every mistake in a rule set is found, placed and given a remedy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

from houji.rules.errors import KIND_NAMES, PROBLEMS, Problem, RuleSetRefused
from houji.rules.parse import parse_rule_set
from houji.rules.tests.catalogue import CATALOGUE, make_document, make_rule, seed_rules

_AMOUNT = {"field": "event.amount"}
_DAY = {"field": "event.due_date"}


def problems_of(document: Any) -> list[Problem]:
    with pytest.raises(RuleSetRefused) as refused:
        parse_rule_set(document, CATALOGUE)
    return list(refused.value.problems)


def rate(**changes: Any) -> dict[str, Any]:
    rate = {"points": "1", "per": "1", "of": _AMOUNT, **changes}
    return {"award": {"unit": "points", "rate": rate}}


def table(*bands: Any, **changes: Any) -> dict[str, Any]:
    return {"award": {"unit": "points", "table": {"of": _AMOUNT, "bands": list(bands), **changes}}}


def when(field: str, op: str, **right: Any) -> dict[str, Any]:
    return {"when": {"field": field, "op": op, **right}}


def nested(depth: int) -> dict[str, Any]:
    condition: dict[str, Any] = {"field": "event.items", "op": "empty"}
    for _ in range(depth):
        condition = {"not": condition}
    return {"when": condition}


def product(*factors: Any) -> dict[str, Any]:
    return rate(of={"product": list(factors)})


MISTAKES: list[tuple[str, str, dict[str, Any]]] = [
    ("not_object", "trigger", {"trigger": "invoice.settled"}),
    ("unknown_key", "", {"bonus": 5}),
    ("unknown_key", "award", {"award": {"unit": "points", "fixed": 5, "maximum": 9}}),
    ("unknown_key", "when", {"when": {"of": _AMOUNT, "plus_days": 1, "op": "empty"}}),
    ("missing_key", "", {"category": None}),
    ("missing_key", "award", {"award": {"fixed": 5}}),
    ("missing_key", "when", {"when": {"field": "event.amount"}}),
    ("one_of", "award", {"award": {"unit": "points"}}),
    ("one_of", "award", {"award": {"unit": "points", "fixed": 1, "rate": {}}}),
    ("one_of", "when", {"when": {"all": [], "any": []}}),
    ("one_of", "when", when("event.amount", "eq")),
    ("one_of", "expiry", {"expiry": {"years": 1, "days": 1}}),
    ("one_of", "vesting", {"vesting": {}}),
    ("not_code", "code", {"code": "付款"}),
    ("not_code", "category", {"category": "Payment Early"}),
    ("name_missing", "names", {"names": {"zh": "付款"}}),
    ("unknown_event", "trigger.event", {"trigger": {"event": "invoice.paid"}}),
    ("unknown_event", "reversal.event", {"reversal": {"event": "x", "key": "event.invoice_no"}}),
    ("unknown_field", "reversal.key", {"reversal": {"event": "invoice.reversed", "key": "event.amount"}}),
    ("unknown_field", "when.field", when("event.sum", "empty")),
    ("unknown_field", "once_per.fields[0]", {"once_per": {"fields": ["event.nothing"]}}),
    ("not_option", "when.op", when("event.amount", "bigger", value="1")),
    ("not_option", "when.value", when("member.kind", "eq", value="bank")),
    ("not_option", "when.value[1]", when("member.kind", "in", value=["soe", "bank"])),
    ("not_option", "once_per.within", {"once_per": {"fields": [], "within": "world"}}),
    ("not_option", "rounding", {"rounding": "nearest"}),
    ("not_option", "approval", {"approval": "sometimes"}),
    ("not_option", "award.table.mode", table({"from": 0, "points": 1}, mode="slices")),
    ("not_ordered", "when.op", when("event.invoice_no", "lt", value="A")),
    ("not_ordered", "when.op", when("event.disputed", "ge", value=True)),
    ("not_for_tags", "when.op", when("member.tags", "eq", value="重点")),
    ("kinds_differ", "when.than", when("event.amount", "lt", than=_DAY)),
    ("kinds_differ", "when.than", when("event.confirmed_at", "lt", than=_DAY)),
    ("kind_needed", "when.than.plus_days", when("event.items", "lt", than={**_AMOUNT, "plus_days": 1})),
    ("kind_needed", "award.rate.of", rate(of=_DAY)),
    ("kind_needed", "award.rate.of.sum[1]", rate(of={"sum": [_AMOUNT, _DAY]})),
    ("kind_needed", "award.rate.of.days_before.day",
     rate(of={"days_before": {"day": _AMOUNT, "deadline": _DAY}})),
    ("kind_needed", "when.of.day_of", {"when": {"of": {"day_of": _DAY}, "op": "empty"}}),
    ("kind_needed", "vesting.until_date_field", {"vesting": {"until_date_field": "event.amount"}}),
    ("float_number", "when.value", when("event.amount", "lt", value=0.1)),
    ("not_decimal", "when.value", when("event.amount", "lt", value="1e400")),
    ("not_decimal", "when.value", when("event.amount", "lt", value="NaN")),
    ("not_decimal", "when.value", when("event.amount", "lt", value=True)),
    ("not_decimal", "award.rate.per", rate(per="1,000")),
    ("not_positive", "award.rate.per", rate(per="0")),
    ("not_positive", "award.rate.points", rate(points="-1")),
    ("not_count", "award.fixed", {"award": {"unit": "points", "fixed": "80"}}),
    ("not_count", "award.fixed", {"award": {"unit": "points", "fixed": 0}}),
    ("not_count", "award.fixed", {"award": {"unit": "points", "fixed": 2**53}}),
    ("not_count", "vesting.after_days", {"vesting": {"after_days": 0}}),
    ("not_count", "expiry.years", {"expiry": {"years": 1.5}}),
    ("not_true", "expiry.never", {"expiry": {"never": False}}),
    ("not_true", "vesting.at_once", {"vesting": {"at_once": "yes"}}),
    ("not_boolean", "when.value", when("event.disputed", "eq", value="no")),
    ("not_boolean", "award.rate.whole", rate(whole=1)),
    ("not_text", "when.value", when("event.invoice_no", "eq", value=5)),
    ("not_date", "when.value", when("event.due_date", "eq", value="2026-02-30")),
    ("not_date", "when.value", when("event.due_date", "eq", value="20260201")),
    ("not_datetime", "when.value", when("event.confirmed_at", "eq", value="2026-02-01T08:00:00")),
    ("not_list", "when.all", {"when": {"all": {}}}),
    ("not_list", "when.than", when("event.amount", "in", than=_AMOUNT)),
    ("list_size", "when.any", {"when": {"any": []}}),
    ("list_size", "award.table.bands", table()),
    ("list_size", "award.rate.of.difference", rate(of={"difference": [1, 2, 3]})),
    ("value_unwanted", "when", when("event.amount", "empty", value="1")),
    ("bands_not_rising", "award.table.bands[1].from",
     table({"from": "5", "points": 1}, {"from": "5.0", "points": 2})),
    ("too_many_digits", "award.rate.of", product(_AMOUNT, _AMOUNT, _AMOUNT)),
    ("too_many_digits", "award.rate",
     rate(of={"product": [_AMOUNT, _AMOUNT]}, points="999999999999999.999999")),
    ("not_object", "expiry", {"expiry": []}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "where", "mistake"), MISTAKES)
def test_a_mistake_is_named_with_its_rule_and_position(
    code: str, where: str, mistake: dict[str, Any]
) -> None:
    rule = {**make_rule(), **mistake}
    if mistake.get("category", "") is None:
        del rule["category"]
    (problem,) = problems_of(make_document(make_rule(code="first"), rule))
    expected = f"rules[1].{where}" if where else "rules[1]"
    assert (problem.code, problem.where, problem.rule) == (code, expected, rule["code"])
    assert problem.message
    assert problem.remedy


def test_nesting_too_deep_is_refused_and_not_followed() -> None:
    (problem,) = problems_of(make_document(make_rule(**nested(5000))))
    assert problem.code == "too_deep"
    parse_rule_set(make_document(make_rule(**nested(8))), CATALOGUE)


@pytest.mark.parametrize(
    ("code", "where", "document"),
    [
        ("not_object", "$", []),
        ("missing_key", "$", {"code": "x", "names": {"zh": "名", "en": "name"}}),
        ("list_size", "rules", make_document()),
        ("not_list", "rules", make_document() | {"rules": {}}),
        ("not_object", "rules[0]", make_document("rule")),  # type: ignore[arg-type]
        ("unknown_zone", "zone", make_document(make_rule(), zone="Asia/Peking")),
        ("unknown_zone", "zone", make_document(make_rule(), zone=8)),
        ("code_taken", "rules[1].code", make_document(make_rule(), make_rule())),
        ("unknown_key", "$", make_document(make_rule(), version=2)),
    ],
)
def test_a_mistake_of_the_whole_set_is_named_too(code: str, where: str, document: Any) -> None:
    (problem,) = problems_of(document)
    assert (problem.code, problem.where) == (code, where)


def test_every_problem_is_reported_at_once() -> None:
    broken = make_rule(code="B!", rounding="up", **when("event.sum", "eq", value="1"))
    assert {problem.code for problem in problems_of(make_document(broken))} == {
        "not_code",
        "not_option",
        "unknown_field",
    }


def test_every_kind_of_problem_is_tried_here() -> None:
    tried = {code for code, _, _ in MISTAKES} | {"too_deep", "unknown_zone", "code_taken"}
    assert tried == set(PROBLEMS)


def test_a_refusal_says_rule_position_and_remedy_in_chinese() -> None:
    document = make_document(make_rule(**when("event.amount", "lt", value=0.5)))
    with translation.override("zh-hans"), pytest.raises(RuleSetRefused) as refused:
        parse_rule_set(document, CATALOGUE)
    with translation.override("zh-hans"):
        assert str(refused.value) == (
            "规则有 1 处要改。规则「payment」，位置 rules[0].when.value：小数「0.5」没有加引号，会丢失精度。"
            '写成带引号的小数，例如 "0.5"。 逐处改好后重新保存。'
        )
        assert refused.value.facts["problems"][0]["where"] == "rules[0].when.value"


def test_a_refusal_speaks_english_too() -> None:
    document = make_document(make_rule(**when("event.amount", "lt", than=_DAY)))
    with pytest.raises(RuleSetRefused) as refused:
        parse_rule_set(document, CATALOGUE)
    with translation.override("en"):
        assert refused.value.message == (
            "The rules have 1 things to mend. Rule “payment”, at rules[0].when.than: “event.amount” is of "
            "kind decimal and “event.due_date” of kind date; they cannot be compared. "
            "Compare values of one kind."
        )


def test_every_message_has_english_with_the_same_facts() -> None:
    with (Path(__file__).parents[1] / "locale/en/LC_MESSAGES/django.po").open("rb") as source:
        english = {message.id: message.string for message in read_po(source) if message.id}
    with translation.override(None):
        texts = {str(text) for pair in PROBLEMS.values() for text in pair} | set(
            map(str, KIND_NAMES.values())
        )
    assert texts <= set(english)
    for text in texts:
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", english[text])), text


def test_a_long_value_is_cut_in_a_message() -> None:
    (problem,) = problems_of(make_document(make_rule(), zone="x" * 100_000))
    assert len(problem.message) < 500


def test_what_ships_with_houji_is_accepted() -> None:
    assert [rule.code for rule in seed_rules().rule_set.rules] == [
        "amount",
        "payment",
        "no_complaint",
        "survey",
        "referral",
        "joint",
    ]
