"""People change roles, are shut out and let in again, and somebody always keeps the keys."""

from __future__ import annotations

import pytest

from houji.access import errors
from houji.access.actions import (
    accept_invitation,
    create_user,
    found_company,
    hash_password,
    invite_user,
    sign_in,
)
from houji.access.backend import TenantBackend
from houji.access.models import User
from houji.access.people import change_roles, deactivate_user, edit_user, reactivate_user
from houji.access.queries import audit_trail
from houji.access.tenant import tenant
from houji.access.types import Actor, Role, product_actor
from houji.intake.acceptance import database_now
from houji.kernel.ids import CompanyId, MemberId
from houji.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db

PASSWORD = "Longer-than-ten"


@pytest.fixture
def company() -> CompanyId:
    return found_company(code="alpha", name="甲公司")


def person(company: CompanyId, login: str, *roles: Role, member: int | None = None) -> User:
    return create_user(
        actor=product_actor(company, "测试"),
        login=login,
        name=f"{login} 的名字",
        roles=roles,
        password_hash=hash_password(PASSWORD),
        member_id=None if member is None else MemberId(member),
    )


def trail(company: CompanyId) -> list[tuple[str, str, dict[str, object]]]:
    """Return what was audited since the people were created, oldest first."""
    with tenant(company):
        rows = audit_trail().exclude(action="user.create").order_by("id")
        return [(row.action, row.subject, row.detail) for row in rows]


def stored(company: CompanyId, user: User) -> User:
    with tenant(company):
        return User.objects.get(id=user.id)


def test_new_roles_hold_at_once_and_the_old_ones_stay_in_the_trail(company: CompanyId) -> None:
    admin, clerk = person(company, "admin", Role.ADMIN), person(company, "clerk", Role.OPERATOR)

    change_roles(actor=admin.as_actor(), user_id=clerk.id, roles=iter([Role.AUDITOR, Role.FINANCE]))
    change_roles(actor=admin.as_actor(), user_id=clerk.id, roles=[Role.FINANCE, Role.AUDITOR])

    assert stored(company, clerk).as_actor().roles == {Role.FINANCE, Role.AUDITOR}
    detail = {"name": clerk.name, "before": ["operator"], "after": ["finance", "auditor"]}
    assert trail(company) == [("user.roles", f"user:{clerk.id}", detail)]


@pytest.mark.parametrize("roles", [[], [Role.CONTACT], [Role.OPERATOR, Role.INTEGRATION]])
def test_roles_that_are_not_of_the_staff_are_a_mistake_of_the_caller(
    company: CompanyId, roles: list[Role]
) -> None:
    clerk = person(company, "clerk", Role.OPERATOR)

    with pytest.raises(ValueError, match="roles of staff"):
        change_roles(actor=product_actor(company, "测试"), user_id=clerk.id, roles=roles)


def test_the_last_administrator_keeps_the_role_and_the_account(company: CompanyId) -> None:
    admin, former = person(company, "admin", Role.ADMIN), person(company, "former", Role.ADMIN)
    product = product_actor(company, "测试")
    deactivate_user(actor=product, user_id=former.id)

    with pytest.raises(errors.LastAdministrator):
        change_roles(actor=admin.as_actor(), user_id=admin.id, roles=[Role.OPERATOR])
    with pytest.raises(errors.LastAdministrator):
        deactivate_user(actor=product, user_id=admin.id)

    assert stored(company, admin).as_actor() == admin.as_actor()
    assert stored(company, admin).is_active
    reactivate_user(actor=product, user_id=former.id)
    change_roles(actor=admin.as_actor(), user_id=admin.id, roles=[Role.OPERATOR])
    assert stored(company, admin).roles == ["operator"]


def test_a_deactivated_person_is_out_at_once_and_comes_back_with_the_old_password(company: CompanyId) -> None:
    admin, clerk = person(company, "admin", Role.ADMIN), person(company, "clerk", Role.OPERATOR)
    backend, now = TenantBackend(), database_now()
    assert backend.get_user(clerk.id) == clerk

    deactivate_user(actor=admin.as_actor(), user_id=clerk.id)
    deactivate_user(actor=admin.as_actor(), user_id=clerk.id)

    assert backend.get_user(clerk.id) is None
    with pytest.raises(errors.SignInRefused):
        sign_in(login="clerk", password=PASSWORD, now=now)
    reactivate_user(actor=admin.as_actor(), user_id=clerk.id)
    reactivate_user(actor=admin.as_actor(), user_id=clerk.id)
    assert sign_in(login="clerk", password=PASSWORD, now=now) == clerk
    detail = {"name": clerk.name, "login": "clerk"}
    assert trail(company) == [
        ("user.deactivate", f"user:{clerk.id}", detail),
        ("user.reactivate", f"user:{clerk.id}", detail),
    ]


