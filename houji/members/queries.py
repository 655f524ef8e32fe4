"""Reading members."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from houji.kernel.ids import MemberId
from houji.members import errors
from houji.members.models import Contact, Member
from houji.members.search import normalised_query


def member_by_id(member_id: MemberId) -> Member:
    """Return a member of the current company; refuses with MemberNotFound."""
    member = Member.objects.filter(id=member_id).first()
    if member is None:
        raise errors.MemberNotFound(member=str(member_id))
    return member


def member_by_key(key: str) -> Member:
    """Return a member by its code in the company's systems; refuses with MemberNotFound."""
    member = Member.objects.filter(key=key).first()
    if member is None:
        raise errors.MemberNotFound(member=key)
    return member


def members_by_id(member_ids: Iterable[MemberId]) -> dict[MemberId, Member]:
    """Return members by id."""
    return {MemberId(member.id): member for member in Member.objects.filter(id__in=set(member_ids))}


def search_members(text: str = "", *, kind: str = "", manager: str = "") -> QuerySet[Member]:
    """Return members found by name, key, pinyin or initials; blanks find everyone."""
    members = Member.objects.all()
    if text.strip():
        members = members.filter(search_text__contains=normalised_query(text))
    if kind:
        members = members.filter(kind=kind)
    if manager:
        members = members.filter(account_manager=manager)
    return members.order_by("key")


def contacts_of(member_id: MemberId) -> QuerySet[Contact]:
    """Return the people who speak for a member."""
    return Contact.objects.filter(member_id=member_id).order_by("id")


def account_managers() -> list[str]:
    """Return the names of the company's account managers, for filters."""
    names = Member.objects.exclude(account_manager="").values_list("account_manager", flat=True)
    return sorted(set(names))
