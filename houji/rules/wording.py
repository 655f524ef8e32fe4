"""Figures as people read them: thousands by comma, 万 and 亿 at a glance, a true minus sign."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from houji.kernel.numbers import plain
from houji.rules.phrases import counted, language_of, say

MINUS = "−"
_WAN = Decimal(10_000)
_YI = Decimal(100_000_000)
_MILLION = Decimal(1_000_000)


def format_number(value: Decimal | int) -> str:
    """Write a number with thousands by comma and only the places it has: ``1,684,510``, ``46.2``."""
    text = plain(Decimal(value))
    sign, digits = (MINUS, text[1:]) if text.startswith("-") else ("", text)
    whole, dot, fraction = digits.partition(".")
    return f"{sign}{int(whole):,}{dot}{fraction}"


def format_fixed(value: Decimal | int, places: int) -> str:
    """Write a number with thousands and exactly so many places, rounded half up."""
    text = format(_rounded(Decimal(value), places), ",f")
    return text.replace("-", MINUS)


def format_points(points: int, language: str) -> str:
    """Write points with their word: ``1,684,510 分``."""
    return say("points", language, points=format_number(points), unit=counted("point", points))


def format_money(yuan: Decimal | int, language: str) -> str:
    """Write an exact sum: ``462,000.00 元``."""
    return f"{format_fixed(yuan, 2)} {'yuan' if language_of(language) == 'en' else '元'}"


def format_wan(yuan: Decimal | int, language: str, *, places: int | None = None) -> str:
    """Write a sum to be read at a glance: ``46.2 万元``, ``9.43 亿元``, ``9,876 元``.

    Without ``places``, 万 carries at most one place and 亿 at most two; with it exactly so many.
    English has neither and counts in millions.
    """
    amount = Decimal(yuan)
    if language_of(language) == "en":
        return _format_millions(amount)
    # The size is chosen after rounding: 99,999,999 is 1 亿, not 10,000 万.
    if abs(_rounded(amount / _WAN, 1)) >= _YI / _WAN:
        return f"{_scaled(amount / _YI, places, 2)} 亿元"
    if abs(_rounded(amount, 2)) >= _WAN:
        return f"{_scaled(amount / _WAN, places, 1)} 万元"
    return f"{_exact_if_broken(amount)} 元"


def format_date(day: date) -> str:
    """Write a date with its year: ``2026-11-28``."""
    return day.isoformat()


def format_month_day(day: date) -> str:
    """Write a date within a year that is known: ``11-28``."""
    return f"{day.month:02}-{day.day:02}"


def format_against(day: date, deadline: date, language: str) -> str:
    """Say how a day stands to its deadline: ``提前 12 天``, ``到期日当天``, ``逾期 3 天``."""
    days = (deadline - day).days
    if days == 0:
        return say("on_the_day", language)
    phrase = "early" if days > 0 else "late"
    return say(phrase, language, days=format_number(abs(days)), unit=counted("day", days))


def format_days(days: int, language: str) -> str:
    """Write a number of days: ``12 天``."""
    return say("days", language, days=format_number(days), unit=counted("day", days))


def _format_millions(amount: Decimal) -> str:
    if abs(_rounded(amount, 2)) >= _MILLION:
        return f"{_scaled(amount / _MILLION, None, 2)} million yuan"
    return f"{_exact_if_broken(amount)} yuan"


def _exact_if_broken(amount: Decimal) -> str:
    rounded = _rounded(amount, 2)
    return format_number(rounded) if rounded == rounded.to_integral_value() else format_fixed(rounded, 2)


def _scaled(value: Decimal, places: int | None, most: int) -> str:
    return format_fixed(value, places) if places is not None else format_number(_rounded(value, most))


def _rounded(value: Decimal, places: int) -> Decimal:
    # Adding zero turns a negative zero into a plain one.
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0
