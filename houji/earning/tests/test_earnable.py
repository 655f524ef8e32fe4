"""可赚积分: what open invoices would give, and what stands on offer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from houji.access.tenant import tenant
from houji.earning.actions import post_events
from houji.earning.earnable import Earnable, Offer, earnable, offers
from houji.earning.tests.conftest import ORIGIN, draft, settled
from houji.earning.tests.test_explaining import new_company
from houji.earning.types import Incoming, Result
from houji.intake.event_types.catalogue import field_catalogue
from houji.intake.types import DraftEvent
from houji.members.queries import member_by_key
from houji.onboarding.actions import Start
from houji.rulebook.actions import publish_rule_set

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture
def start() -> Start:
    return new_company("alpha")


def issued(number: str, due: str, *, amount: str = "642000", member: str = "KH-1") -> DraftEvent:
    data = {"invoice_no": number, "amount": amount, "invoice_date": "2026-10-01", "due_date": due}
    return draft("invoice.issued", number, member, data)


def post(start: Start, *drafts: DraftEvent) -> None:
    outcomes = post_events(
        actor=start.actor, terms=start.terms, incoming=[Incoming(one) for one in drafts], origin=ORIGIN
    )
    assert {outcome.result for outcome in outcomes} == {Result.ACCEPTED}


def open_to(start: Start, key: str = "KH-1", now: datetime = NOW) -> list[Earnable]:
    with tenant(start.actor.company_id):
        return earnable(start.terms, member_by_key(key), now=now)


def offered(start: Start, **options: Any) -> dict[str, Offer]:
    with tenant(start.actor.company_id):
        return {
            offer.rule_code: offer for offer in offers(start.terms, member_by_key("KH-1"), now=NOW, **options)
        }


def test_an_open_invoice_tells_what_each_day_gives(start: Start) -> None:
    post(start, issued("FP-9", "2026-11-29"))
    (item,) = open_to(start)
    assert (item.invoice_no, item.amount, item.due_on) == ("FP-9", Decimal(642000), date(2026, 11, 29))
    assert (item.points_early, item.points_on_day, item.points_late) == (6500, 6470, 6420)
    assert (item.bonus_early, item.bonus_on_day, item.points_now) == (80, 50, 6500)
    assert (item.days_left, item.is_overdue) == (9, False)


def test_on_the_due_date_paying_today_gives_what_that_day_gives(start: Start) -> None:
    post(start, issued("FP-9", "2026-11-20"))
    (item,) = open_to(start)
    assert (item.days_left, item.points_now, item.points_on_day) == (0, 6470, 6470)


def test_the_day_is_the_programmes(start: Start) -> None:
    post(start, issued("FP-9", "2026-11-20"))
    (item,) = open_to(start, now=datetime(2026, 11, 20, 16, tzinfo=UTC))
    assert (item.days_left, item.is_overdue, item.points_now) == (-1, True, 6420)


def test_paid_and_other_members_invoices_are_left_out_and_the_nearest_comes_first(start: Start) -> None:
    post(
        start,
        issued("FP-2", "2026-12-28"),
        issued("FP-1", "2026-11-24"),
        issued("FP-3", "2026-11-10"),
        issued("FP-4", "2026-11-30", member="KH-2"),
    )
    post(start, settled("FP-1"))
    assert [item.invoice_no for item in open_to(start)] == ["FP-3", "FP-2"]


def test_one_award_does_not_use_up_the_key_of_the_next_day(start: Start) -> None:
    rule = {
        "code": "first",
        "names": {"zh": "首次", "en": "First"},
        "category": "payment",
        "trigger": {"event": "invoice.settled"},
        "award": {"unit": "points", "fixed": 30},
        "once_per": {"fields": ["event.contract_no"], "within": "member"},
    }
    document = {
        "code": "once",
        "names": {"zh": "一次", "en": "Once"},
        "zone": "Asia/Shanghai",
        "rules": [rule],
    }
    publish_rule_set(
        actor=start.actor, program_id=start.terms.id, document=document, catalogue=field_catalogue()
    )
    for number in ("FP-7", "FP-8"):
        data = issued(number, "2026-11-29").data | {"contract_no": "HT-1"}
        post(start, draft("invoice.issued", number, "KH-1", dict(data)))
    assert [(item.points_early, item.points_late) for item in open_to(start)] == [(30, 30), (30, 30)]
    post(start, settled("FP-7", contract_no="HT-1"))
    assert [(item.invoice_no, item.points_early) for item in open_to(start)] == [("FP-8", 0)]


def test_it_takes_as_many_queries_for_many_invoices_as_for_one(start: Start) -> None:
    post(start, issued("FP-0", "2026-11-29"))
    open_to(start)
    with CaptureQueriesContext(connection) as few:
        open_to(start)
    post(start, *(issued(f"FP-{n}", "2026-11-29") for n in range(1, 20)))
    with CaptureQueriesContext(connection) as many:
        assert len(open_to(start)) == 20
    assert len(many) == len(few)


def test_standing_offers_are_the_fixed_awards_without_an_amount(start: Start) -> None:
    post(start, issued("FP-9", "2026-11-29"))
    found = offered(start, language="zh")
    points = {code: (offer.points, offer.needs_approval) for code, offer in found.items()}
    assert points == {"survey": (50, False), "referral": (200, True), "joint": (500, False)}
    assert "奖励 50 分" in found["survey"].sentence
    assert offered(start, language="en")["joint"].name != found["joint"].name


def test_an_offer_to_others_is_not_shown(start: Start) -> None:
    post(start, issued("FP-9", "2026-11-29"))
    rules = [
        {
            "code": code,
            "names": {"zh": code, "en": code},
            "category": "survey",
            "trigger": {"event": "survey.completed"},
            "when": {"field": "member.kind", "op": "eq", "value": kind},
            "award": {"unit": "points", "fixed": 50},
        }
        for code, kind in (("ours", "private"), ("theirs", "government"))
    ]
    document = {
        "code": "kinds",
        "names": {"zh": "按性质", "en": "By kind"},
        "zone": "Asia/Shanghai",
        "rules": rules,
    }
    publish_rule_set(
        actor=start.actor, program_id=start.terms.id, document=document, catalogue=field_catalogue()
    )
    assert set(offered(start)) == {"ours"}


def test_another_companys_invoices_never_show(start: Start) -> None:
    post(start, issued("FP-9", "2026-11-29"))
    other = new_company("beta")
    post(other, issued("FP-5", "2026-11-29"))
    assert [item.invoice_no for item in open_to(other)] == ["FP-5"]
    assert [item.invoice_no for item in open_to(start)] == ["FP-9"]
