"""Creating members one by one and in batches, their contacts, and what they agreed to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction

from houji.access.actions import create_user, record_audit, require
from houji.access.people import deactivate_user, edit_user
from houji.access.statements import run_columns
from houji.access.tenant import tenant
from houji.access.types import Actor, Permission, Role
from houji.kernel.ids import CompanyId, MemberId
from houji.members import errors
from houji.members.models import Contact, Member
from houji.members.search import search_text
from houji.members.types import BoardConsent, MemberKind

if TYPE_CHECKING:
    from houji.access.models import User

EDITABLE = frozenset(
    {
        "name",
        "short_name",
        "kind",
        "credit_code",
        "city",
        "group_name",
        "account_manager",
        "tags",
        "joined_on",
        "authorised_on",
    }
)


@dataclass(frozen=True, slots=True)
class KnownMember:
    """A member as decisions see it; ``facts`` are the values behind ``member.…`` paths."""

    id: MemberId
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class UnknownMember:
    """A key that events came with, and what they said of its holder."""

    key: str
    name: str | None = None
    kind: str | None = None


def find_members(keys: Sequence[str]) -> dict[str, KnownMember]:
    """Return the members behind these keys; unknown keys are absent."""
    rows = run_columns(
        "SELECT id, key, name, kind, tags, joined_on FROM members_member WHERE key = ANY(%b::text[])",
        [],
        [sorted(set(keys))],
    )
    return {row[1]: _known(*row) for row in rows}


def facts_of_unknown(member: UnknownMember) -> dict[str, Any]:
    """Return the facts of the member that ``create_unknown`` would make of a key."""
    return {
        "key": member.key,
        "name": member.name or member.key,
        "kind": member.kind or MemberKind.PRIVATE.value,
        "tags": [],
        "joined_on": None,
    }


def create_unknown(company_id: CompanyId, unknown: Sequence[UnknownMember]) -> None:
    """Create members that events came for, in one statement; those others created first stay."""
    rows = sorted({row.key: row for row in reversed(unknown)}.values(), key=lambda row: row.key)
    names = [row.name or row.key for row in rows]
    texts = [search_text(key=row.key, name=name) for row, name in zip(rows, names, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_member (company_id, key, name, short_name, kind, credit_code, city,"
            " group_name, account_manager, tags, board_consent, search_text)"
            " SELECT %s, key, name, '', kind, '', '', '', '', '{}', 'none', search"
            " FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS new (key, name, kind, search)"
            " ON CONFLICT DO NOTHING",
            [
                company_id,
                [row.key for row in rows],
                names,
                [row.kind or MemberKind.PRIVATE.value for row in rows],
                texts,
            ],
        )


def create_member(*, actor: Actor, key: str, name: str, kind: MemberKind, **details: Any) -> Member:
    """Create a member by hand; refuses with PermissionMissing or MemberExists."""
    require(actor, Permission.EDIT_MEMBERS)
    with tenant(actor.company_id):
        if Member.objects.filter(key=key).exists():
            raise errors.MemberExists(member=key)
        member = Member(company_id=actor.company_id, key=key, name=name, kind=kind, **details)
        member.search_text = _search_text(member)
        try:
            with transaction.atomic():
                member.save(force_insert=True)
        except IntegrityError:
            # Somebody else, or an event, brought the member since it was looked up.
            raise errors.MemberExists(member=key) from None
        record_audit(actor, "member.create", f"member:{member.id}", key=key)
    return member


def edit_member(*, actor: Actor, member_id: MemberId, **changes: Any) -> Member:
    """Change a member's particulars; the audit row keeps what they were."""
    require(actor, Permission.EDIT_MEMBERS)
    unknown = set(changes) - EDITABLE
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    with tenant(actor.company_id):
        member = lock_member(member_id)
        before = {name: str(getattr(member, name)) for name in changes}
        for name, value in changes.items():
            setattr(member, name, value)
        member.search_text = _search_text(member)
        member.save()
        after = {name: str(value) for name, value in changes.items()}
        record_audit(actor, "member.edit", f"member:{member_id}", before=before, after=after)
    return member


