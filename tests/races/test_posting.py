"""Many writers, one truth: real threads on a real PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from django.db import connections

from houji.access.actions import found_company
from houji.access.tenant import tenant
from houji.access.types import product_actor
from houji.approvals.errors import RequestDecided
from houji.approvals.queries import pending_requests
from houji.earning.actions import post_events
from houji.earning.approving import decide_award
from houji.earning.reversing import reverse_entry, reverse_import
from houji.earning.types import Incoming
from houji.intake.acceptance import Origin, database_now
from houji.intake.types import DraftEvent
from houji.kernel.refusals import Refusal
from houji.ledger.queries import balances, history
from houji.ledger.types import EntryRef
from houji.onboarding.actions import Start, start_program

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 8
Result = TypeVar("Result")


@pytest.fixture
def start() -> Start:
    actor = product_actor(found_company(code="alpha", name="甲公司"), "test")
    return Start(actor, start_program(actor=actor, template_code="engineering_seed", program_code="main"))


def event(kind: str, number: str, member: str, **data: object) -> Incoming:
    draft = DraftEvent(
        source="/race",
        id=f"{kind}:{number}",
        type=kind,
        member_key=member,
        occurred_at=datetime(2026, 5, 1, tzinfo=UTC),
        business_no=number,
        data=data,
    )
    return Incoming(draft)


def survey(number: int, member: str) -> Incoming:
    return event("survey.completed", f"DC-{number}", member, survey_no=f"DC-{number}")


def post(start: Start, *incoming: Incoming, origin: str = "race", import_id: int | None = None) -> list[str]:
    outcomes = post_events(
        actor=start.actor, terms=start.terms, incoming=incoming, origin=Origin(origin, import_id)
    )
    return [outcome.result.value for outcome in outcomes]


def together(work: Callable[[int], Result]) -> list[Result]:
    """Run the same work in several threads that begin at the same moment."""
    barrier = threading.Barrier(WRITERS)

    def run(number: int) -> Result:
        try:
            barrier.wait(timeout=10)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(run, range(WRITERS)))


def available(start: Start) -> dict[int, int]:
    with tenant(start.actor.company_id):
        found = balances(start.terms.main_unit.id, now=database_now())
    return {holder: balance.available for holder, balance in found.items()}


def test_the_same_events_sent_by_eight_at_once_count_once(start: Start) -> None:
    batch = [survey(number, f"KH-{number % 5}") for number in range(40)]
    results = together(lambda number: post(start, *(batch if number % 2 else batch[::-1])))
    assert sum(result.count("accepted") for result in results) == 40
    assert sum(result.count("duplicate") for result in results) == 40 * (WRITERS - 1)
    assert sum(available(start).values()) == 40 * 50


def test_overlapping_batches_of_different_events_never_deadlock_or_lose_points(start: Start) -> None:
    def work(writer: int) -> list[str]:
        members = range(20) if writer % 2 else range(19, -1, -1)
        return post(start, *[survey(writer * 100 + member, f"KH-{member}") for member in members])

    results = together(work)
    assert all(result == ["accepted"] * 20 for result in results)
    assert list(available(start).values()) == [50 * WRITERS] * 20


def test_a_limit_across_members_gives_once_however_many_ask(start: Start) -> None:
    def work(writer: int) -> list[str]:
        data = {"referral_no": "TJ-1", "referred_name": "乙公司"}
        return post(start, event("referral.signed", f"N-{writer}", f"KH-{writer}", **data))

    assert together(work) == [["accepted"]] * WRITERS
    with tenant(start.actor.company_id):
        assert [request.effect_points for request in pending_requests()] == [200]


def test_an_award_is_approved_once(start: Start) -> None:
    post(start, event("referral.signed", "TJ-1", "KH-1", referral_no="TJ-1", referred_name="乙公司"))
    with tenant(start.actor.company_id):
        request_id = pending_requests().get().id
        now = database_now()

    def work(_writer: int) -> str:
        try:
            decide_award(actor=start.actor, request_id=request_id, approve=True, note="", now=now)
        except RequestDecided:
            return "decided"
        return "posted"

    assert sorted(together(work)) == ["decided"] * (WRITERS - 1) + ["posted"]
    assert list(available(start).values()) == [200]


def test_one_movement_is_taken_back_once(start: Start) -> None:
    post(start, survey(1, "KH-1"), survey(2, "KH-1"))
    with tenant(start.actor.company_id):
        (holder,) = balances(start.terms.main_unit.id, now=database_now()).values()
        ref: EntryRef = history(holder.account_id)[0].ref

    def work(_writer: int) -> str:
        try:
            reverse_entry(actor=start.actor, ref=ref, reason="录入错误")
        except Refusal as refusal:
            return refusal.code
        return "taken"

    assert sorted(together(work)) == ["reversed_already"] * (WRITERS - 1) + ["taken"]
    assert list(available(start).values()) == [50]


def test_an_import_taken_back_while_others_post_leaves_just_the_others(start: Start) -> None:
    post(start, *[survey(number, f"KH-{number % 3}") for number in range(30)], import_id=1)

    def work(writer: int) -> int:
        if writer < 2:
            return reverse_import(actor=start.actor, import_id=1, name="a.xlsx", reason="传错文件")
        return len(post(start, *[survey(writer * 100 + n, f"KH-{n % 3}") for n in range(12)]))

    results = together(work)
    assert sorted(results[:2]) == [0, 1500]
    assert sum(available(start).values()) == 6 * 12 * 50
