"""The event types are complete, and data is checked against them with every fault listed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from houji.intake.errors import EventTypeUnknown
from houji.intake.event_types.catalogue import event_type, event_types, field_catalogue
from houji.intake.event_types.validate import exact_json_number, validate_data
from houji.rules.types import FieldKind

GOOD = {
    "invoice_no": "FP-1",
    "amount": "462000.00",
    "due_date": "2026-11-28",
    "settled_date": "2026-11-16",
    "disputed": False,
}


def _problems(code: str, data: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item.field, item.code) for item in validate_data(event_type(code), data).problems]


def test_every_type_has_names_fields_and_a_sentence_in_both_languages() -> None:
    for kind in event_types():
        assert set(kind.names) == set(kind.summary) == {"zh", "en"}
        assert kind.business_no_field in kind.fields
        assert kind.amount_field is None or kind.fields[kind.amount_field].kind == "amount"
        assert kind.reverses is None or event_type(kind.reverses)
        for field in kind.fields.values():
            assert set(field.names) == {"zh", "en"}


def test_it_refuses_an_unknown_type_and_names_the_known_ones() -> None:
    with pytest.raises(EventTypeUnknown) as caught:
        event_type("invoice.payed")
    assert "invoice.settled" in caught.value.remedy


def test_good_data_is_stored_in_plain_form() -> None:
    checked = validate_data(event_type("invoice.settled"), GOOD)
    assert checked.problems == ()
    assert checked.data == {**GOOD, "amount": "462000"}


@pytest.mark.parametrize(
    ("amount", "stored"),
    [
        ("0.10", "0.1"),
        (462000, "462000"),
        (Decimal("55.94"), "55.94"),
        (55.94, "55.94"),
        (Decimal("1E+2"), "100"),
    ],
)
def test_money_may_be_a_string_an_integer_or_a_number_without_loss(amount: Any, stored: str) -> None:
    assert validate_data(event_type("invoice.settled"), {**GOOD, "amount": amount}).data["amount"] == stored


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("NaN", "amount_not_number"),
        ("1,234.50", "amount_not_number"),
        ("１２", "amount_not_number"),
        ("1e400", "amount_exponent"),
        ("", "value_missing"),
        (None, "value_missing"),
        ("-5", "amount_negative"),
        ("0.0000001", "amount_too_many_digits"),
        (10**15, "amount_out_of_range"),
        (2**53, "number_inexact"),
        (0.1 + 0.2, "number_inexact"),
        (float("nan"), "number_inexact"),
        (Decimal("0.1234567890123456789"), "number_inexact"),
        (True, "amount_not_number"),
        ({}, "amount_not_number"),
        ("1" * 100_000, "amount_out_of_range"),
    ],
)
def test_it_refuses_money_that_is_not_exact(amount: Any, code: str) -> None:
    assert _problems("invoice.settled", {**GOOD, "amount": amount}) == [("amount", code)]


def test_every_fault_of_an_event_is_listed_at_once() -> None:
    data = {"amount": "x", "due_date": "2026-02-30", "settled_date": 7, "disputed": "No", "disputd": True}
    assert _problems("invoice.settled", data) == [
        ("amount", "amount_not_number"),
        ("due_date", "date_impossible"),
        ("settled_date", "date_unreadable"),
        ("disputed", "boolean_unreadable"),
        ("disputd", "field_unknown"),
        ("invoice_no", "value_missing"),
    ]


def test_an_unknown_field_comes_with_the_nearest_known_one() -> None:
    [problem] = validate_data(event_type("invoice.settled"), {**GOOD, "disputd": True}).problems
    assert "「disputed」" in problem.remedy


@pytest.mark.parametrize(
    ("score", "code"),
    [(0, "number_too_small"), (6, "number_too_large"), ("5", "integer_expected"), (True, "integer_expected")],
)
def test_the_schema_limits_a_score(score: Any, code: str) -> None:
    assert _problems("survey.completed", {"survey_no": "S1", "score": score}) == [("score", code)]
    assert _problems("survey.completed", {"survey_no": "S1", "score": 5}) == []


def test_it_refuses_text_that_is_too_long_blank_or_has_nul() -> None:
    for value, code in (("x" * 101, "text_too_long"), ("  ", "value_missing"), ("a\0", "text_forbidden")):
        assert _problems("invoice.settled", {**GOOD, "invoice_no": value}) == [("invoice_no", code)]


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("0.1", True),
        ("55.94", True),
        ("1e2", True),
        ("9007199254740991", True),
        ("9007199254740992", False),
        ("12345678901234.567", False),
        ("0.1000000000000000055511151231257827", False),
        ("1e400", False),
        ("1e-400", False),
        ("1e99999999999999999999999", False),
    ],
)
def test_a_json_number_is_exact_when_a_double_keeps_its_digits(text: str, exact: bool) -> None:
    assert (exact_json_number(text) is not None) == exact


def test_rules_may_speak_of_every_field_and_of_the_member() -> None:
    fields = field_catalogue().fields_of("invoice.settled")
    assert fields["event.amount"].kind is FieldKind.DECIMAL
    assert fields["event.amount"].unit == "yuan"
    assert fields["event.due_date"].kind is FieldKind.DATE
    assert fields["event.disputed"].choices["true"]["zh"] == "有投诉"
    assert set(fields["member.kind"].choices) == {"government", "soe", "private"}
    assert {"member.key", "member.name", "member.tags", "member.joined_on"} <= set(fields)
    assert field_catalogue().event_types == tuple(kind.code for kind in event_types())
