"""The preview: what each row would do, what is doubtful, and the decision to post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from houji.access.tenant import tenant
from houji.access.types import Permission
from houji.connect.actions import set_mixed_units, skip_rows
from houji.connect.preview import preview_import
from houji.connect.queries import flagged_points, import_by_id, rows_of
from houji.connect.running import start_import
from houji.connect.types import BAD, GOOD, MixedUnits, Mode, Outcome
from houji.console.desk import Desk, name_in, staff_page
from houji.console.import_columns import UNIT_NAMES
from houji.console.import_reasons import award_lines, entries_of_rows
from houji.console.import_rows import Group, add_reasons, chips_of, groups_of, shown_rows
from houji.console.import_steps import import_steps
from houji.console.punctuation import clauses
from houji.wording import numbers

if TYPE_CHECKING:
    from houji.connect.models import Import

PER_PAGE = 50
_ROWS_MAX = 2**31 - 1


def preview_page(desk: Desk, import_: Import) -> HttpResponse:
    """Show the previewed rows, the commit bar below them."""
    context = {
        **rows_context(desk, import_),
        "is_preview": True,
        "steps": import_steps("preview"),
        "mapping_name": name_in((import_.mapping or {}).get("names", {})),
        "unit": {name: UNIT_NAMES[unit] for name, unit in amount_unit(import_).items()},
        "mixed_units": import_.mixed_units,
        "flagged": import_.counts.get(Outcome.FLAGGED.value, 0),
        "flagged_points": flagged_points(import_.id),
        "commit": _commit(desk, import_),
    }
    return desk.render("console/imports/preview.html", context)


def rows_context(desk: Desk, import_: Import) -> dict[str, Any]:
    """Return what the table of rows needs: groups, or one filtered page."""
    outcome, text = _wanted(desk.request)
    address = reverse("console:import", args=[import_.id])
    context: dict[str, Any] = {
        "import": import_,
        "outcome": outcome,
        "text": text,
        "query": urlencode({key: value for key, value in (("outcome", outcome), ("q", text)) if value}),
        "chips": chips_of(import_, current=outcome, address=address),
        "unlisted": import_.counts.get("unlisted", 0),
    }
    if outcome or text:
        found = rows_of(import_.id, outcome=Outcome(outcome) if outcome else None, text=text)
        page = Paginator(found, PER_PAGE).get_page(desk.request.GET.get("page"))
        shown = shown_rows(import_, page.object_list)
        context |= {"page": page, "groups": [Group(None, "", shown, 0)]}
    else:
        context["groups"] = groups = groups_of(import_)
        shown = [row for group in groups for row in group.rows]
    rows = [line.row for line in shown]
    add_reasons(shown, award_lines(import_, rows, desk.terms), entries_of_rows(import_.id, rows))
    return context


@require_POST
@staff_page(Permission.IMPORT, section="imports")
def run(desk: Desk, import_id: int) -> HttpResponse:
    """Preview, or preview again."""
    preview_import(actor=desk.actor, import_id=import_id)
    return HttpResponseRedirect(reverse("console:import", args=[import_id]))


@require_POST
@staff_page(Permission.IMPORT, section="imports")
def mixed_units(desk: Desk, import_id: int) -> HttpResponse:
    """Choose what happens to rows that look like a 元/万元 mix-up."""
    choice = desk.request.POST.get("choice", "")
    if choice == "skip":
        with tenant(desk.company_id):
            flagged = rows_of(import_by_id(import_id).id, outcome=Outcome.FLAGGED)
            rows = list(flagged.values_list("row_number", flat=True))
        skip_rows(actor=desk.actor, import_id=import_id, rows=rows)
    elif choice in {known.value for known in MixedUnits}:
        set_mixed_units(actor=desk.actor, import_id=import_id, choice=MixedUnits(choice))
    return _back(desk, import_id)


@require_POST
@staff_page(Permission.IMPORT, section="imports")
def skip(desk: Desk, import_id: int) -> HttpResponse:
    """Leave a row out, or take it in again."""
    given = desk.request.POST.get("row", "")
    if given.isascii() and given.isdigit() and len(given) < 11 and int(given) <= _ROWS_MAX:
        taken_out = desk.request.POST.get("skip") != "0"
        skip_rows(actor=desk.actor, import_id=import_id, rows=[int(given)], skip=taken_out)
    return _back(desk, import_id)


@require_POST
@staff_page(Permission.IMPORT, section="imports")
def begin(desk: Desk, import_id: int) -> HttpResponse:
    """Post what the preview showed; the worker does it while the page shows its progress."""
    whole = desk.request.POST.get("mode") == Mode.ALL_OR_NOTHING
    mode = Mode.ALL_OR_NOTHING if whole else Mode.GOOD_ROWS
    start_import(actor=desk.actor, import_id=import_id, mode=mode)
    return HttpResponseRedirect(reverse("console:import", args=[import_id]))


def amount_unit(import_: Import) -> dict[str, str]:
    """Return the unit of the amounts and the one to switch to; empty where the header decides."""
    spec = ((import_.mapping or {}).get("data") or {}).get("amount") or {}
    unit = spec.get("unit", "元")
    names = spec.get("column", [])
    names = [names] if isinstance(names, str) else names
    # A header such as 「金额（万元）」 counts before the mapping, and there is nothing to switch.
    plainly = any(header.strip() in names for header in import_.headers)
    if not spec or unit not in {"元", "万元"} or (import_.headers and not plainly):
        return {}
    return {"now": unit, "other": "万元" if unit == "元" else "元"}


def _wanted(request: HttpRequest) -> tuple[str, str]:
    outcome = request.GET.get("outcome", "")
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    return (outcome if outcome in set(Outcome) else ""), text


def _commit(desk: Desk, import_: Import) -> dict[str, Any]:
    good = sum(import_.counts.get(outcome.value, 0) for outcome in GOOD)
    bad = sum(import_.counts.get(outcome.value, 0) for outcome in BAD)
    said = ngettext("入账 %(good)s 行", "入账 %(good)s 行", good) % {"good": numbers.points(good)}
    debt = numbers.wan(import_.points * desk.terms.main_unit.value_yuan)
    parts = [gettext("积分负债 %(debt)s") % {"debt": debt}]
    if import_.awaiting_points:
        waiting = numbers.points(import_.awaiting_points)
        parts.append(gettext("另有 %(points)s 分待审批") % {"points": waiting})
    parts.append(gettext("入账后可整批冲正"))
    return {
        "title": said,
        "points": import_.points,
        "detail": clauses(parts),
        "none": good == 0,
        "bad": bad,
        "problems": gettext("问题行 %(bad)s") % {"bad": bad},
        "choices": [
            (Mode.GOOD_ROWS.value, gettext("好的先入，问题行留下")),
            (Mode.ALL_OR_NOTHING.value, gettext("全部无误才入")),
        ],
    }


def _back(desk: Desk, import_id: int) -> HttpResponse:
    address = reverse("console:import", args=[import_id])
    wanted = {key: desk.request.POST.get(key, "")[:100] for key in ("outcome", "q")}
    query = urlencode({key: value for key, value in wanted.items() if value})
    return HttpResponseRedirect(f"{address}?{query}" if query else address)
