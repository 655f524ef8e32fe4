"""Django's view of sign-in: sessions name a user, found before any tenant is known."""

from __future__ import annotations

from django.contrib.auth.backends import BaseBackend

from houji.access import actions
from houji.access.models import User


class TenantBackend(BaseBackend):
    """Loads the user of a session through the definer function, past row-level security."""

    def get_user(self, user_id: int) -> User | None:
        """Return the active user of a session."""
        user = actions.user_by_id(user_id)
        return user if user is not None and user.is_active else None
