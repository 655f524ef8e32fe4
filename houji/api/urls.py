"""The addresses of the API: the application, the page of problem types, and an answer for all others."""

from __future__ import annotations

from typing import cast

from django.urls import URLPattern, include, path, re_path

from houji.api import application, pages
from houji.api.routes import router

application.api.add_router("/v1", router)
_patterns, _app, _namespace = application.api.urls

urlpatterns = [
    path("docs/reference/problems", pages.problem_types, name="api_problem_types"),
    path(
        "",
        include(
            ([application.guard(cast("URLPattern", pattern)) for pattern in _patterns], _app), _namespace
        ),
    ),
    re_path("^.*$", application.guarded(application.say_unknown)),
]
