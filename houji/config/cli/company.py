"""Which company and programme a command is about."""

from __future__ import annotations

from dataclasses import dataclass

from houji.access.actions import all_companies, company_by_code
from houji.access.tenant import tenant
from houji.config.errors import CompanyUnclear, NoCompanyYet
from houji.kernel.ids import CompanyId
from houji.programs.queries import program_by_code, terms_of
from houji.programs.types import ProgramTerms


@dataclass(frozen=True, slots=True)
class Chosen:
    """The company and programme of a command."""

    company_id: CompanyId
    terms: ProgramTerms


def chosen_company(code: str | None) -> CompanyId:
    """Return the company of this code, or the only one there is.

    Refuses with CompanyNotFound, NoCompanyYet or CompanyUnclear.
    """
    if code is not None:
        return CompanyId(company_by_code(code).id)
    companies = all_companies()
    if not companies:
        raise NoCompanyYet()
    if len(companies) > 1:
        raise CompanyUnclear(known="、".join(company.code for company in companies))
    return CompanyId(companies[0].id)


def chosen_program(company: str | None, programme: str | None) -> Chosen:
    """Return the company and programme that ``--company`` and ``--programme`` name."""
    company_id = chosen_company(company)
    with tenant(company_id):
        return Chosen(company_id, terms_of(program_by_code(programme)))
