"""Every code is documented, and the reference says what the product says.

``HOUJI_WRITE_REFERENCE=1`` writes the file anew instead of comparing it.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from pathlib import Path

import houji
from houji.api.catalogue import refusal_classes
from houji.api.reference import problems_reference
from houji.kernel.refusals import Refusal


def every_refusal() -> set[type[Refusal]]:
    """Import everything there is and return all refusals found on the way."""
    for module in pkgutil.walk_packages(houji.__path__, "houji."):
        parts = set(module.name.split("."))
        if not parts & {"tests", "migrations", "__main__", "wsgi"}:
            importlib.import_module(module.name)
    found, waiting = set(), [Refusal]
    while waiting:
        children = waiting.pop().__subclasses__()
        waiting += children
        found |= {child for child in children if ".tests." not in child.__module__}
    return {child for child in found if "code" in vars(child)}


def test_the_catalogue_knows_every_refusal() -> None:
    assert every_refusal() == set(refusal_classes())


def test_no_two_refusals_share_a_code() -> None:
    codes = [refusal.code for refusal in refusal_classes()]
    assert sorted(codes) == sorted(set(codes))


def test_the_reference_documents_every_code(project_root: Path) -> None:
    path = project_root / "docs" / "reference" / "problems.md"
    if os.environ.get("HOUJI_WRITE_REFERENCE") == "1":
        path.write_text(problems_reference(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == problems_reference()
