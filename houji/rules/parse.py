"""Reading a rule set: a JSON document in, a checked tree or every problem of it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from houji.kernel.numbers import Rounding
from houji.rules.errors import KIND_NAMES, Problem, RuleSetRefused
from houji.rules.parse_awards import read_award
from houji.rules.parse_conditions import read_condition
from houji.rules.parse_operands import DAYS_LIMIT, Scope, read_path
from houji.rules.reading import (
    Place,
    listed,
    only_key,
    read_code,
    read_count,
    read_list,
    read_names,
    read_object,
    read_option,
)
from houji.rules.tree import AllOf, FieldOf, OncePer, Reversal, Rule, RuleSet, VestingRule
from houji.rules.tree import Scope as LimitScope
from houji.rules.types import Expiry, FieldCatalogue, FieldKind, Span, VestingKind

RULES_LIMIT = 200
DEFAULT_ZONE = "Asia/Shanghai"
_REQUIRED = ("code", "names", "category", "trigger", "award")
_ABSENT = object()
_OPTIONAL = ("when", "rounding", "once_per", "vesting", "expiry", "approval", "reversal")


def parse_rule_set(document: Mapping[str, Any], catalogue: FieldCatalogue) -> RuleSet:
    """Read and check a rule set; raises RuleSetRefused with every problem found."""
    problems: list[Problem] = []
    rule_set = _read_rule_set(Place(problems), document, catalogue)
    if problems or rule_set is None:
        raise RuleSetRefused(problems=tuple(problems))
    return rule_set


def _read_rule_set(place: Place, value: Any, catalogue: FieldCatalogue) -> RuleSet | None:
    found = read_object(place, value, required=("code", "names", "rules"), optional=("zone",))
    if found is None:
        return None
    code = read_code(place.at("code"), found["code"])
    names = read_names(place.at("names"), found["names"])
    zone = _read_zone(place.at("zone"), found.get("zone", DEFAULT_ZONE))
    rules = _read_rules(place.at("rules"), found["rules"], catalogue)
    if code is None or names is None or zone is None or rules is None:
        return None
    return RuleSet(code, names, zone, rules)


def _read_zone(place: Place, value: Any) -> ZoneInfo | None:
    try:
        return ZoneInfo(value)
    except (ValueError, TypeError, OSError, LookupError):
        place.refuse("unknown_zone", value=str(value))
        return None


def _read_rules(place: Place, value: Any, catalogue: FieldCatalogue) -> tuple[Rule, ...] | None:
    items = read_list(place, value, low=1, high=RULES_LIMIT)
    if items is None:
        return None
    rules: list[Rule] = []
    taken: set[str] = set()
    for index, item in enumerate(items):
        code = item.get("code") if isinstance(item, Mapping) else None
        here = place.item(index).in_rule(code if isinstance(code, str) else None)
        rule = _read_rule(here, item, catalogue)
        if isinstance(code, str) and code in taken:
            here.at("code").refuse("code_taken", value=code)
        if isinstance(code, str):
            taken.add(code)
        if rule is not None:
            rules.append(rule)
    return tuple(rules)


def _read_rule(place: Place, value: Any, catalogue: FieldCatalogue) -> Rule | None:
    found = read_object(place, value, required=_REQUIRED, optional=_OPTIONAL)
    if found is None:
        return None
    code = read_code(place.at("code"), found["code"])
    names = read_names(place.at("names"), found["names"])
    category = read_code(place.at("category"), found["category"])
    event_type = _read_trigger(place.at("trigger"), found["trigger"], catalogue)
    if event_type is None:
        return None
    scope = Scope(place, catalogue.fields_of(event_type))
    when = read_condition(scope.at("when"), found["when"]) if "when" in found else AllOf(())
    award = read_award(scope.at("award"), found["award"])
    terms = _read_terms(scope, found, catalogue)
    if code is None or names is None or category is None or when is None or award is None or terms is None:
        return None
    unit, form = award
    return Rule(
        code=code,
        names=names,
        category=category,
        event_type=event_type,
        when=when,
        unit=unit,
        award=form,
        rounding=terms.rounding,
        once_per=terms.once_per,
        vesting=terms.vesting,
        expiry=terms.expiry,
        needs_approval=terms.needs_approval,
        reversal=terms.reversal,
    )


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms on which a rule gives; every one has a default."""

    rounding: Rounding
    once_per: OncePer | None
    vesting: VestingRule
    expiry: Expiry | None
    needs_approval: bool
    reversal: Reversal | None


