"""What waits for somebody: the figures beside the navigation."""

from __future__ import annotations

from houji.approvals.queries import pending_requests
from houji.programs.types import ProgramTerms


def waiting_counts(terms: ProgramTerms) -> dict[str, int]:
    """Return how many things wait, by section of the navigation."""
    return {"approvals": pending_requests().count()}
