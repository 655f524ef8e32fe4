"""Who takes part: the staff of the company, its customers and their contacts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from houji.access.types import Role
from houji.members.types import BoardConsent, MemberKind
from houji.onboarding.demo import names
from houji.onboarding.demo.codes import invent_uscc
from houji.onboarding.demo.types import Contact, DemoMember, PaymentHabit, StaffUser

_HABITS = (PaymentHabit.PUNCTUAL, PaymentHabit.MOSTLY_ON_TIME, PaymentHabit.IMPROVING, PaymentHabit.LATE)
_HABIT_WEIGHTS = {
    MemberKind.GOVERNMENT: (21, 33, 24, 22),
    MemberKind.STATE_OWNED: (30, 33, 25, 12),
    MemberKind.PRIVATE: (34, 30, 24, 12),
}
_AGREES_TO_BOARD_PERCENT = {MemberKind.GOVERNMENT: 45, MemberKind.STATE_OWNED: 75, MemberKind.PRIVATE: 85}
_CONTACT_COUNTS = {
    MemberKind.GOVERNMENT: (1, 2, 2),
    MemberKind.STATE_OWNED: (1, 2, 2, 3),
    MemberKind.PRIVATE: (1, 1, 2),
}
_NEWCOMERS = 14


@dataclass(frozen=True)
class _Seat:
    """A customer before it has people: what kind, where, under which names, in which group."""

    kind: MemberKind
    city: str
    name: str
    short_name: str
    group: str | None = None
    heads_group: bool = False


def staff_users() -> tuple[StaffUser, ...]:
    """Return the staff; the names are the same for every seed because the guides mention them."""
    return tuple(StaffUser(*row) for row in names.STAFF)


def invent_members(rng: Random, *, first_day: date, today: date) -> tuple[DemoMember, ...]:
    """Invent the customers; a few of the private ones joined after ``first_day``."""
    seats = [*_government_seats(rng), *_soe_seats(rng), *_private_seats(rng)]
    rng.shuffle(seats)
    keys = {seat.short_name: f"KH-{number:04d}" for number, seat in enumerate(seats, start=1)}
    heads = {seat.group: keys[seat.short_name] for seat in seats if seat.heads_group}
    private = [seat.short_name for seat in seats if seat.kind is MemberKind.PRIVATE]
    newcomers = set(rng.sample(private, _NEWCOMERS))
    people = _invent_people(rng)
    habits = {kind: _habits(rng, kind, count=sum(seat.kind is kind for seat in seats)) for kind in MemberKind}
    managers = [user.name for user in staff_users() if user.role is Role.SALES]
    members = []
    for seat in seats:
        span = (120, (today - first_day).days - 60) if seat.short_name in newcomers else (-2600, -200)
        members.append(
            _member(
                rng,
                seat,
                key=keys[seat.short_name],
                parent_key=None if seat.heads_group else heads.get(seat.group),
                joined_on=first_day + timedelta(days=rng.randrange(*span)),
                account_manager=rng.choice(managers),
                people=people,
                habit=habits[seat.kind].pop(),
            )
        )
    return tuple(members)


def _government_seats(rng: Random) -> Iterator[_Seat]:
    cities = rng.sample(names.CITIES, len(names.CITIES)) * 2
    for city, office in zip(cities, names.OFFICES, strict=False):
        short = names.OFFICE_SHORT.get(office, office)
        yield _Seat(MemberKind.GOVERNMENT, city, f"{city}市{office}", f"{city}市{short}")


def _soe_seats(rng: Random) -> Iterator[_Seat]:
    cities = rng.sample(names.CITIES, len(names.CITIES)) * 4
    for city, (head, parts) in zip(cities, names.SOE_GROUPS, strict=False):
        yield _soe_seat(city, head, group=head, heads_group=True)
        yield from (_soe_seat(city, part, group=head) for part in parts)
    for city, trade in zip(cities[len(names.SOE_GROUPS) :], names.SOE_TRADES, strict=False):
        yield _soe_seat(city, trade)


def _soe_seat(city: str, trade: str, *, group: str | None = None, heads_group: bool = False) -> _Seat:
    return _Seat(MemberKind.STATE_OWNED, city, f"{city}{trade}有限公司", f"{city}{trade}", group, heads_group)


def _private_seats(rng: Random) -> Iterator[_Seat]:
    for firm in names.PRIVATE_FIRMS:
        city = rng.choice(names.CITIES)
        short = firm.replace(" ", "")
        yield _Seat(MemberKind.PRIVATE, city, f"{city}{short}有限公司", short)


def _invent_people(rng: Random) -> Iterator[tuple[str, str]]:
    """Yield different names, each with a mobile number that is visibly a placeholder."""
    everyone = [surname + given for surname in names.SURNAMES for given in names.GIVEN_NAMES]
    staff = {user.name for user in staff_users()}
    rng.shuffle(everyone)
    suffixes = rng.sample(range(10_000), len(everyone))
    for name, suffix in zip(everyone, suffixes, strict=True):
        if name not in staff:
            yield name, f"1390000{suffix:04d}"


def _member(
    rng: Random,
    seat: _Seat,
    *,
    key: str,
    parent_key: str | None,
    joined_on: date,
    account_manager: str,
    people: Iterator[tuple[str, str]],
    habit: PaymentHabit,
) -> DemoMember:
    consent = _board_consent(rng, seat.kind)
    return DemoMember(
        key=key,
        name=seat.name,
        short_name=seat.short_name,
        kind=seat.kind,
        uscc=invent_uscc(rng, seat.kind),
        city=seat.city,
        account_manager=account_manager,
        joined_on=joined_on,
        contacts=_contacts(rng, seat.kind, consent, people),
        board_consent=consent,
        authorised_on=_authorised_on(rng, seat.kind, consent, joined_on),
        parent_key=parent_key,
        habit=habit,
    )


def _habits(rng: Random, kind: MemberKind, *, count: int) -> list[PaymentHabit]:
    """Deal habits out by share and not by chance: a hundred draws would differ much by seed."""
    weights = _HABIT_WEIGHTS[kind]
    dealt = [
        habit for habit, weight in zip(_HABITS, weights, strict=True) for _ in range(weight * count // 100)
    ]
    dealt += rng.sample(_HABITS, count - len(dealt))
    rng.shuffle(dealt)
    return dealt


def _board_consent(rng: Random, kind: MemberKind) -> BoardConsent:
    if rng.randrange(100) >= _AGREES_TO_BOARD_PERCENT[kind]:
        return BoardConsent.NONE
    return BoardConsent.NAMED if rng.randrange(100) < 70 else BoardConsent.MASKED


def _authorised_on(rng: Random, kind: MemberKind, consent: BoardConsent, joined_on: date) -> date | None:
    """Most who agreed have their paper on file, and a few have one without having agreed."""
    likely_percent = 15 if consent is BoardConsent.NONE else 80
    if kind is MemberKind.PRIVATE or rng.randrange(100) >= likely_percent:
        return None
    return joined_on + timedelta(days=rng.randrange(10, 90))


def _contacts(
    rng: Random, kind: MemberKind, consent: BoardConsent, people: Iterator[tuple[str, str]]
) -> tuple[Contact, ...]:
    count = rng.choice(_CONTACT_COUNTS[kind])
    titles = rng.sample(names.GOVERNMENT_TITLES if kind is MemberKind.GOVERNMENT else names.TITLES, count)
    contacts = []
    for place, title in enumerate(titles):
        name, mobile = next(people)
        # Only the administrator speaks for the company, so only that contact's answer is recorded.
        agreed = place == 0 and consent is not BoardConsent.NONE
        shown = place == 0 and consent is BoardConsent.NAMED
        contacts.append(Contact(name, mobile, title, place == 0, agreed, shown))
    return tuple(contacts)
