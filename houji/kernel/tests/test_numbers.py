"""Numbers are exact, or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from houji.kernel.numbers import POINTS_LIMIT, Rounding, parse_amount, plain, round_points


@pytest.mark.parametrize(
    ("value", "rounding", "points"),
    [("46.9", Rounding.FLOOR, 46), ("-46.1", Rounding.FLOOR, -47), ("46.5", Rounding.HALF_UP, 47),
     ("46.1", Rounding.CEILING, 47)],
)  # fmt: skip
def test_points_round_once_as_told(value: str, rounding: Rounding, points: int) -> None:
    assert round_points(Decimal(value), rounding) == points


def test_points_beyond_what_a_reader_holds_exactly_are_refused() -> None:
    assert round_points(Decimal(POINTS_LIMIT)) == POINTS_LIMIT
    with pytest.raises(OverflowError):
        round_points(Decimal(POINTS_LIMIT + 1))


@pytest.mark.parametrize(
    "text",
    ["", "-", "NaN", "inf", "1e400", "1E5", "+1", ".5", "1.", "1,234", "１２", "0.0000001", "1" * 16, "--1"],
)
def test_amounts_that_are_not_plain_decimals_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_amount(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [("1234.50", "1234.5"), ("-0", "0"), ("0.000000", "0"), ("100", "100"), ("-12.25", "-12.25")],
)
def test_amounts_are_written_without_exponent_or_trailing_zeros(text: str, written: str) -> None:
    assert plain(parse_amount(text)) == written
