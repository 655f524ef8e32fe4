"""The callers of the API's tests."""

from __future__ import annotations

import pytest

from houji.api.tests.cast import Caller, caller


@pytest.fixture
def alice(db: None) -> Caller:
    """The system of company alpha."""
    return caller("alpha")


@pytest.fixture
def bob(db: None) -> Caller:
    """The system of company beta, a stranger to alpha."""
    return caller("beta")
