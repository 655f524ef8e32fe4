"""The programmes that ship with Houji: data a business person can read, loaded as typed facts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from houji.kernel.numbers import parse_amount
from houji.kernel.refusals import Kind, Refusal
from houji.rules.types import Expiry, Names, Span

_FOLDER = Path(__file__).parent / "template_data"

ORDER = ("engineering_seed", "engineering_balanced")
"""The templates, in the order they are offered."""


@dataclass
class TemplateNotFound(Refusal):
    """No template has this code."""

    code: ClassVar[str] = "template_not_found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
    text: ClassVar[str | Promise] = _("没有模板「{template}」。")
    way_out: ClassVar[str | Promise] = _("可用的模板：{known}。")

    template: str
    known: str


@dataclass(frozen=True, slots=True)
class TemplateUnit:
    """The unit of points a template makes; ``symbol`` follows a figure: 540 分."""

    code: str
    names: Names
    symbol: Names


@dataclass(frozen=True, slots=True)
class TemplateCategory:
    """A category of awards and the colour it keeps in every chart (``c1`` … ``c6``)."""

    code: str
    names: Names
    colour: str


@dataclass(frozen=True, slots=True)
class TemplateVoucher:
    """A voucher the template offers, at its price in points."""

    code: str
    names: Names
    price_points: int
    value_yuan: Decimal


@dataclass(frozen=True, slots=True)
class Template:
    """A programme ready to start. ``rule_set`` is the document that ``parse_rule_set`` reads.

    ``validity`` is how long points live from the day they are booked. ``in_force_from`` None
    means from the beginning of time. ``warning`` says what the template is bad at, if anything.
    """

    code: str
    names: Names
    description: Names
    warning: Names | None
    unit: TemplateUnit
    point_value_yuan: Decimal
    validity: Expiry
    smallest_redemption_points: int
    vouchers: tuple[TemplateVoucher, ...]
    categories: tuple[TemplateCategory, ...]
    in_force_from: datetime | None
    rule_set: Mapping[str, Any]


def available_templates() -> tuple[Template, ...]:
    """Return every template, in the order they are offered."""
    return tuple(load_template(code) for code in ORDER)


@cache
def load_template(code: str) -> Template:
    """Return one template; refuses with TemplateNotFound."""
    if code not in ORDER:
        raise TemplateNotFound(template=code[:60], known="、".join(ORDER))
    return read_template(json.loads((_FOLDER / f"{code}.json").read_text("utf-8")))


def read_template(document: Mapping[str, Any]) -> Template:
    """Read a template's document; raises KeyError or ValueError where it is not one."""
    span, count = next(iter(document["validity"].items()))
    since = document["in_force_from"]
    return Template(
        code=document["code"],
        names=document["names"],
        description=document["description"],
        warning=document["warning"],
        unit=TemplateUnit(**document["unit"]),
        point_value_yuan=parse_amount(document["point_value_yuan"]),
        validity=Expiry(Span(span), count),
        smallest_redemption_points=document["smallest_redemption_points"],
        vouchers=tuple(_read_voucher(voucher) for voucher in document["vouchers"]),
        categories=tuple(TemplateCategory(**category) for category in document["categories"]),
        in_force_from=None if since is None else datetime.fromisoformat(since),
        rule_set=document["rule_set"],
    )


def _read_voucher(document: Mapping[str, Any]) -> TemplateVoucher:
    return TemplateVoucher(
        code=document["code"],
        names=document["names"],
        price_points=document["price_points"],
        value_yuan=parse_amount(document["value_yuan"]),
    )
