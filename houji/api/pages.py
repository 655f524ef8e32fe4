"""Pages for people who connect another system: what each problem type means."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from houji.api.catalogue import field_codes, refusal_codes
from houji.api.problems import title_of


@require_safe
def problem_types(request: HttpRequest) -> HttpResponse:
    """Show every problem type; the ``type`` of a problem points at its row."""
    rows = [(facts, title_of(facts.status)) for facts in refusal_codes() if facts.status is not None]
    return render(request, "api/problem_types.html", {"rows": rows, "fields": field_codes()})
