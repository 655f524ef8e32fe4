"""What is not taken leaves nothing behind, and what is taken back cannot be in anybody's way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from houji.access.models import AuditRow
from houji.access.tenant import tenant
from houji.earning import errors
from houji.earning.actions import post_events
from houji.earning.facts import free_keys_of
from houji.earning.models import UsedKey
from houji.earning.reversing import reverse_entry, reverse_import
from houji.earning.tests.conftest import ORIGIN, settled
from houji.earning.tests.test_posting import available, new_company, post
from houji.earning.types import Booking, Incoming, Result
from houji.intake.acceptance import Origin
from houji.kernel.ids import EventId
from houji.kernel.numbers import Points
from houji.ledger.queries import violations
from houji.members.models import Member
from houji.onboarding.actions import Start
from houji.rules.types import Award, Vesting

pytestmark = pytest.mark.django_db


@pytest.fixture
def start() -> Start:
    return new_company("alpha")


def member_keys(start: Start) -> list[str]:
    with tenant(start.actor.company_id):
        return sorted(Member.objects.values_list("key", flat=True))


def test_a_conflict_creates_nobody(start: Start) -> None:
    post(start, settled())
    (outcome,) = post(start, settled(member="KH-TYPO", amount="1"))
    assert outcome.result is Result.CONFLICT
    assert outcome.event_id is not None
    assert member_keys(start) == ["KH-1"]
    assert available(start) == [4730]


def test_a_conflict_inside_a_batch_creates_nobody_and_leaves_its_neighbours_alone(start: Start) -> None:
    outcomes = post(start, settled(), settled(member="KH-TYPO"), settled("FP-2", "KH-2"))
    results = [outcome.result for outcome in outcomes]
    assert results == [Result.ACCEPTED, Result.CONFLICT, Result.ACCEPTED]
    assert isinstance(outcomes[1].refusal, errors.EventConflict)
    assert outcomes[1].event_id is None
    assert member_keys(start) == ["KH-1", "KH-2"]
    assert available(start) == [4730, 4730]


def test_a_new_member_stays_when_one_of_its_events_is_taken(start: Start) -> None:
    post(start, settled())
    outcomes = post(start, settled(member="KH-2", amount="1"), settled("FP-2", "KH-2"))
    assert [outcome.result for outcome in outcomes] == [Result.CONFLICT, Result.ACCEPTED]
    assert member_keys(start) == ["KH-1", "KH-2"]


def test_a_rejected_award_frees_no_key_of_the_event_s_other_awards(start: Start) -> None:
    with tenant(start.actor.company_id):
        for rule in ("given", "rejected"):
            UsedKey.objects.create(
                company_id=start.actor.company_id,
                program_id=start.terms.id,
                rule_code=rule,
                key="HT-1",
                event_id=7,
            )
        award = Award("rejected", "c", "points", Points(1), Vesting(), None, True, ("HT-1",))
        free_keys_of(EventId(7), [award])
        assert list(UsedKey.objects.values_list("rule_code", flat=True)) == ["given"]


def test_a_reason_with_nul_is_kept_without_it(start: Start) -> None:
    (outcome,) = post(start, settled())
    assert outcome.entry is not None
    reverse_entry(actor=start.actor, ref=outcome.entry, reason="金额\0有误")
    with tenant(start.actor.company_id):
        assert AuditRow.objects.get(action="entry.reverse").detail["reason"] == "金额有误"


def test_a_reason_of_nul_alone_is_missing(start: Start) -> None:
    post(start, settled(), origin=Origin("a.csv", 1))
    with pytest.raises(errors.ReasonMissing):
        reverse_import(actor=start.actor, import_id=1, name="a.csv", reason="\0 ")
    assert available(start) == [4730]


def test_lots_due_before_the_account_s_last_entry_are_settled_by_the_next(start: Start) -> None:
    """Booked a year and more ahead of the clock, as after a clock was set back."""
    now = datetime.now(UTC)
    for number, days in (("FP-1", 800), ("FP-2", -300)):
        one = replace(settled(number), occurred_at=now + timedelta(days=days))
        post_events(
            actor=start.actor,
            terms=start.terms,
            incoming=[Incoming(one)],
            origin=ORIGIN,
            booking=Booking.EVENT_TIME,
        )
    post(start, settled("FP-3"), settled("FP-4"))
    with tenant(start.actor.company_id):
        assert violations(start.actor.company_id) == []