def _read_terms(scope: Scope, found: Mapping[str, Any], catalogue: FieldCatalogue) -> _Terms | None:
    place = scope.place
    modes = [mode.value for mode in Rounding]
    rounding = read_option(place.at("rounding"), found.get("rounding", Rounding.FLOOR.value), modes)
    vesting = _read_vesting(scope.at("vesting"), found.get("vesting", {"at_once": True}))
    approval = read_option(place.at("approval"), found.get("approval", "never"), ("never", "always"))
    once_per = _read_once_per(scope.at("once_per"), found["once_per"]) if "once_per" in found else None
    expiry = _read_expiry(place.at("expiry"), found["expiry"]) if "expiry" in found else None
    undoing = found.get("reversal", _ABSENT)
    reversal = None if undoing is _ABSENT else _read_reversal(scope.at("reversal"), undoing, catalogue)
    if rounding is None or vesting is None or approval is None:
        return None
    return _Terms(Rounding(rounding), once_per, vesting, expiry, approval == "always", reversal)


def _read_trigger(place: Place, value: Any, catalogue: FieldCatalogue) -> str | None:
    found = read_object(place, value, required=("event",))
    return None if found is None else _read_event_type(place.at("event"), found["event"], catalogue)


def _read_event_type(place: Place, value: Any, catalogue: FieldCatalogue) -> str | None:
    if not isinstance(value, str) or value not in catalogue.event_types:
        place.refuse("unknown_event", value=str(value), known=listed(catalogue.event_types))
        return None
    return value


def _read_once_per(scope: Scope, value: Any) -> OncePer | None:
    found = read_object(scope.place, value, required=("fields",), optional=("within",))
    if found is None:
        return None
    listing = scope.at("fields")
    paths = read_list(listing.place, found["fields"], low=0, high=5)
    within = found.get("within", LimitScope.MEMBER.value)
    word = read_option(scope.place.at("within"), within, [each.value for each in LimitScope])
    if paths is None or word is None:
        return None
    fields = [read_path(listing.item(index), path) for index, path in enumerate(paths)]
    return OncePer(tuple(field for field in fields if field is not None), LimitScope(word))


def _read_vesting(scope: Scope, value: Any) -> VestingRule | None:
    place = scope.place
    form = only_key(place, value, ("at_once", "after_days", "until_date_field"))
    if form == "at_once":
        return VestingRule() if _is_true(place.at(form), value[form]) else None
    if form == "after_days":
        days = read_count(place.at(form), value[form], low=1, high=DAYS_LIMIT)
        return None if days is None else VestingRule(VestingKind.AFTER_DAYS, days)
    field = None if form is None else read_path(scope.at("until_date_field"), value[form])
    return None if field is None else _vest_on(place.at("until_date_field"), field)


def _is_true(place: Place, value: Any) -> bool:
    if value is not True:
        place.refuse("not_true")
    return value is True


def _vest_on(place: Place, field: FieldOf) -> VestingRule | None:
    if field.kind is FieldKind.DATE:
        return VestingRule(VestingKind.ON_DATE, field=field)
    kinds = {"kind": KIND_NAMES[field.kind], "needed": KIND_NAMES["date"]}
    place.refuse("kind_needed", field=field.path, **kinds)
    return None


def _read_expiry(place: Place, value: Any) -> Expiry | None:
    form = only_key(place, value, tuple(span.value for span in Span))
    if form is None:
        return None
    if form == Span.NEVER:
        return Expiry(Span.NEVER) if _is_true(place.at(form), value[form]) else None
    high = {Span.YEARS: 100, Span.MONTHS: 1200, Span.DAYS: DAYS_LIMIT}[Span(form)]
    count = read_count(place.at(form), value[form], low=1, high=high)
    return None if count is None else Expiry(Span(form), count)


def _read_reversal(scope: Scope, value: Any, catalogue: FieldCatalogue) -> Reversal | None:
    """The key must exist in both events, or no reversal could ever find its award."""
    found = read_object(scope.place, value, required=("event", "key"))
    if found is None:
        return None
    event_type = _read_event_type(scope.place.at("event"), found["event"], catalogue)
    own = read_path(scope.at("key"), found["key"])
    if event_type is None or own is None:
        return None
    other = Scope(scope.place.at("key"), catalogue.fields_of(event_type))
    return None if read_path(other, own.path) is None else Reversal(event_type, own.path)
