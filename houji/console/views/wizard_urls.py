"""The addresses of the first run and the wizard."""

from __future__ import annotations

from django.urls import path

from houji.console.views import opening, wizard

urlpatterns = [
    path("", wizard.start, name="start"),
    path("company", opening.open_company, name="start-company"),
    path("answers", wizard.answer, name="start-answers"),
    path("file", wizard.upload, name="start-file"),
    path("sample", wizard.use_sample, name="start-sample"),
    path("since", wizard.count_from, name="start-since"),
    path("begin", wizard.begin, name="start-begin"),
]
