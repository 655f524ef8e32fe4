"""Reading requests."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from houji.approvals import errors
from houji.approvals.models import Request


def pending_requests() -> QuerySet[Request]:
    """Return what waits for a decision, most urgent first."""
    return Request.objects.filter(state=Request.State.PENDING).order_by("due_at", "id")


def decided_requests() -> QuerySet[Request]:
    """Return what was decided, latest first."""
    return Request.objects.exclude(state=Request.State.PENDING).order_by("-decided_at", "-id")


def request_by_id(request_id: int) -> Request:
    """Return a request; refuses with RequestNotFound."""
    request = Request.objects.filter(id=request_id).first()
    if request is None:
        raise errors.RequestNotFound(request_id=request_id)
    return request


def requests_of(kind: str, subjects: Iterable[str]) -> dict[str, Request]:
    """Return the latest request about each subject; subjects without one are absent."""
    found = Request.objects.filter(kind=kind, subject__in=set(subjects)).order_by("id")
    return {request.subject: request for request in found}
