"""Keys: what they open, and that they open nothing of another company."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from houji.access.actions import create_api_key, revoke_api_key
from houji.access.types import Actor, Role
from houji.api.application import api
from houji.api.tests.cast import Caller, referral, settled

PATHS = ["/members", "/members/C001", "/members/C001/balance", "/event-types", "/ranking"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer hj_wrong", "Basic YTpi", "Bearer ü"]
)
def test_without_a_good_key_nothing_opens(alice: Caller, path: str, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = Client().get(f"/api/v1{path}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "api_key_refused")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_key_opens_nothing(alice: Caller) -> None:
    key, secret = create_api_key(actor=alice.actor, name="old")
    revoke_api_key(actor=alice.actor, key_id=key.id, now=timezone.now())
    answer = Client().get("/api/v1/members", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401


def test_a_session_cookie_opens_nothing(alice: Caller) -> None:
    client = Client()
    client.cookies["houji_session"] = "x" * 32
    assert client.get("/api/v1/members").status_code == 401


def test_an_actor_without_the_permission_is_forbidden(alice: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    weak = Actor(alice.actor.company_id, "weak", roles=frozenset({Role.CONTACT}))
    monkeypatch.setattr("houji.api.authentication.actor_of_key", lambda _secret: weak)
    for answer in (alice.send(settled()), alice.get("/members")):
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_missing")


def test_a_key_reads_nothing_of_another_company(alice: Caller, bob: Caller) -> None:
    receipt = alice.send(settled()).json()
    for path in (
        "/members/C001",
        "/members/C001/balance",
        "/members/C001/entries",
        "/members/C001/statements/2026-01",
        f"/events/{receipt['event_id']}/explanation",
        f"/entries/{receipt['entry']}/explanation",
    ):
        answer = bob.get(path)
        assert answer.status_code == 404, path
        assert "C001" not in answer.json()["detail"] or "members" in path
    assert bob.get("/members").json()["items"] == []
    assert bob.get("/ranking").json()["items"] == []


def test_an_event_for_another_company_s_member_stays_within_the_key_s_own(alice: Caller, bob: Caller) -> None:
    alice.send(settled())
    assert bob.send(settled()).json()["result"] == "accepted"
    assert alice.get("/members/C001/balance").json()["available"] == 580
    assert bob.get("/members/C001/balance").json()["available"] == 580
    assert len(alice.get("/members/C001/entries").json()["items"]) == 1
    red = {**settled(), "id": "red", "type": "invoice.reversed", "data": {"invoice_no": "FP-2"}}
    alice.send(settled(2))
    assert bob.send(red).json()["code"] == "nothing_to_reverse"
    assert alice.get("/members/C001/balance").json()["available"] == 1160


def test_repeats_are_recognised_within_a_company_only(alice: Caller, bob: Caller) -> None:
    assert alice.send(referral()).status_code == 201
    assert bob.send(referral()).status_code == 201
    assert bob.send_batch([referral()]).json()["counts"]["duplicate"] == 1


def test_every_operation_asks_for_a_key() -> None:
    for operations in api.get_openapi_schema()["paths"].values():
        for operation in operations.values():
            assert operation["security"] == [{"ApiKey": []}]


@pytest.mark.parametrize(
    "path",
    [
        "/events/abc/explanation",
        "/events/99999999999999999999999/explanation",
        "/events/0/explanation",
        "/entries/1/explanation",
        "/entries/1-99999999999999999999/explanation",
        "/entries/999999999999999999-1/explanation",
        "/entries/²-1/explanation",
    ],
)
def test_ids_that_cannot_be_are_not_found(alice: Caller, path: str) -> None:
    answer = alice.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
