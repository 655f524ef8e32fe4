"""The way from a seed and a day to a whole demonstration company."""

from __future__ import annotations

from datetime import date
from random import Random

from houji.kernel.time import add_months
from houji.onboarding.demo import names
from houji.onboarding.demo.contracts import invent_contracts, month_cents
from houji.onboarding.demo.happenings import invent_joint_projects, invent_referrals, invent_surveys
from houji.onboarding.demo.invoices import invent_invoices
from houji.onboarding.demo.occurrences import invoice_events
from houji.onboarding.demo.people import invent_members, staff_users
from houji.onboarding.demo.season import Season
from houji.onboarding.demo.types import DemoCompany, Event, Invoice

MONTHS = 24
_ANNOUNCED_MONTHS_AGO = 12


def generate(seed: int, today: date) -> DemoCompany:
    """Return the company of a seed as it stands when ``today`` begins.

    The same seed and day always give the same company. Payments cover 24 whole months and the
    running one; invoices begin some months earlier, so that every payment has its invoice.
    """
    rng = Random(seed)
    first_day = add_months(today.replace(day=1), -MONTHS)
    announced_on = add_months(today, -_ANNOUNCED_MONTHS_AGO)
    members = invent_members(rng, first_day=first_day, today=today)
    contracts = invent_contracts(rng, members, first_day=first_day, today=today)
    season = Season(rng, first_day=first_day, months=MONTHS, month_cents=month_cents())
    invoices = invent_invoices(
        rng, contracts, members, season, announced_on=announced_on, first_day=first_day, today=today
    )
    happenings = (
        *invent_surveys(rng, invoices, contracts, first_day=first_day, today=today),
        *invent_referrals(rng, members, first_day=first_day, announced_on=announced_on, today=today),
        *invent_joint_projects(rng, members, first_day=first_day, today=today),
    )
    return DemoCompany(
        seed=seed,
        today=today,
        name=names.COMPANY_NAME,
        short_name=names.COMPANY_SHORT_NAME,
        programme_name=names.PROGRAMME_NAME,
        first_day=first_day,
        announced_on=announced_on,
        staff=staff_users(),
        members=members,
        contracts=contracts,
        invoices=invoices,
        events=_in_order(rng, invoices, happenings),
    )


def _in_order(rng: Random, invoices: tuple[Invoice, ...], happenings: tuple[Event, ...]) -> tuple[Event, ...]:
    """Return all events in the order of their time, and of their ids within a minute."""
    events = [one for invoice in invoices for one in invoice_events(rng, invoice)]
    events.extend(happenings)
    return tuple(sorted(events, key=lambda one: (one["time"], one["id"])))
