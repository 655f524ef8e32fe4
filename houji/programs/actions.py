"""Founding a programme and changing its settings."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from houji.access.actions import record_audit, require
from houji.access.tenant import tenant
from houji.access.types import Actor, Permission
from houji.kernel.ids import ProgramId
from houji.kernel.numbers import plain
from houji.programs import errors
from houji.programs.models import Program, Unit

LEAST_VALUE = Decimal("0.0001")
MOST_VALUE = Decimal(1000)
SETTINGS = frozenset(
    {
        "unknown_members",
        "board_enabled",
        "board_shows_points",
        "rank_in_portal",
        "dispute_answer_days",
    }
)


def found_program(
    *,
    actor: Actor,
    code: str,
    names: Mapping[str, str],
    unit_code: str,
    unit_names: Mapping[str, str],
    value_yuan: Decimal,
    validity: Mapping[str, Any],
    terms: Mapping[str, Any],
    template_code: str = "",
) -> ProgramId:
    """Create a programme with its first unit.

    Refuses with PermissionMissing, PointValueRefused or ProgramExists, in this order.
    """
    require(actor, Permission.SET_UP)
    if not LEAST_VALUE <= value_yuan <= MOST_VALUE:
        raise errors.PointValueRefused(value=plain(value_yuan))
    with tenant(actor.company_id):
        program, created = Program.objects.get_or_create(
            company_id=actor.company_id,
            code=code,
            defaults={"names": dict(names), "terms": dict(terms), "template_code": template_code},
        )
        if not created:
            raise errors.ProgramExists(program=code)
        Unit.objects.create(
            company_id=actor.company_id,
            program=program,
            code=unit_code,
            names=dict(unit_names),
            value_yuan=value_yuan,
            validity=dict(validity),
        )
        record_audit(actor, "program.found", f"program:{program.id}", template=template_code)
    return ProgramId(program.id)


def lock_program(program_id: ProgramId) -> Program:
    """Lock a programme's row, so that those who change its rules queue."""
    return Program.objects.select_for_update().get(id=program_id)


def change_settings(*, actor: Actor, program_id: ProgramId, **changes: Any) -> None:
    """Change settings of a programme, each old value kept in the audit row."""
    require(actor, Permission.SET_UP)
    unknown = set(changes) - SETTINGS
    if unknown:
        raise ValueError(f"no such settings: {sorted(unknown)}")
    with tenant(actor.company_id):
        program = lock_program(program_id)
        before = {name: getattr(program, name) for name in changes}
        for name, value in changes.items():
            setattr(program, name, value)
        program.save(update_fields=list(changes))
        record_audit(actor, "program.settings", f"program:{program_id}", before=before, after=changes)
