"""The ranking counts what was earned in the month, and shows only who agreed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from houji.access.tenant import tenant
from houji.insights.ranking import month_ranking, own_rank, public_board
from houji.insights.tests.cast import Firm, local, paid, red
from houji.insights.types import Board, BoardRow, OwnRank, RankedMember
from houji.kernel.ids import MemberId
from houji.ledger.actions import settle_due_accounts
from houji.members.types import BoardConsent, MemberKind
from houji.programs.actions import change_settings

pytestmark = pytest.mark.django_db

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 15)


def ranking(firm: Firm, month: date = NOVEMBER) -> list[RankedMember]:
    with tenant(firm.actor.company_id):
        return month_ranking(firm.terms, month)


def own(firm: Firm, key: str) -> OwnRank | None:
    member = MemberId(firm.member(key).id)
    with tenant(firm.actor.company_id):
        return own_rank(firm.terms, member, NOVEMBER)


def board(firm: Firm, month: date = NOVEMBER) -> Board:
    with tenant(firm.actor.company_id):
        found = public_board(firm.terms, month)
    assert found is not None
    return found


def agree(firm: Firm, key: str, consent: BoardConsent = BoardConsent.NAMED, **more: Any) -> None:
    firm.shape(key, board_consent=consent.value, **more)


def earn(firm: Firm, month: int = 11, **wan_by_key: int) -> None:
    """Post one payment for each member: ``KH1=3`` is 30,000 yuan, 300 points."""
    firm.post(
        *(paid(f"{key}-{month}", key, local(2026, month, 10), wan=wan) for key, wan in wan_by_key.items())
    )


def places(rows: tuple[BoardRow, ...]) -> list[tuple[int, str]]:
    return [(row.place, row.name) for row in rows]


def test_members_are_ranked_by_points_earned_in_the_month(firm: Firm) -> None:
    earn(firm, 10, KH1=1, KH2=9, KH3=5)
    earn(firm, 11, KH1=7, KH2=3)
    rows = ranking(firm)
    assert [(row.place, row.key, row.points) for row in rows] == [
        (1, "KH1", 700),
        (2, "KH2", 300),
        (None, "KH3", 0),
    ]
    assert [(row.previous_place, row.change) for row in rows] == [(3, 2), (1, -1), (2, None)]
    assert [row.previous_points for row in rows] == [100, 900, 500]


def test_equals_share_a_place_and_the_next_counts_them_all(firm: Firm) -> None:
    earn(firm, KH1=3, KH2=5, KH3=5, KH4=1)
    assert [(row.place, row.key) for row in ranking(firm)] == [(1, "KH2"), (1, "KH3"), (3, "KH1"), (4, "KH4")]


def test_the_month_ends_where_the_programmes_zone_says(firm: Firm) -> None:
    # 30 November 16:00 UTC is midnight in Shanghai: December.
    firm.post(
        paid("C", "KH1", datetime(2026, 10, 31, 16, 0, tzinfo=UTC)),
        paid("A", "KH1", datetime(2026, 11, 30, 15, 59, tzinfo=UTC)),
        paid("B", "KH1", datetime(2026, 11, 30, 16, 0, tzinfo=UTC)),
    )
    (row,) = ranking(firm)
    assert row.points == 200


def test_a_clawback_counts_against_the_month_it_was_posted_in(firm: Firm) -> None:
    firm.post(paid("A", "KH1", local(2026, 10, 5), wan=4), paid("B", "KH2", local(2026, 11, 5)))
    firm.post(red("A", "KH1", local(2026, 11, 6)))
    assert [(row.place, row.key, row.points) for row in ranking(firm)] == [
        (1, "KH2", 100),
        (None, "KH1", -400),
    ]
    assert [row.points for row in ranking(firm, OCTOBER) if row.key == "KH1"] == [400]


def test_expired_points_are_never_counted(firm: Firm) -> None:
    # Kademi's complaint: expired points counted in the leaderboard.
    firm.post(paid("A", "KH1", local(2025, 11, 5), wan=50), paid("B", "KH2", local(2026, 11, 6)))
    with tenant(firm.actor.company_id):
        assert settle_due_accounts(firm.actor.company_id, now=local(2026, 11, 20)) == 1
    firm.assert_books_balance()
    assert [(row.place, row.key, row.points) for row in ranking(firm)] == [(1, "KH2", 100), (None, "KH1", 0)]


def test_another_companys_members_never_count(firm: Firm, other: Firm) -> None:
    earn(firm, KH1=1)
    earn(other, KH1=50, KH2=70)
    agree(other, "KH2")
    assert [(row.key, row.points) for row in ranking(firm)] == [("KH1", 100)]
    assert board(firm).rows == ()
    with tenant(firm.actor.company_id):
        assert month_ranking(other.terms, NOVEMBER) == []


def test_a_member_sees_its_own_place_among_those_who_earned(firm: Firm) -> None:
    earn(firm, 10, KH1=1, KH2=2, KH3=3)
    earn(firm, 11, KH1=7, KH2=3)
    assert own(firm, "KH1") == OwnRank(date(2026, 11, 1), 1, 2, 700, 3)
    third = own(firm, "KH3")
    assert third is not None
    assert (third.place, third.points, third.change) == (None, 0, None)


def test_the_portal_shows_no_rank_when_the_programme_does_not(firm: Firm) -> None:
    earn(firm, KH1=1)
    change_settings(actor=firm.actor, program_id=firm.terms.id, rank_in_portal=False)
    assert own(firm, "KH1") is None


def test_only_members_who_agreed_stand_on_the_board_and_leave_no_gap(firm: Firm) -> None:
    earn(firm, 10, KH1=1, KH2=8, KH3=9, KH4=7)
    earn(firm, 11, KH1=3, KH2=9, KH3=5, KH4=1)
    agree(firm, "KH1", short_name="云中暖阳燃气")
    agree(firm, "KH4", short_name="云中白露园林")
    shown = board(firm)
    assert places(shown.rows) == [(1, "云中暖阳燃气"), (2, "云中白露园林")]
    # The places of the month before are among the listed too.
    assert [(row.previous_place, row.change) for row in shown.rows] == [(2, 1), (1, -1)]


def test_names_are_masked_unless_named(firm: Firm) -> None:
    earn(firm, KH1=3, KH2=9)
    agree(firm, "KH1", BoardConsent.MASKED, short_name="青屿水务集团")
    agree(firm, "KH2", BoardConsent.NAMED, short_name="云中晴空建设集团")
    rows = board(firm).rows
    assert places(rows) == [(1, "云中晴空建设集团"), (2, "青××水务集团")]
    assert [row.is_named for row in rows] == [True, False]


@pytest.mark.parametrize("kind", [MemberKind.GOVERNMENT, MemberKind.STATE_OWNED])
def test_government_and_state_owned_need_their_authorisation_on_file(firm: Firm, kind: MemberKind) -> None:
    earn(firm, KH1=3)
    agree(firm, "KH1", kind=kind.value)
    assert board(firm).rows == ()
    agree(firm, "KH1", authorised_on=date(2026, 1, 5))
    assert len(board(firm).rows) == 1


def test_points_show_only_where_the_programme_shows_them(firm: Firm) -> None:
    earn(firm, KH1=3)
    agree(firm, "KH1")
    assert [row.points for row in board(firm).rows] == [None]
    change_settings(actor=firm.actor, program_id=firm.terms.id, board_shows_points=True)
    assert [row.points for row in board(firm).rows] == [300]


def test_a_programme_without_a_board_has_none(firm: Firm) -> None:
    change_settings(actor=firm.actor, program_id=firm.terms.id, board_enabled=False)
    with tenant(firm.actor.company_id):
        assert public_board(firm.terms, NOVEMBER) is None


def test_the_first_ten_places_are_gold_and_equals_share_the_tenth(firm: Firm) -> None:
    wan = {f"KH{n}": max(20 - n, 11) for n in range(1, 12)} | {"KH12": 1}
    earn(firm, **wan)
    for key in wan:
        agree(firm, key, short_name=key)
    rows = board(firm).rows
    assert [row.place for row in rows] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12]
    assert [row.is_gold for row in rows] == [True] * 11 + [False]


def test_equals_stand_in_the_order_of_their_shown_names(firm: Firm) -> None:
    earn(firm, KH1=3, KH2=3)
    agree(firm, "KH1", short_name="乙地产")
    agree(firm, "KH2", short_name="丙地产")
    assert places(board(firm).rows) == [(1, "丙地产"), (1, "乙地产")]


def test_months_in_a_row_count_until_the_first_without_a_place(firm: Firm) -> None:
    for month in (7, 9, 10, 11):
        earn(firm, month, KH1=1)
    earn(firm, 11, KH2=2)
    agree(firm, "KH1")
    agree(firm, "KH2")
    assert {row.name: row.months_listed for row in board(firm).rows} == {"KH1": 3, "KH2": 1}


def test_a_ranking_takes_one_query_for_any_number_of_members(firm: Firm) -> None:
    earn(firm, **{f"KH{n}": n + 1 for n in range(12)})
    with CaptureQueriesContext(connection) as captured, tenant(firm.actor.company_id):
        assert len(month_ranking(firm.terms, NOVEMBER)) == 12
    assert len([query for query in captured if "ledger_entry" in query["sql"]]) == 1
