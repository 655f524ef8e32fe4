"""The step 对应列: choose a mapping that is there, or say what each column is."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from houji.access.tenant import tenant
from houji.access.types import Permission
from houji.connect.actions import choose_mapping, save_mapping
from houji.connect.preview import preview_import
from houji.connect.queries import file_head, import_by_id, mapping_by_code
from houji.connect.types import FileHead
from houji.console.desk import Desk, name_in, staff_page
from houji.console.import_columns import (
    DATE_FORMATS,
    UNIT_NAMES,
    UNNAMED,
    ColumnChoices,
    from_form,
    from_mapping,
    own_code,
)
from houji.console.import_steps import import_steps
from houji.console.views.import_preview import amount_unit
from houji.intake.event_types.catalogue import event_types
from houji.intake.mapping.document import parse_mapping
from houji.intake.mapping.library import Suggestion
from houji.kernel.refusals import Refusal

if TYPE_CHECKING:
    from houji.connect.models import Import


@require_http_methods(["GET", "POST"])
@staff_page(Permission.IMPORT, section="imports")
def columns(desk: Desk, import_id: int) -> HttpResponse:
    """Show the file's columns with what is suggested for them; take the choice and preview."""
    posted = desk.request.POST
    sheet = posted.get("sheet") or desk.request.GET.get("sheet") or None
    try:
        with tenant(desk.company_id):
            import_ = import_by_id(import_id)
            head = file_head(import_, zone=desk.zone, sheet=sheet)
    except Refusal as refusal:
        return desk.refuse(refusal)
    if desk.request.method == "GET":
        return _page(desk, import_, head, _first_choices(import_, head))
    if code := posted.get("use", ""):
        return _use(desk, import_, head, code)
    choices = from_form(head.headers, head.samples, posted)
    if posted.get("choose") != "1":
        return _page(desk, import_, head, choices)
    return _choose(desk, import_, head, choices)


@require_POST
@staff_page(Permission.IMPORT, section="imports")
def switch_unit(desk: Desk, import_id: int) -> HttpResponse:
    """Read the amounts in the other unit, 元 or 万元, and preview again."""
    with tenant(desk.company_id):
        import_ = import_by_id(import_id)
    unit = amount_unit(import_)
    if unit and import_.mapping is not None:
        document = copy.deepcopy(import_.mapping)
        document["data"]["amount"]["unit"] = unit["other"]
        choose_mapping(actor=desk.actor, import_id=import_id, document=document)
        preview_import(actor=desk.actor, import_id=import_id)
    return _onward(import_id)


def _use(desk: Desk, import_: Import, head: FileHead, code: str) -> HttpResponse:
    try:
        with tenant(desk.company_id):
            document = mapping_by_code(code).document
        choose_mapping(actor=desk.actor, import_id=import_.id, document=document, sheet=head.sheet)
    except Refusal as refusal:
        return _page(desk, import_, head, _first_choices(import_, head), refusal=refusal)
    preview_import(actor=desk.actor, import_id=import_.id)
    return _onward(import_.id)


def _choose(desk: Desk, import_: Import, head: FileHead, choices: ColumnChoices) -> HttpResponse:
    name = desk.request.POST.get("name", "").replace("\0", "").strip()[:60]
    keeps = desk.request.POST.get("keep") == "1"
    if keeps and not name:
        choices.problems.append(gettext("给对应方案起个名字"))
    if not choices.check():
        return _page(desk, import_, head, choices, status=422)
    document = choices.document(
        code=own_code(name) if keeps else UNNAMED, name=name if keeps else gettext("逐列对应")
    )
    try:
        choose_mapping(actor=desk.actor, import_id=import_.id, document=document, sheet=head.sheet)
        if keeps:
            save_mapping(actor=desk.actor, document=document)
    except Refusal as refusal:
        return _page(desk, import_, head, choices, refusal=refusal)
    preview_import(actor=desk.actor, import_id=import_.id)
    return _onward(import_.id)


def _first_choices(import_: Import, head: FileHead) -> ColumnChoices:
    if import_.mapping is not None:
        mapping = parse_mapping(import_.mapping)
    else:
        mapping = max(head.suggestions, key=lambda item: (item.fits, item.columns_share)).mapping
    return from_mapping(head.headers, head.samples, mapping)


def _page(
    desk: Desk,
    import_: Import,
    head: FileHead,
    choices: ColumnChoices,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "import": import_,
        "head": head,
        "steps": import_steps("columns"),
        "choices": choices,
        "suggestions": [_suggestion(one, import_) for one in head.suggestions if one.columns_share],
        "kinds": [(kind.code, name_in(kind.names)) for kind in event_types()],
        "formats": DATE_FORMATS,
        "units": list(UNIT_NAMES.items()),
        "name": desk.request.POST.get("name", "")[:60],
        "keep": desk.request.POST.get("keep") == "1",
        "refusal": refusal,
    }
    # 422 is the one refusal that htmx swaps in; the redrawn table rides on it too.
    return desk.render("console/imports/columns.html", context, status=422 if refusal else status)


def _suggestion(one: Suggestion, import_: Import) -> dict[str, Any]:
    return {
        "code": one.mapping.code,
        "name": name_in(one.mapping.names),
        "kind": name_in(one.mapping.event_type.names),
        "fits": one.fits,
        "rows": int(one.rows_share * 100),
        "why": "" if one.refusal is None else one.refusal.message,
        "current": (import_.mapping or {}).get("code") == one.mapping.code,
    }


def _onward(import_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("console:import", args=[import_id]))
