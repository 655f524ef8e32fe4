"""What a password must be, said in the product's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

if TYPE_CHECKING:
    from houji.access.models import User

LENGTH_MIN = 10


class LongEnough:
    """A password has at least ``LENGTH_MIN`` characters."""

    def validate(self, password: str, user: User | None = None) -> None:  # noqa: ARG002 - Django passes it
        """Refuse a shorter one."""
        if len(password) < LENGTH_MIN:
            raise ValidationError(self.get_help_text(), code="password_too_short")

    def get_help_text(self) -> str:
        """What the form says beforehand."""
        return gettext("密码至少 {length} 个字符。").format(length=LENGTH_MIN)
