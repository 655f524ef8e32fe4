"""The wizard's answer in figures and words: what last year costs, by category, and what to mind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from houji.console.desk import language_now, name_in
from houji.console.punctuation import listed
from houji.onboarding.starting import Since, first_day, offered
from houji.onboarding.wizard import Cost, LastYear, cost_of, rule_sentences, voucher_points
from houji.rulebook.templates import Template
from houji.wording import dates
from houji.wording.numbers import percent, points, wan_parts

_FIGURE_PLACES = 2


@dataclass(frozen=True, slots=True)
class Option:
    """A template to choose; ``rules`` are its rules in words."""

    template: Template
    name: str
    description: str
    rules: list[tuple[str, str]]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to mind about the answer: a status and a sentence."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The right side of the wizard, ready to show."""

    cost: Cost
    figure: str
    unit: str
    per_million: str
    voucher: str
    chart: dict[str, Any]
    reading: str
    checks: list[Check]


def options_of(templates: Iterable[Template], *, chosen: Template) -> list[Option]:
    """Return the templates to choose from, those without a warning first."""
    ordered = sorted(templates, key=lambda template: template.warning is not None)
    language = language_now()
    return [
        Option(
            template=one,
            name=name_in(one.names),
            description=name_in(one.warning or one.description),
            rules=[(said.name, said.line) for said in rule_sentences(one, language)],
            chosen=one.code == chosen.code,
        )
        for one in ordered
    ]


def answer_of(last_year: LastYear, template: Template, value_yuan: Decimal) -> Answer:
    """Reckon a year under a template at a point's value."""
    cost = cost_of(last_year, template, value_yuan)
    figure, unit = wan_parts(cost.cost_yuan, _FIGURE_PLACES)
    rows = [
        {
            "key": one.code,
            "name": name_in(one.names),
            "value": int(one.cost_yuan),
            "text": f"{_glance(one.cost_yuan)}　{percent(one.share, 0)}",
        }
        for one in cost.categories
    ]
    return Answer(
        cost=cost,
        figure=figure,
        unit=unit,
        per_million=points(int((cost.yuan_per_million or Decimal(0)).to_integral_value())),
        voucher=_voucher(template, value_yuan),
        chart={"rows": rows},
        reading=_("按类别：{parts}").format(parts=listed(f"{row['name']} {row['text']}" for row in rows)),
        checks=_checks(cost),
    )


def since_options(today: date, *, chosen: Since) -> list[tuple[str, str, bool]]:
    """Return what business can count from: value, words, whether it is chosen."""
    words = {
        Since.TODAY: _("今天"),
        Since.MONTH: _("本月 1 日"),
        Since.YEAR: _("今年 1 月 1 日"),
        Since.EVER: _("全部历史"),
    }
    return [(since.value, words[since], since is chosen) for since in offered(today)]


def since_line(since: Since, today: date, last_year: LastYear, *, sample_from: date | None) -> str:
    """Say what a choice means for the file at hand; the sample to import begins at ``sample_from``."""
    day = first_day(since, today)
    if day is None:
        return _("不论哪天的业务，导入后都计分。")
    earliest = sample_from if last_year.is_sample and sample_from is not None else last_year.first_day
    said = _("{day} 之前的业务不计分。")
    if last_year.last_day < day:
        said = _("{day} 之前的业务不计分：「{file}」到 {last} 为止，导入后全都不计分。")
    elif earliest < day or last_year.rows_older:
        said = _("{day} 之前的业务不计分，「{file}」里更早的行导入后也一样。")
    last = dates.day_long(last_year.last_day)
    return said.format(day=dates.day_long(day), file=last_year.file_name, last=last)


def _glance(amount: Decimal) -> str:
    figure, unit = wan_parts(amount, _FIGURE_PLACES)
    return f"{figure} {unit}"


def _voucher(template: Template, value_yuan: Decimal) -> str:
    if not template.vouchers:
        return ""
    voucher = template.vouchers[0]
    price = voucher_points(voucher.value_yuan, value_yuan)
    return _("{points} 分可换 {voucher}。").format(points=points(price), voucher=name_in(voucher.names))


def _checks(cost: Cost) -> list[Check]:
    checks = []
    if cost.largest is not None:
        largest = {"category": name_in(cost.largest.names), "share": percent(cost.largest.share)}
        balanced = _("没有一类超过七成，规则算均衡")
        heavy = _("{category}占 {share}，超过七成，其他奖励显得很少").format(**largest)
        checks.append(Check("ok", balanced) if cost.is_balanced else Check("warn", heavy))
        top = {"share": percent(cost.top_share), "member": cost.top_member}
        spread = _("最多的客户占 {share}，没有集中").format(**top)
        narrow = _("{member}一家占 {share}，积分集中").format(**top)
        checks.append(Check("ok", spread) if cost.is_spread else Check("warn", narrow))
    if cost.idle_rules:
        idle = ngettext(
            "另 {count} 条规则在这份表里没有数据，未计入",
            "另 {count} 条规则在这份表里没有数据，未计入",
            cost.idle_rules,
        )
        checks.append(Check("off", idle.format(count=cost.idle_rules)))
    return checks
