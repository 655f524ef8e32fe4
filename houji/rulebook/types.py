"""A published version, ready to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from houji.kernel.ids import VersionId
from houji.rules.compile import CompiledRules


@dataclass(frozen=True, slots=True)
class ReadyVersion:
    """A version with its compiled rules; in force from ``effective_from`` (business time)."""

    id: VersionId
    number: int
    effective_from: datetime
    rules: CompiledRules
