"""The programmes that ship with Houji, judged on receivables that nobody here made up.

``receivables.csv`` is a published IBM sample of 2,466 invoices. The totals below are those of
this seed programme on that sample, one event per settled invoice, InvoiceAmount read as 万元.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from houji.kernel.numbers import plain
from houji.kernel.time import start_of_day
from houji.rulebook.templates import ORDER, TemplateNotFound, available_templates, load_template
from houji.rules.compile import CompiledRules, compile_rules, decide
from houji.rules.parse import parse_rule_set
from houji.rules.sentence import sentence
from houji.rules.tests.catalogue import CATALOGUE
from houji.rules.types import EventFacts, Expiry, Facts, Names, Span

SAMPLE = Path(__file__).parents[3] / "tests" / "data" / "receivables.csv"


def _day(text: str) -> date:
    month, day, year = text.split("/")
    return date(int(year), int(month), int(day))


@cache
def compiled(code: str) -> CompiledRules:
    rule_set = parse_rule_set(load_template(code).rule_set, CATALOGUE)
    return compile_rules(rule_set, CATALOGUE)


def invoices(rules: CompiledRules) -> list[tuple[Facts, EventFacts]]:
    with SAMPLE.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    return [(Facts({"key": row["customerID"]}), _settled(row, rules)) for row in rows]


def _settled(row: dict[str, str], rules: CompiledRules) -> EventFacts:
    settled = _day(row["SettledDate"])
    data = {
        "invoice_no": row["invoiceNumber"],
        "amount": plain(Decimal(row["InvoiceAmount"]) * 10_000),
        "due_date": _day(row["DueDate"]).isoformat(),
        "settled_date": settled.isoformat(),
        "disputed": row["Disputed"] == "Yes",
    }
    return EventFacts("invoice.settled", start_of_day(settled, rules.rule_set.zone), data)


@cache
def judged(code: str) -> tuple[Counter[str], Counter[str], Counter[tuple[str, int]]]:
    """Points by category, points by member, and how often each category gave which points."""
    rules = compiled(code)
    categories: Counter[str] = Counter()
    members: Counter[str] = Counter()
    times: Counter[tuple[str, int]] = Counter()
    for facts, event in invoices(rules):
        for award in decide(event, facts, rules).awards:
            categories[award.category] += award.points
            members[facts.member["key"]] += award.points
            times[award.category, award.points] += 1
    return categories, members, times


def test_real_receivables_earn_what_was_published() -> None:
    categories, members, _ = judged("engineering_seed")
    assert categories == {"amount": 14_770_318, "payment": 124_600, "no_complaint": 57_150}
    assert (len(members), members.total()) == (100, 14_952_068)


def test_real_payments_are_early_on_time_or_late() -> None:
    _, _, times = judged("engineering_seed")
    early, on_time, undisputed = times["payment", 80], times["payment", 50], times["no_complaint", 30]
    assert (early, on_time, 2466 - early - on_time, undisputed) == (1505, 84, 877, 1905)


def test_real_customers_rank_as_published() -> None:
    ranked = judged("engineering_seed")[1].most_common()
    assert ranked[:5] == [
        ("4640-FGEJI", 266_026),
        ("1080-NDGAE", 265_901),
        ("6048-QPZCF", 240_409),
        ("6833-ETVHD", 237_206),
        ("5924-UOPGH", 235_441),
    ]
    assert ranked[-2:] == [("0706-NRGUP", 54_758), ("6391-GBFQJ", 35_578)]


def test_the_literal_variant_warns_of_the_share_amount_really_has() -> None:
    categories = judged("engineering_seed")[0]
    share = f"{Decimal(categories['amount']) / categories.total():.1%}"
    assert share == "98.8%"
    warning = load_template("engineering_seed").warning
    assert warning is not None
    assert share in warning["zh"]
    assert share in warning["en"]


def test_the_balanced_variant_leaves_amount_a_smaller_share() -> None:
    def share(code: str) -> Decimal:
        categories = judged(code)[0]
        return Decimal(categories["amount"]) / categories.total()

    assert share("engineering_balanced") < share("engineering_seed") - Decimal("0.05")
    assert load_template("engineering_balanced").warning is None


def test_the_seed_is_worth_what_the_seed_says() -> None:
    seed = load_template("engineering_seed")
    assert (seed.point_value_yuan, seed.smallest_redemption_points) == (Decimal(1), 100)
    assert seed.validity == Expiry(Span.YEARS, 1)
    assert [(voucher.price_points, voucher.value_yuan) for voucher in seed.vouchers] == [
        (2000, Decimal(2000))
    ]
    assert seed.in_force_from is None


def _names_in(value: Any) -> list[Names]:
    if isinstance(value, dict):
        if "zh" in value:
            return [value]
        return [names for item in value.values() for names in _names_in(item)]
    return [names for item in value for names in _names_in(item)] if isinstance(value, list | tuple) else []


@pytest.mark.parametrize("code", ORDER)
def test_a_template_is_whole(code: str) -> None:
    template = load_template(code)
    rules = compiled(code).rule_set.rules
    assert [category.code for category in template.categories] == [
        "amount",
        "payment",
        "no_complaint",
        "survey",
        "referral",
        "joint",
    ]
    assert [category.colour for category in template.categories] == ["c1", "c2", "c3", "c4", "c5", "c6"]
    assert {rule.category for rule in rules} == {category.code for category in template.categories}
    assert {rule.unit for rule in rules} == {template.unit.code}
    assert {rule.event_type for rule in rules if rule.reversal} == {"invoice.settled"}


@pytest.mark.parametrize("code", ORDER)
def test_a_template_speaks_both_languages(code: str) -> None:
    template = load_template(code)
    texts = [template.names, template.description, template.unit.names, template.unit.symbol]
    texts += [category.names for category in template.categories]
    texts += [voucher.names for voucher in template.vouchers]
    texts += _names_in(template.rule_set)
    assert all(set(text) == {"zh", "en"} and all(text.values()) for text in texts)
    lines = [sentence(rule, CATALOGUE, "en").line for rule in compiled(code).rule_set.rules]
    assert all(line.isascii() for line in lines)


def test_templates_are_offered_in_order() -> None:
    assert [template.code for template in available_templates()] == list(ORDER)


def test_an_unknown_template_is_refused_with_those_there_are() -> None:
    with pytest.raises(TemplateNotFound) as refused:
        load_template("engineering_gold")
    assert refused.value.known == "engineering_seed、engineering_balanced"
