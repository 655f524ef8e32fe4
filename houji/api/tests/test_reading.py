"""Reading members, balances, movements, explanations, rankings and statements."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from houji.api.tests.cast import Caller, referral, settled
from houji.members.actions import create_member
from houji.members.types import MemberKind

TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z")


def test_members_are_found_by_name_pinyin_and_kind(alice: Caller) -> None:
    create_member(actor=alice.actor, key="W1", name="青屿水务", kind=MemberKind.STATE_OWNED)
    create_member(actor=alice.actor, key="W2", name="白石建设", kind=MemberKind.PRIVATE)
    assert [m["key"] for m in alice.get("/members", search="qysw").json()["items"]] == ["W1"]
    assert [m["key"] for m in alice.get("/members", search="建设").json()["items"]] == ["W2"]
    assert [m["key"] for m in alice.get("/members", kind="soe").json()["items"]] == ["W1"]
    one = alice.get("/members/W1").json()
    assert (one["name"], one["kind"]) == ("青屿水务", "soe")


def test_pages_of_members_meet_without_gap_or_repeat(alice: Caller) -> None:
    alice.send_batch([settled(n, member=f"C{n:03}") for n in range(7)])
    keys, cursor = [], None
    while True:
        page = alice.get("/members", limit=3, **({"cursor": cursor} if cursor else {})).json()
        keys += [member["key"] for member in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
        assert len(page["items"]) == 3
    assert keys == [f"C{n:03}" for n in range(7)]


def test_a_balance_says_points_value_and_next_expiry(alice: Caller) -> None:
    alice.send(settled())
    body = alice.get("/members/C001/balance").json()
    assert (body["available"], body["pending"], body["available_value_yuan"]) == (580, 0, "580")
    assert (body["programme"], body["unit"], body["point_value_yuan"]) == ("main", "points", "1")
    assert body["expires_next"]["points"] == 580
    assert TIME.fullmatch(body["as_of"])
    assert TIME.fullmatch(body["expires_next"]["at"])


def test_a_member_that_never_earned_holds_nothing(alice: Caller) -> None:
    create_member(actor=alice.actor, key="W1", name="青屿水务", kind=MemberKind.STATE_OWNED)
    body = alice.get("/members/W1/balance").json()
    assert (body["available"], body["expires_next"]) == (0, None)
    assert alice.get("/members/W1/entries").json() == {"items": [], "next_cursor": None}
    assert alice.get("/members/W1/statements/2026-01").json()["code"] == "statement_not_found"


def test_a_key_with_a_slash_has_an_address(alice: Caller) -> None:
    alice.send(settled(member="华东/001"))
    assert alice.get("/members/华东/001").json()["key"] == "华东/001"
    assert alice.get("/members/华东/001/balance").json()["available"] == 580


def test_movements_come_latest_first_each_with_its_reason(alice: Caller) -> None:
    alice.send_batch([settled(n) for n in range(5)])
    first = alice.get("/members/C001/entries", limit=3).json()
    rest = alice.get("/members/C001/entries", limit=3, cursor=first["next_cursor"]).json()
    names = [item["entry"] for item in first["items"] + rest["items"]]
    assert [int(name.split("-")[1]) for name in names] == [5, 4, 3, 2, 1]
    assert rest["next_cursor"] is None
    newest = first["items"][0]
    assert (newest["points"], newest["available_after"], newest["kind"]) == (580, 2900, "accrue")
    assert newest["reason"] == "付款到账 5 万元，提前 12 天"
    assert newest["occurred_at"] == "2026-01-05T00:30:00Z"
    english = alice.get("/members/C001/entries", language="en").json()
    assert english["items"][0]["reason"].startswith("Payment of")


def test_an_event_is_explained_rule_by_rule(alice: Caller) -> None:
    event_id = alice.send(settled()).json()["event_id"]
    body = alice.get(f"/events/{event_id}/explanation").json()
    assert body["points"] == sum(line["points"] for line in body["lines"]) == 580
    assert body["event"]["type_code"] == "invoice.settled"
    assert body["rules"]["version_number"] == 1
    assert {rule["rule_code"] for rule in body["rules"]["awarded"]}
    assert all(rule["reason"] for rule in body["rules"]["others"])
    entry = alice.get(f"/entries/{body['entries'][0]}/explanation").json()
    assert (entry["entry"], entry["points"]) == (body["entries"][0], 580)
    assert entry["source"]["event"]["event_id"] == event_id
    assert sum(lot["points"] for lot in entry["lots"]) == 580


def test_an_explanation_in_english_holds_no_chinese_sentence(alice: Caller) -> None:
    event_id = alice.send(referral()).json()["event_id"]
    body = alice.get(f"/events/{event_id}/explanation", language="en").json()
    assert body["awaiting_points"] == body["approval"]["points"] == 200
    for rule in body["rules"]["awarded"] + body["rules"]["others"]:
        assert not re.search("[一-鿿]", json.dumps(rule, ensure_ascii=False).replace("丙公司", ""))


def test_the_ranking_orders_members_by_points_of_the_month(alice: Caller) -> None:
    alice.send_batch([settled(1, member="A"), settled(2, member="B"), settled(3, member="B")])
    body = alice.get("/ranking").json()
    assert [(row["place"], row["member"], row["points"]) for row in body["items"]] == [
        (1, "B", 1160),
        (2, "A", 580),
    ]
    first = alice.get("/ranking", limit=1).json()
    second = alice.get("/ranking", limit=1, cursor=first["next_cursor"]).json()
    assert [row["member"] for row in first["items"] + second["items"]] == ["B", "A"]
    assert second["next_cursor"] is None
    assert alice.get("/ranking", month="2020-01").json()["items"][0]["place"] is None


def test_a_statement_adds_up(alice: Caller) -> None:
    alice.send_batch([settled(n) for n in range(3)])
    month = f"{datetime.now(tz=UTC):%Y-%m}"
    body = alice.get(f"/members/C001/statements/{month}").json()
    assert body["opening"] + sum(line["points"] for line in body["lines"]) == body["closing"] == 1740
    assert body["lines"][0]["reason"].startswith("付款到账")
    assert alice.get("/members/C001/statements/1999-01").status_code == 404


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("/ranking", {"month": "2026-13"}, "month"),
        ("/ranking", {"month": "0000-01"}, "month"),
        ("/members", {"limit": "many"}, "limit"),
        ("/members", {"limit": "0"}, "limit"),
        ("/members", {"limit": "201"}, "limit"),
        ("/members", {"search": "a\0b"}, "search"),
        ("/members", {"kind": "bank"}, "kind"),
        ("/members", {"cursor": "%%%"}, "cursor"),
        ("/members", {"cursor": "AA"}, "cursor"),
        ("/members/C001/entries", {"cursor": "YWJj"}, "cursor"),
        ("/members/C001/balance", {"programme": "a\0"}, "programme"),
    ],
)
def test_bad_parameters_are_named(alice: Caller, path: str, query: dict[str, str], field: str) -> None:
    alice.send(settled())
    answer = alice.get(path, **query)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (400, "parameter_invalid")
    assert field in body["detail"]
    assert all(error["message"] and error["remedy"] for error in body["errors"])


def test_every_event_type_comes_with_its_schema(alice: Caller) -> None:
    items = alice.get("/event-types").json()["items"]
    assert [item["type"] for item in items] == [
        "invoice.settled",
        "invoice.issued",
        "invoice.reversed",
        "referral.signed",
        "survey.completed",
        "project.joint",
    ]
    assert "amount" in items[0]["data_schema"]["properties"]
