"""The door to a company's data: one transaction in which row-level security shows just its rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from houji.kernel.ids import CompanyId


@contextmanager
def tenant(company_id: CompanyId) -> Iterator[None]:
    """Run a block as one company, in one transaction (a savepoint when one is open).

    Reads need it too: without it the policies show no row at all. Entering another company
    inside is refused, because the setting belongs to the whole transaction.
    """
    with transaction.atomic():
        current = current_company()
        if current is not None and current != company_id:
            raise RuntimeError("a transaction serves one company")
        if current is None:
            _set_company(str(company_id))
        yield
        if current is None:
            # A savepoint inside a test's transaction outlives this block; the setting must not.
            _set_company("")


def current_company() -> CompanyId | None:
    """Return the company of the open transaction, or None outside a tenant block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nullif(current_setting('houji.company', true), '')::bigint")
        row = cursor.fetchone()
    return None if row is None or row[0] is None else CompanyId(row[0])


def _set_company(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('houji.company', %s, true)", [value])
