"""Reading the books: balances as of an instant, movements, lots, violations.

Reads agree with what the next write would do first: points that are due to expire do not show as
available, points that are due to vest do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Min, QuerySet

from houji.kernel.ids import AccountId, CompanyId, MemberId, UnitId
from houji.kernel.numbers import Points
from houji.ledger.models import Account, AccountKey, Entry, Lot
from houji.ledger.types import Balance, Cause, EntryKind, EntryRef


@dataclass(frozen=True, slots=True)
class BookSizes:
    """How much a check looked at."""

    accounts: int
    entries: int
    lots: int


@dataclass(frozen=True, slots=True)
class Holding:
    """What the lots of an accrual still hold, and when the rest of them becomes usable."""

    remaining: int
    usable_at: datetime | None


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken invariant: which account, which rule, what was found."""

    account_id: int
    rule: str
    detail: str


def balances(unit_id: UnitId, *, now: datetime) -> dict[MemberId, Balance]:
    """Return the balance of every holder of a unit as of ``now``."""
    return _balances("account.unit_id = %(unit)s", {"unit": unit_id, "now": now})


def balance_of(account_id: AccountId, *, now: datetime) -> Balance:
    """Return one account's balance as of ``now``."""
    found = _balances("account.account_id = %(account)s", {"account": account_id, "now": now})
    return next(iter(found.values()))


def next_due_at(company_id: CompanyId) -> datetime | None:
    """Return when a lot of the company next vests or expires by itself, or None when none ever will."""
    return Account.objects.filter(company_id=company_id).aggregate(due=Min("next_due_at"))["due"]  # type: ignore[no-any-return]


def account_of(unit_id: UnitId, holder_id: MemberId) -> AccountId | None:
    """Return a holder's account, or None where nothing was ever posted."""
    key = AccountKey.objects.filter(unit_id=unit_id, holder_id=holder_id).first()
    return None if key is None else AccountId(key.account_id)


def accounts_of_holders(holder_ids: Iterable[MemberId]) -> list[AccountId]:
    """Return every account of these holders, whatever its unit."""
    keys = AccountKey.objects.filter(holder_id__in=set(holder_ids))
    return [AccountId(account_id) for account_id in keys.values_list("account_id", flat=True)]


def holders_of(account_ids: Iterable[AccountId]) -> dict[AccountId, MemberId]:
    """Return who holds each account."""
    rows = AccountKey.objects.filter(account_id__in=set(account_ids)).values_list("account_id", "holder_id")
    return {AccountId(account): MemberId(holder) for account, holder in rows}


def entry(ref: EntryRef) -> Entry | None:
    """Return an entry by its name."""
    return Entry.objects.filter(account_id=ref.account_id, seq=ref.seq).first()


def history(account_id: AccountId) -> QuerySet[Entry]:
    """Return an account's entries, latest first."""
    return Entry.objects.filter(account_id=account_id).order_by("-seq")


def entries_of(company_id: CompanyId) -> QuerySet[Entry]:
    """Return all entries of the company, latest booking first."""
    return Entry.objects.filter(company_id=company_id).order_by("-booked_at", "-account_id", "-seq")


def accruals_of_causes(causes: Iterable[Cause]) -> list[Entry]:
    """Return the accruals that these causes posted."""
    by_kind: dict[str, list[int]] = {}
    for cause in causes:
        by_kind.setdefault(cause.kind.value, []).append(cause.id)
    return [
        found
        for kind, ids in by_kind.items()
        for found in Entry.objects.filter(kind=EntryKind.ACCRUE, cause_kind=kind, cause_id__in=ids)
    ]


def reversal_of(ref: EntryRef) -> Entry | None:
    """Return the entry that took an accrual back, or None."""
    return Entry.objects.filter(account_id=ref.account_id, reverses_seq=ref.seq).first()


def reversed_refs(refs: Sequence[EntryRef]) -> set[EntryRef]:
    """Return which of these accruals were taken back."""
    rows = Entry.objects.filter(
        account_id__in={ref.account_id for ref in refs}, reverses_seq__in={ref.seq for ref in refs}
    ).values_list("account_id", "reverses_seq")
    return {EntryRef(AccountId(account), seq) for account, seq in rows if seq is not None} & set(refs)


def open_lots(account_id: AccountId) -> QuerySet[Lot]:
    """Return the lots that still hold points: earliest expiry first, then earliest earned."""
    return Lot.objects.filter(account_id=account_id, open=True).order_by("expires_at", "earned_at", "lot_id")