def test_an_invitation_dies_with_the_account_and_none_is_made_for_it(company: CompanyId) -> None:
    product, clerk = product_actor(company, "测试"), person(company, "clerk", Role.OPERATOR)
    now = database_now()
    secret = invite_user(actor=product, user_id=clerk.id, now=now)
    deactivate_user(actor=product, user_id=clerk.id)

    with pytest.raises(errors.InvitationRefused):
        accept_invitation(secret=secret, password="Another-password", now=now)
    with pytest.raises(errors.UserDeactivated):
        invite_user(actor=product, user_id=clerk.id, now=now)


def test_a_login_given_back_serves_somebody_else(company: CompanyId) -> None:
    product, first = product_actor(company, "测试"), person(company, "13900000001", Role.CONTACT, member=7)

    deactivate_user(actor=product, user_id=first.id, frees_login=True)
    second = person(company, "13900000001", Role.CONTACT, member=8)

    assert sign_in(login="13900000001", password=PASSWORD, now=database_now()) == second
    assert trail(company)[0][2]["login"] == "13900000001"


def test_nobody_shuts_themselves_out(company: CompanyId) -> None:
    admin = person(company, "admin", Role.ADMIN)
    person(company, "second", Role.ADMIN)

    with pytest.raises(errors.OwnAccount):
        deactivate_user(actor=admin.as_actor(), user_id=admin.id)

    assert stored(company, admin).is_active


def test_a_person_is_renamed_and_no_login_is_taken_from_another(company: CompanyId) -> None:
    admin, clerk = person(company, "admin", Role.ADMIN), person(company, "clerk", Role.OPERATOR)

    with pytest.raises(errors.LoginTaken):
        edit_user(actor=admin.as_actor(), user_id=clerk.id, name="新名字", login="Admin")
    assert stored(company, clerk).name == clerk.name
    edit_user(actor=admin.as_actor(), user_id=clerk.id, name="新名字", login=" Clerk.2 ")

    after = stored(company, clerk)
    assert (after.name, after.login) == ("新名字", "clerk.2")
    assert sign_in(login="clerk.2", password=PASSWORD, now=database_now()) == clerk
    assert [action for action, _subject, _detail in trail(company)] == ["user.edit"]


def asked(verb: str, actor: Actor, user_id: int) -> None:
    if verb == "roles":
        change_roles(actor=actor, user_id=user_id, roles=[Role.AUDITOR])
    elif verb == "edit":
        edit_user(actor=actor, user_id=user_id, name="新", login="new")
    elif verb == "deactivate":
        deactivate_user(actor=actor, user_id=user_id)
    else:
        reactivate_user(actor=actor, user_id=user_id)


@pytest.mark.parametrize("verb", ["roles", "edit", "deactivate", "reactivate"])
@pytest.mark.parametrize(
    ("role", "target", "refusal"),
    [
        (Role.OPERATOR, "staff", errors.PermissionMissing),
        (Role.AUDITOR, "contact", errors.PermissionMissing),
        (Role.ADMIN, "stranger", errors.UserNotFound),
        (Role.ADMIN, "nobody", errors.UserNotFound),
    ],
)
def test_people_are_changed_only_by_those_who_may_and_only_at_home(
    company: CompanyId, verb: str, role: Role, target: str, refusal: type[Refusal]
) -> None:
    actor = person(company, "actor", role).as_actor()
    elsewhere = found_company(code="beta", name="乙公司")
    users = {
        "staff": person(company, "staff", Role.OPERATOR).id,
        "contact": person(company, "contact", Role.CONTACT, member=7).id,
        "stranger": person(elsewhere, "stranger", Role.OPERATOR).id,
        "nobody": 2**70,
    }

    with pytest.raises(refusal):
        asked(verb, actor, users[target])

    assert trail(company) == trail(elsewhere) == []


def test_contacts_have_no_roles_to_change(company: CompanyId) -> None:
    contact = person(company, "contact", Role.CONTACT, member=7)

    with pytest.raises(errors.UserNotFound):
        change_roles(actor=product_actor(company, "测试"), user_id=contact.id, roles=[Role.ADMIN])

    assert stored(company, contact).roles == ["contact"]
