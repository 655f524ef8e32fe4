"""Problems between their stored form and the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

from houji.connect import errors, row_errors
from houji.connect.types import RowProblem, ShownProblem
from houji.earning import errors as earning_errors
from houji.intake import errors as intake_errors
from houji.intake.problems import PROBLEMS, Problem
from houji.kernel.refusals import Refusal
from houji.rulebook import errors as rulebook_errors

_FIELDS = {
    "member_unknown": "member_key",
    "event_conflict": "business_no",
    "nothing_to_reverse": "business_no",
    "already_reversed": "business_no",
    "row_conflicts": "business_no",
    "row_differs": "business_no",
    "row_repeats": "business_no",
    "event_repeats": "business_no",
    "reversal_amount_differs": "amount",
    "points_out_of_range": "amount",
    "units_mixed_up": "amount",
    "no_rules_in_force": "occurred_at",
}
"""Which field a refusal is about."""


def of_refusal(refusal: Refusal, columns: Mapping[str, str]) -> RowProblem:
    """Return the stored form of a refusal of one row; ``columns`` are the file's headers by field."""
    field = _FIELDS.get(refusal.code, "")
    return RowProblem(field, columns.get(field, ""), refusal.code, refusal.facts)


def of_problem(problem: Problem) -> RowProblem:
    """Return the stored form of what the mapping found."""
    return RowProblem(problem.field, problem.column, problem.code, dict(problem.facts))


def show(stored: Mapping[str, Any]) -> ShownProblem:
    """Say a stored problem in the active language."""
    code, facts = stored["code"], stored["facts"]
    said: Problem | Refusal
    said = Problem(stored["field"], code, facts) if code in PROBLEMS else refusal(code, facts)
    return ShownProblem(stored["field"], stored["column"], code, said.message, said.remedy)


def refusal(code: str, facts: Mapping[str, Any]) -> Refusal:
    """Make a stored refusal again."""
    return _refusals()[code](**facts)


@cache
def _refusals() -> dict[str, type[Refusal]]:
    modules: tuple[ModuleType, ...] = (errors, row_errors, intake_errors, earning_errors, rulebook_errors)
    return {
        value.code: value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Refusal)
    }
