"""What access refuses."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from houji.kernel.refusals import Kind, Refusal


@dataclass
class SignInRefused(Refusal):
    """The login and password do not belong together; which of the two is never said."""

    code = "sign_in_refused"
    kind = Kind.UNAUTHENTICATED
    text = _("账号或密码不对。")
    way_out = _("核对后重试，或让管理员重发邀请链接。")


@dataclass
class TooManyAttempts(Refusal):
    """Too many failed sign-ins for one login within a short time."""

    wait_minutes: int
    code = "too_many_attempts"
    kind = Kind.UNAVAILABLE
    text = _("登录失败次数太多。")
    way_out = _("{wait_minutes} 分钟后再试。")


@dataclass
class PermissionMissing(Refusal):
    """The actor's roles do not grant what the action needs."""

    permission: str
    code = "permission_missing"
    kind = Kind.FORBIDDEN
    text = _("当前角色不能做这一步。")
    way_out = _("找管理员开通权限。")


@dataclass
class ApiKeyRefused(Refusal):
    """The API key is missing, unknown or revoked."""

    code = "api_key_refused"
    kind = Kind.UNAUTHENTICATED
    text = _("接口密钥缺失、不存在或已停用。")
    way_out = _("用 Authorization: Bearer <密钥> 发送有效的密钥。")


@dataclass
class InvitationRefused(Refusal):
    """The invitation link is unknown, used or too old."""

    code = "invitation_refused"
    kind = Kind.NOT_FOUND
    text = _("邀请链接已用过或已过期。")
    way_out = _("让管理员重发一个。")


@dataclass
class LoginTaken(Refusal):
    """Another user already signs in with this login."""

    login: str
    code = "login_taken"
    kind = Kind.CONFLICT
    text = _("账号 {login} 已有人使用。")
    way_out = _("换一个手机号或邮箱。")


@dataclass
class CompanyNotFound(Refusal):
    """No company has this code."""

    company: str
    code = "company_not_found"
    kind = Kind.NOT_FOUND
    text = _("没有代码为「{company}」的公司。")
    way_out = _("用 --company 指定已有的公司代码。")


@dataclass
class UserNotFound(Refusal):
    """The company has no such person, or they are a customer's contact and not of the staff."""

    user_id: int
    code = "user_not_found"
    kind = Kind.NOT_FOUND
    text = _("没有这个用户。")
    way_out = _("刷新人员列表再操作。")


@dataclass
class UserDeactivated(Refusal):
    """The person was shut out, so an invitation would open nothing."""

    name: str
    code = "user_deactivated"
    kind = Kind.CONFLICT
    text = _("{name} 的账号已停用。")
    way_out = _("先恢复账号，再生成邀请链接。")


@dataclass
class OwnAccount(Refusal):
    """Nobody shuts themselves out."""

    code = "own_account"
    kind = Kind.CONFLICT
    text = _("不能停用自己的账号。")
    way_out = _("由另一位管理员来停用。")


@dataclass
class LastAdministrator(Refusal):
    """Without this person nobody could set anything up or let anybody in."""

    name: str
    code = "last_administrator"
    kind = Kind.CONFLICT
    text = _("{name} 是最后一位管理员。")
    way_out = _("先给另一个人管理员角色，再改这一位。")
