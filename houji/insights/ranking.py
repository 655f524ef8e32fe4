"""The month's ranking by points earned: for the console, for one member, for the public board.

Points earned are accruals less clawbacks by posting time. Points that expire or become usable
count neither way, and a ranking is always of one unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from houji.insights.masking import mask_name
from houji.insights.queries import first_of_month, months_back, rows
from houji.insights.types import Board, BoardRow, OwnRank, RankedMember
from houji.kernel.ids import MemberId
from houji.kernel.time import add_months, month_range
from houji.members.types import BoardConsent, MemberKind
from houji.programs.queries import all_programs
from houji.programs.types import ProgramTerms

GOLD_PLACES = 10
BOARD_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Earner:
    """A member with what it earned in each month that is looked at."""

    member_id: MemberId
    key: str
    name: str
    kind: str
    board_consent: str
    is_authorised: bool
    points: dict[date, int]

    @property
    def is_listed(self) -> bool:
        """Whether it agreed to stand on the board and, for 政府 and 国企, may by a written word."""
        agreed = self.board_consent != BoardConsent.NONE
        return agreed and (self.kind == MemberKind.PRIVATE or self.is_authorised)


def month_ranking(terms: ProgramTerms, month: date) -> list[RankedMember]:
    """Return every member with an account, by points earned in a month; those without last, by key."""
    first = first_of_month(month)
    before = add_months(first, -1)
    earners = _earners(terms, (before, first))
    places, previous = _places(earners, first), _places(earners, before)
    ranked = [
        RankedMember(
            place=places.get(earner.member_id),
            previous_place=previous.get(earner.member_id),
            member_id=earner.member_id,
            key=earner.key,
            name=earner.name,
            points=earner.points.get(first, 0),
            previous_points=earner.points.get(before, 0),
        )
        for earner in earners
    ]
    return sorted(ranked, key=lambda row: (row.place is None, -row.points, row.key))


def own_rank(terms: ProgramTerms, member_id: MemberId, month: date) -> OwnRank | None:
    """Return one member's place, or None where the programme does not show it in the portal."""
    if not _setting(terms).rank_in_portal:
        return None
    ranked = month_ranking(terms, month)
    own = next((row for row in ranked if row.member_id == member_id), None)
    return OwnRank(
        month=first_of_month(month),
        place=None if own is None else own.place,
        among=sum(row.place is not None for row in ranked),
        points=0 if own is None else own.points,
        previous_place=None if own is None else own.previous_place,
    )


def public_board(terms: ProgramTerms, month: date) -> Board | None:
    """Return the public board of a month, or None where the programme has none.

    Only members who agreed are on it; the others leave no gap, also in the places of the month
    before.
    """
    setting = _setting(terms)
    if not setting.board_enabled:
        return None
    months = months_back(first_of_month(month), BOARD_MONTHS)
    listed = [earner for earner in _earners(terms, months) if earner.is_listed]
    places = {past: _places(listed, past) for past in months}
    board = [
        _board_row(earner, months, places, shows_points=setting.board_shows_points)
        for earner in listed
        if earner.member_id in places[months[-1]]
    ]
    # Names decide between equals: any other order would tell who they are.
    board.sort(key=lambda row: (row.place, row.name))
    return Board(months[-1], terms.names, setting.board_shows_points, tuple(board))


def _board_row(
    earner: Earner,
    months: Sequence[date],
    places: Mapping[date, Mapping[MemberId, int]],
    *,
    shows_points: bool,
) -> BoardRow:
    place = places[months[-1]][earner.member_id]
    named = earner.board_consent == BoardConsent.NAMED
    return BoardRow(
        place=place,
        previous_place=places[months[-2]].get(earner.member_id),
        name=earner.name if named else mask_name(earner.name),
        is_named=named,
        is_gold=place <= GOLD_PLACES,
        months_listed=_run_length(reversed(months), lambda past: earner.member_id in places[past]),
        points=earner.points[months[-1]] if shows_points else None,
    )


def _run_length(months: Iterable[date], holds: Callable[[date], bool]) -> int:
    count = 0
    for month in months:
        if not holds(month):
            break
        count += 1
    return count


def _places(earners: Iterable[Earner], month: date) -> dict[MemberId, int]:
    """Give places by points; equals share one, and the next place counts them all (1, 1, 3)."""
    earned = sorted(
        ((earner.points.get(month, 0), earner.member_id) for earner in earners), key=lambda pair: -pair[0]
    )
    places: dict[MemberId, int] = {}
    place, last = 0, None
    for position, (points, member_id) in enumerate(earned, start=1):
        if points <= 0:
            break
        if points != last:
            place, last = position, points
        places[member_id] = place
    return places


def _earners(terms: ProgramTerms, months: Sequence[date]) -> list[Earner]:
    """Return every holder of the main unit with its points by month, in one statement."""
    begins = month_range(months[0].year, months[0].month, terms.zone)[0]
    ends = month_range(months[-1].year, months[-1].month, terms.zone)[1]
    found = rows(
        _EARNED,
        {"unit": terms.main_unit.id, "begins": begins, "ends": ends, "zone": terms.zone.key},
    )
    earners: dict[MemberId, Earner] = {}
    for member_id, key, name, kind, consent, authorised, month, points in found:
        known = earners.get(member_id)
        if known is None:
            known = Earner(MemberId(member_id), key, name, kind, consent, authorised, {})
            earners[known.member_id] = known
        if month is not None:
            known.points[month] = int(points)
    return list(earners.values())


@dataclass(frozen=True, slots=True)
class Shown:
    """What the programme agreed to show of its ranking."""

    rank_in_portal: bool
    board_enabled: bool
    board_shows_points: bool


def _setting(terms: ProgramTerms) -> Shown:
    program = next(program for program in all_programs() if program.id == terms.id)
    return Shown(program.rank_in_portal, program.board_enabled, program.board_shows_points)


_EARNED = """
SELECT member.id, member.key, coalesce(nullif(member.short_name, ''), member.name), member.kind,
       member.board_consent, member.authorised_on IS NOT NULL, earned.month, earned.points
FROM ledger_account AS account
JOIN members_member AS member ON member.id = account.holder_id
LEFT JOIN (
    SELECT account_id, date_trunc('month', booked_at AT TIME ZONE %(zone)s)::date AS month,
           sum(points) AS points
    FROM ledger_entry
    WHERE kind IN ('accrue', 'clawback') AND booked_at >= %(begins)s AND booked_at < %(ends)s
    GROUP BY account_id, month
) AS earned USING (account_id)
WHERE account.unit_id = %(unit)s
ORDER BY member.key
"""
