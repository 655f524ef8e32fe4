"""All objections of customers, answered ones too: who said what, and what they were told."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from houji.console.desk import Desk, staff_page
from houji.console.views.statements import statement_tabs
from houji.insights.queries import dispute_figure, search_disputes
from houji.insights.types import DisputeFigure
from houji.members.queries import members_by_id

PER_PAGE = 50
OPEN, ANSWERED = "open", "answered"
IS_OPEN = {OPEN: True, ANSWERED: False}


@require_safe
@staff_page(section="statements")
def disputes(desk: Desk) -> HttpResponse:
    """List objections across customers, the latest first, filtered and searched."""
    text = desk.request.GET.get("q", "").replace("\x00", "").strip()[:100]
    state = desk.request.GET.get("state", "")
    state = state if state in IS_OPEN else ""
    page = Paginator(search_disputes(text, is_open=IS_OPEN.get(state)), PER_PAGE).get_page(
        desk.request.GET.get("page")
    )
    figures = [dispute_figure(one) for one in page.object_list]
    members = members_by_id(figure.member_id for figure in figures)
    asked = {"state": state, "q": text}
    query = urlencode({name: value for name, value in asked.items() if value})
    options = [("", gettext("全部状态")), (OPEN, gettext("待答复")), (ANSWERED, gettext("已答复"))]
    context = {
        "page": page,
        "rows": [(figure, str(members[figure.member_id]), *dispute_words(figure)) for figure in figures],
        "text": text,
        "query": f"{query}&" if query else "",
        "is_narrow": bool(query),
        "selects": [{"name": "state", "label": gettext("状态"), "value": state, "options": options}],
        "tabs": statement_tabs("disputes"),
    }
    return desk.render("console/statements/disputes.html", context)


def dispute_words(figure: DisputeFigure) -> tuple[str, str]:
    """Return the shape and the word of what became of an objection."""
    return {
        "open": ("talk", gettext("待答复")),
        "accepted": ("ok", gettext("已认可")),
        "declined": ("off", gettext("未认可")),
    }[figure.state]
