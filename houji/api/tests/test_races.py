"""Requests at the same moment, on real connections: each event is posted once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from houji.api.tests.cast import Caller, caller, settled


def send(sender: Caller, event: dict[str, Any]) -> tuple[int, str]:
    """Send from a thread of its own, which closes its connection."""
    try:
        answer = sender.send(event)
        return answer.status_code, answer.json().get("result", "")
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_one_event_sent_eight_times_at_once_is_posted_once() -> None:
    sender = caller("delta")
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _n: send(sender, settled()), range(8)))
    assert sorted(answers) == [(200, "duplicate")] * 7 + [(201, "accepted")]
    assert sender.get("/members/C001/balance").json()["available"] == 580


@pytest.mark.django_db(transaction=True)
def test_different_events_of_one_member_sent_at_once_all_count() -> None:
    sender = caller("delta")
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: send(sender, settled(n)), range(16)))
    assert answers == [(201, "accepted")] * 16
    assert sender.get("/members/C001/balance").json()["available"] == 16 * 580
