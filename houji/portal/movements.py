"""明细: every movement by month with its balance, and the sheet that says where one came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import F, Q, Sum
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from houji.earning.errors import EventNotFound
from houji.earning.explaining import explain_entry, reason_of
from houji.kernel.time import local_date
from houji.ledger.queries import balance_of, history, open_lots
from houji.ledger.types import EntryKind
from houji.portal.explanation import explanation_facts
from houji.portal.rows import Row, comma, movement_row, near, waiting_of
from houji.portal.visits import Visit, contact_page, language
from houji.wording import dates, numbers

PAGE = 60
INCREASES, DECREASES = Q(points__gt=0), Q(points__lt=0)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of movements under its head."""

    title: str
    sub: str
    statement_url: str
    rows: Sequence[Row]


@require_safe
@contact_page
def movements(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List the movements: all, what came, what went, what waits, or what ends next."""
    show = request.GET.get("show", "")
    facts: dict[str, Any] = {"section": "movements", "seg": _seg(show), "show": show, "trio": _trio(visit)}
    if visit.account_id is not None:
        if show in {"pending", "expiring"}:
            facts["lots"] = _lot_rows(visit, pending=show == "pending")
        else:
            facts |= _list(visit, show, _seq(request.GET.get("before", "")))
    return render(request, "portal/movements.html", facts)


@require_safe
@contact_page
def movement(request: HttpRequest, visit: Visit, seq: int) -> HttpResponse:
    """Explain one movement: as a sheet over the list, or as a page of its own."""
    try:
        explained = explain_entry(visit.own_ref(seq), language=language())
    except EventNotFound as refusal:
        raise Http404 from refusal
    facts = explanation_facts(visit, explained)
    # The same address answers with a sheet or a page, so nothing may take one for the other.
    asked_by_script = request.headers.get("HX-Request") == "true"
    template = "portal/movement_sheet.html" if asked_by_script else "portal/movement.html"
    return render(request, template, facts | {"section": "movements"})


def _seg(show: str) -> list[dict[str, Any]]:
    url = reverse("portal:movements")
    views = [
        ("", gettext("全部")),
        ("in", gettext("增加")),
        ("out", gettext("减少")),
        ("pending", gettext("待生效")),
        ("expiring", gettext("将到期")),
    ]
    return [{"url": f"{url}?show={code}" if code else url, "text": text, "current": code == show}
            for code, text in views]  # fmt: skip


def _trio(visit: Visit) -> list[dict[str, Any]]:
    balance = None if visit.account_id is None else balance_of(visit.account_id, now=visit.now)
    available, pending = (0, 0) if balance is None else (balance.available, balance.pending)
    return [
        {"label": gettext("可用"), "points": available, "gold": True},
        {"label": gettext("待生效"), "points": pending},
        {"label": gettext("余额合计"), "points": available + pending},
    ]


def _list(visit: Visit, show: str, before: int | None) -> dict[str, Any]:
    """Return a page of movements by month; points that became usable change no balance and stay out."""
    assert visit.account_id is not None
    entries = history(visit.account_id).exclude(kind=EntryKind.ACTIVATE)
    if show in {"in", "out"}:
        entries = entries.filter(INCREASES if show == "in" else DECREASES)
    older = entries if before is None else entries.filter(seq__lt=before)
    found = list(older[: PAGE + 1])
    shown = found[:PAGE]
    reasons = reason_of(shown, language=language())
    waiting = waiting_of(visit)
    sums = _sums(visit)
    rows = [(entry, movement_row(visit, entry, reasons[entry.ref], waiting)) for entry in shown]
    months = [
        _month(first, [row for _, row in group], sums.get(first, (0, 0)))
        for first, group in groupby(
            rows, key=lambda pair: local_date(pair[0].booked_at, visit.terms.zone).replace(day=1)
        )
    ]
    more = f"?show={show}&before={shown[-1].seq}" if len(found) > PAGE else ""
    return {"months": months, "more": more}


def _sums(visit: Visit) -> dict[date, tuple[int, int]]:
    """Add up what came and went in each month, in one query for all of them."""
    assert visit.account_id is not None
    rows = (
        history(visit.account_id)
        .order_by()
        .annotate(month=TruncMonth(F("booked_at"), tzinfo=visit.terms.zone))
        .values("month")
        .annotate(came=Sum("points", filter=INCREASES), went=Sum("points", filter=DECREASES))
        .values_list("month", "came", "went")
    )
    return {month.date(): (came or 0, went or 0) for month, came, went in rows}


def _month(first: date, rows: list[Row], sums: tuple[int, int]) -> Month:
    came, went = sums
    said = [gettext("增加 %(points)s") % {"points": numbers.points(came)}] if came else []
    if went:
        said.append(gettext("减少 %(points)s") % {"points": numbers.points(-went)})
    return Month(
        title=dates.month(first),
        sub=comma(*said),
        statement_url=reverse("portal:statement", args=[f"{first:%Y-%m}"]),
        rows=rows,
    )


def _lot_rows(visit: Visit, *, pending: bool) -> list[Row]:
    """List the points that wait, by when they become usable, or all points by when they end."""
    assert visit.account_id is not None
    lots = open_lots(visit.account_id)
    waits = lots.filter(active=False, available_at__gt=visit.now).order_by("available_at", "lot_id")
    ends = lots.filter(expires_at__gt=visit.now)
    by_day: dict[tuple[date, int], int] = {}
    for lot in waits if pending else ends[:200]:
        moment = lot.available_at if pending else lot.expires_at
        assert moment is not None
        # Points are expired from the moment on: their last day is the one before it.
        moment = moment if pending else moment - timedelta(microseconds=1)
        key = local_date(moment, visit.terms.zone), lot.entry_seq
        by_day[key] = by_day.get(key, 0) + lot.remaining
    entries = {entry.seq: entry for entry in history(visit.account_id).filter(seq__in={s for _, s in by_day})}
    reasons = reason_of(entries.values(), language=language())
    return [
        _lot_row(visit, day, seq, points, reasons[entries[seq].ref], pending=pending)
        for (day, seq), points in sorted(by_day.items())
    ]


def _lot_row(visit: Visit, day: date, seq: int, points: int, reason: str, *, pending: bool) -> Row:
    said = gettext("%(day)s生效") if pending else gettext("%(day)s到期")
    return Row(
        title=said % {"day": near(day, visit.today)},
        sub=reason,
        url=reverse("portal:movement", args=[seq]),
        sheet="sheet",
        lead="left",
        lead_value=(day - visit.today).days,
        change=points,
        waiting=pending,
    )


def _seq(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
