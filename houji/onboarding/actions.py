"""Beginning: a company with a programme made from a template, its rules in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from houji.access.actions import all_companies, company_by_code, create_user, found_company, hash_password
from houji.access.errors import CompanyNotFound
from houji.access.tenant import tenant
from houji.access.types import Actor, Role, product_actor
from houji.intake.event_types.catalogue import field_catalogue
from houji.kernel.ids import CompanyId
from houji.onboarding.errors import InstallationTaken
from houji.onboarding.wizard import voucher_points
from houji.programs.actions import found_program
from houji.programs.errors import ProgramNotFound
from houji.programs.queries import program_by_code, terms_of
from houji.programs.types import ProgramTerms
from houji.rulebook.actions import publish_rule_set
from houji.rulebook.templates import Template, load_template
from houji.rules.types import Expiry, Span

if TYPE_CHECKING:
    from houji.access.models import User

COMPANY_CODE = "main"
"""The code of the company that an installation begins with."""

_OPENING_LOCK = 0x686F756A69
"""Any number of our own: the advisory lock that founders queue at."""


@dataclass(frozen=True, slots=True)
class Start:
    """A company and programme ready to take events, and the product as their actor."""

    actor: Actor
    terms: ProgramTerms


def start_program(
    *,
    actor: Actor,
    template_code: str,
    program_code: str,
    names: Mapping[str, str] | None = None,
    value_yuan: Decimal | None = None,
    effective_from: datetime | None = None,
) -> ProgramTerms:
    """Found a programme from a template and publish its rules, in one transaction.

    The template says what a point is worth and from when its rules count, unless ``value_yuan`` and
    ``effective_from`` do. Refuses as ``found_program`` and ``publish_rule_set`` do, and with
    TemplateNotFound.
    """
    template = load_template(template_code)
    value = template.point_value_yuan if value_yuan is None else value_yuan
    with tenant(actor.company_id):
        program_id = found_program(
            actor=actor,
            code=program_code,
            names=names or template.names,
            unit_code=template.unit.code,
            unit_names=template.unit.names,
            value_yuan=value,
            validity=_validity(template.validity),
            # A value that prices nothing is refused by found_program, before anything is written.
            terms=_terms(template, value) if value > 0 else {},
            template_code=template.code,
        )
        publish_rule_set(
            actor=actor,
            program_id=program_id,
            document=template.rule_set,
            catalogue=field_catalogue(),
            effective_from=effective_from or template.in_force_from,
        )
        return terms_of(program_by_code(program_code))


def open_installation(*, company_name: str, login: str, name: str, password: str) -> User:
    """Found the first company with its administrator, on an installation that has none.

    Two people who try at once queue here: the second is refused with InstallationTaken, and
    nothing of theirs is kept.
    """
    with transaction.atomic():
        _queue_founders()
        if all_companies():
            raise InstallationTaken()
        company_id = found_company(code=COMPANY_CODE, name=company_name)
        return create_user(
            actor=product_actor(company_id, name),
            login=login,
            name=name,
            roles=[Role.ADMIN],
            password_hash=hash_password(password),
        )


def ensure_company_with_template(company_code: str, program_code: str, template_code: str) -> Start:
    """Return a company's programme, creating what is absent: for commands on an empty installation."""
    try:
        return _started(company_code, program_code)
    except (CompanyNotFound, ProgramNotFound):
        pass
    with transaction.atomic():
        # Two commands that begin at once queue here; the second finds what the first has made.
        _queue_founders()
        try:
            return _started(company_code, program_code)
        except CompanyNotFound:
            company_id = found_company(code=company_code, name=company_code)
        except ProgramNotFound:
            company_id = CompanyId(company_by_code(company_code).id)
        actor = product_actor(company_id, "houji")
        terms = start_program(actor=actor, template_code=template_code, program_code=program_code)
        return Start(actor, terms)


def _started(company_code: str, program_code: str) -> Start:
    company_id = CompanyId(company_by_code(company_code).id)
    with tenant(company_id):
        terms = terms_of(program_by_code(program_code))
    return Start(product_actor(company_id, "houji"), terms)


def _queue_founders() -> None:
    """Wait, in the open transaction, for whoever else is founding a company or its programme."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_OPENING_LOCK])


def _validity(expiry: Expiry) -> dict[str, int]:
    return {} if expiry.span is Span.NEVER else {expiry.span.value: expiry.count}


def _terms(template: Template, value_yuan: Decimal) -> dict[str, Any]:
    """What pages say of the programme beside its rules, as stored with it.

    Vouchers keep their worth in yuan; their price follows from what a point is worth.
    """
    return {
        "symbol": dict(template.unit.symbol),
        "smallest_redemption_points": template.smallest_redemption_points,
        "vouchers": [
            {
                "code": voucher.code,
                "names": dict(voucher.names),
                "price_points": voucher_points(voucher.value_yuan, value_yuan),
                "value_yuan": str(voucher.value_yuan),
            }
            for voucher in template.vouchers
        ],
        "categories": [
            {"code": category.code, "names": dict(category.names), "colour": category.colour}
            for category in template.categories
        ],
    }
