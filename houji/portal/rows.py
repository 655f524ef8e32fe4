"""The one list pattern: what a row says, and how a movement becomes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.urls import reverse
from django.utils.translation import gettext

from houji.kernel.time import local_date
from houji.ledger.queries import open_lots
from houji.ledger.types import EntryKind, EntryRef
from houji.portal.visits import Visit
from houji.wording import dates, numbers


class Movement(Protocol):
    """An entry of the ledger, as far as a list shows it."""

    @property
    def seq(self) -> int: ...

    @property
    def kind(self) -> str: ...

    @property
    def points(self) -> int: ...

    @property
    def available_after(self) -> int: ...

    @property
    def pending_after(self) -> int: ...

    @property
    def booked_at(self) -> datetime: ...

    @property
    def ref(self) -> EntryRef: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``lead`` is icon, left, day or number; ``sheet`` opens the address over the page."""

    title: str
    sub: str = ""
    sub2: str = ""
    url: str = ""
    sheet: str = ""
    lead: str = ""
    lead_value: str | int = ""
    change: int | None = None
    waiting: bool = False
    end: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Points of one accrual that are not usable yet, and from which day they are."""

    points: int
    from_day: date


def told(kind: str, reason: str) -> tuple[str, str]:
    """Part a reason into what happened and what is to be said about it.

    The books say 冲正 and 到期; a customer reads that points were taken back or ended, and why.
    """
    titles = {EntryKind.CLAWBACK: gettext("积分收回"), EntryKind.EXPIRE: gettext("积分到期")}
    if kind in titles:
        return titles[EntryKind(kind)], _after(reason, ("：", ": "))
    head, rest = reason, ""
    for separator in ("，", ", "):
        head, found, rest = reason.partition(separator)
        if found:
            break
    return head, rest


def _after(text: str, separators: tuple[str, ...]) -> str:
    for separator in separators:
        _, found, rest = text.partition(separator)
        if found:
            return rest
    return ""


def near(value: date, today: date) -> str:
    """Write a day that words follow at once: 11月24日到期, but 2027-01-26 到期."""
    text = dates.day_near(value, today)
    return text if text.endswith("日") or not numbers.in_chinese() else f"{text} "


def waiting_of(visit: Visit) -> dict[int, Waiting]:
    """Return the points that wait to become usable, by the entry that brought them."""
    if visit.account_id is None:
        return {}
    found: dict[int, Waiting] = {}
    for lot in open_lots(visit.account_id).filter(active=False, available_at__gt=visit.now):
        if lot.available_at is None:
            continue
        earlier = found.get(lot.entry_seq)
        day = local_date(lot.available_at, visit.terms.zone)
        points = lot.remaining + (earlier.points if earlier else 0)
        found[lot.entry_seq] = Waiting(points, min(day, earlier.from_day) if earlier else day)
    return found


def movement_row(
    visit: Visit, entry: Movement, reason: str, waiting: Mapping[int, Waiting], *, dated: bool = False
) -> Row:
    """Show a movement; ``dated`` writes its day into the second line, where no lead shows it."""
    title, about = told(entry.kind, reason)
    booked_on = local_date(entry.booked_at, visit.terms.zone)
    waits = waiting.get(entry.seq) if entry.kind == EntryKind.ACCRUE else None
    said = dates.day_near(booked_on, visit.today) if dated else ""
    return Row(
        title=title,
        sub=comma(said, about),
        sub2=_said_of_waiting(entry, waits, visit.today),
        url=reverse("portal:movement", args=[entry.seq]),
        sheet="sheet",
        lead="" if dated else "day",
        lead_value="" if dated else booked_on.day,
        change=entry.points,
        waiting=waits is not None and waits.points == entry.points,
        end="" if dated else balance_after(entry.available_after + entry.pending_after),
    )


def comma(*parts: str) -> str:
    """Join what is said with the comma of the active language."""
    return ("，" if numbers.in_chinese() else ", ").join(part for part in parts if part)


def balance_after(points: int) -> str:
    """Say a balance at the end of a row."""
    return gettext("余额 %(points)s") % {"points": numbers.points(points)}


def _said_of_waiting(entry: Movement, waits: Waiting | None, today: date) -> str:
    if waits is None:
        return ""
    day = near(waits.from_day, today)
    if waits.points == entry.points:
        return gettext("%(day)s生效") % {"day": day}
    return gettext("其中 %(points)s 分 %(day)s生效") % {"points": numbers.points(waits.points), "day": day}
