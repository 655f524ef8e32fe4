"""Chinese unless a person chose otherwise; API clients choose by Accept-Language."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers


class LanguageMiddleware:
    """Activates the language of a request.

    Django's own middleware would show English to everybody whose browser is English; the product
    is Chinese by default, and English is a person's choice, kept in a cookie.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in its language, and say what the language depended on."""
        by_header = request.path.startswith("/api/")
        language = translation.get_language_from_request(request) if by_header else chosen_language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self._get_response(request)
        patch_vary_headers(response, ["Accept-Language" if by_header else "Cookie"])
        response.headers.setdefault("Content-Language", language)
        return response


def chosen_language(request: HttpRequest) -> str:
    """Return the language of the cookie, Chinese when there is none or it is unknown."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
