"""The shape of the year: how much money should arrive in each month, and how much already does."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from random import Random

from houji.kernel.time import add_months

# Percent of an average month. Everybody settles accounts before the year and the Spring Festival
# end, then work stands still; the half-year and the third quarter end with smaller peaks.
_WEIGHTS = {1: 128, 2: 52, 3: 76, 4: 94, 5: 95, 6: 107, 7: 95, 8: 97, 9: 108, 10: 101, 11: 103, 12: 140}

_MONTHS_AHEAD = 5


class Season:
    """Fills months evenly up to their targets: callers place amounts where most room is left."""

    def __init__(self, rng: Random, *, first_day: date, month_cents: int, months: int) -> None:
        """``month_cents`` is what an average month of the first year receives, in 0.01 yuan."""
        self._targets: dict[tuple[int, int], int] = {}
        for index in range(months + 1 + _MONTHS_AHEAD):
            day = add_months(first_day, index)
            growth_percent = 100 + index * 12 // months
            wobble_percent = rng.randrange(95, 106)
            target = month_cents * _WEIGHTS[day.month] * growth_percent * wobble_percent // 10**6
            self._targets[day.year, day.month] = target
        self._placed: dict[tuple[int, int], int] = defaultdict(int)

    def fill_permille(self, day: date) -> int:
        """How full a day's month is; months outside the picture count as just full."""
        target = self._targets.get((day.year, day.month))
        return 1000 if target is None else self._placed[day.year, day.month] * 1000 // target

    def place(self, day: date, cents: int) -> None:
        """Count an amount (0.01 yuan) as arriving in a day's month."""
        self._placed[day.year, day.month] += cents
