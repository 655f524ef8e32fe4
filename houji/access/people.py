"""Changing people: their roles, what they sign in with, and whether they may still come in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q

from houji.access import errors
from houji.access.actions import login_is_taken, record_audit, require
from houji.access.models import User
from houji.access.tenant import tenant
from houji.access.types import STAFF_ROLES, Actor, Permission, Role

_ADMINISTRATORS = Q(is_active=True, roles__contains=[Role.ADMIN.value])


def change_roles(*, actor: Actor, user_id: int, roles: Iterable[Role]) -> User:
    """Give somebody of the staff these roles instead of the old ones; open sessions feel it at once.

    Refuses with PermissionMissing, UserNotFound (also for contacts) or LastAdministrator, in this order.
    """
    wanted = set(roles)
    if not wanted or not wanted.issubset(STAFF_ROLES):
        raise ValueError("staff have at least one role, and only roles of staff")
    require(actor, Permission.SET_UP)
    with tenant(actor.company_id):
        user, others = _lock(user_id)
        if user.is_contact:
            raise errors.UserNotFound(user_id=user_id)
        if Role.ADMIN not in wanted:
            _keep_an_administrator(user, others)
        before, after = list(user.roles), [role.value for role in STAFF_ROLES if role in wanted]
        if set(before) != set(after):
            user.roles = after
            user.save(update_fields=["roles"])
            record_audit(actor, "user.roles", f"user:{user_id}", name=user.name, before=before, after=after)
    return user


def edit_user(*, actor: Actor, user_id: int, name: str, login: str) -> User:
    """Change what a person is called and signs in with; the password and open sessions stay.

    Refuses with UserNotFound, PermissionMissing or LoginTaken, in this order.
    """
    with tenant(actor.company_id):
        user, _others = _lock(user_id)
        _require_over(actor, user)
        new = login.strip().lower()
        if new != user.login and login_is_taken(new):
            raise errors.LoginTaken(login=login)
        before, after = {"name": user.name, "login": user.login}, {"name": name, "login": new}
        if before != after:
            user.name, user.login = name, new
            user.save(update_fields=["name", "login"])
            record_audit(actor, "user.edit", f"user:{user_id}", before=before, after=after)
    return user


def deactivate_user(*, actor: Actor, user_id: int, frees_login: bool = False) -> User:
    """Shut a person out: open sessions end, the invitation stops working, what they did stays theirs.

    ``frees_login`` gives the login back, for a person who leaves for good and may come again
    elsewhere. Doing it again changes nothing. Refuses with UserNotFound, PermissionMissing,
    OwnAccount or LastAdministrator, in this order.
    """
    with tenant(actor.company_id):
        user, others = _lock(user_id)
        _require_over(actor, user)
        if actor.user_id == user.id:
            raise errors.OwnAccount()
        if not user.is_active:
            return user
        _keep_an_administrator(user, others)
        login = user.login
        user.is_active = False
        user.invitation_digest = None
        user.invited_until = None
        if frees_login:
            # No login that a person types contains blanks, so nobody ever needs this one.
            user.login = f"{login[:150]} #{user.id}"
        user.save(update_fields=["is_active", "invitation_digest", "invited_until", "login"])
        record_audit(actor, "user.deactivate", f"user:{user_id}", name=user.name, login=login)
    return user


def reactivate_user(*, actor: Actor, user_id: int) -> User:
    """Let a person in again with their old password; doing it again changes nothing.

    Refuses with UserNotFound or PermissionMissing, in this order.
    """
    with tenant(actor.company_id):
        user, _others = _lock(user_id)
        _require_over(actor, user)
        if not user.is_active:
            user.is_active = True
            user.save(update_fields=["is_active"])
            record_audit(actor, "user.reactivate", f"user:{user_id}", name=user.name, login=user.login)
    return user


def _lock(user_id: int) -> tuple[User, Sequence[User]]:
    """Lock a person and the company's active administrators; return the person and those beside them.

    All are locked in one order: two administrators who shut each other out at the same time queue,
    and the second finds that only one is left.
    """
    locked = User.objects.select_for_update().filter(Q(id=user_id) | _ADMINISTRATORS).order_by("id")
    people = {user.id: user for user in locked}
    user = people.pop(user_id, None)
    if user is None:
        raise errors.UserNotFound(user_id=user_id)
    return user, list(people.values())


def _require_over(actor: Actor, user: User) -> None:
    require(actor, Permission.EDIT_MEMBERS if user.is_contact else Permission.SET_UP)


def _keep_an_administrator(user: User, others: Sequence[User]) -> None:
    """Refuse with LastAdministrator where nobody would be left who can let others in."""
    if user.is_active and Role.ADMIN in user.roles and not others:
        raise errors.LastAdministrator(name=user.name)
