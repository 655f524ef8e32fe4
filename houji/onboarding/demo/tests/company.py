"""The companies that the tests of this package look at; each is generated once."""

from __future__ import annotations

from datetime import date
from functools import cache

from houji.onboarding.demo.generate import generate
from houji.onboarding.demo.types import DemoCompany

TODAY = date(2026, 11, 21)

SEEDS_AND_DAYS = (
    (1, TODAY),
    (2, date(2026, 7, 31)),
    (3, date(2026, 1, 1)),
    (20261121, date(2028, 2, 29)),
)


@cache
def company(seed: int = 1, today: date = TODAY) -> DemoCompany:
    """Return the company of a seed and a day."""
    return generate(seed, today)
