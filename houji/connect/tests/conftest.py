"""Two companies, an uploads folder of their own, and books that balance after every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from houji.access.tenant import tenant
from houji.connect.tests.cast import Firm, found_firm
from houji.ledger.queries import violations


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where uploaded files lie during a test."""
    monkeypatch.setattr(settings, "HOUJI_UPLOADS", tmp_path / "uploads")
    return tmp_path / "uploads"


@pytest.fixture
def firm(db: None, uploads: Path) -> Iterator[Firm]:
    """A company whose books balance at the end."""
    firm = found_firm("alpha")
    yield firm
    with tenant(firm.actor.company_id):
        assert violations(firm.actor.company_id) == []


@pytest.fixture
def other_firm(db: None, uploads: Path) -> Firm:
    """A second tenant."""
    return found_firm("beta")
