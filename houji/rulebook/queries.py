"""Which rules were in force when: versions are read once a process, since they never change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from houji.kernel.ids import ProgramId, VersionId
from houji.kernel.time import local_date
from houji.rulebook import errors
from houji.rulebook.models import RuleSetVersion
from houji.rulebook.types import ReadyVersion
from houji.rules.compile import compile_rules
from houji.rules.parse import parse_rule_set
from houji.rules.types import FieldCatalogue

_READY_LIMIT = 200
_ready: dict[VersionId, ReadyVersion] = {}


def versions_of(program_id: ProgramId, catalogue: FieldCatalogue) -> list[ReadyVersion]:
    """Return a programme's published versions, the latest first."""
    rows = RuleSetVersion.objects.filter(program_id=program_id).order_by("-effective_from", "-number")
    known = list(rows.values_list("id", flat=True))
    return [_ready_version(VersionId(version_id), catalogue) for version_id in known]


def version_by_id(version_id: VersionId, catalogue: FieldCatalogue) -> ReadyVersion:
    """Return one version; it is immutable, so the process keeps it."""
    return _ready_version(version_id, catalogue)


def in_force_at(versions: Sequence[ReadyVersion], at: datetime) -> ReadyVersion:
    """Return the version in force at a business time; refuses with NoRulesInForce."""
    for version in versions:
        if version.effective_from <= at:
            return version
    if not versions:
        raise errors.NoRulesInForce(day=at.date().isoformat(), since="—")
    zone = versions[-1].rules.rule_set.zone
    since = local_date(versions[-1].effective_from, zone)
    raise errors.NoRulesInForce(day=local_date(at, zone).isoformat(), since=since.isoformat())


def published_rows(program_id: ProgramId) -> list[RuleSetVersion]:
    """Return the stored versions of a programme, latest first, for pages that list them."""
    return list(RuleSetVersion.objects.filter(program_id=program_id).order_by("-number"))


def _ready_version(version_id: VersionId, catalogue: FieldCatalogue) -> ReadyVersion:
    # Whoever asks has the id from a row of its own company: row-level security does not guard the cache.
    # Threads share it, and one may clear it while another is between two of these lines.
    ready = _ready.get(version_id)
    if ready is None:
        row = RuleSetVersion.objects.get(id=version_id)
        rules = compile_rules(parse_rule_set(row.document, catalogue), catalogue)
        if len(_ready) >= _READY_LIMIT:
            _ready.clear()
        ready = _ready[version_id] = ReadyVersion(version_id, row.number, row.effective_from, rules)
    return ready
