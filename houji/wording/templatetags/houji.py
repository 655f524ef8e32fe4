"""The template library of every face: numbers and dates as filters, icons and statuses as tags.

Instants are read in the active time zone, which the faces set to the programme's; ``when`` and
``days_left`` take the present from the context variable ``now``.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from houji.kernel.time import local_date
from houji.wording import dates, numbers

register = template.Library()

_STATUS_CLASS = {
    "ok": "hj-is-ok",
    "edit": "hj-is-ok",
    "wait": "hj-is-wait",
    "hold": "hj-is-wait",
    "now": "hj-is-wait",
    "off": "hj-is-off",
    "dup": "hj-is-off",
    "warn": "hj-is-warn",
    "talk": "hj-is-warn",
    "bad": "hj-is-bad",
}


@register.filter
def points(value: int) -> str:
    """``1,684,510``."""
    return numbers.points(value)


@register.filter
def signed_points(value: int) -> str:
    """``+540``, ``−2,000``."""
    return numbers.signed_points(value)


@register.filter
def yuan(value: Decimal) -> str:
    """``462,000.00 元``."""
    return numbers.yuan(value)


@register.filter
def yuan_figure(value: Decimal) -> str:
    """``462,000.00``."""
    return numbers.yuan_figure(value)


@register.filter
def wan(value: Decimal) -> str:
    """``46.2 万元``."""
    return numbers.wan(value)


@register.filter
def wan_figure(value: Decimal, places: int | None = None) -> str:
    """The figure of ``wan``: ``46.2``."""
    return numbers.wan_parts(value, places)[0]


@register.filter
def wan_unit(value: Decimal) -> str:
    """The unit of ``wan``: ``万元``."""
    return numbers.wan_parts(value)[1]


@register.filter
def percent(value: Decimal, places: int = 1) -> str:
    """``5.5%``; ``{{ share|percent:3 }}`` gives ``0.178%``."""
    return numbers.percent(value, places)


@register.filter
def change(value: Decimal) -> str:
    """``↑ 8.2%``."""
    return numbers.change(value)


@register.filter
def day(value: date | datetime) -> str:
    """``11月20日``."""
    return dates.day(_date(value))


@register.filter
def day_long(value: date | datetime) -> str:
    """``2026-11-28``."""
    return dates.day_long(_date(value))


@register.filter
def month(value: date | datetime) -> str:
    """``2026年2月``."""
    return dates.month(_date(value))


@register.filter
def weekday(value: date | datetime) -> str:
    """``星期五``."""
    return dates.weekday(_date(value))


@register.filter
def clock(value: datetime) -> str:
    """``2026-11-13 10:12:07``."""
    return dates.clock(value, _zone())


@register.simple_tag(takes_context=True)
def when(context: Context, value: datetime) -> str:
    """``今天 18:00``."""
    return dates.when(value, _zone(), _now(context))


@register.simple_tag(takes_context=True)
def day_near(context: Context, value: date | datetime) -> str:
    """``11月20日``, or ``2025-11-20`` when the year is another."""
    return dates.day_near(_date(value), local_date(_now(context), _zone()))


@register.simple_tag(takes_context=True)
def days_left(context: Context, value: date | datetime) -> str:
    """``还剩 3 天``."""
    return dates.days_left(_date(value), local_date(_now(context), _zone()))


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """An icon of the sprite; ``size="s"`` is small, a ``label`` makes it speak where no word stands by."""
    classes = f"hj-i hj-i-{size}" if size else "hj-i"
    return _use(classes, f"i-{name}", label)


@register.simple_tag
def shape(kind: str, label: str = "") -> SafeString:
    """The shape of a status alone, as in chips and steps."""
    return _use("hj-s", f"s-{kind}", label)


@register.simple_tag
def status(kind: str, text: str) -> SafeString:
    """A status: a shape and its word, so that colour is never alone. Raises KeyError for an unknown kind."""
    return format_html('<span class="hj-status {}">{}{}</span>', _STATUS_CLASS[kind], shape(kind), text)


@register.simple_tag
def drawing(name: str, classes: str = "hj-i") -> SafeString:
    """A drawing of our own: ``logo``, ``art-empty`` or ``art-error``."""
    return _use(classes, name, "")


def _use(classes: str, name: str, label: str) -> SafeString:
    sprite = static("houji/icons.svg")
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            classes,
            label,
            sprite,
            name,
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, sprite, name)


def _zone() -> ZoneInfo:
    return timezone.get_current_timezone()


def _now(context: Context) -> datetime:
    now: Any = context.get("now")
    return now if isinstance(now, datetime) else timezone.now()


def _date(value: date | datetime) -> date:
    return local_date(value, _zone()) if isinstance(value, datetime) else value
