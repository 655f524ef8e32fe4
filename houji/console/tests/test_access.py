"""Who comes in, who is sent where, and what each role may do."""

from __future__ import annotations

import pytest
from django.test import Client

from houji.access.actions import FAILURES_ALLOWED, create_user, found_company, hash_password, invite_user
from houji.access.models import User
from houji.access.tenant import tenant
from houji.access.types import Role, product_actor
from houji.console.tests.world import PASSWORD, World
from houji.intake.acceptance import database_now

READING = [
    "/console/",
    "/console/members/",
    "/console/entries/",
    "/console/rules/",
    "/console/approvals/",
    "/console/statements/",
    "/console/statements/disputes/",
    "/console/statements/ranking",
    "/console/settings/audit",
]


@pytest.mark.parametrize("address", READING)
def test_an_auditor_reads_every_page(world: World, address: str) -> None:
    world.pay("KH-1")

    assert world.client("auditor").get(address).status_code == 200


@pytest.mark.parametrize("address", READING)
def test_a_stranger_is_sent_to_the_sign_in_and_back(world: World, address: str) -> None:
    answer = Client().get(address)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/console/sign-in?next=%2Fconsole%2F")


@pytest.mark.parametrize("address", READING)
def test_a_contact_is_sent_to_the_portal(world: World, address: str) -> None:
    world.contact("KH-1", "13900000001")
    client = Client()
    answer = client.post("/console/sign-in", {"login": "13900000001", "password": PASSWORD})

    assert answer["Location"] == "/portal/"
    assert client.get(address)["Location"] == "/portal/"


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("auditor", "/console/members/new"),
        ("approver", "/console/members/new"),
        ("operator", "/console/settings/"),
        ("auditor", "/console/settings/users"),
        ("sales", "/console/settings/keys"),
    ],
)
def test_a_role_without_the_permission_is_refused_with_a_way_out(
    world: World, who: str, address: str
) -> None:
    answer = world.client(who).get(address)

    assert answer.status_code == 403
    assert "当前角色不能做这一步" in answer.content.decode()
    assert "找管理员开通权限" in answer.content.decode()


def test_a_wrong_password_is_said_in_place_and_tells_nothing(world: World) -> None:
    wrong = Client().post("/console/sign-in", {"login": "alpha-admin", "password": "nonsense"})
    unknown = Client().post("/console/sign-in", {"login": "nobody", "password": "nonsense"})

    assert (wrong.status_code, unknown.status_code) == (401, 401)
    for answer in (wrong, unknown):
        assert "账号或密码不对" in answer.content.decode()


def test_guessing_is_stopped_even_with_the_right_password(world: World) -> None:
    for _ in range(FAILURES_ALLOWED):
        Client().post("/console/sign-in", {"login": "alpha-admin", "password": "nonsense"})

    answer = Client().post("/console/sign-in", {"login": "alpha-admin", "password": PASSWORD})

    assert answer.status_code == 429
    assert "登录失败次数太多" in answer.content.decode()


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "/portal/"])
def test_the_way_back_never_leads_out_of_the_house(world: World, wanted: str) -> None:
    form = {"login": "alpha-admin", "password": PASSWORD, "next": wanted}

    assert Client().post("/console/sign-in", form)["Location"] == "/console/"


def test_signing_out_ends_the_session(world: World) -> None:
    client = world.client("admin")

    assert client.post("/console/sign-out").status_code == 302
    assert client.get("/console/").status_code == 302


def test_an_invited_person_sets_a_password_and_is_in(world: World) -> None:
    with tenant(world.company_id):
        user = User.objects.get(login="alpha-sales")
    secret = invite_user(actor=world.actor, user_id=user.id, now=database_now())
    client = Client()
    address = f"/console/invitation/{secret}"

    assert client.post(address, {"password": "short", "again": "short"}).status_code == 422
    assert client.post(address, {"password": "New-password-1", "again": "other"}).status_code == 422
    accepted = client.post(address, {"password": "New-password-1", "again": "New-password-1"})

    assert accepted["Location"] == "/console/"
    assert client.get("/console/").status_code == 200
    assert (
        Client().post(address, {"password": "New-password-1", "again": "New-password-1"}).status_code == 404
    )


def test_a_company_without_a_programme_begins_with_the_wizard(db: None) -> None:
    actor = product_actor(found_company(code="empty", name="新公司"), "测试")
    create_user(
        actor=actor, login="first", name="第一人", roles=[Role.ADMIN], password_hash=hash_password(PASSWORD)
    )
    client = Client()
    client.post("/console/sign-in", {"login": "first", "password": PASSWORD})

    assert client.get("/console/")["Location"] == "/console/start/"


def test_demo_accounts_are_shown_only_where_the_demo_is(world: World) -> None:
    assert "演示账号" not in Client().get("/console/sign-in").content.decode()


def test_pages_are_chinese_until_a_person_chooses_english(world: World) -> None:
    client = world.client("admin")
    assert "客户" in client.get("/console/members/").content.decode()

    client.post("/language", {"language": "en", "next": "/console/members/"})

    shown = client.get("/console/members/").content.decode()
    assert "All account managers" in shown
    assert "全部客户经理" not in shown
