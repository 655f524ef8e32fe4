"""The customer's own word about the public board."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from houji.access.tenant import tenant
from houji.members.models import Member
from houji.members.types import MemberKind
from houji.portal.tests.cast import Stage, signed_in
from houji.portal.tests.test_pages import text_of

pytestmark = pytest.mark.django_db


def consent(stage: Stage, member: Member) -> str:
    with tenant(stage.company_id):
        return Member.objects.get(id=member.id).board_consent


def test_a_private_enterprise_chooses_as_it_likes(stage: Stage, member: Member, contact: Client) -> None:
    for choice in ("masked", "named", "none"):
        assert contact.post("/portal/me/board/", {"consent": choice}).status_code == 302
        assert consent(stage, member) == choice
    page = text_of(contact, "/portal/me/board/")
    assert "显示为「云××建设集团」" in page
    assert "显示为「云中晴空建设集团」" in page


@pytest.mark.parametrize("kind", [MemberKind.GOVERNMENT, MemberKind.STATE_OWNED])
def test_public_bodies_are_told_what_is_missing_and_nothing_changes(stage: Stage, kind: MemberKind) -> None:
    member = stage.member("KH-3", "云中港务有限公司", kind)
    stage.contact(member, "13900000003")
    browser = signed_in("13900000003")
    page = text_of(browser, "/portal/me/board/")
    assert "政府和国企客户要先有书面授权才能上榜" in page
    answer = browser.post("/portal/me/board/", {"consent": "named"})
    assert answer.status_code == 422
    assert "选择没有改变。把盖章的授权书交给客户经理登记，再回来开启。" in answer.content.decode()
    assert consent(stage, member) == "none"


def test_with_an_authorisation_on_file_they_may(stage: Stage) -> None:
    member = stage.member("KH-3", "云中港务有限公司", MemberKind.STATE_OWNED, authorised_on=date(2026, 1, 5))
    stage.contact(member, "13900000003")
    answer = signed_in("13900000003").post("/portal/me/board/", {"consent": "masked"})
    assert answer.status_code == 302
    assert consent(stage, member) == "masked"


def test_an_unknown_choice_changes_nothing(stage: Stage, member: Member, contact: Client) -> None:
    assert contact.post("/portal/me/board/", {"consent": "loud"}).status_code == 422
    assert contact.post("/portal/me/board/").status_code == 422
    assert consent(stage, member) == "none"
