"""Two companies in every test."""

from __future__ import annotations

import pytest

from houji.insights.tests.cast import Firm, found_firm


@pytest.fixture
def firm() -> Firm:
    """The company a test is about."""
    return found_firm("alpha")


@pytest.fixture
def other() -> Firm:
    """Another company, whose rows never count."""
    return found_firm("beta")
