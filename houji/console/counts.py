"""What waits for somebody: the figures beside the navigation."""

from __future__ import annotations

from houji.approvals.queries import pending_requests
from houji.insights.queries import open_disputes


def waiting_counts() -> dict[str, int]:
    """Return how many things wait, by section of the navigation."""
    return {"approvals": pending_requests().count(), "statements": len(open_disputes())}
