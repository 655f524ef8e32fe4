"""Who calls: an API key in the Authorization header, and nothing else (no cookie, hence no CSRF)."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from houji.access.actions import actor_of_key, require
from houji.access.errors import ApiKeyRefused
from houji.access.types import Actor, Permission


class ApiKey(HttpBearer):
    """Recognises the company and its permissions by the key."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:  # noqa: ARG002
        """Return the actor behind a key; refuses with ApiKeyRefused."""
        if not token.strip():
            raise ApiKeyRefused()
        return actor_of_key(token.strip())


def actor_of(request: HttpRequest, permission: Permission) -> Actor:
    """Return who calls; refuses with PermissionMissing unless they may."""
    actor = cast("Actor", request.auth)  # type: ignore[attr-defined]
    require(actor, permission)
    return actor
