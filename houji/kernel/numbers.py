"""Exact numbers: points are integers, amounts and rates are Decimals, and floats never enter.

Decimals of Houji live within ``AMOUNT_LIMIT`` and carry at most ``AMOUNT_PLACES`` places, so that
every sum and product of a rule is exact in the context below.
"""

from __future__ import annotations

import decimal
from decimal import Decimal
from enum import StrEnum
from typing import NewType

Points = NewType("Points", int)

POINTS_LIMIT = 2**53 - 1
"""Largest number of points in one balance: what a JavaScript reader still holds exactly."""

AMOUNT_LIMIT = Decimal(10) ** 15
"""Amounts are smaller than this (a thousand trillion yuan)."""

AMOUNT_PLACES = 6

EXACT = decimal.Context(
    prec=60,
    rounding=decimal.ROUND_HALF_EVEN,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)


class Rounding(StrEnum):
    """How an award becomes whole points; a rule rounds once, at its end."""

    FLOOR = "floor"
    HALF_UP = "half_up"
    CEILING = "ceiling"


_MODES = {
    Rounding.FLOOR: decimal.ROUND_FLOOR,
    Rounding.HALF_UP: decimal.ROUND_HALF_UP,
    Rounding.CEILING: decimal.ROUND_CEILING,
}


def round_points(value: Decimal, rounding: Rounding = Rounding.FLOOR) -> Points:
    """Round an exact value to whole points; raises OverflowError beyond ``POINTS_LIMIT``."""
    whole = int(value.to_integral_value(rounding=_MODES[rounding]))
    if abs(whole) > POINTS_LIMIT:
        raise OverflowError(f"{whole} points are beyond {POINTS_LIMIT}")
    return Points(whole)


def parse_amount(text: str) -> Decimal:
    """Parse a plain decimal such as ``-1234.50``.

    Raises ValueError for anything else: signs or digits of other scripts, exponents, NaN,
    infinities, amounts at or beyond ``AMOUNT_LIMIT`` or with more than ``AMOUNT_PLACES`` places.
    """
    digits = text.removeprefix("-")
    whole, dot, fraction = digits.partition(".")
    if not (whole.isascii() and whole.isdigit()) or (dot and not (fraction.isascii() and fraction.isdigit())):
        raise ValueError(f"not a decimal: {text!r}")
    if len(whole) > 40 or len(fraction.rstrip("0")) > AMOUNT_PLACES:
        raise ValueError(f"too many digits: {text[:60]!r}")
    value = Decimal(text)
    if abs(value) >= AMOUNT_LIMIT:
        raise ValueError(f"amount out of range: {text!r}")
    return value


def plain(value: Decimal) -> str:
    """Write a Decimal without exponent or trailing zeros: ``559400``, ``0.5``, ``-12.25``."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
