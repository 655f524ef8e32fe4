"""[import] A CSV file through mapping, rules and ledger, against COPY of the very rows it wrote.

The yardstick loads the same rows (members, events, decisions, accounts, entries, lots, queued
facts, used keys) into empty copies of the same tables, indexes and constraints included, by one
connection in one transaction, as a role that row-level security does not bind.
"""

from __future__ import annotations

import csv
import random
import tempfile
from datetime import date, timedelta
from pathlib import Path

import psycopg
from psycopg import sql

from bench.measure import Figure, compare, per_second
from houji.config.database import dsn
from houji.connect.local import import_local_file, survey_local_file
from houji.connect.models import Import
from houji.connect.types import MixedUnits
from houji.intake.mapping.library import shipped_mappings
from houji.kernel.ids import CompanyId
from houji.onboarding.actions import ensure_company_with_template

ROWS, ROWS_QUICK = 100_000, 10_000
MEMBERS = 5_000
COLUMNS = (
    "countryCode", "customerID", "PaperlessDate", "invoiceNumber", "InvoiceDate", "DueDate", "InvoiceAmount",
    "Disputed", "SettledDate", "PaperlessBill", "DaysToSettle", "DaysLate",
)  # fmt: skip
TABLES = (
    "members_member",
    "intake_event",
    "earning_decision",
    "earning_usedkey",
    "ledger_accountkey",
    "ledger_account",
    "ledger_entry",
    "ledger_lot",
    "log_queuedfact",
)


def measure_import(database: str, *, quick: bool) -> Figure:
    """Return events a second of both sides, in a database of its own."""
    count = ROWS_QUICK if quick else ROWS
    with tempfile.TemporaryDirectory(prefix="houji-bench-") as folder:
        path = Path(folder) / "receivables.csv"
        _write_file(path, count)
        side = _Sides(database, path, count)
        return compare("import", "events/s", side.ours, side.against)


class _Sides:
    """Both sides of the comparison; each run of ours is a company of its own."""

    def __init__(self, database: str, path: Path, count: int) -> None:
        self._database, self._path, self._count = database, path, count
        self._run = 0
        self._company = CompanyId(0)

    def ours(self) -> float:
        """Import the file into a fresh company, from opening it to the last commit."""
        self._run += 1
        start = ensure_company_with_template(f"bench-{self._run}", "engineering", "engineering_seed")
        self._company = start.actor.company_id

        def work() -> None:
            survey = survey_local_file(path=self._path, document=_mapping(), sheet="", terms=start.terms)
            done = import_local_file(
                actor=start.actor,
                terms=start.terms,
                path=self._path,
                survey=survey,
                mode=Import.Mode.GOOD_ROWS,
                mixed_units=MixedUnits.KEEP,
                watch=lambda rows: None,
            )
            if done.counts.get("accepted") != self._count:
                raise RuntimeError(f"not everything was accepted: {done.counts} {done.failure}")

        return per_second(self._count, work)

    def against(self) -> float:
        """COPY the rows that the last import wrote into empty twins of their tables."""
        with psycopg.connect(dsn("owner", dbname=self._database), autocommit=True) as owner:
            rows = {table: _rows_of(owner, table, self._company) for table in TABLES}
            for table in TABLES:
                owner.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(_twin(table)))
                owner.execute(
                    sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(
                        _twin(table), sql.Identifier(table)
                    )
                )
            return per_second(self._count, lambda: _load(owner, rows))


def _load(owner: psycopg.Connection, rows: dict[str, bytes]) -> None:
    with owner.transaction(), owner.cursor() as cursor:
        for table, content in rows.items():
            with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(_twin(table))) as copy:
                copy.write(content)


def _rows_of(owner: psycopg.Connection, table: str, company_id: CompanyId) -> bytes:
    # Even the owner of a table sees only the company that is set.
    with owner.transaction(), owner.cursor() as cursor:
        cursor.execute("SELECT set_config('houji.company', %s, true)", [str(company_id)])
        query = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(sql.Identifier(table))
        with cursor.copy(query) as copy:
            return b"".join(bytes(part) for part in copy)


def _twin(table: str) -> sql.Identifier:
    return sql.Identifier(f"bench_{table}")


def _mapping() -> dict[str, object]:
    return dict(next(found for found in shipped_mappings() if found.code == "receivables").document)


def _write_file(path: Path, count: int) -> None:
    """Write invoices shaped like the published sample: same columns, same formats, plausible values."""
    numbers = random.Random(1)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for number in range(count):
            invoiced = date(2024, 1, 1) + timedelta(days=numbers.randrange(700))
            days = numbers.randrange(5, 60)
            settled, due = invoiced + timedelta(days=days), invoiced + timedelta(days=30)
            amount = f"{numbers.uniform(5, 120):.2f}"
            writer.writerow(
                [391, f"{numbers.randrange(MEMBERS):04d}-BENCH", "4/6/2013", f"{number:010d}", _us(invoiced),
                 _us(due), amount, "Yes" if numbers.random() < 0.23 else "No", _us(settled), "Paper", days,
                 max(0, days - 30)]
            )  # fmt: skip


def _us(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"
