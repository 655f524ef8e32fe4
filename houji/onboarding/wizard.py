"""What a template would have cost last year: decided by the very rules, over a file, and never posted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from math import ceil
from typing import Any, Self

from houji.intake.event_types.catalogue import field_catalogue
from houji.intake.types import DraftEvent
from houji.kernel.numbers import EXACT, plain
from houji.members.actions import UnknownMember, facts_of_unknown
from houji.onboarding.receipts import Receipts
from houji.rulebook.templates import Template, available_templates, load_template
from houji.rules.compile import CompiledRules, compile_rules, decide, limit_keys
from houji.rules.parse import parse_rule_set
from houji.rules.sentence import RuleSentence, sentence
from houji.rules.tree import RateAward, Rule, TableAward, fields_in, leaves
from houji.rules.types import EventFacts, Facts, LimitKey

BALANCED_MAX = Decimal("0.7")
"""A category above this share makes the others worth little."""

CONCENTRATED_MAX = Decimal("0.1")
"""A customer above this share gets more than a tenth of everything."""

_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Trial:
    """What one template would have given for a year's business; ``idle_rules`` are codes without data."""

    points_by_category: Mapping[str, int]
    top_member: str
    top_points: int
    idle_rules: tuple[str, ...]

    @property
    def points(self) -> int:
        """All points."""
        return sum(self.points_by_category.values())


