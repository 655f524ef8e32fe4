"""What last year would have cost: read from a file, decided by the rules, never posted."""

from __future__ import annotations

import json
import time
from datetime import date
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest

from houji.connect.errors import FileKindUnsupported
from houji.intake.errors import ColumnMissing
from houji.intake.mapping.library import shipped_mappings
from houji.onboarding import receipts as reading
from houji.onboarding.errors import TrialEmpty, TrialTooLarge, TrialUnreadable
from houji.onboarding.receipts import Receipts, read_receipts
from houji.onboarding.samples import sample_year
from houji.onboarding.wizard import LastYear, cost_of, rule_sentences, try_templates, voucher_points
from houji.rulebook.templates import load_template

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEADER = "客户编码,客户名称,发票号,金额,到期日,到账日,是否投诉"
SEED = load_template("engineering_seed")
BALANCED = load_template("engineering_balanced")


def line(number: int, *, member: str = "K1", amount: str = "100000", settled: str = "2026-03-01") -> str:
    return f"{member},客户{member},FP-{number:05},{amount},2026-03-15,{settled},否"


def read(*lines: str, header: str = HEADER) -> Receipts:
    content = "\n".join((header, *lines)).encode()
    return read_receipts(BytesIO(content), "回款.csv", zone=SHANGHAI, mappings=shipped_mappings())


def test_the_cost_is_what_the_rules_give_times_the_value_of_a_point() -> None:
    year = try_templates(
        read(line(1), line(2, amount="50000", settled="2026-03-15"), line(3, settled="2026-04-01"))
    )

    seed = cost_of(year, SEED, Decimal("0.1"))

    # 250,000 yuan give 2,500; one paid early, one on the day; three without a complaint.
    assert seed.points == 2500 + 80 + 50 + 3 * 30
    assert seed.cost_yuan == Decimal("272.0")
    assert year.contract_yuan == 250_000
    assert seed.share_of_contracts == Decimal("272") / Decimal("250000")
    assert seed.yuan_per_million == Decimal("1088")
    assert [(one.code, one.cost_yuan) for one in seed.categories] == [
        ("amount", Decimal("250.0")),
        ("payment", Decimal("13.0")),
        ("no_complaint", Decimal("9.0")),
    ]
    balanced = cost_of(year, BALANCED, Decimal(1))
    assert balanced.points == 20 + 10 + 20 + 80 + 50 + 90


def test_it_warns_where_one_category_or_one_customer_takes_nearly_all() -> None:
    one = try_templates(read(line(1)))
    many = try_templates(read(*(line(n, member=f"K{n}") for n in range(20))))

    assert not cost_of(one, SEED, Decimal(1)).is_balanced
    assert not cost_of(one, SEED, Decimal(1)).is_spread
    assert cost_of(one, SEED, Decimal(1)).top_member == "客户K1"
    assert cost_of(many, BALANCED, Decimal(1)).is_balanced
    assert cost_of(many, BALANCED, Decimal(1)).is_spread


def test_rules_without_data_are_counted_apart() -> None:
    complete = try_templates(read(line(1)))
    without = read("K1,客户,FP-1,100000,2026-03-15,2026-03-01", header=HEADER.removesuffix(",是否投诉"))

    assert complete.trials[SEED.code].idle_rules == ("survey", "referral", "joint")
    assert try_templates(without).trials[SEED.code].idle_rules == (
        "no_complaint",
        "survey",
        "referral",
        "joint",
    )


def test_only_the_latest_twelve_months_count() -> None:
    found = read(line(1, settled="2024-12-31"), line(2, settled="2025-03-01"), line(3, settled="2026-03-01"))

    assert len(found.drafts) == 1
    assert found.rows_older == 2
    assert (found.first_day, found.last_day) == (date(2026, 3, 1), date(2026, 3, 1))


def test_repeats_count_once_and_red_lines_take_business_back() -> None:
    red = line(2, amount="-70000", settled="2026-05-01")

    found = read(line(1), line(1), line(2, amount="70000"), red)

    assert [draft.business_no for draft in found.drafts] == ["FP-00001"]
    assert found.contract_yuan == 100_000


def test_a_mix_up_of_units_is_read_as_yuan() -> None:
    usual = [line(n, amount=str(100_000 + n)) for n in range(9)]

    found = read(*usual, line(99, amount="1200000000"))

    assert found.rows_mixed == 1
    assert found.contract_yuan < 2_000_000


def test_bad_rows_are_left_out_and_counted() -> None:
    found = read(line(1), line(2, settled="2026-02-30"), line(3, amount="NaN"))

    assert len(found.drafts) == 1
    assert found.rows_bad == 2


def test_columns_that_no_rule_needs_do_not_stop_a_trial() -> None:
    assert len(read(line(1) + ",随便", header=HEADER + ",从未见过的列").drafts) == 1


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"0" * 40, FileKindUnsupported),
        (b"a,b\n1,2\n", ColumnMissing),
        (HEADER.encode(), TrialEmpty),
        ((HEADER + "\nK1,x,FP-1,abc,2026-03-15,2026-03-01,否").encode(), TrialUnreadable),
    ],
)
def test_a_file_without_receivables_is_refused(content: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        read_receipts(BytesIO(content), "x.csv", zone=SHANGHAI, mappings=shipped_mappings())


def test_a_file_of_many_years_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROWS_MAX", 3)

    with pytest.raises(TrialTooLarge):
        read(*(line(n) for n in range(4)))


def test_a_trial_survives_the_session() -> None:
    year = try_templates(read(line(1), line(2, member="K2")))

    assert LastYear.from_json(json.loads(json.dumps(year.to_json()))) == year


def test_four_thousand_rows_are_tried_while_one_waits() -> None:
    lines = [line(n, member=f"K{n % 200}", amount=str(60_000 + n)) for n in range(4000)]
    started = time.perf_counter()

    year = try_templates(read(*lines))

    assert year.rows_counted == 4000
    assert time.perf_counter() - started < 2


def test_the_sample_is_read_like_any_file() -> None:
    year = sample_year(date(2026, 11, 20), SHANGHAI)

    assert year.rows_bad == year.rows_mixed == 0
    assert year.members > 100
    cost = cost_of(year, BALANCED, BALANCED.point_value_yuan)
    assert cost.is_balanced
    assert cost.is_spread
    assert cost.share_of_contracts is not None
    assert cost.share_of_contracts < Decimal("0.01")


def test_every_rule_of_a_template_is_said_in_both_languages() -> None:
    chinese, english = rule_sentences(SEED, "zh"), rule_sentences(SEED, "en")

    assert chinese[0].line == "付款到账时，金额每 1 万元奖励 100 分"
    assert len(chinese) == len(english) == len(SEED.rule_set["rules"])
    assert all(said.line.isascii() for said in english)


@pytest.mark.parametrize(("value", "points"), [("1", 2000), ("0.1", 20_000), ("0.3", 6667)])
def test_a_voucher_costs_what_its_yuan_are_worth_in_points(value: str, points: int) -> None:
    assert voucher_points(Decimal(2000), Decimal(value)) == points
