"""Points, money and shares as people read them: commas, U+2212 for minus, 万 and 亿 at a glance."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language, gettext

MINUS = "\u2212"

_TEN_THOUSAND = Decimal(10_000)
_HUNDRED_MILLION = Decimal(100_000_000)
_MILLION = Decimal(1_000_000)
_BILLION = Decimal(1_000_000_000)


def in_chinese() -> bool:
    """Say whether the active language is Chinese, which counts in 万 and 亿."""
    return (get_language() or "zh").startswith("zh")


def points(value: int) -> str:
    """Write whole points: ``1,684,510``, ``−2,000``."""
    return _minus(f"{value:,}")


def signed_points(value: int) -> str:
    """Write a change of points with its sign: ``+540``, ``−2,000``; no change is ``0``."""
    return _minus(f"{value:+,}") if value else "0"


def yuan(amount: Decimal) -> str:
    """Write an exact amount with two decimals: ``462,000.00 元``."""
    return gettext("%(figure)s 元") % {"figure": yuan_figure(amount)}


def yuan_figure(amount: Decimal) -> str:
    """Write the figure of an exact amount, for a column whose head names the unit: ``462,000.00``."""
    return _fixed(amount, 2)


def wan(amount: Decimal) -> str:
    """Write an amount to be read at a glance: ``8,600 元``, ``46.2 万元``, ``9.43 亿元``."""
    figure, unit = wan_parts(amount)
    return f"{figure} {unit}"


def wan_parts(amount: Decimal, places: int | None = None) -> tuple[str, str]:
    """Split a glance amount into figure and unit, for a figure that is set larger than its unit.

    ``places`` overrides the decimals of 万 (1) and 亿 (2); English counts in thousands and millions.
    """
    return _chinese_parts(amount, places) if in_chinese() else _english_parts(amount, places)


def percent(share: Decimal, places: int = 1) -> str:
    """Write a share (0.178% is ``Decimal("0.00178")``) with a fixed number of decimals."""
    return f"{_fixed(share * 100, places)}%"


def change(share: Decimal) -> str:
    """Write a relative change with an arrow, as beside a key figure: ``↑ 8.2%``, ``↓ 4.6%``, ``持平``."""
    figure = percent(abs(share))
    if figure == percent(Decimal(0)):
        return gettext("持平")
    return f"{'↑' if share > 0 else '↓'} {figure}"


def _chinese_parts(amount: Decimal, places: int | None) -> tuple[str, str]:
    in_wan = _round(amount / _TEN_THOUSAND, 1 if places is None else places)
    # 99,999,999 rounds to 10,000.0 万, which nobody says: the rounded value chooses the unit.
    if abs(in_wan) >= _TEN_THOUSAND:
        return _fixed(amount / _HUNDRED_MILLION, 2 if places is None else places), "亿元"
    if abs(amount) >= _TEN_THOUSAND:
        return _minus(f"{in_wan:,f}"), "万元"
    return _small(amount), "元"


def _english_parts(amount: Decimal, places: int | None) -> tuple[str, str]:
    for size, word in ((_BILLION, "billion yuan"), (_MILLION, "million yuan")):
        if abs(_round(amount / size, 2)) >= 1:
            return _fixed(amount / size, 2 if places is None else places), word
    return _small(amount), "yuan"


def _small(amount: Decimal) -> str:
    return _fixed(amount, 0 if amount == amount.to_integral_value() else 2)


def _round(value: Decimal, places: int) -> Decimal:
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)


def _fixed(value: Decimal, places: int) -> str:
    return _minus(f"{_round(value, places):,f}")


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
