"""A first look through the whole file: how many rows, which numbers repeat, which amounts are usual.

Nothing is posted before the file was read to its end once, so a file that breaks off in the middle
posts nothing. Memory stays small: of each row eight bytes per key and eight for its amount.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from houji.connect.reading import ImportFile
from houji.connect.spool import Spool
from houji.connect.types import ReadRow
from houji.intake.event_types.catalogue import event_type
from houji.intake.history import UsualAmount
from houji.intake.types import DraftEvent

Key = tuple[str, str, str]

EVERYONE_MAX = 100_000
"""As many rows say what is usual for everyone, which only members with a single row are held against."""

_PARTS = 64


@dataclass(slots=True)
class Amounts:
    """Amounts in whole yuan, which is enough to tell magnitudes apart; sorted once all are in."""

    whole: array[int] = field(default_factory=lambda: array("q"))

    def sort(self) -> None:
        """Sort for the questions below."""
        self.whole = array("q", sorted(self.whole))

    def usual(self, *, without: int | None = None) -> UsualAmount | None:
        """Return what is usual, leaving out one amount equal to ``without``; None where nothing is left."""
        size = len(self.whole) - (without is not None)
        if size < 1:
            return None
        gap = len(self.whole) if without is None else bisect_left(self.whole, without)

        def at(tenths: int) -> Decimal:
            place = (size - 1) * tenths // 10
            return Decimal(self.whole[place + (place >= gap)])

        return UsualAmount(at(1), at(5), at(9))


@dataclass(slots=True)
class Survey:
    """What the first look found; ``repeated`` holds the hashes of keys that occur more than once."""

    file: ImportFile
    rows_total: int = 0
    repeated: frozenset[int] = frozenset()
    by_member: dict[tuple[str, str], Amounts] = field(default_factory=dict)
    by_type: dict[str, Amounts] = field(default_factory=dict)
    spool: Spool = field(default_factory=Spool)

    def rows(self) -> Iterator[ReadRow]:
        """Read the rows again, from the spool where it could hold them."""
        return self.file.rows() if self.spool.full else self.spool.rows()


def survey_file(file: ImportFile) -> Survey:
    """Read a whole file once; may raise the refusals of the file's text."""
    survey = Survey(file)
    hashes = [array("q") for _ in range(_PARTS)]
    for row in file.rows():
        survey.rows_total += 1
        survey.spool.add(row)
        if (draft := row.result.draft) is not None:
            for mark in map(hash, mentioned_keys(draft)):
                hashes[mark % _PARTS].append(mark)
            _count_amount(survey, draft)
    survey.repeated = _repeated(hashes)
    for amounts in (*survey.by_member.values(), *survey.by_type.values()):
        amounts.sort()
    return survey


def keys_of(draft: DraftEvent) -> list[Key]:
    """Return the keys by which an event is recognised: its id, and its business number."""
    keys = [("id", draft.source, draft.id)]
    if draft.business_no:
        keys.append(("no", draft.type, draft.business_no))
    return keys


def mentioned_keys(draft: DraftEvent) -> list[Key]:
    """Return an event's keys and, for a reversal, that of the business it reverses."""
    keys = keys_of(draft)
    if draft.business_no and (reversed_type := event_type(draft.type).reverses):
        keys.append(("no", reversed_type, draft.business_no))
    return keys


def amount_of(draft: DraftEvent) -> Decimal | None:
    """Return an event's amount in yuan, None for types without one."""
    value = draft.data.get(event_type(draft.type).amount_field or "")
    return None if value is None else Decimal(value)


def business_type(draft: DraftEvent) -> str:
    """Return the type whose amounts are usual for this event: that of the original for a reversal."""
    return event_type(draft.type).reverses or draft.type


def _count_amount(survey: Survey, draft: DraftEvent) -> None:
    if (amount := amount_of(draft)) is not None:
        kind = business_type(draft)
        everyone = survey.by_type.setdefault(kind, Amounts()).whole
        if len(everyone) < EVERYONE_MAX:
            everyone.append(int(amount))
        survey.by_member.setdefault((kind, draft.member_key), Amounts()).whole.append(int(amount))


def _repeated(hashes: Sequence[array[int]]) -> frozenset[int]:
    """Return the hashes that occur twice; sorted part by part, since sorting takes five times the room."""
    return frozenset(one for part in hashes for one, other in pairwise(sorted(part)) if one == other)
