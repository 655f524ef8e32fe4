"""A company, its customer with a contact, and a neighbour of each."""

from __future__ import annotations

import pytest
from django.test import Client

from houji.members.models import Member
from houji.portal.tests.cast import Stage, open_stage, signed_in

MOBILE = "13900000001"


@pytest.fixture
def stage() -> Stage:
    """The company a test is about."""
    return open_stage()


@pytest.fixture
def member(stage: Stage) -> Member:
    """A private enterprise of the company."""
    return stage.member("KH-0001", "云中晴空建设集团有限公司", short_name="云中晴空建设集团")


@pytest.fixture
def contact(stage: Stage, member: Member) -> Client:
    """The signed-in browser of the customer's contact."""
    stage.contact(member, MOBILE)
    return signed_in(MOBILE)
