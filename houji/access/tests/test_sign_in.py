"""Signing in: what nobody can be called is nobody's login."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from houji.access import errors
from houji.access.actions import sign_in

pytestmark = pytest.mark.django_db


def test_a_login_with_nul_is_nobody_s() -> None:
    with pytest.raises(errors.SignInRefused):
        sign_in(login="138\00000", password="x", now=datetime.now(UTC))
