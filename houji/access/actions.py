"""Companies, people and keys: founding, inviting, signing in, auditing."""

from __future__ import annotations

import functools
import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, connection, transaction

from houji.access import errors
from houji.access.models import ApiKey, AuditRow, Company, SignInFailure, User
from houji.access.tenant import tenant
from houji.access.types import Actor, Permission, Role
from houji.kernel.ids import CompanyId, MemberId

FAILURES_ALLOWED = 8
FAILURES_WINDOW = timedelta(minutes=10)
INVITATION_VALID = timedelta(days=14)


def found_company(*, code: str, name: str, is_demo: bool = False) -> CompanyId:
    """Create a company; it sees nothing but itself from then on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_found_company(%s, %s, %s)", [code, name, is_demo])
        (company_id,) = cursor.fetchone()
    return CompanyId(company_id)


def require(actor: Actor, permission: Permission) -> None:
    """Refuse with PermissionMissing unless one of the actor's roles grants the permission."""
    if not actor.may(permission):
        raise errors.PermissionMissing(permission=permission.value)


def record_audit(actor: Actor, action: str, subject: str, **detail: Any) -> None:
    """Leave an audit row in the transaction that makes the change."""
    AuditRow.objects.create(
        company_id=actor.company_id,
        actor_name=actor.name,
        user_id=actor.user_id,
        key_prefix=actor.key_prefix or "",
        action=action,
        subject=subject,
        detail=detail,
    )


def create_user(
    *,
    actor: Actor,
    login: str,
    name: str,
    roles: Iterable[Role],
    password_hash: str | None = None,
    member_id: MemberId | None = None,
) -> User:
    """Create a person who can sign in; without a password they need an invitation first.

    Refuses with PermissionMissing or LoginTaken.
    """
    require(actor, Permission.EDIT_MEMBERS if member_id is not None else Permission.SET_UP)
    with tenant(actor.company_id):
        if login_is_taken(login):
            raise errors.LoginTaken(login=login)
        user = User(
            company_id=actor.company_id,
            login=login.strip().lower(),
            name=name,
            roles=[role.value for role in roles],
            member_id=member_id,
            password=password_hash or make_password(None),
        )
        try:
            with transaction.atomic():
                user.save(force_insert=True)
        except IntegrityError:
            # Somebody else took the login since it was looked up.
            raise errors.LoginTaken(login=login) from None
        record_audit(actor, "user.create", f"user:{user.id}", login=login, roles=user.roles)
        return user


def login_is_taken(login: str) -> bool:
    """Tell whether somebody of any company signs in with this login."""
    return _find_user(login) is not None


def hash_password(password: str) -> str:
    """Return the slow hash that is kept of a password."""
    return make_password(password)


def invite_user(*, actor: Actor, user_id: int, now: datetime) -> str:
    """Make a one-time secret with which a person sets a password; an older one stops working.

    Refuses with PermissionMissing or UserDeactivated, in this order.
    """
    secret = secrets.token_urlsafe(24)
    with tenant(actor.company_id):
        user = User.objects.select_for_update().get(id=user_id)
        require(actor, Permission.EDIT_MEMBERS if user.is_contact else Permission.SET_UP)
        if not user.is_active:
            raise errors.UserDeactivated(name=user.name)
        user.invitation_digest = _digest(secret)
        user.invited_until = now + INVITATION_VALID
        user.save(update_fields=["invitation_digest", "invited_until"])
        record_audit(actor, "user.invite", f"user:{user.id}")
    return secret


def accept_invitation(*, secret: str, password: str, now: datetime) -> User:
    """Set the invited person's password and use the invitation up; refuses with InvitationRefused."""
    found = _first_user("SELECT * FROM access_user_by_invitation(%s)", [_digest(secret)])
    if found is None:
        raise errors.InvitationRefused()
    with tenant(CompanyId(found.company_id)):
        user = User.objects.select_for_update().get(id=found.id)
        valid = user.invitation_digest is not None and bytes(user.invitation_digest) == _digest(secret)
        if not valid or user.invited_until is None or user.invited_until < now:
            raise errors.InvitationRefused()
        user.set_password(password)
        user.invitation_digest = None
        user.invited_until = None
        user.save(update_fields=["password", "invitation_digest", "invited_until"])
    return user


