"""What other packages know of a programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from houji.kernel.ids import CompanyId, ProgramId, UnitId
from houji.rules.types import Expiry


@dataclass(frozen=True, slots=True)
class UnitTerms:
    """A kind of point: what one is worth in yuan and how long it lasts."""

    id: UnitId
    code: str
    names: Mapping[str, str]
    value_yuan: Decimal
    validity: Expiry


@dataclass(frozen=True, slots=True)
class ProgramTerms:
    """A programme as the posting of events needs it."""

    id: ProgramId
    company_id: CompanyId
    code: str
    names: Mapping[str, str]
    zone: ZoneInfo
    creates_members: bool
    units: Mapping[str, UnitTerms]

    @property
    def main_unit(self) -> UnitTerms:
        """The unit that pages show where they show one: the first founded."""
        return next(iter(self.units.values()))
