"""Roles and what each may do, and the actor that an audit row names."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from houji.kernel.ids import CompanyId, MemberId, UserId


class Role(StrEnum):
    """What a person is to the programme (design: tenancy and access)."""

    OPERATOR = "operator"
    RULE_MANAGER = "rule_manager"
    APPROVER = "approver"
    DATA_CHECKER = "data_checker"
    FINANCE = "finance"
    SALES = "sales"
    ADMIN = "admin"
    AUDITOR = "auditor"
    CONTACT = "contact"
    INTEGRATION = "integration"


ROLE_NAMES = {
    Role.OPERATOR: _("运营"),
    Role.RULE_MANAGER: _("规则管理员"),
    Role.APPROVER: _("审批人"),
    Role.DATA_CHECKER: _("数据核查"),
    Role.FINANCE: _("财务"),
    Role.SALES: _("客户经理"),
    Role.ADMIN: _("管理员"),
    Role.AUDITOR: _("审计"),
    Role.CONTACT: _("客户联系人"),
    Role.INTEGRATION: _("系统接口"),
}


STAFF_ROLES = tuple(role for role in Role if role not in {Role.CONTACT, Role.INTEGRATION})
"""What people of the company itself can be."""


class Permission(StrEnum):
    """What an action or page asks for."""

    SEE = "see"
    IMPORT = "import"
    REVERSE = "reverse"
    APPROVE = "approve"
    CHANGE_RULES = "change_rules"
    EDIT_MEMBERS = "edit_members"
    ANSWER_STATEMENTS = "answer_statements"
    SET_UP = "set_up"
    SEND_EVENTS = "send_events"


_STAFF = frozenset({Permission.SEE})
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OPERATOR: _STAFF
    | {Permission.IMPORT, Permission.REVERSE, Permission.EDIT_MEMBERS, Permission.ANSWER_STATEMENTS},
    Role.RULE_MANAGER: _STAFF | {Permission.CHANGE_RULES},
    Role.APPROVER: _STAFF | {Permission.APPROVE},
    Role.DATA_CHECKER: _STAFF | {Permission.IMPORT},
    Role.FINANCE: _STAFF | {Permission.ANSWER_STATEMENTS, Permission.APPROVE},
    Role.SALES: _STAFF | {Permission.EDIT_MEMBERS},
    Role.ADMIN: frozenset(Permission),
    Role.AUDITOR: _STAFF,
    Role.CONTACT: frozenset(),
    Role.INTEGRATION: frozenset({Permission.SEND_EVENTS, Permission.SEE}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it: a user, an API key, or the product itself when both are None."""

    company_id: CompanyId
    name: str
    user_id: UserId | None = None
    key_prefix: str | None = None
    roles: frozenset[Role] = frozenset()
    member_id: MemberId | None = None

    def may(self, permission: Permission) -> bool:
        """Tell whether one of the actor's roles grants a permission."""
        return any(permission in PERMISSIONS[role] for role in self.roles)


def product_actor(company_id: CompanyId, name: str) -> Actor:
    """Return the product itself as the actor, with every permission: schedules, commands, set-up."""
    return Actor(company_id=company_id, name=name, roles=frozenset({Role.ADMIN}))
