"""The words rules are said with, in Chinese and English.

Sentences and explanations take their language as an argument (a statement may be printed in a
language other than the reader's), so their words stand here and not in the message catalogue.
"""

from __future__ import annotations

from typing import Any

from houji.rules.types import Names

_PHRASES: dict[str, tuple[str, str]] = {
    # Comparisons; dates and numbers have words of their own.
    "eq": ("{left}是{right}", "{left} is {right}"),
    "ne": ("{left}不是{right}", "{left} is not {right}"),
    "in": ("{left}是{right}之一", "{left} is one of {right}"),
    "in_tags": ("{left}含{right}之一", "{left} include one of {right}"),
    "empty": ("{left}未填写", "{left} is missing"),
    "not_empty": ("{left}已填写", "{left} is given"),
    "number_eq": ("{left}等于{right}", "{left} is {right}"),
    "number_ne": ("{left}不等于{right}", "{left} is not {right}"),
    "number_lt": ("{left}小于{right}", "{left} is less than {right}"),
    "number_le": ("{left}不超过{right}", "{left} is at most {right}"),
    "number_gt": ("{left}大于{right}", "{left} is more than {right}"),
    "number_ge": ("{left}不小于{right}", "{left} is at least {right}"),
    "date_lt": ("{left}早于{right}", "{left} is before {right}"),
    "date_le": ("{left}不晚于{right}", "{left} is not after {right}"),
    "date_gt": ("{left}晚于{right}", "{left} is after {right}"),
    "date_ge": ("{left}不早于{right}", "{left} is not before {right}"),
    "and": ("，并且", ", and "),
    "or": ("或者", " or "),
    "group": ("（{text}）", "({text})"),
    "not": ("以下不成立（{text}）", "not ({text})"),
    "all_title": ("全部成立", "all of these"),
    "any_title": ("至少一项成立", "at least one of these"),
    "not_title": ("不成立", "not this"),
    "choice_list": ("、", ", "),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "missing": ("未填写", "missing"),
    "comma": ("，", ", "),
    # Arithmetic.
    "days_early": ("提前天数", "days early"),
    "days_between": ("{first}到{last}的天数", "days from {first} to {last}"),
    "day_of": ("{left}当天", "the day of {left}"),
    "plus_days": ("{left}后 {days} 天", "{days} days after {left}"),
    "minus_days": ("{left}前 {days} 天", "{days} days before {left}"),
    # Days against a deadline.
    "early": ("提前 {days} 天", "{days} {unit} early"),
    "on_the_day": ("到期日当天", "on the due date"),
    "late": ("逾期 {days} 天", "{days} {unit} overdue"),
    "days": ("{days} 天", "{days} {unit}"),
    # Sentences.
    "when": ("{event}时", "{event}"),
    "if": ("如果{text}", "if {text}"),
    "award_fixed": ("奖励 {points}", "{points}"),
    "award_rate": ("{of}每 {per}奖励 {points}", "{points} for every {per} of {of}"),
    "award_whole": ("{of}每满 {per}奖励 {points}", "{points} for every full {per} of {of}"),
    "award_table": ("按{of}奖励：{bands}", "points by {of} ({bands})"),
    "approval_award": ("审批后{award}", "{award} after approval"),
    "band": ("{start}起 {points}", "from {start} {points}"),
    "band_day": ("当天 {points}", "on the day {points}"),
    "band_early": ("提前 {start} 天起 {points}", "from {start} {unit} early {points}"),
    "band_late": ("逾期 {start} 天内 {points}", "up to {start} {unit} overdue {points}"),
    "points": ("{points} 分", "{points} {unit}"),
    "rounding_half_up": ("不足 1 分四舍五入", "parts of a point rounded half up"),
    "rounding_ceiling": ("不足 1 分进为 1 分", "parts of a point rounded up"),
    "once_member": ("每个{fields}一次", "once per {fields}"),
    "once_programme": ("每个{fields}只奖励一次", "once per {fields} among all customers"),
    "once_ever_member": ("每个客户一次", "once per customer"),
    "once_ever_programme": ("所有客户只有一次", "once among all customers"),
    "vest_after": ("{days} 天后生效", "available after {days} {unit}"),
    "vest_on": ("{field}起生效", "available from {field}"),
    "valid_years": ("有效 {count} 年", "valid for {count} {unit}"),
    "valid_months": ("有效 {count} 个月", "valid for {count} {unit}"),
    "valid_days": ("有效 {count} 天", "valid for {count} {unit}"),
    "valid_never": ("长期有效", "valid without end"),
    # Explanations.
    "rounded": ("{exact}，取整 {points}", "{exact}, rounded to {points}"),
    "whole_steps": ("{exact}，取整 {steps} × {points}", "{exact}, rounded down to {steps} × {points}"),
    "fixed_because": ("{values}，固定 {points}", "{values}, fixed {points}"),
    "fixed": ("固定 {points}", "fixed {points}"),
    "in_band": ("{value}，落在 {band}", "{value}, in band {band}"),
    "below_bands": ("{value}，不在任何一档", "{value}, in none of the bands"),
    "band_from": ("{start}以上", "{start} and above"),
    "why_other_event": ("只在{event}时计算", "only reckoned for: {event}"),
    "why_not_met": ("条件不成立：{text}", "does not hold: {text}"),
    "why_already_given": ("{limit}，已经给过", "{limit}, already given"),
    "why_no_points": ("{arithmetic}，不足 1 分", "{arithmetic}, less than 1 point"),
    "why_no_value": ("{fields}未填写，无法计算", "{fields} is missing, so nothing can be reckoned"),
    "why_beyond": ("积分超出可记的上限，核对金额", "more points than can be booked; check the amount"),
}

_EN_PLURALS = {"day": "days", "year": "years", "month": "months", "point": "points"}

_UNITS: dict[str, Names] = {
    "yuan": {"zh": "元", "en": "yuan"},
    "day": {"zh": "天", "en": "days"},
    "points": {"zh": "分", "en": "points"},
}


def language_of(code: str) -> str:
    """Return ``en`` for any English code and ``zh`` for everything else."""
    return "en" if code.lower().startswith("en") else "zh"


def say(phrase: str, language: str, **facts: Any) -> str:
    """Fill a phrase in a language; raises KeyError for a phrase that does not exist."""
    zh, en = _PHRASES[phrase]
    return (en if language_of(language) == "en" else zh).format(**facts)


def name_in(names: Names, language: str) -> str:
    """Return a name in a language."""
    return names[language_of(language)]


def spaced(text: str, language: str) -> str:
    """Add the spaces that Chinese puts between its characters and a figure at either end of a text."""
    if language_of(language) == "en" or not text:
        return text
    start = " " if text[0].isascii() or text[0] == "−" else ""
    return f"{start}{text}{' ' if text[-1].isascii() else ''}"


def counted(unit: str, count: int) -> str:
    """Return the English word for so many days, years, months or points."""
    return unit if abs(count) == 1 else _EN_PLURALS[unit]


def unit_name(unit: str, language: str) -> str:
    """Return the word for a field's unit; a unit without a name is shown as it is."""
    return name_in(_UNITS[unit], language) if unit in _UNITS else unit
