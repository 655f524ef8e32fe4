"""Bad bodies: each a clear problem, nothing half written, never a fault of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.errors import DeadlockDetected

from houji.api import posting
from houji.api.tests.cast import BATCH, EVENT, Caller, settled
from houji.earning.actions import post_events


def raw(before: str, after: str) -> bytes:
    """Return a good event in which one text was replaced by another, as bytes."""
    text = json.dumps(settled())
    assert before in text
    return text.replace(before, after).encode()


BODIES: list[tuple[bytes, int, str, str]] = [
    (b"", 400, "json_invalid", ""),
    (b"{", 400, "json_invalid", ""),
    (b"\xff\xfe{", 400, "body_not_utf8", ""),
    (b"[" * 10_000 + b"]" * 10_000, 400, "json_too_deep", ""),
    (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400, "json_too_deep", ""),
    (b'"text"', 400, "event_malformed", "event_not_object"),
    (b"null", 400, "event_malformed", "event_not_object"),
    (raw('"id": "pay-1"', '"id": "pay-1", "id": "pay-2"'), 400, "event_malformed", "json_duplicate_key"),
    (raw('"amount": "50000"', '"amount": "1", "amount": "2"'), 400, "event_malformed", "json_duplicate_key"),
    (raw("FP-1", "FP\\u0000"), 400, "event_malformed", "json_nul"),
    (raw("FP-1", "FP\\ud800"), 400, "event_malformed", "json_surrogate"),
    (raw('"50000"', "50000.123456789012345678"), 400, "event_malformed", "json_inexact"),
    (raw('"50000"', "9007199254740993"), 400, "event_malformed", "json_inexact"),
    (raw('"50000"', "1e400"), 400, "event_malformed", "json_inexact"),
    (raw('"50000"', "NaN"), 400, "event_malformed", "json_inexact"),
    (raw('"50000"', "Infinity"), 400, "event_malformed", "json_inexact"),
    (raw('"50000"', '"NaN"'), 422, "event_data_invalid", "amount_not_number"),
    (raw('"50000"', '"1e400"'), 422, "event_data_invalid", "amount_exponent"),
    (raw('"50000"', '""'), 422, "event_data_invalid", "value_missing"),
    (raw('"50000"', '"-5"'), 422, "event_data_invalid", "amount_negative"),
    (raw('"50000"', '"1000000000000000"'), 422, "event_data_invalid", "amount_out_of_range"),
    (raw('"50000"', "[1]"), 422, "event_data_invalid", "amount_not_number"),
    (raw('"2026-01-17"', '"2026-02-30"'), 422, "event_data_invalid", "date_impossible"),
    (raw('"2026-01-17"', '"13/13/2026"'), 422, "event_data_invalid", "date_unreadable"),
    (raw('"amount"', '"amuont"'), 422, "event_data_invalid", "field_unknown"),
    (raw("invoice.settled", "invoice.lost"), 422, "event_data_invalid", "event_type_unknown"),
    (raw('"subject": "C001"', '"subject": ""'), 400, "event_malformed", "member_key_missing"),
    (raw('"subject": "C001"', '"subject": "' + "x" * 300 + '"'), 400, "event_malformed", "text_too_long"),
    (raw('"id": "pay-1"', '"id": "' + "x" * 300 + '"'), 400, "event_malformed", "text_too_long"),
    (raw('"specversion": "1.0"', '"specversion": "0.3"'), 400, "event_malformed", "specversion_unknown"),
    (raw("2026-01-05T08:30:00+08:00", "2026-01-05"), 400, "event_malformed", "time_unreadable"),
    (raw('"time"', '"tiem"'), 400, "event_malformed", "attribute_missing"),
]


@pytest.mark.parametrize(("body", "status", "code", "error"), BODIES, ids=lambda part: str(part)[:40])
def test_a_bad_event_is_a_clear_problem_and_writes_nothing(
    alice: Caller, body: bytes, status: int, code: str, error: str
) -> None:
    answer = alice.send(body)
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert problem["detail"]
    assert problem["remedy"]
    assert {error} <= {found["code"] for found in problem["errors"]} or not error
    assert all(found["message"] and found["remedy"] for found in problem["errors"])
    assert alice.get("/members").json()["items"] == []


def test_a_fault_names_its_place(alice: Caller) -> None:
    (error,) = alice.send(settled(amount="NaN")).json()["errors"]
    assert (error["field"], error["pointer"]) == ("data.amount", "#/data/amount")
    duplicate = raw('"amount": "50000"', '"amount": "1", "amount": "2"')
    (error,) = alice.send(duplicate).json()["errors"]
    assert error["pointer"] == "#/data/amount"
    batch = b"[" + json.dumps(settled()).encode() + b"," + duplicate + b"]"
    (error,) = alice.send(batch, content_type=BATCH).json()["results"][1]["errors"]
    assert (error["row"], error["pointer"]) == (1, "#/1/data/amount")


def test_problems_speak_the_reader_s_language(alice: Caller) -> None:
    chinese = alice.send(settled(amount="NaN")).json()
    english = alice.send(settled(amount="NaN"), language="en-GB,en;q=0.9").json()
    other = alice.send(settled(amount="NaN"), language="de").json()
    assert chinese["title"] == other["title"] == "内容不能接受"
    assert english["title"] == "The content cannot be accepted"
    for text in (english["detail"], english["remedy"], english["errors"][0]["message"]):
        assert text.isascii() or "“" in text


def test_a_body_beyond_the_limits_is_too_large(alice: Caller) -> None:
    padded = settled()
    padded["data"]["contract_no"] = "x" * 300_000
    answer = alice.send(padded)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    for size in (9_000_000, 11_000_000):
        answer = alice.send(b" " * size, content_type=BATCH)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_points_beyond_what_an_account_holds_are_refused(alice: Caller) -> None:
    most = [settled(n, amount="999999999999999") for n in range(1_000)]
    assert alice.send_batch(most[:900]).json()["counts"]["accepted"] == 900
    answer = alice.send(most[900])
    assert (answer.status_code, answer.json()["code"]) == (422, "points_out_of_range")
    assert alice.send(settled(2_000, member="C002")).status_code == 201


def test_a_database_that_is_away_means_try_again(alice: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_facts: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(posting, "post_events", broken)
    answer = alice.send(settled())
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert int(answer.headers["Retry-After"]) > 0


def meet_others(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let the first attempts to post meet another writer, as PostgreSQL reports it."""
    left = [times]

    def meet(**facts: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise OperationalError("deadlock detected") from DeadlockDetected()
        return post_events(**facts)

    monkeypatch.setattr(posting, "post_events", meet)
    monkeypatch.setattr(posting, "PAUSE_SECONDS", 0)


def test_a_writer_that_met_another_tries_again(alice: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_others(monkeypatch, posting.ATTEMPTS - 1)
    assert alice.send(settled()).status_code == 201
    assert alice.get("/members/C001/balance").json()["available"] == 580


def test_a_writer_that_keeps_meeting_others_says_busy(alice: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    meet_others(monkeypatch, posting.ATTEMPTS)
    answer = alice.send(settled())
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert alice.send(settled()).status_code == 201


def test_a_fault_shows_no_internals_and_is_logged_by_request(
    alice: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(**_facts: Any) -> None:
        raise KeyError("secret_column")

    monkeypatch.setattr(posting, "post_events", broken)
    answer = alice.send(settled())
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (500, "internal_error")
    assert "secret_column" not in answer.content.decode()
    assert problem["request_id"] == answer.headers["X-Request-Id"]
    assert problem["request_id"] in caplog.text
    assert "secret_column" in caplog.text


def test_unknown_addresses_and_methods_are_problems_too() -> None:
    client = Client()
    for path in ("/api/", "/api/v1", "/api/v1/nothing", "/api/v2/members"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "address_unknown")
        assert answer.headers["X-Request-Id"] == answer.json()["request_id"]
    answer = client.delete("/api/v1/events")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"


TEXTS = st.text(max_size=12) | st.sampled_from(
    ["", "\0", "\ud800", "１２３", "2026-02-30", "1e9", "9" * 400, "-0", "NaN", "C001", "x" * 120, "x" * 199]
)
SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
)
NAMES = st.sampled_from([*settled(), "extra", "dataschema", "datacontenttype", "data_base64"]) | TEXTS
FIELDS = st.sampled_from([*settled()["data"], "contract_no", "invoice_date", "disputed", "score"]) | TEXTS
TYPES = st.sampled_from(
    ["invoice.settled", "invoice.issued", "invoice.reversed", "referral.signed", "survey.completed"]
)


@st.composite
def spoiled_events(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a good event with a few places spoiled."""
    event = settled(draw(st.integers(1, 3)))
    event["type"] = draw(TYPES)
    for name, value in draw(st.dictionaries(NAMES, VALUES, max_size=2)).items():
        event[name] = value
    if isinstance(event["data"], dict):
        for name, value in draw(st.dictionaries(FIELDS, VALUES, max_size=3)).items():
            event["data"][name] = value
    return event


BODIES_DRAWN = (
    st.binary(max_size=60)
    | VALUES.map(lambda value: json.dumps(value).encode())
    | spoiled_events().map(lambda event: json.dumps(event).encode())
    | st.lists(spoiled_events() | VALUES, max_size=4).map(lambda events: json.dumps(events).encode())
)
CALM = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None)


@CALM
@given(body=BODIES_DRAWN, content_type=st.sampled_from([EVENT, BATCH]), strict=st.booleans())
def test_no_body_makes_a_fault(alice: Caller, body: bytes, content_type: str, strict: bool) -> None:
    query = "?all_or_nothing=true" if strict else ""
    answer = alice.send(body, content_type=content_type, query=query)
    assert answer.status_code in {200, 201, 400, 409, 413, 422}, (body, answer.content)
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"


@CALM
@given(
    values=st.dictionaries(st.sampled_from(["id", "source", "type", "subject", "time"]), TEXTS, max_size=3)
)
def test_no_header_of_binary_mode_makes_a_fault(alice: Caller, values: dict[str, str]) -> None:
    event = settled()
    names = ("specversion", "id", "source", "type", "subject", "time")
    headers = {f"ce-{name}": event[name] for name in names}
    headers |= {
        f"ce-{name}": value.encode("utf-8", "replace").decode("latin-1") for name, value in values.items()
    }
    answer = Client(raise_request_exception=False).post(
        "/api/v1/events",
        json.dumps(event["data"]),
        "application/json",
        headers={**alice.headers(), **headers},
    )
    assert answer.status_code in {200, 201, 400, 409, 422}, answer.content
