"""A company with the literal seed programme, and the files it imports."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import openpyxl
from django.db import connection

from houji.access.actions import found_company
from houji.access.tenant import tenant
from houji.access.types import Actor, product_actor
from houji.connect.actions import upload_file
from houji.connect.models import Import, ImportRow
from houji.connect.preview import preview_import
from houji.connect.queries import problems_of
from houji.connect.running import start_import
from houji.connect.types import ShownProblem
from houji.intake.acceptance import database_now
from houji.ledger.queries import balances
from houji.members.queries import members_by_id
from houji.onboarding.actions import start_program
from houji.programs.types import ProgramTerms

HEADER = "客户编码,客户名称,发票号,金额,到期日,到账日"


def row(
    number: str = "FP-1",
    member: str = "C001",
    amount: str = "462000",
    settled: str = "2026-11-12",
    due: str = "2026-11-24",
) -> str:
    """Return a payment twelve days early; 462,000 yuan earn 4,620 + 80 points."""
    return f"{member},客户{member},{number},{amount},{due},{settled}"


def csv_of(*rows: str, header: str = HEADER) -> bytes:
    """Return a CSV file."""
    return "\n".join([header, *rows, ""]).encode()


def xlsx_of(rows: Iterable[Iterable[Any]]) -> bytes:
    """Return a workbook with one sheet."""
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(list(cells))
    binary = io.BytesIO()
    book.save(binary)
    return binary.getvalue()


@dataclass(frozen=True, slots=True)
class Firm:
    """A company at work."""

    actor: Actor
    terms: ProgramTerms

    def upload(self, content: bytes, name: str = "回款.csv") -> Import:
        """Upload a file."""
        return upload_file(actor=self.actor, terms=self.terms, file_name=name, stream=io.BytesIO(content))

    def preview(self, content: bytes, name: str = "回款.csv") -> Import:
        """Upload and preview a file."""
        return preview_import(actor=self.actor, import_id=self.upload(content, name).id)

    def post(
        self, content: bytes, name: str = "回款.csv", mode: Import.Mode = Import.Mode.GOOD_ROWS
    ) -> Import:
        """Upload, preview and import a file."""
        import_ = self.preview(content, name)
        return start_import(actor=self.actor, import_id=import_.id, mode=mode, wait=True)

    def rows(self, import_: Import) -> dict[int, ImportRow]:
        """Return the listed rows by number."""
        with tenant(self.actor.company_id):
            return {row.row_number: row for row in ImportRow.objects.filter(import_run_id=import_.id)}

    def outcomes(self, import_: Import) -> dict[int, str]:
        """Return the outcome of each listed row."""
        return {number: row.outcome for number, row in self.rows(import_).items()}

    def problem(self, import_: Import, number: int) -> ShownProblem:
        """Return the only problem of a row."""
        (problem,) = problems_of(self.rows(import_)[number])
        return problem

    def balances(self) -> dict[str, int]:
        """Return the available points of every member by key."""
        with tenant(self.actor.company_id):
            found = balances(self.terms.main_unit.id, now=database_now())
            members = members_by_id(found)
            return {members[holder].key: int(balance.available) for holder, balance in found.items()}


def found_firm(code: str) -> Firm:
    """Found a company with the literal seed programme."""
    company_id = found_company(code=code, name=code)
    actor = product_actor(company_id, "test")
    terms = start_program(actor=actor, template_code="engineering_seed", program_code="engineering")
    return Firm(actor, terms)


def table_sizes() -> dict[str, int]:
    """Count the rows of every table that this connection may see, whichever company is set."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        names = [name for (name,) in cursor.fetchall()]
        sizes = {}
        for name in names:
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [name])
            if cursor.fetchone() == (True,):
                cursor.execute(f'SELECT count(*) FROM "{name}"')
                (sizes[name],) = cursor.fetchone()
        return sizes
