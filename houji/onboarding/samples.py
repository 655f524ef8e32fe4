"""The sample files that everybody can try the import and the wizard with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from io import BytesIO
from zoneinfo import ZoneInfo

from houji.intake.mapping.library import shipped_mappings
from houji.onboarding.demo.generate import generate
from houji.onboarding.demo.load import SEED
from houji.onboarding.demo.types import Event
from houji.onboarding.demo.workbook import write_mistaken_workbook, write_sample_workbook
from houji.onboarding.receipts import read_receipts
from houji.onboarding.wizard import LastYear, try_templates

SAMPLE_NAME = "回款样例.xlsx"
MISTAKEN_NAME = "回款样例-含错误.xlsx"


_WHOLE_YEAR_UNTIL_MONTH = 2


@lru_cache(maxsize=2)
def sample_workbook(today: date) -> bytes:
    """Return receivables of the demonstration company to import, as .xlsx; see ``sample_first_day``."""
    return _workbook(today, sample_first_day(today))


def sample_first_day(today: date) -> date | None:
    """Return the first day of the sample to import: 1 January, so that a usual beginning counts it all.

    None in January and February, when the running year has too little to show: the sample then
    holds the last 365 days, and a programme that counts from 1 January refuses most of it.
    """
    return None if today.month <= _WHOLE_YEAR_UNTIL_MONTH else today.replace(month=1, day=1)


@lru_cache(maxsize=2)
def mistaken_workbook(today: date) -> bytes:
    """Return a small sheet with the mistakes that exports typically have, as .xlsx."""
    generated = generate(SEED, today)
    target = BytesIO()
    write_mistaken_workbook(_with_own_numbers(generated.events), generated.members, target)
    return target.getvalue()


@lru_cache(maxsize=2)
def sample_year(today: date, zone: ZoneInfo) -> LastYear:
    """Read a whole year of the sample as any file is read, and try the templates on it."""
    source = BytesIO(_workbook(today, None))
    receipts = read_receipts(source, SAMPLE_NAME, zone=zone, mappings=shipped_mappings())
    return try_templates(receipts, is_sample=True)


def _workbook(today: date, first_day: date | None) -> bytes:
    generated = generate(SEED, today)
    target = BytesIO()
    events = _with_own_numbers(generated.events)
    write_sample_workbook(events, generated.members, target, first_day=first_day)
    return target.getvalue()


def _with_own_numbers(events: Sequence[Event]) -> list[Event]:
    """Give the invoices numbers of their own: the demonstration has posted its, and would repeat itself."""
    return [_renumbered(event) if "invoice_no" in event["data"] else event for event in events]


def _renumbered(event: Event) -> Event:
    number = str(event["data"]["invoice_no"]).replace("FP-", "YL-", 1)
    renumbered = event.copy()
    renumbered["data"] = {**event["data"], "invoice_no": number}
    return renumbered
