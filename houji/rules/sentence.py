"""A rule as a sentence. Rule text is never written twice: it always comes from the rule."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from houji.kernel.numbers import Rounding
from houji.rules.phrases import counted, language_of, name_in, spaced
from houji.rules.saying import Speaker
from houji.rules.tree import (
    AllOf,
    AwardForm,
    Band,
    DaysBefore,
    FieldOf,
    FixedAward,
    RateAward,
    Rule,
    Scope,
    TableAward,
    VestingRule,
)
from houji.rules.types import Expiry, FieldCatalogue, Span, VestingKind
from houji.rules.wording import format_number, format_points

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class RuleSentence:
    """A rule in parts, read downward as one sentence; parts that say nothing are empty.

    ``line`` is the whole of it without a full stop; ``award`` says the points alone.
    """

    name: str
    when: str
    conditions: tuple[str, ...]
    award: str
    approval: str
    limit: str
    vesting: str
    expiry: str
    line: str


def sentence(rule: Rule, catalogue: FieldCatalogue, language: str) -> RuleSentence:
    """Say a rule in a language (``zh`` or ``en``)."""
    speaker = Speaker(catalogue.fields_of(rule.event_type), language, _UTC)
    event = name_in(catalogue.names_of(rule.event_type), language)
    parts = rule.when.parts if isinstance(rule.when, AllOf) else (rule.when,)
    award = _say_award(speaker, rule.award, rule.rounding)
    said = RuleSentence(
        name=name_in(rule.names, language),
        when=speaker.say("when", event=event),
        conditions=tuple(speaker.condition(part, inner=len(parts) > 1) for part in parts),
        award=award,
        approval=speaker.say("approval_award", award=award) if rule.needs_approval else "",
        limit=say_limit(speaker, rule),
        vesting=_say_vesting(speaker, rule.vesting),
        expiry=_say_expiry(speaker, rule.expiry),
        line="",
    )
    return _with_line(said, speaker)


def _with_line(said: RuleSentence, speaker: Speaker) -> RuleSentence:
    text = speaker.say("and").join(said.conditions)
    condition = speaker.say("if", text=text) if text else ""
    award = said.approval or said.award
    if language_of(speaker.language) == "en":
        start = f"{said.when}{', ' if condition else ''}{condition}: {award}"
        start = start[0].upper() + start[1:]
        clauses = [start, said.limit, said.vesting, said.expiry]
    else:
        clauses = [said.when, condition, award, said.limit, said.vesting, said.expiry]
    line = speaker.say("comma").join(clause for clause in clauses if clause)
    return RuleSentence(
        said.name,
        said.when,
        said.conditions,
        said.award,
        said.approval,
        said.limit,
        said.vesting,
        said.expiry,
        line,
    )


def _say_award(speaker: Speaker, award: AwardForm, rounding: Rounding) -> str:
    language = speaker.language
    match award:
        case FixedAward(points=points):
            return speaker.say("award_fixed", points=format_points(points, language))
        case TableAward(of=of, bands=bands):
            listed = speaker.say("comma").join(_say_band(speaker, award, band) for band in bands)
            return speaker.say("award_table", of=speaker.operand(of), bands=listed)
        case RateAward():
            text = _say_rate(speaker, award)
            # Cutting off parts of a point is what everybody expects; only the rest is worth a word.
            if rounding is Rounding.FLOOR or award.whole:
                return text
            return speaker.say("comma").join((text, speaker.say(f"rounding_{rounding.value}")))


def _say_rate(speaker: Speaker, award: RateAward) -> str:
    number = format_number(award.points)
    unit = "point" if award.points == 1 else "points"
    return speaker.say(
        "award_whole" if award.whole else "award_rate",
        of=speaker.operand(award.of),
        per=speaker.amount(award.per, award.of),
        points=speaker.say("points", points=number, unit=unit),
    )


def _say_band(speaker: Speaker, award: TableAward, band: Band) -> str:
    points = format_points(band.points, speaker.language)
    if not isinstance(award.of, DaysBefore):
        start = spaced(speaker.amount(band.start, award.of), speaker.language).lstrip()
        return speaker.say("band", start=start, points=points)
    if band.start == 0:
        return speaker.say("band_day", points=points)
    phrase = "band_early" if band.start > 0 else "band_late"
    days = int(abs(band.start))
    return speaker.say(phrase, start=days, unit=counted("day", days), points=points)


def say_limit(speaker: Speaker, rule: Rule) -> str:
    """Say what a rule gives once for; empty without a limit."""
    if rule.once_per is None:
        return ""
    scope = "member" if rule.once_per.scope is Scope.MEMBER else "programme"
    if not rule.once_per.fields:
        return speaker.say(f"once_ever_{scope}")
    fields = speaker.say("choice_list").join(speaker.operand(field) for field in rule.once_per.fields)
    return speaker.say(f"once_{scope}", fields=fields)


def _say_vesting(speaker: Speaker, vesting: VestingRule) -> str:
    if vesting.kind is VestingKind.AFTER_DAYS:
        return speaker.say("vest_after", days=vesting.days, unit=counted("day", vesting.days))
    if isinstance(vesting.field, FieldOf):
        return speaker.say("vest_on", field=speaker.operand(vesting.field))
    return ""


def _say_expiry(speaker: Speaker, expiry: Expiry | None) -> str:
    if expiry is None:
        return ""
    if expiry.span is Span.NEVER:
        return speaker.say("valid_never")
    unit = counted(expiry.span.value.removesuffix("s"), expiry.count)
    return speaker.say(f"valid_{expiry.span.value}", count=expiry.count, unit=unit)
