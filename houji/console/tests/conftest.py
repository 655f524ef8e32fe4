"""The companies that the console's tests share."""

from __future__ import annotations

import pytest

from houji.console.tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """A company without any points yet."""
    return make_world()


@pytest.fixture
def other(db: None) -> World:
    """Another tenant of the same installation."""
    return make_world("beta")
