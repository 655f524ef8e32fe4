"""Every point can be explained, from its entry back to the event, the rules and the arithmetic."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from houji.access.actions import found_company
from houji.access.tenant import tenant
from houji.access.types import product_actor
from houji.approvals.queries import pending_requests
from houji.earning import errors
from houji.earning.actions import post_events
from houji.earning.approving import decide_award
from houji.earning.explaining import explain_entry, explain_event, reason_of
from houji.earning.explanation import ApprovalState, EntryExplanation, ReversalWay
from houji.earning.reversing import reverse_entry, reverse_import
from houji.earning.tests.conftest import ORIGIN, draft, settled
from houji.earning.types import Booking, EventOutcome, Incoming
from houji.intake.acceptance import Origin, database_now
from houji.intake.event_types.catalogue import field_catalogue
from houji.intake.types import DraftEvent
from houji.kernel.ids import AccountId, EventId
from houji.ledger.actions import settle_due_accounts
from houji.ledger.queries import account_of, history
from houji.ledger.types import EntryKind, EntryRef
from houji.members.models import Member
from houji.members.queries import member_by_key
from houji.onboarding.actions import Start, start_program
from houji.rulebook.actions import publish_rule_set
from houji.rules.types import Outcome

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def new_company(code: str) -> Start:
    actor = product_actor(found_company(code=code, name=code), "周衡")
    return Start(actor, start_program(actor=actor, template_code="engineering_seed", program_code="main"))


@pytest.fixture
def start() -> Start:
    return new_company("alpha")


def post(
    start: Start, *drafts: DraftEvent, origin: Origin = ORIGIN, booking: Booking = Booking.CLOCK
) -> list[EventOutcome]:
    return post_events(
        actor=start.actor,
        terms=start.terms,
        incoming=[Incoming(one, row) for row, one in enumerate(drafts, start=2)],
        origin=origin,
        booking=booking,
    )


def ref_of_first(start: Start, *drafts: DraftEvent) -> EntryRef:
    ref = post(start, *drafts)[0].entry
    assert ref is not None
    return ref


def explained(start: Start, ref: EntryRef, language: str = "zh") -> EntryExplanation:
    with tenant(start.actor.company_id):
        return explain_entry(ref, language=language)


def reasons(start: Start, key: str = "KH-1", language: str = "zh") -> list[str]:
    """Return the reasons of a member's movements, latest first."""
    with tenant(start.actor.company_id):
        account = account_of(start.terms.main_unit.id, member_by_key(key).id)
        assert account is not None
        return list(reason_of(history(account), language=language).values())


