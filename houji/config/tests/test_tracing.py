"""A request's number."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from houji.config.tracing import RequestIdMiddleware


def test_every_answer_carries_a_number_of_our_own() -> None:
    middleware = RequestIdMiddleware(lambda _request: HttpResponse())
    request: HttpRequest = RequestFactory().get("/", headers={"x-request-id": "forged"})
    first, second = middleware(request), middleware(request)
    assert first["X-Request-Id"] not in {"forged", second["X-Request-Id"]}
    assert request.request_id == second["X-Request-Id"]  # type: ignore[attr-defined]
