"""Contacts come, change and go; what they did stays."""

from __future__ import annotations

import pytest

from houji.access.actions import create_user, found_company, hash_password, sign_in
from houji.access.backend import TenantBackend
from houji.access.errors import LoginTaken, PermissionMissing
from houji.access.queries import audit_trail
from houji.access.tenant import tenant
from houji.access.types import Actor, Role, product_actor
from houji.intake.acceptance import database_now
from houji.kernel.ids import CompanyId, MemberId
from houji.kernel.refusals import Refusal
from houji.members import errors
from houji.members.actions import add_contact, create_member, edit_contact, remove_contact
from houji.members.models import Contact
from houji.members.queries import contacts_of
from houji.members.types import MemberKind

pytestmark = pytest.mark.django_db

PASSWORD = "Longer-than-ten"
MOBILE = "13900000001"


@pytest.fixture
def actor() -> Actor:
    return product_actor(found_company(code="alpha", name="甲公司"), "周衡")


def member(actor: Actor, key: str) -> MemberId:
    made = create_member(actor=actor, key=key, name=f"{key} 有限公司", kind=MemberKind.PRIVATE)
    return MemberId(made.id)


def contact(actor: Actor, member_id: MemberId, mobile: str = MOBILE) -> Contact:
    return add_contact(
        actor=actor,
        member_id=member_id,
        name="许建国",
        title="财务",
        mobile=mobile,
        password_hash=hash_password(PASSWORD),
    )[0]


def last_audit(company: CompanyId) -> tuple[str, str, dict[str, object]]:
    with tenant(company):
        row = audit_trail()[0]
    return row.action, row.subject, row.detail


def test_an_edited_contact_signs_in_with_the_new_mobile_and_the_old_password(actor: Actor) -> None:
    ours = member(actor, "KH-1")
    one = contact(actor, ours)

    edit_contact(
        actor=actor, member_id=ours, contact_id=one.id, name="许建国", mobile="13900000002", title="财务总监"
    )

    user = sign_in(login="13900000002", password=PASSWORD, now=database_now())
    assert user.id == one.user_id
    with tenant(actor.company_id):
        after = contacts_of(ours).get()
    assert (after.name, after.title, after.mobile) == ("许建国", "财务总监", "13900000002")
    assert last_audit(actor.company_id) == (
        "contact.edit",
        f"member:{ours}",
        {
            "contact": one.id,
            "before": {"title": "财务", "mobile": MOBILE},
            "after": {"title": "财务总监", "mobile": "13900000002"},
        },
    )


def test_a_contact_edited_into_what_it_was_leaves_no_trace(actor: Actor) -> None:
    ours = member(actor, "KH-1")
    one = contact(actor, ours)

    edit_contact(actor=actor, member_id=ours, contact_id=one.id, name="许建国", mobile=MOBILE, title="财务")

    assert last_audit(actor.company_id)[0] == "contact.add"


def test_a_mobile_of_somebody_else_is_refused_and_nothing_changes(actor: Actor) -> None:
    ours, theirs = member(actor, "KH-1"), member(actor, "KH-2")
    one = contact(actor, ours)
    contact(actor, theirs, "13900000009")

    with pytest.raises(LoginTaken):
        edit_contact(actor=actor, member_id=ours, contact_id=one.id, name="新", mobile="13900000009")

    with tenant(actor.company_id):
        assert contacts_of(ours).get().name == "许建国"
    assert sign_in(login=MOBILE, password=PASSWORD, now=database_now()).id == one.user_id


def test_a_removed_contact_is_out_and_may_speak_for_another_customer(actor: Actor) -> None:
    ours, theirs = member(actor, "KH-1"), member(actor, "KH-2")
    one = contact(actor, ours)
    assert one.user_id is not None
    user_id = one.user_id

    remove_contact(actor=actor, member_id=ours, contact_id=one.id)

    assert TenantBackend().get_user(user_id) is None
    action, subject, detail = last_audit(actor.company_id)
    assert (action, subject) == ("contact.remove", f"member:{ours}")
    assert (detail["name"], detail["title"], detail["mobile"]) == ("许建国", "财务", MOBILE)
    again = contact(actor, theirs)
    found = sign_in(login=MOBILE, password=PASSWORD, now=database_now())
    assert (found.id, found.member_id) == (again.user_id, theirs)
    with tenant(actor.company_id):
        assert not contacts_of(ours).exists()


def asked(verb: str, actor: Actor, member_id: MemberId, contact_id: int) -> None:
    if verb == "edit":
        edit_contact(actor=actor, member_id=member_id, contact_id=contact_id, name="新", mobile="13900000003")
    else:
        remove_contact(actor=actor, member_id=member_id, contact_id=contact_id)


@pytest.mark.parametrize("verb", ["edit", "remove"])
@pytest.mark.parametrize(
    ("case", "refusal"),
    [
        ("auditor", PermissionMissing),
        ("another company", errors.MemberNotFound),
        ("another customer", errors.ContactNotFound),
        ("nobody", errors.ContactNotFound),
    ],
)
def test_contacts_are_changed_only_by_those_who_may_and_on_their_own_customer(
    actor: Actor, verb: str, case: str, refusal: type[Refusal]
) -> None:
    ours, theirs = member(actor, "KH-1"), member(actor, "KH-2")
    contact_id, asking, where = contact(actor, ours).id, actor, ours
    if case == "auditor":
        asking = create_user(actor=actor, login="auditor", name="审计", roles=[Role.AUDITOR]).as_actor()
    elif case == "another company":
        asking = product_actor(found_company(code="beta", name="乙公司"), "别家")
    elif case == "another customer":
        where = theirs
    else:
        contact_id = 2**70

    with pytest.raises(refusal):
        asked(verb, asking, where, contact_id)

    with tenant(actor.company_id):
        one = contacts_of(ours).get()
    assert (one.name, one.mobile) == ("许建国", MOBILE)
    assert sign_in(login=MOBILE, password=PASSWORD, now=database_now()).id == one.user_id
