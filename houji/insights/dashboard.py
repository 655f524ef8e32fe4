"""The first page of the console: what was issued, what is owed, what it costs, what waits.

One statement for each figure, however many members and movements there are.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from houji.insights.figures import (
    TWELVE,
    cost_share_figure,
    expiring_figure,
    issued_chart,
    issued_figure,
    liability_figure,
    waiting_figure,
)
from houji.insights.movements import latest_movements, to_dos
from houji.insights.queries import first_of_month, months_back, rows
from houji.insights.types import Dashboard, TopMember
from houji.kernel.ids import MemberId
from houji.kernel.time import local_date, start_of_day
from houji.ledger.queries import balances
from houji.ledger.types import Balance
from houji.members.queries import members_by_id
from houji.programs.types import ProgramTerms

TOP_COUNT = 7


def dashboard(terms: ProgramTerms, *, now: datetime, language: str | None = None) -> Dashboard:
    """Return everything the first page shows of a programme's main unit, as of ``now``."""
    months = months_back(first_of_month(local_date(now, terms.zone)), TWELVE)
    held = balances(terms.main_unit.id, now=now)
    chart = issued_chart(terms, months, now=now, language=language)
    return Dashboard(
        chart=chart,
        issued=issued_figure(terms, chart, now=now),
        expiring=expiring_figure(terms, months),
        waiting=waiting_figure(terms, months, now=now),
        liability=liability_figure(terms, months, _outstanding(held)),
        cost_share=cost_share_figure(terms, months),
        top=_top(terms, held, months),
        members_count=len(held),
        latest=latest_movements(terms, now=now, language=language),
        to_dos=to_dos(terms, language=language),
    )


def _outstanding(held: dict[MemberId, Balance]) -> Decimal:
    return Decimal(sum(balance.available + balance.pending for balance in held.values()))


def _top(
    terms: ProgramTerms, held: dict[MemberId, Balance], months: tuple[date, ...]
) -> tuple[TopMember, ...]:
    """Return the members with most points to use, and what each earned in the twelve months.

    In a programme's first days all points may be pending: then those who will have most come first.
    """
    with_points = [(id_, balance) for id_, balance in held.items() if balance.available or balance.pending]
    first = sorted(with_points, key=lambda pair: (-pair[1].available, -pair[1].pending, pair[0]))[:TOP_COUNT]
    accounts = [balance.account_id for _, balance in first]
    earned = {
        account: int(points)
        for account, points in rows(_EARNED, [accounts, start_of_day(months[0], terms.zone)])
    }
    names = members_by_id(member_id for member_id, _ in first)
    return tuple(
        TopMember(member_id, str(names[member_id]), balance.available, earned.get(balance.account_id, 0))
        for member_id, balance in first
    )


_EARNED = """
SELECT account_id, sum(points) FROM ledger_entry
WHERE account_id = ANY(%s) AND kind IN ('accrue', 'clawback') AND booked_at >= %s
GROUP BY account_id
"""
