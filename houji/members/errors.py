"""What members refuse."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from houji.kernel.refusals import Kind, Refusal


@dataclass
class MemberNotFound(Refusal):
    """The company has no such member."""

    member: str
    code = "member_not_found"
    kind = Kind.NOT_FOUND
    text = _("没有客户「{member}」。")
    way_out = _("在客户列表核对编码，或先新建客户。")


@dataclass
class MemberExists(Refusal):
    """A member with this key is there already."""

    member: str
    code = "member_exists"
    kind = Kind.CONFLICT
    text = _("客户编码「{member}」已存在。")
    way_out = _("打开已有客户修改，或换一个编码。")


@dataclass
class AuthorisationMissing(Refusal):
    """政府 and 国企 stand on the public board only with a written authorisation on file."""

    member: str
    code = "authorisation_missing"
    kind = Kind.UNPROCESSABLE
    text = _("「{member}」是政府或国企客户，没有登记书面授权。")
    way_out = _("先登记授权日期，再开启上榜。")


@dataclass
class ContactNotFound(Refusal):
    """The member has no such contact, or no longer."""

    contact_id: int
    code = "contact_not_found"
    kind = Kind.NOT_FOUND
    text = _("没有这位联系人，可能已移除。")
    way_out = _("刷新联系人列表再操作。")
