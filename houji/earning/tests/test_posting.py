"""Events become points once, by the rules in force, with everything needed to explain them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from houji.access.actions import found_company
from houji.access.tenant import tenant
from houji.access.types import product_actor
from houji.approvals.errors import RejectionNeedsNote, RequestDecided
from houji.approvals.queries import pending_requests
from houji.earning import errors
from houji.earning.actions import post_events
from houji.earning.approving import decide_award
from houji.earning.models import Decision, UsedKey
from houji.earning.reversing import reverse_entry, reverse_import
from houji.earning.tests.conftest import ORIGIN, draft, settled
from houji.earning.types import EventOutcome, Incoming, Result
from houji.intake.acceptance import Origin, database_now
from houji.intake.models import Event
from houji.intake.types import DraftEvent
from houji.ledger.models import Entry
from houji.ledger.queries import balances, book_sizes, violations
from houji.members.models import Member
from houji.onboarding.actions import Start, start_program
from houji.programs.actions import change_settings

pytestmark = pytest.mark.django_db


def new_company(code: str) -> Start:
    actor = product_actor(found_company(code=code, name=code), "test")
    return Start(actor, start_program(actor=actor, template_code="engineering_seed", program_code="main"))


@pytest.fixture
def start() -> Start:
    return new_company("alpha")


def post(start: Start, *drafts: DraftEvent, origin: Origin = ORIGIN, **options: bool) -> list[EventOutcome]:
    return post_events(
        actor=start.actor,
        terms=start.terms,
        incoming=[Incoming(one) for one in drafts],
        origin=origin,
        **options,
    )


def available(start: Start) -> list[int]:
    with tenant(start.actor.company_id):
        found = balances(start.terms.main_unit.id, now=database_now())
        assert violations(start.actor.company_id) == []
        assert book_sizes(start.actor.company_id).accounts == len(found)
    return sorted(balance.available for balance in found.values())


def results(outcomes: Sequence[EventOutcome]) -> list[str]:
    return [outcome.result.value for outcome in outcomes]


def test_an_invoice_settled_early_and_undisputed_earns_all_three_parts(start: Start) -> None:
    (outcome,) = post(start, settled())
    assert (outcome.result, outcome.points) == (Result.ACCEPTED, 4620 + 80 + 30)
    with tenant(start.actor.company_id):
        entry = Entry.objects.get()
        assert entry.parts == {"amount": 4620, "payment": 80, "no_complaint": 30}
        assert Decision.objects.get().points == 4730
    assert available(start) == [4730]


def test_the_same_event_again_is_a_duplicate_and_posts_nothing(start: Start) -> None:
    post(start, settled())
    assert results(post(start, settled())) == ["duplicate"]
    assert results(post(start, settled("FP-2"), settled("FP-2"))) == ["accepted", "duplicate"]
    assert available(start) == [9460]


def test_the_same_id_with_another_amount_is_a_conflict_that_names_the_first(start: Start) -> None:
    post(start, settled())
    (outcome,) = post(start, settled(amount="1"))
    assert outcome.result is Result.CONFLICT
    assert isinstance(outcome.refusal, errors.EventConflict)
    assert "462,000.00" in outcome.refusal.message
    assert available(start) == [4730]


def test_the_same_business_from_a_second_source_is_the_same(start: Start) -> None:
    post(start, settled())
    other = draft("invoice.settled", "FP-1", "KH-1", dict(settled().data), source="/erp")
    differing = draft("invoice.settled", "FP-1", "KH-1", {**settled().data, "amount": "9"}, source="/crm")
    assert results(post(start, other)) == ["duplicate"]
    assert results(post(start, differing)) == ["conflict"]
    assert available(start) == [4730]


def test_a_refused_event_leaves_no_trace_and_can_come_again(start: Start) -> None:
    actor, terms = start.actor, start.terms
    change_settings(actor=actor, program_id=terms.id, unknown_members="refuse")
    strict = Start(
        actor, type(terms)(**{**{f: getattr(terms, f) for f in terms.__slots__}, "creates_members": False})
    )
    (outcome,) = post(strict, settled())
    assert isinstance(outcome.refusal, errors.MemberUnknown)
    with tenant(actor.company_id):
        assert not Event.objects.exists()
        assert not Member.objects.exists()
    assert results(post(start, settled())) == ["accepted"]


def test_all_or_nothing_writes_nothing_when_one_is_bad(start: Start, red: DraftEvent) -> None:
    with pytest.raises(errors.BatchRefused):
        post(start, settled("FP-9"), red, all_or_nothing=True)
    assert available(start) == []


def test_a_referral_waits_for_a_second_person_and_then_posts(start: Start) -> None:
    referral = draft("referral.signed", "TJ-1", "KH-1", {"referral_no": "TJ-1", "referred_name": "乙公司"})
    (outcome,) = post(start, referral)
    assert (outcome.points, outcome.awaiting_points) == (0, 200)
    with tenant(start.actor.company_id):
        request = pending_requests().get()
        assert request.effect_points == 200
        now = database_now()
    with pytest.raises(RejectionNeedsNote):
        decide_award(actor=start.actor, request_id=request.id, approve=False, note=" ", now=now)
    assert available(start) == [0]
    decide_award(actor=start.actor, request_id=request.id, approve=True, note="合同已签", now=now)
    assert available(start) == [200]
    with pytest.raises(RequestDecided):
        decide_award(actor=start.actor, request_id=request.id, approve=True, note="", now=now)
    assert available(start) == [200]


def test_a_rejected_award_frees_its_limit(start: Start) -> None:
    referral = draft("referral.signed", "TJ-1", "KH-1", {"referral_no": "TJ-1", "referred_name": "乙公司"})
    post(start, referral)
    with tenant(start.actor.company_id):
        request, now = pending_requests().get(), database_now()
        assert UsedKey.objects.count() == 1
    decide_award(actor=start.actor, request_id=request.id, approve=False, note="合同未签", now=now)
    with tenant(start.actor.company_id):
        assert not UsedKey.objects.exists()


def test_a_survey_earns_once_for_its_number(start: Start) -> None:
    survey = {"survey_no": "DC-1", "score": 5}
    first = draft("survey.completed", "DC-1", "KH-1", survey)
    again = DraftEvent(**{f: getattr(first, f) for f in first.__slots__} | {"id": "x", "business_no": None})
    assert [o.points for o in post(start, first, again)] == [50, 0]
    assert available(start) == [50]


def test_a_red_invoice_takes_back_what_the_invoice_earned(start: Start, red: DraftEvent) -> None:
    post(start, settled(), settled("FP-2"))
    (outcome,) = post(start, red)
    assert (outcome.result, outcome.points) == (Result.ACCEPTED, -4730)
    assert available(start) == [4730]
    assert results(post(start, red)) == ["duplicate"]


def test_an_invoice_and_its_red_one_in_one_batch_cancel_out(start: Start, red: DraftEvent) -> None:
    assert [o.points for o in post(start, red, settled())] == [-4730, 4730]
    assert available(start) == [0]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"business_no": "FP-404"}, errors.NothingToReverse),
        ({"member_key": "KH-2"}, errors.NothingToReverse),
        ({"data": {"invoice_no": "FP-1", "amount": "1"}}, errors.ReversalAmountDiffers),
    ],
)
def test_a_red_invoice_that_fits_nothing_is_refused(
    start: Start, red: DraftEvent, change: dict[str, object], refusal: type[Exception]
) -> None:
    post(start, settled())
    wrong = DraftEvent(**{f: getattr(red, f) for f in red.__slots__} | change)
    (outcome,) = post(start, wrong)
    assert isinstance(outcome.refusal, refusal)
    assert max(available(start)) == 4730


def test_a_reversal_for_nobody_creates_nobody(start: Start, red: DraftEvent) -> None:
    (outcome,) = post(start, red)
    assert isinstance(outcome.refusal, errors.NothingToReverse)
    with tenant(start.actor.company_id):
        assert not Member.objects.exists()


def test_a_whole_import_is_taken_back_and_can_come_again(start: Start) -> None:
    origin = Origin("回款.xlsx", import_id=5)
    post(start, settled(), settled("FP-2", "KH-2"), origin=origin)
    with pytest.raises(errors.ReasonMissing):
        reverse_import(actor=start.actor, import_id=5, name="回款.xlsx", reason="")
    assert reverse_import(actor=start.actor, import_id=5, name="回款.xlsx", reason="传错文件") == 9460
    assert reverse_import(actor=start.actor, import_id=5, name="回款.xlsx", reason="传错文件") == 0
    assert available(start) == [0, 0]
    assert results(post(start, settled(), settled("FP-2", "KH-2"), origin=origin)) == ["accepted"] * 2
    assert available(start) == [4730, 4730]


def test_red_lines_taken_back_let_the_invoice_earn_again(start: Start, red: DraftEvent) -> None:
    post(start, settled())
    post(start, red, origin=Origin("红字.xlsx", import_id=6))
    assert available(start) == [0]
    reverse_import(actor=start.actor, import_id=6, name="红字.xlsx", reason="红字传错")
    assert results(post(start, settled())) == ["accepted"]
    assert available(start) == [4730]
    assert [o.points for o in post(start, red)] == [-4730]


def test_a_reversed_invoice_cannot_come_back_beside_its_red_one(start: Start, red: DraftEvent) -> None:
    origin = Origin("回款.xlsx", import_id=7)
    post(start, settled(), origin=origin)
    post(start, red)
    reverse_import(actor=start.actor, import_id=7, name="回款.xlsx", reason="重传")
    (outcome,) = post(start, settled(), origin=origin)
    assert isinstance(outcome.refusal, errors.ReversedBefore)
    assert available(start) == [0]


def test_one_movement_is_taken_back_once_by_hand_with_a_reason(start: Start) -> None:
    (outcome,) = post(start, settled())
    assert outcome.entry is not None
    reverse_entry(actor=start.actor, ref=outcome.entry, reason="录入错误")
    assert available(start) == [0]
    with pytest.raises(errors.ReversedAlready):
        reverse_entry(actor=start.actor, ref=outcome.entry, reason="录入错误")


def test_two_companies_with_the_same_numbers_never_meet(start: Start) -> None:
    other = new_company("beta")
    assert results(post(start, settled())) == ["accepted"]
    assert results(post(other, settled())) == ["accepted"]
    post(other, draft("invoice.reversed", "FP-1", "KH-1", {"invoice_no": "FP-1"}))
    assert (available(start), available(other)) == ([4730], [0])


def test_a_batch_of_any_size_takes_the_same_number_of_statements(start: Start) -> None:
    post(start, *[settled(f"warm{n}", f"KH-{n}") for n in range(7)])
    assert statements(start, invoices(5)) == statements(start, invoices(200))
    assert statements(start, red_invoices(5)) == statements(start, red_invoices(200))
    assert statements(start, referrals(5)) == statements(start, referrals(200))


def statements(start: Start, drafts: Sequence[DraftEvent]) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert set(results(post(start, *drafts))) == {"accepted"}
    return len(queries)


def invoices(count: int) -> list[DraftEvent]:
    return [settled(f"S{count}-{n}", f"KH-{n % 5}") for n in range(count)]


def red_invoices(count: int) -> list[DraftEvent]:
    numbers = [(f"S{count}-{n}", f"KH-{n % 5}") for n in range(count)]
    return [draft("invoice.reversed", number, member, {"invoice_no": number}) for number, member in numbers]


def referrals(count: int) -> list[DraftEvent]:
    numbers = [(f"R{count}-{n}", f"KH-{n % 5}") for n in range(count)]
    data = {"referred_name": "乙公司"}
    return [draft("referral.signed", no, member, {"referral_no": no, **data}) for no, member in numbers]


def test_an_account_never_holds_more_than_can_be_kept_exactly(start: Start) -> None:
    huge = [settled(f"H{n}", amount="999999999999999") for n in range(3)]
    assert results(post(start, *huge)) == ["accepted"] * 3
    assert available(start)[0] < 2**53
