"""Publishing rules: from then on a version never changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max

from houji.access.actions import record_audit, require
from houji.access.tenant import tenant
from houji.access.types import Actor, Permission
from houji.kernel.ids import ProgramId, VersionId
from houji.kernel.time import BEGINNING
from houji.programs.actions import lock_program
from houji.rulebook.models import RuleSetVersion
from houji.rules.parse import parse_rule_set
from houji.rules.types import FieldCatalogue


def publish_rule_set(
    *,
    actor: Actor,
    program_id: ProgramId,
    document: Mapping[str, Any],
    catalogue: FieldCatalogue,
    effective_from: datetime | None = None,
) -> VersionId:
    """Publish a rule set for a programme; without a date it is in force from the beginning of time.

    Refuses with PermissionMissing, or RuleSetRefused with every problem of the document.
    """
    require(actor, Permission.CHANGE_RULES)
    parse_rule_set(document, catalogue)
    with tenant(actor.company_id):
        # The programme's row makes two publishers queue, so that numbers have no gap.
        lock_program(program_id)
        versions = RuleSetVersion.objects.filter(program_id=program_id)
        last = versions.aggregate(last=Max("number"))["last"] or 0
        version = RuleSetVersion.objects.create(
            company_id=actor.company_id,
            program_id=program_id,
            number=last + 1,
            document=dict(document),
            effective_from=effective_from or BEGINNING,
            published_by_name=actor.name,
        )
        record_audit(actor, "rules.publish", f"version:{version.id}", number=version.number)
    return VersionId(version.id)