def sign_in(*, login: str, password: str, now: datetime) -> User:
    """Return the active user with this login and password.

    Refuses with TooManyAttempts before it looks, else with SignInRefused, taking the same time
    whether or not the login exists.
    """
    digest = _digest(login.strip().lower())
    recent = SignInFailure.objects.filter(login_digest=digest, failed_at__gt=now - FAILURES_WINDOW)
    if recent.count() >= FAILURES_ALLOWED:
        raise errors.TooManyAttempts(wait_minutes=int(FAILURES_WINDOW.total_seconds() // 60))
    user = _find_user(login)
    matches = check_password(password, _some_hash() if user is None else user.password)
    if user is None or not matches or not user.is_active:
        SignInFailure.objects.create(login_digest=digest, failed_at=now)
        raise errors.SignInRefused()
    SignInFailure.objects.filter(login_digest=digest).delete()
    SignInFailure.objects.filter(failed_at__lte=now - FAILURES_WINDOW).delete()
    return user


def create_api_key(*, actor: Actor, name: str) -> tuple[ApiKey, str]:
    """Create a key for another system and return it with its secret, which is shown only now."""
    require(actor, Permission.SET_UP)
    secret = "hj_" + secrets.token_urlsafe(32)
    with tenant(actor.company_id):
        key = ApiKey.objects.create(
            company_id=actor.company_id, name=name, prefix=secret[:10], digest=_digest(secret)
        )
        record_audit(actor, "api_key.create", f"api_key:{key.id}", name=name)
    return key, secret


def revoke_api_key(*, actor: Actor, key_id: int, now: datetime) -> None:
    """Stop a key from working; doing it again changes nothing."""
    require(actor, Permission.SET_UP)
    with tenant(actor.company_id):
        if ApiKey.objects.filter(id=key_id, revoked_at=None).update(revoked_at=now):
            record_audit(actor, "api_key.revoke", f"api_key:{key_id}")


def actor_of_key(secret: str) -> Actor:
    """Return the actor behind an API key; refuses with ApiKeyRefused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_id, name, prefix FROM access_key_by_digest(%s)", [_digest(secret)])
        row = cursor.fetchone()
    if row is None:
        raise errors.ApiKeyRefused()
    company_id, name, prefix = row
    return Actor(
        company_id=CompanyId(company_id), name=name, key_prefix=prefix, roles=frozenset({Role.INTEGRATION})
    )


def company_by_code(code: str) -> Company:
    """Return a company by its public code; refuses with CompanyNotFound."""
    for company in Company.objects.raw("SELECT * FROM access_company_by_code(%s)", [code]):
        return company
    raise errors.CompanyNotFound(company=code)


def all_companies() -> list[Company]:
    """Return every company of this installation, oldest first: for commands and schedules."""
    return list(Company.objects.raw("SELECT * FROM access_companies() ORDER BY id"))


def user_by_id(user_id: int) -> User | None:
    """Return the user of a session, or None; the one look-up that precedes a tenant."""
    return _first_user("SELECT * FROM access_user_by_id(%s)", [user_id])


@functools.cache
def _some_hash() -> str:
    """Return a hash to compare with when no user exists, so that both answers take as long."""
    return make_password(secrets.token_urlsafe(16))


def _find_user(login: str) -> User | None:
    if "\0" in login:
        # PostgreSQL keeps no NUL in texts, so nobody has such a login.
        return None
    return _first_user("SELECT * FROM access_user_by_login(%s)", [login.strip().lower()])


def _first_user(query: str, parameters: list[Any]) -> User | None:
    return next(iter(User.objects.raw(query, parameters)), None)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
