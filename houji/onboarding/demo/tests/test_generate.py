"""The same seed and day give the same company, whose events fit together."""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from houji.intake.cloudevents import parse_batch
from houji.kernel.canonical import fingerprint
from houji.kernel.numbers import parse_amount
from houji.kernel.time import start_of_day
from houji.onboarding.demo.generate import generate
from houji.onboarding.demo.occurrences import ZONE, cloud_event
from houji.onboarding.demo.tests.company import SEEDS_AND_DAYS, TODAY, company
from houji.onboarding.demo.types import DemoCompany, Event, Invoice

every_company = pytest.mark.parametrize(("seed", "today"), SEEDS_AND_DAYS)


def _fingerprint(one: DemoCompany) -> bytes:
    return fingerprint([[cloud_event(event) for event in one.events], repr(one.members), repr(one.contracts)])


def _of_type(one: DemoCompany, name: str) -> list[Event]:
    return [event for event in one.events if event["type"] == name]


def test_the_same_seed_and_day_give_the_same_company() -> None:
    assert _fingerprint(generate(1, TODAY)) == _fingerprint(company())


def test_another_seed_gives_another_company() -> None:
    assert _fingerprint(company(1, TODAY)) != _fingerprint(generate(4, TODAY))


def test_another_day_shifts_everything() -> None:
    later = generate(1, TODAY + timedelta(days=61))

    assert later.first_day == date(2025, 1, 1)
    assert company().first_day == date(2024, 11, 1)
    assert later.events[0]["time"] > company().events[0]["time"]
    assert later.events[-1]["time"] > start_of_day(TODAY, ZONE)


def test_it_takes_less_than_two_seconds() -> None:
    started = time.process_time()
    generate(5, TODAY)
    assert time.process_time() - started < 2


@every_company
def test_there_are_events_of_every_type_and_as_many_as_a_real_business_has(seed: int, today: date) -> None:
    counts = Counter(event["type"] for event in company(seed, today).events)

    assert 4500 <= counts.total() <= 6500
    assert counts["invoice.issued"] > counts["invoice.settled"] > 2000
    assert 300 <= counts["survey.completed"] <= 800
    assert counts["referral.signed"] == 55
    assert 12 <= counts["project.joint"] <= 30
    assert counts["invoice.reversed"] == 14


@every_company
def test_event_ids_and_numbers_are_unique(seed: int, today: date) -> None:
    one = company(seed, today)
    for values in (
        [(event["source"], event["id"]) for event in one.events],
        [invoice.number for invoice in one.invoices],
        [contract.number for contract in one.contracts],
        [contract.project for contract in one.contracts],
        [event["data"]["referred_name"] for event in _of_type(one, "referral.signed")],
        [event["data"]["project_no"] for event in _of_type(one, "project.joint")],
        [event["data"]["survey_no"] for event in _of_type(one, "survey.completed")],
    ):
        assert len(set(values)) == len(values) > 0


@every_company
def test_events_are_in_order_and_lie_before_today(seed: int, today: date) -> None:
    times = [event["time"] for event in company(seed, today).events]

    assert times == sorted(times)
    assert all(moment.tzinfo is UTC for moment in times)
    assert times[-1] < start_of_day(today, ZONE)
    assert times[-1] > start_of_day(today, ZONE) - timedelta(days=14)


@every_company
def test_every_payment_and_reversal_has_its_invoice_and_follows_it(seed: int, today: date) -> None:
    one = company(seed, today)
    issued = {event["data"]["invoice_no"]: event for event in _of_type(one, "invoice.issued")}
    settled = {event["data"]["invoice_no"]: event for event in _of_type(one, "invoice.settled")}

    for number, payment in settled.items():
        invoice = issued[number]
        assert payment["subject"] == invoice["subject"]
        assert payment["time"] > invoice["time"]
        assert invoice["data"].items() <= payment["data"].items()
        assert payment["data"]["invoice_date"] < payment["data"]["due_date"]
        assert payment["time"].astimezone(ZONE).date().isoformat() == payment["data"]["settled_date"]
    for reversal in _of_type(one, "invoice.reversed"):
        payment = settled[reversal["data"]["invoice_no"]]
        assert reversal["subject"] == payment["subject"]
        assert reversal["data"]["amount"] == payment["data"]["amount"]
        assert reversal["time"] > payment["time"]


@every_company
def test_every_event_is_about_a_known_member_that_had_already_joined(seed: int, today: date) -> None:
    one = company(seed, today)
    joined = {member.key: member.joined_on for member in one.members}

    for event in one.events:
        assert joined[event["subject"]] <= event["time"].astimezone(ZONE).date()


@every_company
def test_invoices_bill_the_milestones_of_their_contract_in_order(seed: int, today: date) -> None:
    one = company(seed, today)
    billed: dict[str, list[Invoice]] = {}
    for invoice in one.invoices:
        billed.setdefault(invoice.contract_number, []).append(invoice)

    for contract in one.contracts:
        names = [milestone.name for milestone in contract.milestones]
        amounts = {milestone.name: milestone.amount for milestone in contract.milestones}
        invoices = billed.get(contract.number, [])
        assert sum(amounts.values(), Decimal(0)) == contract.value
        places = [names.index(invoice.milestone) for invoice in invoices]
        assert places == sorted(set(places))
        for invoice in invoices:
            assert invoice.member_key == contract.member_key
            assert invoice.amount == amounts[invoice.milestone]
            assert invoice.invoiced_on > contract.signed_on


@every_company
def test_amounts_are_exact_decimals_with_two_places(seed: int, today: date) -> None:
    for event in company(seed, today).events:
        if "amount" in event["data"]:
            text = event["data"]["amount"]
            assert text == f"{parse_amount(text):.2f}"
            assert parse_amount(text) > 0


def test_a_cloud_event_is_json_with_an_rfc_3339_time() -> None:
    event = company().events[0]
    written = cloud_event(event)

    assert written["specversion"] == "1.0"
    assert datetime.fromisoformat(written["time"]) == event["time"]
    assert written["time"].endswith("Z")
    assert written["data"] == event["data"]


def test_intake_accepts_every_event_as_it_is() -> None:
    one = company()
    for start in range(0, len(one.events), 500):
        events = one.events[start : start + 500]
        body = json.dumps([cloud_event(event) for event in events], ensure_ascii=False)
        results = parse_batch(body.encode())

        assert [result.problems for result in results if result.problems] == []
        for event, result in zip(events, results, strict=True):
            assert result.draft is not None
            assert result.draft.occurred_at == event["time"]
            assert result.draft.member_key == event["subject"]
