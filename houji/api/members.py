"""What the books say of members: who they are, what they hold, every movement with its reason."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router

from houji.access.tenant import tenant
from houji.access.types import Permission
from houji.api.asking import ProgramCode, spoken_language
from houji.api.authentication import actor_of
from houji.api.events import READ_PROBLEMS
from houji.api.paging import Cursor, Limit, cut_page, read_cursor, read_position
from houji.api.schemas import BalanceView, EntryPage, EntryView, MemberPage, MemberView, NextExpiry, Text
from houji.earning.explaining import reason_of
from houji.intake.acceptance import database_now
from houji.kernel.ids import AccountId, MemberId
from houji.kernel.numbers import EXACT, plain
from houji.ledger.queries import account_of, balance_of, history
from houji.members.queries import member_by_key, search_members
from houji.programs.queries import program_by_code, terms_of
from houji.programs.types import ProgramTerms

router = Router(tags=["members"])

Kind = Literal["", "government", "soe", "private"]
SEQ_LIMIT = 10**18

# In addresses a member's key takes everything up to the part that follows it: it may hold slashes.
# The bare address would take those parts too, hence a router of its own, which comes last.
one_router = Router(tags=["members"])


@router.get(
    "/members",
    response={200: MemberPage, **READ_PROBLEMS},
    operation_id="list_members",
    summary=_("客户列表"),
    description=_("按编码排序，一页一页地取；可按名称、编码、拼音或首字母查找。"),
)
def list_members(
    request: HttpRequest,
    cursor: Cursor,
    limit: Limit,
    search: Annotated[Text, Query("", description=_("名称、编码、拼音或首字母"))],
    kind: Annotated[Kind, Query("", description=_("客户性质"))],
) -> MemberPage:
    """List members, a page at a time."""
    actor = actor_of(request, Permission.SEE)
    with tenant(actor.company_id):
        found = search_members(search, kind=kind)
        if cursor is not None:
            found = found.filter(key__gt=read_cursor(cursor))
        page, next_cursor = cut_page(list(found[: limit + 1]), limit, lambda member: member.key)
    return MemberPage(items=[MemberView.from_orm(member) for member in page], next_cursor=next_cursor)


@router.get(
    "/members/{path:key}/balance",
    response={200: BalanceView, **READ_PROBLEMS},
    operation_id="get_balance",
    summary=_("客户余额"),
    description=_("此刻的可用和待生效积分、最近一次到期、折合的元数。"),
)
def get_balance(request: HttpRequest, key: Path[Text], programme: ProgramCode) -> BalanceView:
    """Return a member's balance as of now; one that never earned holds nothing."""
    actor = actor_of(request, Permission.SEE)
    with tenant(actor.company_id):
        terms = terms_of(program_by_code(programme))
        member = member_by_key(key)
        account_id = account_of(terms.main_unit.id, MemberId(member.id))
        now = database_now()
        balance = None if account_id is None else balance_of(account_id, now=now)
    available = 0 if balance is None else balance.available
    value = terms.main_unit.value_yuan
    return BalanceView(
        member=member.key,
        programme=terms.code,
        unit=terms.main_unit.code,
        as_of=now,
        available=available,
        pending=0 if balance is None else balance.pending,
        available_value_yuan=plain(EXACT.multiply(value, available)),
        point_value_yuan=plain(value),
        expires_next=None
        if balance is None or balance.expires_next is None
        else NextExpiry(at=balance.expires_next, points=balance.expires_next_points),
        available_next=None if balance is None else balance.available_next,
    )


@router.get(
    "/members/{path:key}/entries",
    response={200: EntryPage, **READ_PROBLEMS},
    operation_id="list_entries",
    summary=_("客户流水"),
    description=_("积分变动，最近的在前，每一笔带原因；按游标一页一页地取。"),
)
def list_entries(
    request: HttpRequest, key: Path[Text], programme: ProgramCode, cursor: Cursor, limit: Limit
) -> EntryPage:
    """List a member's movements, latest first."""
    actor = actor_of(request, Permission.SEE)
    before = SEQ_LIMIT if cursor is None else read_position(cursor)
    with tenant(actor.company_id):
        account_id = _account(terms_of(program_by_code(programme)), key)
        if account_id is None:
            return EntryPage(items=[], next_cursor=None)
        rows = list(history(account_id).filter(seq__lt=before)[: limit + 1])
        page, next_cursor = cut_page(rows, limit, lambda entry: str(entry.seq))
        reasons = reason_of(page, language=spoken_language())
    items = [
        EntryView(
            entry=str(entry.ref),
            kind=entry.kind,
            points=entry.points,
            available_after=entry.available_after,
            pending_after=entry.pending_after,
            parts=entry.parts,
            reason=reasons[entry.ref],
            occurred_at=entry.occurred_at,
            booked_at=entry.booked_at,
        )
        for entry in page
    ]
    return EntryPage(items=items, next_cursor=next_cursor)


def _account(terms: ProgramTerms, key: str) -> AccountId | None:
    return account_of(terms.main_unit.id, MemberId(member_by_key(key).id))


@one_router.get(
    "/members/{path:key}",
    response={200: MemberView, **READ_PROBLEMS},
    operation_id="get_member",
    summary=_("一个客户"),
    description=_("按客户编码取一个客户的资料。"),
)
def get_member(request: HttpRequest, key: Path[Text]) -> MemberView:
    """Return one member by its key."""
    actor = actor_of(request, Permission.SEE)
    with tenant(actor.company_id):
        return MemberView.from_orm(member_by_key(key))
