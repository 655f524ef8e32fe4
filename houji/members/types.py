"""The nature of a customer and what it agreed to show."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class MemberKind(StrEnum):
    """政府 and 国企 are held to stricter defaults than 民企 (china.md, Compliance)."""

    GOVERNMENT = "government"
    STATE_OWNED = "soe"
    PRIVATE = "private"


MEMBER_KIND_NAMES = {
    MemberKind.GOVERNMENT: _("政府"),
    MemberKind.STATE_OWNED: _("国企"),
    MemberKind.PRIVATE: _("民企"),
}


class BoardConsent(StrEnum):
    """Whether a member agreed to stand on the public board, and under its name."""

    NONE = "none"
    MASKED = "masked"
    NAMED = "named"


BOARD_CONSENT_NAMES = {
    BoardConsent.NONE: _("不上榜"),
    BoardConsent.MASKED: _("隐名上榜"),
    BoardConsent.NAMED: _("署名上榜"),
}
