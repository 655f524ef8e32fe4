"""People who do the same thing at once: one succeeds, the others are told; nobody meets a fault."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from houji.access.actions import create_user, found_company
from houji.access.errors import LoginTaken
from houji.access.tenant import tenant
from houji.access.types import Actor, Role, product_actor
from houji.approvals.queries import pending_requests
from houji.earning.actions import post_events
from houji.earning.approving import decide_award
from houji.earning.reversing import reverse_import
from houji.intake.acceptance import Origin, database_now
from houji.kernel.ids import MemberId
from houji.kernel.refusals import Refusal
from houji.ledger.actions import lock_accounts
from houji.ledger.queries import accounts_of_holders, balances, violations
from houji.members.actions import create_member
from houji.members.errors import MemberExists
from houji.members.types import MemberKind
from houji.onboarding.actions import ensure_company_with_template, start_program
from tests.races.test_posting import event

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 4


def at_once(*works: Callable[[], object]) -> Counter[str]:
    """Do all of it at the same time; returns how often each class of answer came."""
    ready = threading.Barrier(len(works))

    def do(work: Callable[[], object]) -> str:
        try:
            ready.wait()
            work()
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return Counter(pool.map(do, works))


@pytest.fixture
def actor() -> Actor:
    return product_actor(found_company(code="alpha", name="甲公司"), "test")


def test_one_member_is_created_by_whoever_is_first(actor: Actor) -> None:
    for n in range(5):

        def create(key: str = f"KH-{n}") -> object:
            return create_member(actor=actor, key=key, name="青屿水务", kind=MemberKind.PRIVATE)

        assert at_once(*[create] * PEOPLE) == {"done": 1, MemberExists.__name__: PEOPLE - 1}


def test_one_login_is_given_to_whoever_is_first(actor: Actor) -> None:
    for n in range(5):

        def create(login: str = f"user{n}") -> object:
            return create_user(actor=actor, login=login, name="周衡", roles=[Role.SALES])

        assert at_once(*[create] * PEOPLE) == {"done": 1, LoginTaken.__name__: PEOPLE - 1}


def test_commands_that_begin_at_once_found_one_company() -> None:
    def begin() -> object:
        return ensure_company_with_template("houji", "engineering", "engineering_seed")

    assert at_once(*[begin] * PEOPLE) == {"done": PEOPLE}


def test_an_approval_and_taking_back_its_import_take_their_locks_in_one_order(actor: Actor) -> None:
    terms = start_program(actor=actor, template_code="engineering_seed", program_code="main")
    referral = event("referral.signed", "TJ-1", "KH-1", referral_no="TJ-1", referred_name="岚桥置业")
    post_events(actor=actor, terms=terms, incoming=[referral], origin=Origin("referrals.csv", 1))

    def take_back() -> int:
        try:
            return reverse_import(actor=actor, import_id=1, name="referrals.csv", reason="文件有误")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with tenant(actor.company_id):
            (request,) = pending_requests()
            assert request.member_id is not None
            lock_accounts(accounts_of_holders([MemberId(request.member_id)]))
            taking_back = pool.submit(take_back)
            # Long enough for the other to take what it can get before it waits for the account.
            threading.Event().wait(0.3)
            decide_award(actor=actor, request_id=request.id, approve=True, note="", now=database_now())
        assert taking_back.result() == 200
    with tenant(actor.company_id):
        assert violations(actor.company_id) == []
        held = balances(terms.main_unit.id, now=database_now())
    assert [balance.available for balance in held.values()] == [0]
