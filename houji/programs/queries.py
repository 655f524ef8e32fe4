"""Reading programmes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from houji.kernel.ids import CompanyId, ProgramId, UnitId
from houji.programs import errors
from houji.programs.models import Program, Unit
from houji.programs.types import ProgramTerms, UnitTerms
from houji.rules.types import Expiry, Span


def program_by_code(code: str | None) -> Program:
    """Return a programme of the current company, its first one when no code is given.

    Refuses with ProgramNotFound or NoProgramYet.
    """
    programs = Program.objects.order_by("id")
    program = programs.first() if code is None else programs.filter(code=code).first()
    if program is None:
        raise errors.NoProgramYet() if code is None else errors.ProgramNotFound(program=code)
    return program


def program_by_id(program_id: ProgramId) -> Program:
    """Return a programme of the current company; refuses with ProgramNotFound."""
    program = Program.objects.filter(id=program_id).first()
    if program is None:
        raise errors.ProgramNotFound(program=str(program_id))
    return program


def all_programs() -> list[Program]:
    """Return the company's programmes, oldest first."""
    return list(Program.objects.order_by("id"))


def terms_of(program: Program) -> ProgramTerms:
    """Return a programme as posting needs it."""
    units = Unit.objects.filter(program_id=program.id).order_by("id")
    return ProgramTerms(
        id=ProgramId(program.id),
        company_id=CompanyId(program.company_id),
        code=program.code,
        names=program.names,
        zone=ZoneInfo(program.time_zone),
        creates_members=program.unknown_members == Program.UnknownMembers.CREATE,
        units={unit.code: _unit_terms(unit) for unit in units},
    )


def expiry_of(validity: Mapping[str, Any]) -> Expiry:
    """Read a unit's validity, such as ``{"years": 1}``; an empty one never expires."""
    for span in (Span.YEARS, Span.MONTHS, Span.DAYS):
        if span.value in validity:
            return Expiry(span, int(validity[span.value]))
    return Expiry(Span.NEVER)


def _unit_terms(unit: Unit) -> UnitTerms:
    return UnitTerms(UnitId(unit.id), unit.code, unit.names, unit.value_yuan, expiry_of(unit.validity))
