"""The public ranking of a month. Nobody signs in here, and nothing of a person is shown."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from houji.access.actions import all_companies, company_by_code
from houji.access.errors import CompanyNotFound
from houji.access.tenant import tenant
from houji.insights.ranking import public_board
from houji.insights.types import Board, BoardRow
from houji.kernel.ids import CompanyId
from houji.kernel.time import add_months, local_date
from houji.programs.errors import NoProgramYet
from houji.programs.queries import program_by_code, terms_of
from houji.programs.types import ProgramTerms
from houji.wording import dates, numbers
from houji.wording.numbers import in_chinese

CACHED_SECONDS = 300
ABSENT_SECONDS = 60
MONTHS_BACK = 12
OTHERS_MAX = 40


@require_safe
def boards(request: HttpRequest) -> HttpResponse:
    """Lead to the one public board there is, or list them."""
    found = [(company.code, company.name) for company in all_companies() if _has_board(company.id)]
    if len(found) == 1:
        return _cached(redirect("board:board", found[0][0]), ABSENT_SECONDS)
    return _cached(render(request, "board/boards.html", {"boards": found}), ABSENT_SECONDS)


@require_safe
def board(request: HttpRequest, code: str, month: str = "") -> HttpResponse:
    """Show the ranking of a month, the last whole one when none is named."""
    try:
        company = company_by_code(code)
    except CompanyNotFound:
        return _absent(request)
    with tenant(CompanyId(company.id)):
        terms = _terms_with_board()
        if terms is None:
            return _absent(request)
        latest = add_months(local_date(timezone.now(), terms.zone).replace(day=1), -1)
        asked = date.fromisoformat(f"{month}-01") if month else latest
        if not add_months(latest, -MONTHS_BACK) < asked <= latest:
            return _absent(request)
        found = public_board(terms, asked)
    if found is None:
        return _absent(request)
    facts = _facts(found, code=company.code, name=company.name, is_demo=company.is_demo, latest=latest)
    return _cached(render(request, "board/board.html", facts), CACHED_SECONDS)


def _facts(found: Board, *, code: str, name: str, is_demo: bool, latest: date) -> dict[str, object]:
    months = [add_months(latest, -back) for back in range(MONTHS_BACK)]
    return {
        "company_name": name,
        "is_demo": is_demo,
        "month": dates.month(found.month),
        "is_latest": found.month == latest,
        "program_name": found.program_names.get("zh" if in_chinese() else "en", ""),
        "gold": [(row, _note(row)) for row in found.rows if row.is_gold],
        "others": [(row, _note(row)) for row in found.rows if not row.is_gold][:OTHERS_MAX],
        "shows_points": found.shows_points,
        "some_masked": any(not row.is_named for row in found.rows),
        "updated_on": dates.day_long(add_months(found.month, 1)),
        "months": [
            {
                "text": dates.month(one),
                "url": reverse("board:month", args=[code, f"{one:%Y-%m}"]),
                "current": one == found.month,
            }
            for one in months
        ],
    }


def _note(row: BoardRow) -> str:
    """Say how long a member stands on the board, and its points where the company shows them."""
    if row.points is not None:
        return gettext("%(points)s 分") % {"points": numbers.points(row.points)}
    if row.months_listed < 2:
        return gettext("本月上榜")
    return gettext("连续 %(months)s 个月上榜") % {"months": row.months_listed}


def _has_board(company_id: int) -> bool:
    with tenant(CompanyId(company_id)):
        return _terms_with_board() is not None


def _terms_with_board() -> ProgramTerms | None:
    try:
        program = program_by_code(None)
    except NoProgramYet:
        return None
    return terms_of(program) if program.board_enabled else None


def _absent(request: HttpRequest) -> HttpResponse:
    return _cached(render(request, "board/absent.html", status=404), ABSENT_SECONDS)


def _cached(response: HttpResponse, seconds: int) -> HttpResponse:
    patch_cache_control(response, public=True, max_age=seconds)
    return response
