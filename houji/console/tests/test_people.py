"""Staff and contacts on their pages: roles, shutting out, letting in, taking off a customer."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from houji.access.models import User
from houji.access.tenant import tenant
from houji.access.types import Role
from houji.console.tests.world import PASSWORD, World
from houji.members.models import Contact

HTMX = {"HX-Request": "true"}
USERS = "/console/settings/users"
MOBILE = "13900000001"


def _user(world: World, login: str) -> User:
    with tenant(world.company_id):
        return User.objects.get(login=login)


def _contact(world: World, key: str = "KH-1") -> Contact:
    with tenant(world.company_id):
        return Contact.objects.get(member_id=world.members[key])


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def test_roles_are_shown_in_the_drawer_and_changed(world: World) -> None:
    sales, client = _user(world, "alpha-sales"), world.client("admin")
    address = f"{USERS}/{sales.id}/roles"

    drawer = client.get(address, headers=HTMX)
    page = client.get(address)
    changed = client.post(address, {"roles": ["auditor", "finance"]})

    assert "<html" not in _text(drawer)
    assert 'value="sales" checked' in _text(drawer)
    assert page.context["drawer_open"]
    assert (changed.status_code, changed["Location"]) == (302, USERS)
    assert _user(world, "alpha-sales").roles == ["finance", "auditor"]
    assert "客户经理 → 财务，审计" in _text(client.get("/console/settings/audit"))


def test_no_role_and_unknown_roles_are_said_in_the_drawer(world: World) -> None:
    sales, client = _user(world, "alpha-sales"), world.client("admin")

    for roles in ([], ["contact"], ["emperor"]):
        answer = client.post(f"{USERS}/{sales.id}/roles", {"roles": roles})
        assert answer.status_code == 422
        assert answer.context["drawer_open"]

    assert "至少选一个角色。" in _text(client.post(f"{USERS}/{sales.id}/roles"))
    assert _user(world, "alpha-sales").roles == ["sales"]


def test_the_last_administrator_is_told_so_and_stays(world: World) -> None:
    admin = _user(world, "alpha-admin")

    answer = world.client("admin").post(f"{USERS}/{admin.id}/roles", {"roles": ["operator"]})

    assert answer.status_code == 409
    assert "admin 是最后一位管理员。" in _text(answer)
    assert _user(world, "alpha-admin").roles == ["admin"]


def test_whoever_gives_up_the_settings_is_led_out_of_them(world: World) -> None:
    admin, second, client = _user(world, "alpha-admin"), _user(world, "alpha-sales"), world.client("admin")
    client.post(f"{USERS}/{second.id}/roles", {"roles": ["admin"]})

    answer = client.post(f"{USERS}/{admin.id}/roles", {"roles": ["operator"]})

    assert answer["Location"] == "/console/"
    assert client.get("/console/").status_code == 200
    assert client.get(USERS).status_code == 403


def test_a_deactivated_person_is_out_with_the_next_click_and_may_be_let_in_again(world: World) -> None:
    sales, client, theirs = _user(world, "alpha-sales"), world.client("admin"), world.client("sales")
    assert theirs.get("/console/members/").status_code == 200

    asked = client.get(f"{USERS}/{sales.id}/deactivate", headers=HTMX)
    assert "停用账号" in _text(asked)
    assert theirs.get("/console/members/").status_code == 200

    assert client.post(f"{USERS}/{sales.id}/deactivate")["Location"] == USERS
    assert theirs.get("/console/members/")["Location"].startswith("/console/sign-in")
    listed = _text(client.get(USERS))
    assert f"{USERS}/{sales.id}/reactivate" in listed
    assert f"{USERS}/{sales.id}/invite" not in listed
    assert client.post(f"{USERS}/{sales.id}/invite").status_code == 409

    assert "恢复账号" in _text(client.get(f"{USERS}/{sales.id}/reactivate"))
    assert client.post(f"{USERS}/{sales.id}/reactivate")["Location"] == USERS
    assert world.client("sales").get("/console/members/").status_code == 200


def test_nobody_is_offered_to_shut_themselves_out(world: World) -> None:
    admin, client = _user(world, "alpha-admin"), world.client("admin")

    refused = client.post(f"{USERS}/{admin.id}/deactivate")

    assert f"{USERS}/{admin.id}/deactivate" not in _text(client.get(USERS))
    assert refused.status_code == 409
    assert "不能停用自己的账号" in _text(refused)
    assert _user(world, "alpha-admin").is_active


@pytest.mark.parametrize("page", ["roles", "deactivate", "reactivate"])
def test_people_are_out_of_reach_of_other_companies_roles_and_lists(
    world: World, other: World, page: str
) -> None:
    world.contact("KH-1", MOBILE)
    sales, contact = _user(world, "alpha-sales"), _user(world, MOBILE)
    form = {"roles": [Role.ADMIN.value]}

    assert other.client("admin").post(f"{USERS}/{sales.id}/{page}", form).status_code == 404
    assert world.client("operator").post(f"{USERS}/{sales.id}/{page}", form).status_code == 403
    assert world.client("admin").post(f"{USERS}/{contact.id}/{page}", form).status_code == 404
    assert world.client("admin").get(f"{USERS}/{2**70}/{page}").status_code == 404
    assert (_user(world, "alpha-sales").roles, _user(world, MOBILE).roles) == (["sales"], ["contact"])


def test_a_contact_is_corrected_in_the_drawer(world: World) -> None:
    world.contact("KH-1", MOBILE)
    contact, client = _contact(world), world.client("sales")
    address = f"/console/members/{world.members['KH-1']}/contacts/{contact.id}"

    drawer = _text(client.get(address, headers=HTMX))
    wrong = client.post(address, {"name": "许建国", "mobile": "座机"})
    saved = client.post(address, {"name": "许建国", "title": "财务总监", "mobile": "13900000002"})

    assert "<html" not in drawer
    assert f'value="{MOBILE}"' in drawer
    assert wrong.status_code == 422
    assert '<div class="hj-error" id="change_mobile_error">只写数字，例如 13800000000。' in _text(wrong)
    assert saved["Location"] == f"/console/members/{world.members['KH-1']}/people"
    assert (_contact(world).title, _user(world, "13900000002").id) == ("财务总监", contact.user_id)
    trail = _text(world.client("auditor").get("/console/settings/audit"))
    assert "职务：— → 财务总监 · 手机号：13900000001 → 13900000002" in trail


def test_a_mobile_number_in_use_is_refused_in_the_drawer(world: World) -> None:
    world.contact("KH-1", MOBILE)
    world.contact("KH-2", "13900000009")
    address = f"/console/members/{world.members['KH-1']}/contacts/{_contact(world).id}"

    answer = world.client("sales").post(address, {"name": "许建国", "mobile": "13900000009"})

    assert answer.status_code == 409
    assert "账号 13900000009 已有人使用" in _text(answer)
    assert _contact(world).mobile == MOBILE


def test_a_removed_contact_leaves_the_portal_at_once_and_the_list(world: World) -> None:
    world.contact("KH-1", MOBILE)
    world.pay("KH-1")
    portal, client = Client(), world.client("sales")
    portal.post("/console/sign-in", {"login": MOBILE, "password": PASSWORD})
    assert portal.get("/portal/").status_code == 200
    people = f"/console/members/{world.members['KH-1']}/people"
    address = f"/console/members/{world.members['KH-1']}/contacts/{_contact(world).id}/remove"

    asked = client.get(address)
    assert asked.context["drawer_open"]
    assert portal.get("/portal/").status_code == 200
    removed = client.post(address)

    assert removed["Location"] == people
    assert portal.get("/portal/")["Location"].startswith("/portal/sign-in")
    assert client.get(people).context["contacts"] == []
    assert client.post(address).status_code == 404
    assert "移除联系人" in _text(world.client("auditor").get("/console/settings/audit"))


@pytest.mark.parametrize("end", ["", "/remove"])
def test_contacts_are_out_of_reach_of_other_companies_customers_and_roles(
    world: World, other: World, end: str
) -> None:
    world.contact("KH-1", MOBILE)
    contact = _contact(world).id
    ours, theirs = world.members["KH-1"], world.members["KH-2"]
    form = {"name": "新", "mobile": "13900000003"}

    addresses = [
        (world, "auditor", f"/console/members/{ours}/contacts/{contact}{end}", 403),
        (world, "sales", f"/console/members/{theirs}/contacts/{contact}{end}", 404),
        (world, "sales", f"/console/members/{ours}/contacts/{2**70}{end}", 404),
        (other, "admin", f"/console/members/{ours}/contacts/{contact}{end}", 404),
    ]
    for company, who, address, status in addresses:
        client = company.client(who)
        assert client.get(address).status_code == status
        assert client.post(address, form).status_code == status

    assert (_contact(world).name, _contact(world).mobile) == ("许建国", MOBILE)
    assert _user(world, MOBILE).is_active
