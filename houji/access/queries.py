"""Reading people of the current company."""

from __future__ import annotations

from django.db.models import QuerySet

from houji.access.models import ApiKey, AuditRow, User
from houji.access.types import PERMISSIONS, Actor, Permission, Role


def staff() -> QuerySet[User]:
    """Return the company's own people, in the order they joined."""
    return User.objects.filter(member_id=None).order_by("id")


def first_with_role(role: Role) -> User | None:
    """Return the longest-serving active person with a role."""
    return User.objects.filter(is_active=True, roles__contains=[role.value]).order_by("id").first()


def others_may(actor: Actor, permission: Permission) -> bool:
    """Tell whether somebody beside the actor has a permission: otherwise they work alone (单人模式)."""
    granting = [role.value for role in Role if permission in PERMISSIONS[role]]
    people = User.objects.filter(is_active=True, roles__overlap=granting).values_list("id", flat=True)
    return any(user_id != actor.user_id for user_id in people)


def api_keys() -> QuerySet[ApiKey]:
    """Return the company's API keys, latest first, revoked ones included."""
    return ApiKey.objects.order_by("-id")


def audit_trail() -> QuerySet[AuditRow]:
    """Return what people and keys changed, latest first."""
    return AuditRow.objects.order_by("-id")
