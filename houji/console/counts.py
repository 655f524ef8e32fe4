"""What waits for somebody: the figures beside the navigation."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from houji.approvals.queries import pending_requests
from houji.connect.queries import recent_imports
from houji.insights.queries import open_disputes
from houji.kernel.ids import ProgramId

UNFINISHED = ("uploaded", "previewed")
"""The states of an import that nobody has carried on with: nothing of it is in the books."""


def unfinished_imports(program_id: ProgramId) -> QuerySet[Any]:
    """Return the imports that were uploaded or previewed but not posted, latest first."""
    return recent_imports(program_id).filter(state__in=UNFINISHED)


def waiting_counts(program_id: ProgramId) -> dict[str, int]:
    """Return how many things wait, by section of the navigation."""
    return {
        "approvals": pending_requests().count(),
        "statements": len(open_disputes()),
        "imports": unfinished_imports(program_id).count(),
    }
