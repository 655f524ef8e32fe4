"""The wizard: three questions, and what last year would have cost, before anything is posted."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from houji.access.actions import require
from houji.access.tenant import tenant
from houji.access.types import Actor, Permission
from houji.console.desk import PORTAL, STATUSES, name_in
from houji.console.views.opening import is_unopened, opening_page
from houji.console.wizard_answer import answer_of, options_of, since_line, since_options
from houji.intake.mapping.library import shipped_mappings
from houji.intake.own_mappings import own_mappings
from houji.kernel.numbers import parse_amount, plain
from houji.kernel.refusals import Refusal
from houji.kernel.time import local_date
from houji.onboarding.actions import start_program
from houji.onboarding.receipts import read_receipts
from houji.onboarding.samples import sample_first_day, sample_year
from houji.onboarding.starting import USUAL, Since, effective_from, first_day, offered
from houji.onboarding.wizard import LastYear, try_templates
from houji.programs.actions import LEAST_VALUE, MOST_VALUE
from houji.programs.errors import PointValueRefused
from houji.programs.queries import all_programs
from houji.rulebook.templates import Template, available_templates, load_template
from houji.wording import dates

VALUES = ("0.01", "0.1", "1")
PROGRAM_CODE = "main"
_SESSION = "wizard"
_FIRST_TEMPLATE = "engineering_balanced"


@dataclass(slots=True)
class Visit:
    """A person at the wizard; ``program`` is there when the company has begun already."""

    request: HttpRequest
    actor: Actor
    company: Any
    program: Any
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return ZoneInfo(self.company.time_zone)

    @property
    def today(self) -> date:
        """The company's calendar day."""
        return local_date(self.now, self.zone)

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered so far, kept with the session."""
        kept: dict[str, Any] = self.request.session.get(_SESSION, {})
        first = {"template": _FIRST_TEMPLATE, "value": "1", "own": False, "file": None, "since": USUAL.value}
        return {**first, **kept}

    def keep(self, **answers: Any) -> None:
        """Remember answers."""
        self.request.session[_SESSION] = {**self.answers, **answers}

    @property
    def last_year(self) -> LastYear:
        """The year to reckon with: the person's own file, else the sample."""
        stored = self.answers["file"]
        if stored is not None:
            own = LastYear.from_json(stored)
            # A release may bring templates that an older trial knows nothing of.
            if set(own.trials) >= {template.code for template in available_templates()}:
                return own
        return sample_year(self.today, self.zone)


Page = Callable[[Visit], HttpResponse]


