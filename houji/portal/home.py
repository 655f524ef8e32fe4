"""首页: the balance, what can still be earned, the place of the month, the latest movements."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from houji.earning.earnable import Earnable, Offer, earnable, offers
from houji.earning.explaining import reason_of
from houji.insights.ranking import own_rank
from houji.insights.types import OwnRank
from houji.kernel.numbers import plain
from houji.kernel.time import add_months, local_date
from houji.ledger.queries import balance_of, history
from houji.ledger.types import Balance, EntryKind
from houji.portal.rows import Row, comma, movement_row, near, waiting_of
from houji.portal.visits import Visit, contact_page, language
from houji.wording import dates, numbers

SHOWN = 5
LATEST = 3
OFFER_ICONS = {"survey": "message-star", "referral": "user-plus", "joint": "award-filled"}


@require_safe
@contact_page
def home(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the customer's points at a glance."""
    balance = None if visit.account_id is None else balance_of(visit.account_id, now=visit.now)
    chances = earnable_rows(visit)
    latest = _latest(visit)
    facts: dict[str, Any] = {
        "section": "home",
        "visit": visit,
        "available": 0 if balance is None else balance.available,
        "sentence": _worth(visit, balance),
        "pair": [] if balance is None else _pair(visit, balance),
        "is_new": not latest,
        "chances": chances[:SHOWN],
        "chances_count": len(chances),
        "rank": rank_row(visit),
        "latest": latest,
    }
    return render(request, "portal/home.html", facts)


@require_safe
@contact_page
def earn(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show everything that can still be earned, each open invoice with what it gives in all."""
    invoices = sorted(earnable(visit.terms, visit.customer, now=visit.now), key=lambda item: item.is_overdue)
    facts = {
        "section": "home",
        "invoices": [_invoice_row(item, visit, whole=True) for item in invoices],
        "offers": [_offer_row(offer, said=True) for offer in _offers(visit)],
    }
    return render(request, "portal/earn.html", facts)


def earnable_rows(visit: Visit) -> list[Row]:
    """Return what can still be earned: open invoices, nearest first, then the standing offers."""
    invoices = earnable(visit.terms, visit.customer, now=visit.now)
    ahead = [_invoice_row(item, visit) for item in invoices if not item.is_overdue]
    overdue = [_invoice_row(item, visit) for item in invoices if item.is_overdue]
    standing = [_offer_row(offer) for offer in _offers(visit)]
    return [*ahead[:3], *standing[:2], *ahead[3:], *standing[2:], *overdue]


def rank_row(visit: Visit) -> Row | None:
    """Return the customer's place in the last whole month, where the company shows places."""
    month = add_months(visit.today.replace(day=1), -1)
    rank = own_rank(visit.terms, visit.customer.id, month)
    if rank is None or rank.place is None:
        return None
    return Row(
        title=gettext("%(month)s第 %(place)s 名") % {"month": _month_name(month), "place": rank.place},
        sub=_said_of_rank(rank),
        lead="icon",
        lead_value="trophy",
    )


def _month_name(month: date) -> str:
    return dates.chart_month(month, first=False).partition("\n")[0]


def _said_of_rank(rank: OwnRank) -> str:
    among = gettext("%(count)s 家有积分的客户中") % {"count": rank.among}
    if rank.change is None:
        return among
    if rank.change == 0:
        return comma(among, gettext("和上月持平"))
    moved = gettext("比上月升 %(places)s 位") if rank.change > 0 else gettext("比上月降 %(places)s 位")
    return comma(among, moved % {"places": abs(rank.change)})


def _worth(visit: Visit, balance: Balance | None) -> str:
    if balance is None or not balance.available:
        return "" if balance is not None and balance.pending else gettext("付清第一张发票，积分会记在这里")
    value = visit.terms.main_unit.value_yuan
    worth = numbers.yuan(balance.available * value)
    return gettext("按 1 分 = %(value)s 元，可抵 %(worth)s") % {"value": plain(value), "worth": worth}


def _pair(visit: Visit, balance: Balance) -> list[dict[str, Any]]:
    """The two figures under the balance, where there is one: what is to come, what ends next."""
    if not balance.pending and balance.expires_next is None:
        return []
    waits, ends = "", ""
    if balance.available_next is not None:
        day = local_date(balance.available_next, visit.terms.zone)
        waits = gettext("%(day)s生效") % {"day": near(day, visit.today)}
    if balance.expires_next is not None:
        last = local_date(balance.expires_next - timedelta(microseconds=1), visit.terms.zone)
        ends = gettext("%(day)s到期") % {"day": near(last, visit.today)}
    url = reverse("portal:movements")
    return [
        {
            "url": f"{url}?show=pending",
            "label": gettext("待生效"),
            "points": balance.pending,
            "note": waits or gettext("没有待生效的"),
        },
        {
            "url": f"{url}?show=expiring",
            "label": gettext("最近到期"),
            "points": balance.expires_next_points,
            "note": ends or gettext("没有快到期的"),
        },
    ]


def _invoice_row(item: Earnable, visit: Visit, *, whole: bool = False) -> Row:
    """Say what paying an open invoice gives; the day itself is not before the day, so it stands beside."""
    day = near(item.due_on, visit.today)
    figure, unit = numbers.wan_parts(item.amount, 2 if item.amount >= 10_000 else None)
    invoice = gettext("发票 %(amount)s") % {"amount": f"{figure} {unit}"}
    if whole:
        invoice = comma(invoice, item.invoice_no)
    if item.is_overdue:
        title = gettext("付清已到期发票")
        return Row(
            title,
            invoice,
            gettext("%(day)s到期") % {"day": day},
            lead="icon",
            lead_value="receipt",
            change=item.points_now,
        )
    early = item.days_left > 0 and item.bonus_early > 0
    bonus = item.bonus_early if early else item.bonus_on_day
    if early:
        title = gettext("%(day)s前付款") % {"day": day}
    elif item.days_left == 0:
        title = gettext("今天付款")
    else:
        title = gettext("%(day)s到期") % {"day": day}
    return Row(
        title,
        invoice,
        _said_of_day(item, whole=whole),
        lead="left",
        lead_value=item.days_left,
        change=bonus or item.points_now,
    )


def _said_of_day(item: Earnable, *, whole: bool) -> str:
    said = []
    if item.days_left > 0 and 0 < item.bonus_on_day != item.bonus_early:
        said.append(gettext("到期当天付 +%(points)s") % {"points": numbers.points(item.bonus_on_day)})
    if whole:
        said.append(gettext("付清共得 %(points)s 分") % {"points": numbers.points(item.points_now)})
    return comma(*said)


def _offers(visit: Visit) -> list[Offer]:
    return offers(visit.terms, visit.customer, now=visit.now, language=language())


def _offer_row(offer: Offer, *, said: bool = False) -> Row:
    brief = gettext("审核通过后到账") if offer.needs_approval else gettext("完成后到账")
    return Row(
        offer.name,
        offer.sentence if said else brief,
        lead="icon",
        lead_value=OFFER_ICONS.get(offer.category, "plus"),
        change=offer.points,
    )


def _latest(visit: Visit) -> list[Row]:
    if visit.account_id is None:
        return []
    entries = list(history(visit.account_id).exclude(kind=EntryKind.ACTIVATE)[:LATEST])
    reasons = reason_of(entries, language=language())
    waiting = waiting_of(visit)
    return [movement_row(visit, entry, reasons[entry.ref], waiting, dated=True) for entry in entries]
