"""Every code the API can answer with, found by looking: for the reference and for the page of types."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise

import houji
from houji.api.problems import status_of
from houji.intake.problems import PROBLEMS
from houji.kernel.refusals import Refusal


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """A permanent code: its kind and HTTP status, what it means and what to do, as translatable texts.

    ``status`` is None where only commands answer so.
    """

    code: str
    kind: str
    status: int | None
    meaning: str | Promise
    remedy: str | Promise


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """A permanent code of one fault inside an event or a row of a file."""

    code: str
    meaning: str | Promise
    remedy: str | Promise


def refusal_codes() -> list[CodeFacts]:
    """Return the codes of all refusals of the product, in alphabetical order."""
    _import_everything()
    found = {refusal.code: _facts(refusal) for refusal in sorted(_subclasses(Refusal), key=_origin)}
    return [found[code] for code in sorted(found)]


def field_codes() -> list[FieldFacts]:
    """Return the codes that stand in ``errors``, in alphabetical order."""
    return [FieldFacts(code, *PROBLEMS[code]) for code in sorted(PROBLEMS)]


def refusal_classes() -> list[type[Refusal]]:
    """Return every refusal of the product that has a code of its own."""
    _import_everything()
    return sorted(_subclasses(Refusal), key=_origin)


def _facts(refusal: type[Refusal]) -> CodeFacts:
    status = None if refusal.__module__.startswith("houji.config.") else status_of(refusal)
    return CodeFacts(refusal.code, refusal.kind.value, status, refusal.text, refusal.way_out)


def _origin(refusal: type[Refusal]) -> tuple[str, str]:
    return refusal.__module__, refusal.__name__


def _subclasses(parent: type[Refusal]) -> Iterator[type[Refusal]]:
    for child in parent.__subclasses__():
        if "code" in vars(child) and ".tests." not in child.__module__:
            yield child
        yield from _subclasses(child)


def _import_everything() -> None:
    for module in pkgutil.walk_packages(houji.__path__, "houji."):
        parts = module.name.split(".")
        if parts[-1] in {"errors", "templates"} and "tests" not in parts:
            importlib.import_module(module.name)
