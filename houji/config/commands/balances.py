"""``houji balances``: every member's balance as of now."""

from __future__ import annotations

import argparse

from django.utils.translation import gettext_lazy as _

from houji.access.tenant import tenant
from houji.config.cli.company import chosen_program
from houji.config.cli.options import with_company, with_format
from houji.config.cli.output import print_rows
from houji.intake.acceptance import database_now
from houji.ledger.queries import balances
from houji.members.queries import members_by_id

HELP = _("列出每位客户的积分余额")
COLUMNS = ("member", "unit", "available", "pending", "expires_next")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    with_company(parser)
    with_format(parser)


def run(options: argparse.Namespace) -> int:
    """Print the balances in the order of the members' keys, unit by unit."""
    chosen = chosen_program(options.company, options.programme)
    rows: list[tuple[object, ...]] = []
    with tenant(chosen.company_id):
        now = database_now()
        for unit in chosen.terms.units.values():
            found = balances(unit.id, now=now)
            members = members_by_id(found)
            rows += sorted(
                (members[holder].key, unit.code, balance.available, balance.pending, balance.expires_next)
                for holder, balance in found.items()
            )
    print_rows(COLUMNS, rows, options.format)
    return 0