def _wizard_page(page: Page) -> Callable[[HttpRequest], HttpResponse]:
    """Open a page to administrators, with or without a programme; strangers go where they belong."""

    @never_cache
    @functools.wraps(page)
    def answer(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            if request.method == "GET" and is_unopened():
                return opening_page(request)
            return HttpResponseRedirect(f"{reverse('console:sign-in')}?next={reverse('console:start')}")
        if user.is_contact:
            return HttpResponseRedirect(PORTAL)
        actor = user.as_actor()
        with tenant(actor.company_id):
            programs = all_programs()
            visit = Visit(request, actor, user.company, programs[0] if programs else None, timezone.now())
        with timezone.override(visit.zone):
            try:
                require(actor, Permission.SET_UP)
                return page(visit)
            except Refusal as refusal:
                return _refused(visit, refusal)

    return answer


@require_GET
@_wizard_page
def start(visit: Visit) -> HttpResponse:
    """Show the three questions with the answer beside them."""
    return _show(visit)


@require_POST
@_wizard_page
def answer(visit: Visit) -> HttpResponse:
    """Take the answers to the first two questions."""
    posted = visit.request.POST
    template = load_template(posted.get("template", ""))
    choice = posted.get("value", "")
    own = choice not in VALUES
    text = posted.get("own_value", "").strip() if own else choice
    visit.keep(template=template.code, own=own)
    if not own:
        visit.keep(value=choice)
    elif text:
        try:
            visit.keep(value=plain(_point_value(text)))
        except PointValueRefused as refusal:
            return _show(visit, value_refusal=refusal, own_text=text)
    return HttpResponseRedirect(reverse("console:start"))


@require_POST
@_wizard_page
def upload(visit: Visit) -> HttpResponse:
    """Take the file of the third question: only what it adds up to is kept, with the session."""
    file = visit.request.FILES.get("file")
    if file is None:
        return HttpResponseRedirect(reverse("console:start"))
    with tenant(visit.actor.company_id):
        mappings = [*own_mappings(), *shipped_mappings()]
    try:
        receipts = read_receipts(file.file, file.name or "", zone=visit.zone, mappings=mappings)  # type: ignore[arg-type]
    except Refusal as refusal:
        return _show(visit, file_refusal=refusal)
    visit.keep(file=try_templates(receipts).to_json())
    return HttpResponseRedirect(reverse("console:start"))


@require_POST
@_wizard_page
def use_sample(visit: Visit) -> HttpResponse:
    """Go back to the sample."""
    visit.keep(file=None)
    return HttpResponseRedirect(reverse("console:start"))


@require_POST
@_wizard_page
def count_from(visit: Visit) -> HttpResponse:
    """Take the day from which business counts, and say what that means."""
    visit.keep(since=_since(visit).value)
    return HttpResponseRedirect(reverse("console:start"))


@require_POST
@_wizard_page
def begin(visit: Visit) -> HttpResponse:
    """Found the programme as shown; its rules count business from the chosen day on."""
    posted = visit.request.POST
    since = _since(visit)
    visit.keep(since=since.value)
    try:
        terms = start_program(
            actor=visit.actor,
            template_code=posted.get("template", ""),
            program_code=PROGRAM_CODE,
            value_yuan=_point_value(posted.get("value", "")),
            effective_from=effective_from(since, visit.today, visit.zone),
        )
    except Refusal as refusal:
        return _show(visit, refusal=refusal)
    visit.request.session.pop(_SESSION, None)
    messages.success(visit.request, _begun(name_in(terms.names), first_day(since, visit.today)))
    return HttpResponseRedirect(reverse("console:dashboard"))


def _begun(program: str, day: date | None) -> str:
    if day is None:
        return _("「{program}」已开始，不论哪天的业务都计分。").format(program=program)
    return _("「{program}」已开始，{day} 起的业务计分。").format(program=program, day=dates.day_long(day))


def _since(visit: Visit) -> Since:
    posted = visit.request.POST.get("since", visit.answers["since"])
    try:
        return Since(posted)
    except ValueError:
        raise Http404 from None


def _point_value(text: str) -> Decimal:
    try:
        value = parse_amount(text)
    except ValueError:
        raise PointValueRefused(value=text[:20]) from None
    if not LEAST_VALUE <= value <= MOST_VALUE:
        raise PointValueRefused(value=text[:20])
    return value


def _show(
    visit: Visit,
    *,
    refusal: Refusal | None = None,
    value_refusal: Refusal | None = None,
    file_refusal: Refusal | None = None,
    own_text: str = "",
) -> HttpResponse:
    said = refusal or value_refusal or file_refusal
    answers = visit.answers
    template: Template = load_template(answers["template"])
    value = Decimal(answers["value"])
    last_year = visit.last_year
    kept = Since(answers["since"])
    since = kept if kept in offered(visit.today) else USUAL
    context = {
        "answers": answers,
        "values": VALUES,
        "own_text": own_text or (answers["value"] if answers["own"] else ""),
        "template": template,
        "options": options_of(available_templates(), chosen=template),
        "last_year": last_year,
        "answer": answer_of(last_year, template, value),
        "since_options": since_options(visit.today, chosen=since),
        "since_line": since_line(since, visit.today, last_year, sample_from=sample_first_day(visit.today)),
        "refusal": refusal,
        "value_refusal": value_refusal,
        "file_refusal": file_refusal,
        "program_name": name_in(visit.program.names) if visit.program else "",
        "user_name": visit.actor.name,
        "now": visit.now,
    }
    status = 200 if said is None else STATUSES[said.kind]
    # The page is swapped in whole where htmx asked; it swaps 422 and no other refusal.
    if said is not None and getattr(visit.request, "htmx", False):
        status = 422
    return render(visit.request, "console/wizard/wizard.html", context, status=status)


def _refused(visit: Visit, refusal: Refusal) -> HttpResponse:
    context = {"refusal": refusal, "at": visit.now, "has_program": visit.program is not None}
    return render(visit.request, "console/wizard/refused.html", context, status=STATUSES[refusal.kind])