def holdings(refs: Sequence[EntryRef], *, now: datetime) -> dict[EntryRef, Holding]:
    """Return what the lots of these accruals hold as of ``now``; entries without lots are absent."""
    accounts, seqs = [ref.account_id for ref in refs], [ref.seq for ref in refs]
    with connection.cursor() as cursor:
        cursor.execute(_HOLDINGS, {"accounts": accounts, "seqs": seqs, "now": now})
        return {
            EntryRef(AccountId(account), seq): Holding(int(remaining), usable_at)
            for account, seq, remaining, usable_at in cursor.fetchall()
        }


def violations(company_id: CompanyId) -> list[Violation]:
    """Return every broken invariant of the company's books; none is the only good answer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account_id, rule, detail FROM ledger_violations WHERE company_id = %s"
            " ORDER BY account_id, rule LIMIT 1000",
            [company_id],
        )
        return [Violation(*row) for row in cursor.fetchall()]


def book_sizes(company_id: CompanyId) -> BookSizes:
    """Count what the books hold: so that a check that saw nothing does not pass for a good one."""
    return BookSizes(
        accounts=Account.objects.filter(company_id=company_id).count(),
        entries=Entry.objects.filter(company_id=company_id).count(),
        lots=Lot.objects.filter(company_id=company_id).count(),
    )


def _balances(condition: str, parameters: Mapping[str, int | datetime]) -> dict[MemberId, Balance]:
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES.format(condition=condition), dict(parameters))
        return {
            MemberId(holder): Balance(
                AccountId(account),
                Points(int(available)),
                Points(int(pending)),
                Points(earned),
                expires_next,
                Points(int(expires_points or 0)),
                available_next,
            )
            for holder, account, available, pending, earned, expires_next, expires_points, available_next in (
                cursor.fetchall()
            )
        }


# Lots due to expire count as expired before the nightly run has booked it, as in balances.
_HOLDINGS = """
SELECT lot.account_id, lot.entry_seq,
       coalesce(sum(lot.remaining) FILTER (WHERE lot.expires_at IS NULL OR lot.expires_at > %(now)s), 0),
       max(lot.available_at) FILTER (WHERE lot.open AND NOT lot.active AND lot.available_at > %(now)s)
FROM unnest(%(accounts)s::bigint[], %(seqs)s::bigint[]) AS wanted (account_id, seq)
JOIN ledger_lot AS lot ON lot.account_id = wanted.account_id AND lot.entry_seq = wanted.seq
GROUP BY lot.account_id, lot.entry_seq
"""

# A lot counts as expired from expires_at on, else as usable from available_at on. The next expiry
# sums every lot that expires at the same instant, not just one of them.
_BALANCES = """
SELECT account.holder_id, account.account_id,
       account.available + coalesce(due.available, 0), account.pending + coalesce(due.pending, 0),
       account.earned_net, soon.expires_at, soon.points, later.available_at
FROM ledger_account AS account
LEFT JOIN LATERAL (
    SELECT coalesce(sum(lot.remaining) FILTER (
               WHERE NOT lot.active AND lot.available_at <= %(now)s
                 AND (lot.expires_at IS NULL OR lot.expires_at > %(now)s)), 0)
         - coalesce(sum(lot.remaining) FILTER (WHERE lot.active AND lot.expires_at <= %(now)s), 0)
           AS available,
         - coalesce(sum(lot.remaining) FILTER (
               WHERE NOT lot.active AND (lot.available_at <= %(now)s OR lot.expires_at <= %(now)s)), 0)
           AS pending
    FROM ledger_lot AS lot
    WHERE account.next_due_at <= %(now)s AND lot.account_id = account.account_id AND lot.open
) AS due ON true
LEFT JOIN LATERAL (
    SELECT lot.expires_at, sum(lot.remaining) AS points
    FROM ledger_lot AS lot
    WHERE lot.account_id = account.account_id AND lot.open AND lot.expires_at > %(now)s
    GROUP BY lot.expires_at ORDER BY lot.expires_at LIMIT 1
) AS soon ON true
LEFT JOIN LATERAL (
    SELECT min(lot.available_at) AS available_at
    FROM ledger_lot AS lot
    WHERE lot.account_id = account.account_id AND lot.open AND NOT lot.active
      AND lot.available_at > %(now)s
) AS later ON true
WHERE {condition}
"""
