"""The ids that cross package borders, each a type of its own so that none is taken for another."""

from __future__ import annotations

from typing import NewType
from uuid import UUID

import uuid_utils.compat

CompanyId = NewType("CompanyId", int)
ProgramId = NewType("ProgramId", int)
UnitId = NewType("UnitId", int)
MemberId = NewType("MemberId", int)
AccountId = NewType("AccountId", int)
EventId = NewType("EventId", int)
VersionId = NewType("VersionId", int)
UserId = NewType("UserId", int)


def new_public_id() -> UUID:
    """Return a UUIDv7: what the world outside sees instead of a database id, in order of birth."""
    return uuid_utils.compat.uuid7()
