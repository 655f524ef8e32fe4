"""Which face answers to which address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView
from django.views.i18n import set_language


@require_safe
def say_alive(_request: HttpRequest) -> HttpResponse:
    """Answer a load balancer: this process takes requests."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/console/"), name="home"),
    path("healthz", say_alive, name="alive"),
    path("language", set_language, name="set_language"),
    path("api/", include("houji.api.urls")),
    path("console/", include("houji.console.urls")),
    path("portal/", include("houji.portal.urls")),
    path("board/", include("houji.board.urls")),
]