def late_vesting(start: Start, **expiry: int) -> None:
    """Publish rules by which surveys give 50 points that wait 15 days and last 20, or as told."""
    rule = {
        "code": "survey",
        "names": {"zh": "满意度", "en": "Survey"},
        "category": "survey",
        "trigger": {"event": "survey.completed"},
        "award": {"unit": "points", "fixed": 50},
        "vesting": {"after_days": 15},
        "expiry": expiry or {"days": 20},
    }
    document = {
        "code": "waiting",
        "names": {"zh": "待生效", "en": "Waiting"},
        "zone": "Asia/Shanghai",
        "rules": [rule],
    }
    publish_rule_set(
        actor=start.actor,
        program_id=start.terms.id,
        document=document,
        catalogue=field_catalogue(),
        effective_from=datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_the_chain_runs_from_the_event_to_the_lot(start: Start) -> None:
    origin = Origin("11月第二周回款.xlsx", import_id=5)
    ref = post(start, settled(disputed=True), origin=origin)[0].entry
    assert ref is not None
    said = explained(start, ref)
    assert said.reason == "付款到账 46.2 万元，提前 12 天"
    assert (said.kind, said.points, said.available_after) == (EntryKind.ACCRUE, 4700, 4700)
    assert said.source is not None
    event = said.source.event
    assert (event.type_name, event.business_no, event.origin) == ("付款到账", "FP-1", "11月第二周回款.xlsx")
    assert (event.import_id, event.import_row, event.is_live) == (5, 2, True)
    shown = {field.label: field.value for field in event.fields}
    assert shown["金额"] == "462,000.00 元"
    assert (shown["到期日"], shown["到账日"], shown["是否投诉"]) == ("2026-11-24", "2026-11-12", "有投诉")
    (lot,) = said.lots
    assert (lot.points, lot.moved, lot.used, lot.remaining) == (4700, 4700, 0, 4700)
    assert lot.is_active
    assert lot.expires_on is not None
    assert lot.expires_on > lot.available_on == lot.earned_on
    assert (said.reversal, said.reversed_by) == (None, None)


def test_the_lines_sum_to_the_entry_and_other_rules_say_why_not(start: Start) -> None:
    said = explained(start, ref_of_first(start, settled(disputed=True)))
    assert said.source is not None
    rules = said.source.rules
    assert rules is not None
    assert [(line.name, line.points) for line in said.lines] == [("合同回款", 4620), ("付款及时", 80)]
    assert sum(line.points for line in said.lines) == said.points == said.source.points
    assert all(line.arithmetic for line in said.lines)
    assert (rules.version_number, rules.in_force_since) == (1, None)
    assert {rule.rule_code for rule in rules.awarded}.isdisjoint(rule.rule_code for rule in rules.others)
    why_not = {rule.rule_code: rule for rule in rules.others}
    assert why_not["no_complaint"].outcome is Outcome.NOT_MET
    assert all(rule.reason for rule in rules.others)


def test_it_speaks_english(start: Start) -> None:
    said = explained(start, ref_of_first(start, settled()), "en")
    assert said.reason == "Payment of 462,000 yuan received, 12 days early"
    assert said.source is not None
    assert said.source.event.type_name == "payment received"
    post(start, draft("invoice.reversed", "FP-1", "KH-1", {"invoice_no": "FP-1"}))
    assert reasons(start, language="en")[0] == "Reversal: red invoice FP-1"


def test_a_version_tells_since_when_it_is_in_force(start: Start) -> None:
    late_vesting(start)
    said = explained(
        start, ref_of_first(start, draft("survey.completed", "S-1", "KH-1", {"survey_no": "S-1"}))
    )
    assert said.source is not None
    assert said.source.rules is not None
    assert (said.source.rules.version_number, said.source.rules.in_force_since) == (2, date(2026, 1, 1))
    (lot,) = said.lots
    assert (lot.is_active, said.pending_delta) == (False, 50)
    assert lot.available_on == lot.earned_on + 15 * DAY
    assert lot.expires_on == lot.earned_on + 20 * DAY


def test_an_award_waits_for_approval_and_then_says_who_gave_it(start: Start) -> None:
    referral = draft("referral.signed", "R-1", "KH-1", {"referral_no": "R-1", "referred_name": "岚桥物流园"})
    event_id = post(start, referral)[0].event_id
    assert event_id is not None
    with tenant(start.actor.company_id):
        waiting = explain_event(event_id, language="zh")
        request = pending_requests().get()
    assert (waiting.points, waiting.awaiting_points, waiting.entries) == (0, 200, ())
    assert waiting.approval is not None
    assert (waiting.approval.state, waiting.approval.decided_by) == (ApprovalState.PENDING, "")
    (ref,) = decide_award(
        actor=start.actor, request_id=request.id, approve=True, note="合同已核对", now=database_now()
    )
    said = explained(start, ref)
    assert said.reason == "推荐「岚桥物流园」签约，审批通过"
    assert [line.points for line in said.lines] == [200]
    assert said.source is not None
    approval = said.source.approval
    assert approval is not None
    assert (approval.state, approval.decided_by, approval.note) == (
        ApprovalState.APPROVED,
        "周衡",
        "合同已核对",
    )
    assert said.source.entries == (ref,)


def test_points_that_vest_and_expire_name_their_lots(start: Start) -> None:
    late_vesting(start)
    old = draft("survey.completed", "S-1", "KH-1", {"survey_no": "S-1"})
    ref = post(start, old, booking=Booking.EVENT_TIME)[0].entry
    assert ref is not None
    booked = datetime(2026, 11, 12, tzinfo=UTC)
    for at in (booked + 16 * DAY, booked + 22 * DAY):
        with tenant(start.actor.company_id):
            assert settle_due_accounts(start.actor.company_id, now=at) == 1
    assert reasons(start)[:2] == ["到期：2026-11-12 获得的 50 分", "11-12 的 50 分生效"]
    activated = explained(start, EntryRef(ref.account_id, 2))
    assert (activated.kind, activated.source, activated.lines) == (EntryKind.ACTIVATE, None, ())
    assert [lot.moved for lot in activated.lots] == [0]
    expired = explained(start, EntryRef(ref.account_id, 3))
    assert [(lot.moved, lot.expired, lot.remaining, lot.used) for lot in expired.lots] == [(-50, 50, 0, 0)]


def test_points_of_several_days_vest_apart_and_expire_as_one(start: Start) -> None:
    # A month from 29, 30 and 31 January ends on the same day, 28 February.
    late_vesting(start, months=1)
    for day in (29, 30, 31):
        survey = dataclasses.replace(
            draft("survey.completed", f"S-{day}", "KH-1", {"survey_no": f"S-{day}"}),
            occurred_at=datetime(2026, 1, day, 2, tzinfo=UTC),
        )
        post(start, survey, booking=Booking.EVENT_TIME)
    with tenant(start.actor.company_id):
        settle_due_accounts(start.actor.company_id, now=datetime(2026, 3, 1, tzinfo=UTC))
    assert reasons(start)[:4] == [
        "到期：2026-01-29 起 3 天获得的 150 分",
        "01-31 的 50 分生效",
        "01-30 的 50 分生效",
        "01-29 的 50 分生效",
    ]
    assert reasons(start, language="en")[0] == "Expired: 150 points earned on 3 days from 2026-01-29"


def account_ids(start: Start) -> list[int]:
    member = member_by_key("KH-1")
    account = account_of(start.terms.main_unit.id, member.id)
    return [] if account is None else [account]


def test_a_red_invoice_explains_what_it_took_back(start: Start, red: DraftEvent) -> None:
    accrual = ref_of_first(start, settled())
    outcome = post(start, red)[0]
    assert outcome.entry is not None
    said = explained(start, outcome.entry)
    assert said.reason == "冲正：发票 FP-1 红字"
    assert said.reversal is not None
    assert (said.reversal.way, said.reversal.original) == (ReversalWay.RED_INVOICE, accrual)
    assert said.reversal.event is not None
    assert said.reversal.event.type_code == "invoice.reversed"
    assert said.source is not None
    assert said.source.event.summary == "付款到账 46.2 万元，提前 12 天"
    assert said.lines == ()
    assert explained(start, accrual).reversed_by == outcome.entry
    assert [(lot.taken_back, lot.remaining) for lot in said.lots] == [(4730, 0)]
    with tenant(start.actor.company_id):
        event = explain_event(EventId(outcome.event_id or 0), language="zh")
    assert (event.rules, event.entries) == (None, (outcome.entry,))


def test_a_reversal_by_hand_gives_the_reason_that_was_written(start: Start) -> None:
    accrual = ref_of_first(start, settled())
    taken = reverse_entry(actor=start.actor, ref=accrual, reason="合同作废")
    assert taken is not None
    said = explained(start, taken)
    assert said.reason == "冲正：合同作废"
    assert said.reversal is not None
    assert (said.reversal.way, said.reversal.by, said.reversal.reason) == (
        ReversalWay.BY_HAND,
        "周衡",
        "合同作废",
    )


def test_a_reversed_import_names_the_file_and_the_reason(start: Start) -> None:
    post(start, settled(), origin=Origin("回款.xlsx", import_id=7))
    reverse_import(actor=start.actor, import_id=7, name="回款.xlsx", reason="单位填错")
    assert reasons(start)[0] == "冲正：撤回导入「回款.xlsx」，单位填错"
    with tenant(start.actor.company_id):
        said = explain_entry(EntryRef(AccountId(account_ids(start)[0]), 2), language="zh")
    assert said.reversal is not None
    assert (said.reversal.way, said.reversal.import_name) == (ReversalWay.IMPORT, "回款.xlsx")
    assert said.source is not None
    assert not said.source.event.is_live


def test_an_event_without_rules_is_explained_without_points(start: Start) -> None:
    data = {"invoice_no": "FP-2", "amount": "100", "invoice_date": "2026-11-01", "due_date": "2026-12-01"}
    event_id = post(start, draft("invoice.issued", "FP-2", "KH-1", data))[0].event_id
    with tenant(start.actor.company_id):
        said = explain_event(EventId(event_id or 0), language="zh")
    assert (said.rules, said.lines, said.points, said.entries, said.approval) == (None, (), 0, (), None)


@pytest.mark.parametrize("ref", [EntryRef(AccountId(999_999_999), 1), EntryRef(AccountId(0), 0)])
def test_it_refuses_an_unknown_entry(start: Start, ref: EntryRef) -> None:
    with tenant(start.actor.company_id), pytest.raises(errors.EventNotFound) as refused:
        explain_entry(ref, language="zh")
    assert refused.value.name == str(ref)


def test_another_companys_events_and_entries_are_not_found(start: Start) -> None:
    outcome = post(start, settled())[0]
    assert outcome.entry is not None
    assert outcome.event_id is not None
    other = new_company("beta")
    with tenant(other.actor.company_id):
        with pytest.raises(errors.EventNotFound):
            explain_entry(outcome.entry, language="zh")
        with pytest.raises(errors.EventNotFound):
            explain_event(outcome.event_id, language="zh")


def queries_for_reasons(start: Start, keys: Sequence[str]) -> int:
    with tenant(start.actor.company_id):
        entries = [
            entry
            for key in keys
            for entry in history(AccountId(account_of(start.terms.main_unit.id, member_by_key(key).id) or 0))
        ]
        assert len(entries) == 2 * len(keys)
        with CaptureQueriesContext(connection) as captured:
            reason_of(entries)
    return len(captured)


def test_reasons_take_as_many_queries_for_one_movement_as_for_many(start: Start) -> None:
    for number in range(6):
        post(start, settled(f"FP-{number}", f"KH-{number}"))
        post(start, draft("invoice.reversed", f"FP-{number}", f"KH-{number}", {"invoice_no": f"FP-{number}"}))
    few, many = (queries_for_reasons(start, [f"KH-{n}" for n in range(count)]) for count in (1, 6))
    assert few == many


def test_no_movements_need_no_query() -> None:
    assert reason_of([]) == {}


def test_an_explanation_reads_the_facts_and_rules_of_then(start: Start) -> None:
    rule = {
        "code": "ours",
        "names": {"zh": "民企回访", "en": "Survey"},
        "category": "survey",
        "trigger": {"event": "survey.completed"},
        "when": {"field": "member.kind", "op": "eq", "value": "private"},
        "award": {"unit": "points", "fixed": 50},
    }
    publish_rule_set(
        actor=start.actor,
        program_id=start.terms.id,
        document={
            "code": "ours",
            "names": {"zh": "民企", "en": "Private"},
            "zone": "Asia/Shanghai",
            "rules": [rule],
        },
        catalogue=field_catalogue(),
        effective_from=datetime(2026, 1, 1, tzinfo=UTC),
    )
    ref = ref_of_first(start, draft("survey.completed", "S-1", "KH-1", {"survey_no": "S-1"}))
    before = explained(start, ref)
    with tenant(start.actor.company_id):
        Member.objects.filter(key="KH-1").update(kind="government")
    late_vesting(start)
    assert explained(start, ref) == before
    assert [(line.rule_code, line.points) for line in before.lines] == [("ours", 50)]