@dataclass(frozen=True, slots=True)
class LastYear:
    """A year's business with its trial under every template; small enough to be kept in a session."""

    file_name: str
    is_sample: bool
    mapping_names: Mapping[str, str]
    rows_total: int
    rows_counted: int
    rows_bad: int
    rows_older: int
    rows_mixed: int
    members: int
    first_day: date
    last_day: date
    contract_yuan: Decimal
    trials: Mapping[str, Trial]

    def to_json(self) -> dict[str, Any]:
        """Write it as JSON values."""
        simple = {name: getattr(self, name) for name in _SIMPLE}
        trials = {
            code: [dict(one.points_by_category), one.top_member, one.top_points, list(one.idle_rules)]
            for code, one in self.trials.items()
        }
        days = {"first_day": self.first_day.isoformat(), "last_day": self.last_day.isoformat()}
        return {
            **simple,
            **days,
            "mapping_names": dict(self.mapping_names),
            "contract_yuan": plain(self.contract_yuan),
            "trials": trials,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote."""
        return cls(
            **{name: stored[name] for name in _SIMPLE},
            first_day=date.fromisoformat(stored["first_day"]),
            last_day=date.fromisoformat(stored["last_day"]),
            mapping_names=stored["mapping_names"],
            contract_yuan=Decimal(stored["contract_yuan"]),
            trials={
                code: Trial(points, member, top, tuple(idle))
                for code, (points, member, top, idle) in stored["trials"].items()
            },
        )


_SIMPLE = (
    "file_name",
    "is_sample",
    "rows_total",
    "rows_counted",
    "rows_bad",
    "rows_older",
    "rows_mixed",
    "members",
)


@dataclass(frozen=True, slots=True)
class CategoryCost:
    """What one category of awards costs, and its share of all."""

    code: str
    names: Mapping[str, str]
    cost_yuan: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class Cost:
    """The answer: what last year would have cost were every point redeemed.

    ``share_of_contracts`` and ``yuan_per_million`` are None where the file has no amounts.
    """

    points: int
    cost_yuan: Decimal
    share_of_contracts: Decimal | None
    yuan_per_million: Decimal | None
    categories: tuple[CategoryCost, ...]
    top_member: str
    top_share: Decimal
    idle_rules: int

    @property
    def largest(self) -> CategoryCost | None:
        """The category that costs most."""
        return self.categories[0] if self.categories else None

    @property
    def is_balanced(self) -> bool:
        """Whether no category takes more than seven tenths."""
        return self.largest is None or self.largest.share <= BALANCED_MAX

    @property
    def is_spread(self) -> bool:
        """Whether no customer gets more than a tenth."""
        return self.top_share <= CONCENTRATED_MAX


def try_templates(receipts: Receipts, *, is_sample: bool = False) -> LastYear:
    """Decide a year's business under every template. Pure: nothing is read or written elsewhere."""
    return LastYear(
        file_name=receipts.name,
        is_sample=is_sample,
        mapping_names=receipts.mapping_names,
        rows_total=receipts.rows_total,
        rows_counted=len(receipts.drafts),
        rows_bad=receipts.rows_bad,
        rows_older=receipts.rows_older,
        rows_mixed=receipts.rows_mixed,
        members=len({draft.member_key for draft in receipts.drafts}),
        first_day=receipts.first_day,
        last_day=receipts.last_day,
        contract_yuan=receipts.contract_yuan,
        trials={one.code: try_template(one, receipts.drafts) for one in available_templates()},
    )


def try_template(template: Template, drafts: Sequence[DraftEvent]) -> Trial:
    """Decide events one after another as posting would, and add up what they earn."""
    rules = _compiled(template.code)
    by_category: Counter[str] = Counter()
    by_member: Counter[str] = Counter()
    names: dict[str, str] = {}
    used: set[LimitKey] = set()
    for draft in drafts:
        event = EventFacts(draft.type, draft.occurred_at, draft.data)
        member = facts_of_unknown(UnknownMember(draft.member_key, draft.member_name, draft.member_kind))
        wanted = limit_keys(event, Facts(member), rules)
        decision = decide(event, Facts(member, wanted & used), rules)
        names[draft.member_key] = member["name"]
        for award in decision.awards:
            by_category[award.category] += award.points
            by_member[draft.member_key] += award.points
            used.update((award.rule_code, key) for key in award.limit_keys)
    top, points = min(by_member.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
    return Trial(dict(by_category), names.get(top, ""), points, _idle(rules, drafts))


def cost_of(last_year: LastYear, template: Template, value_yuan: Decimal) -> Cost:
    """Return what a trial costs at a point's value in yuan."""
    trial = last_year.trials[template.code]
    total = trial.points * value_yuan
    contracts = last_year.contract_yuan
    share = EXACT.divide(total, contracts) if contracts > 0 else None
    categories = [
        CategoryCost(
            category.code,
            category.names,
            trial.points_by_category[category.code] * value_yuan,
            _share(trial.points_by_category[category.code], trial.points),
        )
        for category in template.categories
        if trial.points_by_category.get(category.code)
    ]
    return Cost(
        points=trial.points,
        cost_yuan=total,
        share_of_contracts=share,
        yuan_per_million=None if share is None else share * _MILLION,
        categories=tuple(sorted(categories, key=lambda one: -one.cost_yuan)),
        top_member=trial.top_member,
        top_share=_share(trial.top_points, trial.points),
        idle_rules=len(trial.idle_rules),
    )


def rule_sentences(template: Template, language: str) -> list[RuleSentence]:
    """Say a template's rules, in their order."""
    rules = _compiled(template.code)
    return [sentence(rule, rules.catalogue, language) for rule in rules.rule_set.rules]


def voucher_points(value_yuan: Decimal, point_value_yuan: Decimal) -> int:
    """Return how many points a voucher costs, so that points are worth what was promised."""
    return ceil(EXACT.divide(value_yuan, point_value_yuan))


@cache
def _compiled(template_code: str) -> CompiledRules:
    catalogue = field_catalogue()
    return compile_rules(parse_rule_set(load_template(template_code).rule_set, catalogue), catalogue)


def _idle(rules: CompiledRules, drafts: Sequence[DraftEvent]) -> tuple[str, ...]:
    """Name the rules whose event, or whose fields, the file does not have at all."""
    present: dict[str, set[str]] = {}
    for draft in drafts:
        present.setdefault(draft.type, set()).update(draft.data)
    return tuple(
        rule.code
        for rule in rules.rule_set.rules
        if rule.event_type not in present or not _event_fields(rule) <= present[rule.event_type]
    )


def _event_fields(rule: Rule) -> set[str]:
    operands = [side for part in rule.conditions for leaf in leaves(part) for side in (leaf.left, leaf.right)]
    if isinstance(rule.award, RateAward | TableAward):
        operands.append(rule.award.of)
    paths = {field.path for operand in operands for field in fields_in(operand)}
    return {path.removeprefix("event.") for path in paths if path.startswith("event.")} - {"occurred_at"}


def _share(part: int, whole: int) -> Decimal:
    return EXACT.divide(Decimal(part), Decimal(whole)) if whole else Decimal(0)
