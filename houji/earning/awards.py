"""From awards to what the ledger posts, and their stored form. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from houji.earning.dates import available_at, expires_at
from houji.kernel.ids import AccountId
from houji.kernel.numbers import Points
from houji.ledger.types import Accrual, Cause, NewLot
from houji.programs.types import ProgramTerms
from houji.rules.types import Award, Expiry, Span, Vesting, VestingKind


def to_accrual(
    awards: Sequence[Award],
    *,
    terms: ProgramTerms,
    account_id: AccountId,
    cause: Cause,
    occurred_at: datetime,
    booked_at: datetime,
) -> Accrual:
    """Gather awards of one unit into one accrual: a lot for each pair of dates, points by category."""
    validity = terms.units[awards[0].unit].validity
    lots: dict[tuple[datetime | None, datetime | None], int] = {}
    parts: dict[str, int] = {}
    for award in awards:
        dates = (
            available_at(award.vesting, booked_at, terms.zone),
            expires_at(award.expiry or validity, booked_at, terms.zone),
        )
        lots[dates] = lots.get(dates, 0) + award.points
        parts[award.category] = parts.get(award.category, 0) + award.points
    return Accrual(
        account_id=account_id,
        cause=cause,
        occurred_at=occurred_at,
        lots=tuple(NewLot(Points(points), begins, ends) for (begins, ends), points in lots.items()),
        parts=parts,
    )


def awards_to_json(awards: Iterable[Award]) -> list[dict[str, Any]]:
    """Write awards as a decision stores them."""
    return [
        {
            "rule": award.rule_code,
            "category": award.category,
            "unit": award.unit,
            "points": award.points,
            "vesting": _vesting_to_json(award.vesting),
            "expiry": None if award.expiry is None else [award.expiry.span.value, award.expiry.count],
            "needs_approval": award.needs_approval,
            "limit_keys": list(award.limit_keys),
        }
        for award in awards
    ]


def awards_from_json(stored: Iterable[Mapping[str, Any]]) -> list[Award]:
    """Read awards written by ``awards_to_json``."""
    return [
        Award(
            rule_code=item["rule"],
            category=item["category"],
            unit=item["unit"],
            points=item["points"],
            vesting=_vesting_from_json(item["vesting"]),
            expiry=None if item["expiry"] is None else Expiry(Span(item["expiry"][0]), item["expiry"][1]),
            needs_approval=item["needs_approval"],
            limit_keys=tuple(item["limit_keys"]),
        )
        for item in stored
    ]


def _vesting_to_json(vesting: Vesting) -> list[Any]:
    return [vesting.kind.value, vesting.days, None if vesting.day is None else vesting.day.isoformat()]


def _vesting_from_json(stored: Sequence[Any]) -> Vesting:
    kind, days, day = stored
    return Vesting(VestingKind(kind), days, None if day is None else date.fromisoformat(day))
