"""Recognising 元/万元 mix-ups: amounts 10,000 times too large for their member."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from houji.connect.row_errors import UnitsMixedUp
from houji.connect.survey import Survey, amount_of, business_type
from houji.intake.event_types.catalogue import event_type
from houji.intake.history import UsualAmount, usual_amounts
from houji.intake.notes import Note
from houji.intake.types import DraftEvent
from houji.kernel.ids import MemberId
from houji.kernel.numbers import AMOUNT_PLACES, EXACT, plain
from houji.members.actions import find_members

TEN_THOUSAND = Decimal(10_000)
TIMES_MIN = 2_000
"""An amount this many times the usual one is suspicious."""

NEARNESS = 20
"""Divided by 10,000 it must come this near to the usual one, or it is simply a large amount."""


@dataclass(slots=True)
class UsualAmounts:
    """What is usual for each member: by accepted events, else by the file; asked once per member."""

    survey: Survey
    import_id: int | None
    known: dict[tuple[str, str], UsualAmount | None] = field(default_factory=dict)

    def learn(self, drafts: Iterable[DraftEvent]) -> None:
        """Look up the members of these drafts that were not asked about before, in the open tenant."""
        by_type: dict[str, set[str]] = {}
        for draft in drafts:
            if (business_type(draft), draft.member_key) not in self.known:
                by_type.setdefault(business_type(draft), set()).add(draft.member_key)
        for kind, keys in by_type.items():
            ids = {key: member.id for key, member in find_members(list(keys)).items()}
            found = usual_amounts(kind, list(ids.values()), without_import=self.import_id)
            for key in keys:
                self.known[kind, key] = found.get(ids.get(key, MemberId(0)))

    def of(self, draft: DraftEvent, amount: Decimal) -> UsualAmount | None:
        """Return what is usual for a draft, its own amount left out where only the file can tell."""
        kind = business_type(draft)
        if (usual := self.known.get((kind, draft.member_key))) is not None:
            return usual
        mine = self.survey.by_member.get((kind, draft.member_key))
        if mine is not None and (usual := mine.usual(without=int(amount))) is not None:
            return usual
        everyone = self.survey.by_type.get(kind)
        return None if everyone is None else everyone.usual()

    def suspicion(self, draft: DraftEvent) -> UnitsMixedUp | None:
        """Return why an amount looks like a mix-up, or None."""
        amount = amount_of(draft)
        usual = None if amount is None else self.of(draft, amount)
        if amount is None or usual is None or usual.median <= 0 or amount < TIMES_MIN * usual.median:
            return None
        smaller = amount / TEN_THOUSAND
        if not usual.median / NEARNESS <= smaller <= usual.median * NEARNESS:
            return None
        return UnitsMixedUp(
            amount=f"{amount:,f}", as_yuan=f"{smaller:,f}", low=f"{usual.low:,f}", high=f"{usual.high:,f}"
        )


def as_yuan(draft: DraftEvent) -> tuple[DraftEvent, Note] | None:
    """Return a draft whose amount is read as yuan, with a note; None where that needs too many places."""
    name = event_type(draft.type).amount_field
    amount = amount_of(draft)
    assert name is not None
    assert amount is not None
    smaller = EXACT.divide(amount, TEN_THOUSAND)
    if smaller != smaller.quantize(Decimal(1).scaleb(-AMOUNT_PLACES), context=EXACT):
        return None
    changed = dataclasses.replace(draft, data={**draft.data, name: plain(smaller)})
    return changed, Note("unit", plain(amount), plain(smaller), unit="元", field=name)
