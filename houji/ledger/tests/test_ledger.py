"""The ledger keeps its promises against a real PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from houji.access.actions import found_company
from houji.access.tenant import tenant
from houji.kernel.ids import AccountId, CompanyId, MemberId, ProgramId, UnitId
from houji.kernel.numbers import Points
from houji.ledger import actions, queries
from houji.ledger.models import Entry, Lot
from houji.ledger.types import Accrual, Cause, CauseKind, Clawback, EntryKind, EntryRef, NewLot

pytestmark = pytest.mark.django_db

PROGRAM, UNIT, HOLDER = ProgramId(1), UnitId(1), MemberId(7)
START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def company() -> CompanyId:
    return found_company(code="alpha", name="甲公司")


@pytest.fixture
def account(company: CompanyId) -> AccountId:
    with tenant(company):
        return actions.open_accounts(company, PROGRAM, [(UNIT, HOLDER)])[UNIT, HOLDER]


def accrue(
    company: CompanyId,
    account: AccountId,
    points: int,
    *,
    at: datetime = START,
    vests: datetime | None = None,
    ends: datetime | None = None,
    cause: int = 1,
) -> EntryRef:
    with tenant(company):
        plan, _ = actions.lock_accounts([account], with_lots=None)
        accrual = Accrual(
            account,
            Cause(CauseKind.DECISION, cause),
            at,
            (NewLot(Points(points), vests, ends),),
            {"amount": points},
        )
        (ref,), _ = actions.post(company, plan, accruals=[(accrual, at)])
    return ref


def claw_back(company: CompanyId, ref: EntryRef, at: datetime) -> EntryRef | None:
    with tenant(company):
        plan, _ = actions.lock_accounts([ref.account_id], with_lots=None)
        wanted = Clawback(ref, Cause(CauseKind.REVERSAL, 9), at)
        _, (taken,) = actions.post(company, plan, clawbacks=[(wanted, at)])
    return taken


def shown(company: CompanyId, account: AccountId, at: datetime) -> tuple[int, int]:
    with tenant(company):
        balance = queries.balance_of(account, now=at)
    return balance.available, balance.pending


def settle(company: CompanyId, at: datetime) -> int:
    with tenant(company):
        return actions.settle_due_accounts(company, now=at)


def assert_books_balance(company: CompanyId) -> None:
    with tenant(company):
        assert queries.book_sizes(company).entries > 0
        assert queries.violations(company) == []


def test_an_accrual_is_one_entry_one_lot_one_balance(company: CompanyId, account: AccountId) -> None:
    ref = accrue(company, account, 540)
    with tenant(company):
        entry = queries.entry(ref)
        assert entry is not None
        assert (entry.kind, entry.points, entry.available_after) == (EntryKind.ACCRUE, 540, 540)
        assert [lot.remaining for lot in queries.open_lots(account)] == [540]
    assert shown(company, account, START) == (540, 0)
    assert_books_balance(company)


def test_points_vest_when_their_day_comes_and_reads_agree_before_the_write(
    company: CompanyId, account: AccountId
) -> None:
    accrue(company, account, 100, vests=START + 15 * DAY, ends=START + 365 * DAY)
    assert shown(company, account, START + 14 * DAY) == (0, 100)
    assert shown(company, account, START + 15 * DAY) == (100, 0)
    assert settle(company, START + 15 * DAY) == 1
    assert shown(company, account, START + 15 * DAY) == (100, 0)
    assert settle(company, START + 15 * DAY) == 0
    assert_books_balance(company)


def test_expired_points_never_show_and_leave_an_entry(company: CompanyId, account: AccountId) -> None:
    accrue(company, account, 80, ends=START + 10 * DAY)
    accrue(company, account, 50, ends=START + 20 * DAY, cause=2)
    assert shown(company, account, START + 10 * DAY) == (50, 0)
    accrue(company, account, 5, at=START + 30 * DAY, cause=3)
    with tenant(company):
        kinds = [entry.kind for entry in queries.history(account)]
        expiries = [e.occurred_at for e in queries.history(account) if e.kind == EntryKind.EXPIRE]
    assert kinds == ["accrue", "expire", "expire", "accrue", "accrue"]
    assert expiries == [START + 20 * DAY, START + 10 * DAY]
    assert shown(company, account, START + 30 * DAY) == (5, 0)
    assert_books_balance(company)


def test_the_next_expiry_counts_every_lot_of_that_day(company: CompanyId, account: AccountId) -> None:
    for cause, points in enumerate((30, 12), start=1):
        accrue(company, account, points, ends=START + 9 * DAY, cause=cause)
    accrue(company, account, 99, ends=START + 10 * DAY, cause=3)
    with tenant(company):
        balance = queries.balance_of(account, now=START)
    assert (balance.expires_next, balance.expires_next_points) == (START + 9 * DAY, 42)


def test_a_clawback_takes_what_the_accrual_still_holds(company: CompanyId, account: AccountId) -> None:
    ref = accrue(company, account, 100)
    accrue(company, account, 40, cause=2)
    assert claw_back(company, ref, START + DAY) == EntryRef(account, 3)
    assert shown(company, account, START + DAY) == (40, 0)
    assert_books_balance(company)


def test_a_clawback_of_expired_points_takes_nothing_from_other_lots(
    company: CompanyId, account: AccountId
) -> None:
    ref = accrue(company, account, 100, ends=START + DAY)
    accrue(company, account, 40, cause=2)
    assert claw_back(company, ref, START + 2 * DAY) is None
    assert shown(company, account, START + 2 * DAY) == (40, 0)
    assert_books_balance(company)


def test_pending_points_are_clawed_back_from_pending(company: CompanyId, account: AccountId) -> None:
    ref = accrue(company, account, 100, vests=START + 5 * DAY)
    claw_back(company, ref, START + DAY)
    assert shown(company, account, START + DAY) == (0, 0)
    assert_books_balance(company)


def test_one_cause_posts_once(company: CompanyId, account: AccountId) -> None:
    accrue(company, account, 10, cause=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        accrue(company, account, 10, cause=1)


def test_entries_are_never_changed_or_deleted(company: CompanyId, account: AccountId) -> None:
    accrue(company, account, 10)
    for change in (
        lambda: Entry.objects.update(points=11),
        lambda: Entry.objects.all().delete(),
        lambda: Lot.objects.update(original=11),
        lambda: Lot.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="never changed"), tenant(company):
            change()


def test_another_company_sees_and_changes_nothing(company: CompanyId, account: AccountId) -> None:
    accrue(company, account, 10)
    other = found_company(code="beta", name="乙公司")
    with tenant(other):
        assert not Entry.objects.exists()
        assert queries.balances(UNIT, now=START) == {}
        assert queries.violations(other) == []
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_account SET available = 99 WHERE account_id = %s", [account])
            assert cursor.rowcount == 0
    with pytest.raises(DatabaseError, match="row-level security"), tenant(other):
        actions.open_accounts(company, PROGRAM, [(UNIT, MemberId(8))])


def test_without_a_company_no_row_shows(company: CompanyId, account: AccountId) -> None:
    accrue(company, account, 10)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("tampering", "rule"),
    [
        ("UPDATE ledger_account SET available = available + 1", "balance_is_the_sum_of_entries"),
        ("UPDATE ledger_lot SET remaining = remaining - 1", "lot_is_original_plus_moves"),
        ("UPDATE ledger_account SET seq = seq + 1", "entries_have_no_gap"),
        ("UPDATE ledger_account SET next_due_at = now()", "next_due_is_the_earliest_of_lots"),
        ("UPDATE ledger_account SET earned_net = 0", "balance_is_the_sum_of_entries"),
        ("DELETE FROM ledger_accountkey", "account_has_its_key"),
    ],
)
@pytest.mark.damages_books
def test_the_check_names_what_was_tampered_with(
    company: CompanyId, account: AccountId, tampering: str, rule: str
) -> None:
    accrue(company, account, 10)
    with tenant(company):
        with connection.cursor() as cursor:
            cursor.execute(tampering)
        assert rule in {violation.rule for violation in queries.violations(company)}
