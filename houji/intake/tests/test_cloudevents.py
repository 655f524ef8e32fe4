"""CloudEvents are read strictly: exact numbers, no repeated keys, nothing deep, nothing hidden."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from houji.intake import cloudevents
from houji.intake.cloudevents import BATCH_TYPE, EVENT_TYPE, parse_batch, parse_event
from houji.intake.errors import (
    BatchNotList,
    BatchTooLong,
    BodyNotUtf8,
    BodyTooLarge,
    ContentTypeUnsupported,
    JsonInvalid,
    JsonTooDeep,
)
from houji.kernel.refusals import Refusal

VECTORS = Path(__file__).parent / "vectors"

EVENT = {
    "specversion": "1.0",
    "id": "A-1",
    "source": "/erp",
    "type": "invoice.settled",
    "subject": "C001",
    "time": "2026-11-16T08:30:00+08:00",
    "data": {
        "invoice_no": "FP-1",
        "amount": "462000",
        "due_date": "2026-11-28",
        "settled_date": "2026-11-16",
    },
}


def _check_words(refusal: Refusal) -> None:
    assert refusal.message
    assert refusal.remedy


def _one(event: Any) -> Any:
    return parse_event(json.dumps(event).encode(), content_type=EVENT_TYPE)


def _codes(body: bytes) -> list[tuple[str, str]]:
    result = parse_event(body, content_type=EVENT_TYPE)
    assert result.draft is None
    assert all(problem.message and problem.remedy for problem in result.problems)
    return [(problem.field, problem.code) for problem in result.problems]


def _with_amount(text: str) -> bytes:
    return json.dumps(EVENT).replace('"462000"', text).encode()


def test_an_event_becomes_a_draft() -> None:
    draft = _one(EVENT).draft
    assert draft is not None
    assert (draft.source, draft.id, draft.type, draft.member_key) == (
        "/erp",
        "A-1",
        "invoice.settled",
        "C001",
    )
    assert draft.occurred_at == datetime(2026, 11, 16, 0, 30, tzinfo=UTC)
    assert draft.business_no == "FP-1"
    assert draft.data["amount"] == "462000"


def test_our_events_satisfy_the_published_schema_of_cloudevents() -> None:
    schema = json.loads((VECTORS / "cloudevents.json").read_text())
    fastjsonschema.compile(schema)(EVENT)
    for name in schema["required"]:
        broken = {key: value for key, value in EVENT.items() if key != name}
        with pytest.raises(fastjsonschema.JsonSchemaValueException):
            fastjsonschema.compile(schema)(broken)
        assert [item.field for item in _one(broken).problems] == [name]


def _feature_requests() -> list[tuple[str, dict[str, str], bytes]]:
    """The HTTP requests of the published conformance cases, once for each of their content types."""
    text = (VECTORS / "http-protocol-binding.feature").read_text()
    found = []
    for scenario in text.split("Scenario Outline:")[1:]:
        request = re.search(r'HTTP request\n\s+"""\n(.*?)\n\s+"""', scenario, re.DOTALL)
        assert request is not None
        head, _, body = "\n".join(line[8:] for line in request[1].split("\n")).partition("\n\n")
        headers = dict(line.split(": ", 1) for line in head.split("\n")[1:])
        for kind in re.findall(
            r"\| (application/\S+(?:; charset=\S+)?)\s*\|", scenario.split("Examples:")[1]
        ):
            found.append((kind, headers, body.encode()))
    return found


def test_the_published_http_cases_are_understood_in_both_modes() -> None:
    requests = _feature_requests()
    assert len(requests) == 4
    for content_type, headers, body in requests:
        result = parse_event(body, content_type=content_type, headers=headers)
        # The cases carry a type of their own and no subject; all else is as we want it.
        assert {item.code for item in result.problems} == {"event_type_unknown", "member_key_missing"}


def test_binary_mode_takes_the_attributes_from_headers() -> None:
    headers = {f"CE-{name}": str(value) for name, value in EVENT.items() if name != "data"}
    headers["ce-subject"] = "%E4%B8%AD001"
    result = parse_event(json.dumps(EVENT["data"]).encode(), content_type="application/json", headers=headers)
    assert result.draft is not None
    assert result.draft.member_key == "中001"


@pytest.mark.parametrize("content_type", ["text/xml", "", "application/cloudevents+avro", "application/json"])
def test_it_refuses_what_is_no_cloudevent(content_type: str) -> None:
    with pytest.raises(ContentTypeUnsupported):
        parse_event(b"{}", content_type=content_type)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"specversion": "0.3"}, "specversion", "specversion_unknown"),
        ({"specversion": 1}, "specversion", "specversion_unknown"),
        ({"id": ""}, "id", "attribute_missing"),
        ({"id": 5}, "id", "attribute_invalid"),
        ({"id": "a\nb"}, "id", "attribute_invalid"),
        ({"id": "x" * 201}, "id", "text_too_long"),
        ({"source": None}, "source", "attribute_missing"),
        ({"subject": None}, "subject", "member_key_missing"),
        ({"subject": " "}, "subject", "member_key_missing"),
        ({"time": None}, "time", "attribute_missing"),
        ({"time": "2026-11-16"}, "time", "time_unreadable"),
        ({"time": "2026-02-30T00:00:00Z"}, "time", "date_impossible"),
        ({"time": 5}, "time", "time_unreadable"),
        ({"type": "invoice.payed"}, "type", "event_type_unknown"),
        ({"type": []}, "type", "attribute_invalid"),
        ({"data": None}, "data", "data_not_object"),
        ({"data": [1]}, "data", "data_not_object"),
        ({"data_base64": "Zm9v"}, "data_base64", "data_base64_unsupported"),
        ({"datacontenttype": "text/xml"}, "datacontenttype", "content_type_unsupported"),
        ({"Bad-Name": "x"}, "Bad-Name", "attribute_name"),
        ({"traceparent": {"a": 1}}, "traceparent", "attribute_invalid"),
    ],
)
def test_it_names_the_attribute_that_is_wrong(change: dict[str, Any], field: str, code: str) -> None:
    assert _codes(json.dumps({**EVENT, **change}).encode()) == [(field, code)]


def test_extensions_that_are_well_named_are_let_pass() -> None:
    assert _one({**EVENT, "traceparent": "00-1-2-3", "sequence": 4, "dataschema": "urn:x"}).draft is not None


@pytest.mark.parametrize(
    ("text", "stored"), [("55.94", "55.94"), ("462000", "462000"), ("4.62e5", "462000"), ('"0.10"', "0.1")]
)
def test_it_takes_numbers_that_lose_nothing(text: str, stored: str) -> None:
    draft = parse_event(_with_amount(text), content_type=EVENT_TYPE).draft
    assert draft is not None
    assert draft.data["amount"] == stored


@pytest.mark.parametrize(
    "text",
    [
        "12345678901234.567",
        "0.1000000000000000055511151231257827",
        "9007199254740993",
        "-9007199254740993",
        "1e400",
        "NaN",
        "Infinity",
        "9" * 100_000,
        "1e99999999999999999999999",
    ],
)
def test_it_refuses_numbers_that_would_lose_digits(text: str) -> None:
    assert _codes(_with_amount(text)) == [("$.data.amount", "json_inexact")]


def test_it_refuses_repeated_keys_wherever_they_are() -> None:
    assert _codes(_with_amount('"1", "amount": "2"')) == [("$.data.amount", "json_duplicate_key")]
    repeated = json.dumps(EVENT).replace('"id": "A-1"', '"id": "A-1", "id": "A-2"').encode()
    assert _codes(repeated) == [("$.id", "json_duplicate_key")]


def test_it_refuses_nul_and_half_characters() -> None:
    assert _codes(_with_amount('"1", "contract_no": "a\\u0000b"'))[0] == ("$.data.contract_no", "json_nul")
    assert _codes(_with_amount('"1", "contract_no": "a\\ud800b"'))[0] == (
        "$.data.contract_no",
        "json_surrogate",
    )


@pytest.mark.parametrize(
    "body", [b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 10_000, b'{"data":' + b"[" * 10_000]
)
def test_it_refuses_depth_without_falling_over(body: bytes) -> None:
    with pytest.raises(JsonTooDeep) as caught:
        parse_event(body, content_type=EVENT_TYPE)
    assert caught.value.code == "json_too_deep"
    with pytest.raises(JsonTooDeep):
        parse_batch(body)


def test_brackets_inside_text_are_not_depth() -> None:
    assert _one({**EVENT, "subject": "[" * 100 + '\\"{'}).draft is not None


def test_a_string_that_never_ends_is_refused_quickly() -> None:
    started = time.perf_counter()
    with pytest.raises(JsonInvalid):
        parse_event(b'"' + b'\\"' * 120_000, content_type=EVENT_TYPE)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b"", JsonInvalid),
        (b"{", JsonInvalid),
        (b'{"a": "\x00"}', JsonInvalid),
        (b"{} {}", JsonInvalid),
        (b'{"a": "\xff"}', BodyNotUtf8),
        (b"\xef\xbb\xbf{}", JsonInvalid),
        (b" " * (cloudevents.EVENT_BYTES_MAX + 1), BodyTooLarge),
    ],
)
def test_it_refuses_a_body_that_is_no_json(body: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as caught:
        parse_event(body, content_type=EVENT_TYPE)
    assert caught.value.message
    assert caught.value.remedy


def test_a_faulty_event_leaves_its_neighbours_alone() -> None:
    bad = {**EVENT, "data": {**EVENT["data"], "amount": "NaN"}}  # type: ignore[dict-item]
    results = parse_batch(json.dumps([EVENT, bad, 7, EVENT]).encode())
    assert [result.number for result in results] == [1, 2, 3, 4]
    assert [result.draft is not None for result in results] == [True, False, False, True]
    assert [(item.field, item.code) for item in results[1].problems] == [("data.amount", "amount_not_number")]
    assert [item.code for item in results[2].problems] == ["event_not_object"]


def test_a_fault_in_a_batch_has_its_place() -> None:
    body = f"[{json.dumps(EVENT)}, {_with_amount('1.000000000000000001').decode()}]".encode()
    assert [item.field for item in parse_batch(body)[1].problems] == ["$[1].data.amount"]


def test_it_refuses_a_batch_that_is_no_list_or_too_long() -> None:
    assert BATCH_TYPE.endswith("batch+json")
    with pytest.raises(BatchNotList):
        parse_batch(b"{}")
    with pytest.raises(BatchTooLong):
        parse_batch(b"[" + b"0," * cloudevents.BATCH_EVENTS_MAX + b"0]")
    assert parse_batch(b"[]") == []


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*EVENT, "data_base64", "ext"]), _JSON))
def test_any_json_is_a_draft_or_problems(changes: dict[str, Any]) -> None:
    result = _one({**EVENT, **changes})
    assert (result.draft is None) == bool(result.problems)
    assert all(problem.message for problem in result.problems)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_event_or_a_refusal(body: bytes) -> None:
    try:
        result = parse_event(body, content_type=EVENT_TYPE)
    except Refusal as refusal:
        _check_words(refusal)
    else:
        assert result.problems
