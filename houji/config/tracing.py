"""Every request has a number, so that a report of an error leads to its line in the log."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from houji.kernel.ids import new_public_id


class RequestIdMiddleware:
    """Gives each request a number of our own making and returns it as ``X-Request-Id``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; templates read ``request.request_id``."""
        number = str(new_public_id())
        # A number sent by the client is not taken over: it could forge somebody else's log lines.
        request.request_id = number  # type: ignore[attr-defined]
        response = self._get_response(request)
        response.headers["X-Request-Id"] = number
        return response
