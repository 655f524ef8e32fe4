"""``houji check``: reads the books of every company and names each broken invariant."""

from __future__ import annotations

import argparse

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from houji.access.actions import all_companies, company_by_code
from houji.access.tenant import tenant
from houji.config.cli.options import with_format
from houji.config.cli.output import print_record, print_rows
from houji.kernel.ids import CompanyId
from houji.ledger.queries import BookSizes, Violation, book_sizes, violations

HELP = _("核对全部账本，有不平即报错")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--company", metavar="CODE", help=gettext("只核对这一家"))
    with_format(parser)


def run(options: argparse.Namespace) -> int:
    """Check every company (or one) and return 1 when anything is broken."""
    companies = all_companies() if options.company is None else [company_by_code(options.company)]
    sizes = BookSizes(0, 0, 0)
    found: list[tuple[str, Violation]] = []
    for company in companies:
        with tenant(CompanyId(company.id)):
            seen = book_sizes(CompanyId(company.id))
            found += [(company.code, violation) for violation in violations(CompanyId(company.id))]
        sizes = BookSizes(
            sizes.accounts + seen.accounts, sizes.entries + seen.entries, sizes.lots + seen.lots
        )
    if found:
        rows = [(code, v.account_id, v.rule, v.detail) for code, v in found]
        print_rows(("company", "account", "rule", "detail"), rows, options.format)
    _print_summary(sizes, len(companies), len(found), options.format)
    return 1 if found else 0


def _print_summary(sizes: BookSizes, companies: int, broken: int, form: str) -> None:
    if form == "text":
        print(
            f"{companies} companies, {sizes.accounts} accounts, {sizes.entries} entries,"
            f" {sizes.lots} lots checked"
        )
        print(f"{broken} violations")
    elif not broken:
        counts = {"accounts": sizes.accounts, "entries": sizes.entries, "lots": sizes.lots}
        print_record({"companies": companies, **counts, "violations": broken}, form)
