"""Signing in, out, and by invitation."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from houji.access.actions import create_user, hash_password, invite_user
from houji.access.tenant import tenant
from houji.access.types import Role
from houji.members.models import Member
from houji.portal.tests.cast import PASSWORD, Stage, signed_in
from houji.portal.tests.conftest import MOBILE

pytestmark = pytest.mark.django_db

PAGES = (
    "/portal/",
    "/portal/earn/",
    "/portal/movements/",
    "/portal/movements/1/",
    "/portal/statements/",
    "/portal/statements/2026-01/",
    "/portal/statements/2026-01/print/",
    "/portal/statements/2026-01/workbook/",
    "/portal/me/",
    "/portal/me/company/",
    "/portal/me/board/",
    "/portal/me/rules/",
)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_asks_to_sign_in_first(page: str) -> None:
    answer = Client().get(page)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/portal/sign-in/?next=%2Fportal%2F")


def test_a_contact_signs_in_and_comes_to_the_page_it_asked_for(stage: Stage, contact: Client) -> None:
    client = Client()
    form = {"login": MOBILE, "password": PASSWORD, "next": "/portal/me/"}
    assert client.post("/portal/sign-in/", form)["Location"] == "/portal/me/"
    assert client.get("/portal/me/").status_code == 200


def test_it_leads_to_no_other_site(stage: Stage, contact: Client) -> None:
    for asked in ("https://example.test/", "//example.test/portal/", "/portal/\\@example.test", "/console/"):
        form = {"login": MOBILE, "password": PASSWORD, "next": asked}
        where = Client().post("/portal/sign-in/", form)["Location"]
        assert where.startswith("/portal/")
        assert "//" not in where


def test_a_wrong_password_is_refused_beside_the_fields(stage: Stage, contact: Client) -> None:
    answer = Client().post("/portal/sign-in/", {"login": MOBILE, "password": "wrong"})
    assert answer.status_code == 422
    assert "账号或密码不对" in answer.content.decode()
    assert MOBILE in answer.content.decode()


def test_a_contact_of_another_login_learns_nothing_about_which_half_was_wrong(contact: Client) -> None:
    answer = Client().post("/portal/sign-in/", {"login": "13999999999", "password": PASSWORD})
    assert answer.status_code == 422
    assert "账号或密码不对" in answer.content.decode()


def test_too_many_attempts_are_told_to_wait(contact: Client) -> None:
    client = Client()
    for _ in range(8):
        client.post("/portal/sign-in/", {"login": MOBILE, "password": "wrong"})
    answer = client.post("/portal/sign-in/", {"login": MOBILE, "password": PASSWORD})
    assert answer.status_code == 422
    assert "10 分钟后再试" in answer.content.decode()


def test_staff_are_shown_the_way_to_the_console(stage: Stage) -> None:
    create_user(
        actor=stage.actor,
        login="yunying",
        name="方知夏",
        roles=[Role.OPERATOR],
        password_hash=hash_password(PASSWORD),
    )
    client = Client()
    answer = client.post("/portal/sign-in/", {"login": "yunying", "password": PASSWORD})
    assert answer.status_code == 422
    assert 'href="/console/"' in answer.content.decode()
    assert client.get("/portal/").status_code == 302


def test_a_session_of_the_console_opens_no_page_of_the_portal(stage: Stage, member: Member) -> None:
    clerk = create_user(actor=stage.actor, login="yunying", name="方知夏", roles=[Role.ADMIN])
    client = Client()
    with tenant(stage.company_id):
        client.force_login(clerk)
    for page in PAGES:
        assert client.get(page)["Location"].startswith("/portal/sign-in/")


def test_signing_out_ends_the_session(contact: Client) -> None:
    assert contact.get("/portal/").status_code == 200
    assert contact.post("/portal/sign-out/").status_code == 302
    assert contact.get("/portal/").status_code == 302


def test_signing_out_by_a_link_is_not_possible(contact: Client) -> None:
    assert contact.get("/portal/sign-out/").status_code == 405
    assert contact.get("/portal/").status_code == 200


def test_nothing_a_contact_sees_is_kept_by_a_cache(contact: Client) -> None:
    for page in ("/portal/", "/portal/me/", "/portal/movements/"):
        assert "no-store" in contact.get(page)["Cache-Control"]


def test_an_invited_contact_sets_a_password_and_is_signed_in_once(stage: Stage) -> None:
    user = stage.contact(stage.member("KH-2", "云中白露园林有限公司"), "13900000002")
    secret = invite_user(actor=stage.actor, user_id=user.id, now=datetime.now(UTC))
    client = Client()
    form = {"password": "a much better one", "again": "a much better one"}
    assert client.post(f"/portal/invitation/{secret}/", form)["Location"] == "/portal/"
    assert "云中白露园林" in client.get("/portal/").content.decode()
    again = Client().post(f"/portal/invitation/{secret}/", form)
    assert again.status_code == 404
    assert "邀请链接已用过或已过期" in again.content.decode()


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        ("short", "short", "10"),
        ("1234567890123", "1234567890123", "数字"),
        ("long enough 1", "other", "不一样"),
    ],
)
def test_a_weak_or_mistyped_password_leaves_the_invitation_open(
    stage: Stage, password: str, again: str, says: str
) -> None:
    user = stage.contact(stage.member("KH-2", "云中白露园林有限公司"), "13900000002")
    secret = invite_user(actor=stage.actor, user_id=user.id, now=datetime.now(UTC))
    answer = Client().post(f"/portal/invitation/{secret}/", {"password": password, "again": again})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    form = {"password": "a much better one", "again": "a much better one"}
    assert Client().post(f"/portal/invitation/{secret}/", form).status_code == 302


def test_a_session_of_one_company_is_refused_the_other_by_its_own_rows(stage: Stage, contact: Client) -> None:
    from houji.portal.tests.cast import open_stage

    other = open_stage("beta", "乙公司")
    other.contact(other.member("KH-0001", "别家的客户有限公司"), "13900000009")
    theirs = signed_in("13900000009")
    assert "别家的客户" in theirs.get("/portal/").content.decode()
    assert "别家的客户" not in contact.get("/portal/").content.decode()