def set_board_consent(*, actor: Actor, member_id: MemberId, consent: BoardConsent) -> None:
    """Record whether a member stands on the public board; a contact decides only for its own.

    Refuses with PermissionMissing, MemberNotFound or AuthorisationMissing, in this order.
    """
    if actor.member_id != member_id:
        require(actor, Permission.EDIT_MEMBERS)
    with tenant(actor.company_id):
        member = lock_member(member_id)
        if consent is not BoardConsent.NONE and not may_be_public(member):
            raise errors.AuthorisationMissing(member=str(member))
        before, member.board_consent = member.board_consent, consent.value
        member.save(update_fields=["board_consent"])
        record_audit(actor, "member.board", f"member:{member_id}", before=before, after=consent.value)


def may_be_public(member: Member) -> bool:
    """Tell whether the law's strict side lets a member be shown: 政府 and 国企 need a written word."""
    return member.kind == MemberKind.PRIVATE or member.authorised_on is not None


def add_contact(
    *,
    actor: Actor,
    member_id: MemberId,
    name: str,
    mobile: str,
    title: str = "",
    password_hash: str | None = None,
) -> tuple[Contact, User]:
    """Name a person who speaks for a member and signs in with the mobile number."""
    require(actor, Permission.EDIT_MEMBERS)
    with tenant(actor.company_id):
        member = lock_member(member_id)
        user = create_user(
            actor=actor,
            login=mobile,
            name=name,
            roles=[Role.CONTACT],
            password_hash=password_hash,
            member_id=member_id,
        )
        contact = Contact.objects.create(
            company_id=actor.company_id, member=member, name=name, title=title, mobile=mobile, user_id=user.id
        )
        record_audit(actor, "contact.add", f"member:{member_id}", contact=contact.id)
    return contact, user


def edit_contact(
    *, actor: Actor, member_id: MemberId, contact_id: int, name: str, mobile: str, title: str = ""
) -> Contact:
    """Change a contact's particulars; from then on they sign in with the mobile number given here.

    Refuses with PermissionMissing, MemberNotFound, ContactNotFound or LoginTaken, in this order.
    """
    require(actor, Permission.EDIT_MEMBERS)
    after = {"name": name, "title": title, "mobile": mobile}
    with tenant(actor.company_id):
        contact = _lock_contact(member_id, contact_id)
        before = {field: getattr(contact, field) for field in after}
        if before == after:
            return contact
        if contact.user_id is not None:
            edit_user(actor=actor, user_id=contact.user_id, name=name, login=mobile)
        for field, value in after.items():
            setattr(contact, field, value)
        contact.save(update_fields=list(after))
        changed = [field for field in after if before[field] != after[field]]
        record_audit(
            actor,
            "contact.edit",
            f"member:{member_id}",
            contact=contact_id,
            before={field: before[field] for field in changed},
            after={field: after[field] for field in changed},
        )
    return contact


def remove_contact(*, actor: Actor, member_id: MemberId, contact_id: int) -> None:
    """Take a contact off a member: the person is shut out at once, what they confirmed stays.

    The mobile number is free again, for the same person may come back or speak for another
    customer. Refuses with PermissionMissing, MemberNotFound or ContactNotFound, in this order.
    """
    require(actor, Permission.EDIT_MEMBERS)
    with tenant(actor.company_id):
        contact = _lock_contact(member_id, contact_id)
        if contact.user_id is not None:
            deactivate_user(actor=actor, user_id=contact.user_id, frees_login=True)
        contact.delete()
        record_audit(
            actor,
            "contact.remove",
            f"member:{member_id}",
            contact=contact_id,
            name=contact.name,
            title=contact.title,
            mobile=contact.mobile,
        )


def lock_member(member_id: MemberId) -> Member:
    """Lock a member's row; refuses with MemberNotFound."""
    member = Member.objects.select_for_update().filter(id=member_id).first()
    if member is None:
        raise errors.MemberNotFound(member=str(member_id))
    return member


def _lock_contact(member_id: MemberId, contact_id: int) -> Contact:
    member = lock_member(member_id)
    contact = Contact.objects.select_for_update().filter(member=member, id=contact_id).first()
    if contact is None:
        raise errors.ContactNotFound(contact_id=contact_id)
    return contact


def _search_text(member: Member) -> str:
    return search_text(
        key=member.key, name=member.name, short_name=member.short_name, credit_code=member.credit_code
    )


def _known(
    member_id: int, key: str, name: str, kind: str, tags: list[str], joined_on: date | None
) -> KnownMember:
    facts = {
        "key": key,
        "name": name,
        "kind": kind,
        "tags": tags,
        "joined_on": None if joined_on is None else joined_on.isoformat(),
    }
    return KnownMember(MemberId(member_id), facts)
