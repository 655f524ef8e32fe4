"""Chinese unless chosen otherwise."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from houji.config.language import LanguageMiddleware


def spoken(path: str, **headers: str) -> str:
    seen: list[str] = []

    def page(_request: HttpRequest) -> HttpResponse:
        seen.append(translation.get_language() or "")
        return HttpResponse()

    request = RequestFactory().get(path, headers={"accept-language": headers.get("accept", "")})
    if "cookie" in headers:
        request.COOKIES["houji_language"] = headers["cookie"]
    LanguageMiddleware(page)(request)
    return seen[0]


def test_an_english_browser_still_sees_chinese() -> None:
    assert spoken("/console/", accept="en-US,en") == "zh-hans"


def test_a_person_may_choose_english() -> None:
    assert spoken("/console/", cookie="en") == "en"


def test_an_unknown_choice_is_chinese() -> None:
    assert spoken("/portal/", cookie="../etc") == "zh-hans"


def test_an_api_client_chooses_by_header() -> None:
    assert spoken("/api/v1/events", accept="en") == "en"
    assert spoken("/api/v1/events") == "zh-hans"
