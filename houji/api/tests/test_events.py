"""Sending events: accepted once, answered after the commit, refused with a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from houji.api.tests.cast import BATCH, Caller, caller, referral, settled


def test_it_accepts_an_event_and_says_why_it_gave_points(alice: Caller) -> None:
    answer = alice.send(settled())
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["result"], body["points"], body["awaiting_points"]) == ("accepted", 580, 0)
    assert isinstance(body["event_id"], int)
    assert body["entry"].endswith("-1")
    assert sum(reason["points"] for reason in body["reasons"]) == 580
    assert all(reason["text"] and reason["name"] for reason in body["reasons"])


def test_reasons_come_in_the_reader_s_language(alice: Caller) -> None:
    chinese = alice.send(settled(1)).json()["reasons"]
    english = alice.send(settled(2), language="en").json()["reasons"]
    assert any("一" <= letter <= "鿿" for reason in chinese for letter in reason["name"])
    assert not any("一" <= letter <= "鿿" for reason in english for letter in json.dumps(reason))


def test_points_that_need_approval_are_told_apart(alice: Caller) -> None:
    body = alice.send(referral()).json()
    assert (body["points"], body["awaiting_points"], body["entry"]) == (0, 200, None)
    assert [reason["awaits_approval"] for reason in body["reasons"]] == [True]


def test_a_repeat_is_a_duplicate_with_the_earlier_event_and_its_points(alice: Caller) -> None:
    first = alice.send(settled()).json()
    repeat = alice.send(settled())
    assert repeat.status_code == 200
    assert repeat.json() == {**first, "result": "duplicate"}
    waiting = alice.send(referral()).json()
    assert alice.send(referral()).json() == {**waiting, "result": "duplicate"}
    assert alice.get("/members/C001/balance").json()["available"] == 580


def test_the_same_id_with_another_amount_is_a_conflict(alice: Caller) -> None:
    alice.send(settled())
    answer = alice.send(settled(amount="60000"))
    assert answer.status_code == 409
    assert answer.json()["code"] == "event_conflict"
    assert alice.get("/members/C001/balance").json()["available"] == 580


def test_a_refused_event_leaves_no_trace(alice: Caller) -> None:
    red = {**settled(7, member="NEW"), "type": "invoice.reversed", "data": {"invoice_no": "FP-7"}}
    answer = alice.send(red)
    assert answer.status_code == 422
    assert answer.json()["code"] == "nothing_to_reverse"
    assert alice.get("/members/NEW").status_code == 404


def test_a_red_invoice_takes_the_points_back(alice: Caller) -> None:
    alice.send(settled())
    red = {**settled(), "id": "red-1", "type": "invoice.reversed", "data": {"invoice_no": "FP-1"}}
    answer = alice.send(red)
    assert (answer.status_code, answer.json()["points"]) == (201, -580)
    repeat = alice.send(red)
    assert (repeat.status_code, repeat.json()["points"]) == (200, -580)
    assert alice.get("/members/C001/balance").json()["available"] == 0


def test_binary_mode_reads_the_attributes_from_headers(alice: Caller) -> None:
    event = settled()
    headers = {
        f"ce-{name}": event[name] for name in ("specversion", "id", "source", "type", "subject", "time")
    }
    answer = Client().post(
        "/api/v1/events",
        json.dumps(event["data"]),
        "application/json",
        headers={**alice.headers(), **headers},
    )
    assert (answer.status_code, answer.json()["points"]) == (201, 580)


def test_a_batch_takes_the_good_and_lists_the_bad(alice: Caller) -> None:
    batch = [settled(1), settled(2, amount="-5"), settled(1), settled(1, amount="1"), 7]
    answer = alice.send_batch(batch)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["counts"] == {"accepted": 1, "duplicate": 1, "conflict": 1, "refused": 2}
    assert [item["index"] for item in body["results"]] == [0, 1, 2, 3, 4]
    assert body["points"] == 580
    assert body["results"][2]["event_id"] == body["results"][0]["event_id"]
    assert body["results"][2]["points"] == 580
    (bad,) = body["results"][1]["errors"]
    assert (bad["row"], bad["pointer"], bad["code"]) == (1, "#/1/data/amount", "amount_negative")
    assert bad["message"]
    assert bad["remedy"]
    assert body["results"][3]["errors"][0]["code"] == "event_conflict"
    assert body["results"][4]["errors"][0]["code"] == "event_not_object"


def test_all_or_nothing_lists_every_bad_event_and_writes_nothing(alice: Caller) -> None:
    red = {**settled(9), "id": "red", "type": "invoice.reversed"}
    red["data"] = {"invoice_no": "FP-9"}
    answer = alice.send_batch(
        [settled(1), settled(2, amount="NaN"), red, settled(3)], query="?all_or_nothing=true"
    )
    assert answer.status_code == 422
    body = answer.json()
    assert body["code"] == "batch_refused"
    assert [(error["row"], error["code"]) for error in body["errors"]] == [
        (1, "amount_not_number"),
        (2, "nothing_to_reverse"),
    ]
    assert alice.get("/members").json()["items"] == []
    good = alice.send_batch([settled(1), settled(3)], query="?all_or_nothing=true")
    assert good.json()["counts"]["accepted"] == 2


def test_an_empty_batch_is_answered_with_nothing(alice: Caller) -> None:
    assert alice.send_batch([]).json()["counts"]["accepted"] == 0


def test_a_batch_of_more_than_a_thousand_is_too_large(alice: Caller) -> None:
    answer = alice.send_batch([settled(n) for n in range(1001)])
    assert (answer.status_code, answer.json()["code"]) == (413, "batch_too_long")
    assert alice.get("/members").json()["items"] == []


def count_queries(alice: Caller, events: list[dict[str, Any]]) -> int:
    with CaptureQueriesContext(connection) as queries:
        body = alice.send_batch(events).json()
    assert sum(body["counts"].values()) == len(events)
    assert not body["counts"]["refused"]
    return len(queries)


def test_a_batch_of_500_asks_the_database_as_often_as_one_of_10(alice: Caller) -> None:
    alice.send_batch([settled(0)])  # the rules are compiled once a process
    small = count_queries(alice, [settled(n, member=f"A{n % 7}") for n in range(1, 11)])
    large = count_queries(alice, [settled(n, member=f"B{n % 90}") for n in range(100, 600)])
    assert large == small


def test_repeats_of_500_ask_as_often_as_repeats_of_10(alice: Caller) -> None:
    events = [settled(n, member=f"B{n % 90}") for n in range(500)]
    alice.send_batch(events)
    assert count_queries(alice, events) == count_queries(alice, events[:10])


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("text/plain", 415), ("application/json", 415), ("application/cloudevents+xml", 415), ("", 415)],
)
def test_other_content_types_are_not_supported(alice: Caller, content_type: str, status: int) -> None:
    answer = alice.send(settled(), content_type=content_type)
    assert (answer.status_code, answer.json()["code"]) == (status, "content_type_unsupported")


def test_the_programme_is_chosen_by_its_code(alice: Caller) -> None:
    assert alice.send(settled(), query="?programme=main").status_code == 201
    unknown = alice.send(settled(2), query="?programme=other")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "program_not_found")


@pytest.mark.django_db(transaction=True, databases=["default", "worker"])
def test_what_is_acknowledged_is_committed() -> None:
    sender = caller("gamma")
    event_id = sender.send(settled()).json()["event_id"]
    connections["worker"].close()
    with connections["worker"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM intake_event WHERE id = %s", [event_id])
        assert cursor.fetchone() == (1,)
    connections["worker"].close()


def test_money_may_be_a_decimal_string_or_an_exact_number(alice: Caller) -> None:
    assert alice.send(settled(1, amount="50000.00")).json()["points"] == 580
    assert alice.send(settled(2, amount=50000)).json()["points"] == 580
    assert alice.send(settled(3, amount=50000.5)).json()["points"] == 580


def test_batch_is_the_media_type_not_the_shape(alice: Caller) -> None:
    answer = alice.send([settled()])
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "event_not_object")
    answer = alice.send(settled(), content_type=BATCH)
    assert (answer.status_code, answer.json()["code"]) == (400, "batch_not_list")
