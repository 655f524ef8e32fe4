"""When points become usable and when they end, reckoned in the programme's calendar.

A period counts from the day of booking and its last day is inclusive: points booked on 25 January
for one month last until 25 February ends, and those booked on 31 January until 28 February ends
(month arithmetic as in Voucherify's published cases).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from houji.kernel.time import add_months, local_date, start_of_day
from houji.rules.types import Expiry, Span, Vesting, VestingKind


# A batch asks for the same few answers a thousand times: one booking time, one or two policies.
@lru_cache(maxsize=1024)
def expires_at(expiry: Expiry, booked_at: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the instant from which points are expired, or None when they never expire."""
    day = local_date(booked_at, zone)
    match expiry.span:
        case Span.NEVER:
            return None
        case Span.YEARS:
            last = add_months(day, 12 * expiry.count)
        case Span.MONTHS:
            last = add_months(day, expiry.count)
        case Span.DAYS:
            last = day + timedelta(days=expiry.count)
    return start_of_day(last + timedelta(days=1), zone)


@lru_cache(maxsize=1024)
def available_at(vesting: Vesting, booked_at: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the instant from which points are usable, or None for at once."""
    match vesting.kind:
        case VestingKind.AT_ONCE:
            return None
        case VestingKind.AFTER_DAYS:
            day = local_date(booked_at, zone) + timedelta(days=vesting.days)
        case VestingKind.ON_DATE:
            if vesting.day is None:
                raise ValueError("vesting on a date needs its day")
            day = vesting.day
    begins = start_of_day(day, zone)
    return begins if begins > booked_at else None
