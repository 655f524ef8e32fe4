"""What the books say of a month: the ranking of all members, and one member's statement."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Path, Query, Router, Schema
from pydantic import BeforeValidator, Field

from houji.access.tenant import tenant
from houji.access.types import Permission
from houji.api.asking import ProgramCode, spoken_language
from houji.api.authentication import actor_of
from houji.api.events import READ_PROBLEMS
from houji.api.paging import Cursor, Limit, cut_page, read_position
from houji.api.schemas import Instant, Month, Text
from houji.insights.errors import StatementNotFound
from houji.insights.queries import first_of_month
from houji.insights.ranking import month_ranking
from houji.insights.statement import monthly_statement
from houji.insights.types import Statement
from houji.intake.acceptance import database_now
from houji.kernel.ids import MemberId
from houji.kernel.time import local_date
from houji.ledger.queries import account_of
from houji.members.queries import member_by_key
from houji.programs.queries import program_by_code, terms_of
from houji.programs.types import ProgramTerms

router = Router(tags=["reports"])

EntryName = Annotated[str, BeforeValidator(str)]


class RankView(Schema):
    """A member's place in a month."""

    place: int | None = Field(description=_("名次，积分相同则并列；没有积分时为空"))
    previous_place: int | None = Field(description=_("上月名次；没有时为空"))
    member: str = Field(description=_("客户编码"))
    name: str = Field(description=_("客户名称"))
    points: int = Field(description=_("当月净得积分"))
    previous_points: int = Field(description=_("上月净得积分"))


class RankingPage(Schema):
    """One page of a month's ranking."""

    month: str = Field(description=_("月份，形如 2026-01"))
    items: list[RankView]
    next_cursor: str | None = Field(description=_("下一页的游标；没有下一页时为空"))


class StatementLineView(Schema):
    """One movement of the month."""

    number: int = Field(description=_("行号"))
    entry: EntryName = Field(description=_("流水编号，形如 12-3"), validation_alias="ref")
    kind: str = Field(description=_("accrue 发放，activate 生效，expire 到期，clawback 冲正"))
    points: int = Field(description=_("变动的积分，减少为负数"))
    balance_after: int = Field(description=_("变动后的余额，可用与待生效合计"))
    reason: str = Field(description=_("变动的原因"))
    posted_on: date = Field(description=_("入账日期"))
    business_on: date | None = Field(description=_("业务日期；与入账日期相同时为空"))
    booked_at: Instant = Field(description=_("入账时间"))


class TotalView(Schema):
    """How many movements, and what they sum to."""

    count: int = Field(description=_("笔数"))
    points: int = Field(description=_("积分合计"))


class StatementView(Schema):
    """A member's month by posting date: opening and every movement give closing."""

    member: str = Field(description=_("客户编码"), validation_alias="member_key")
    member_name: str = Field(description=_("客户名称"))
    month: date = Field(description=_("月份的第一天"))
    last_day: date = Field(description=_("月份的最后一天"))
    opening: int = Field(description=_("期初余额，可用与待生效合计"))
    opening_available: int = Field(description=_("期初可用积分"))
    closing: int = Field(description=_("期末余额，可用与待生效合计"))
    closing_available: int = Field(description=_("期末可用积分"))
    incoming: TotalView = Field(description=_("增加合计"))
    outgoing: TotalView = Field(description=_("减少合计"))
    state: str = Field(description=_("running 未结束，open 待确认，disputed 有异议，confirmed 已确认"))
    lines: list[StatementLineView] = Field(description=_("逐笔变动，按入账先后"))


@router.get(
    "/ranking",
    response={200: RankingPage, **READ_PROBLEMS},
    operation_id="get_ranking",
    summary=_("月度排名"),
    description=_("按当月净得积分排名，不填月份为本月；名次不对外，公开榜单另有页面。"),
)
def get_ranking(
    request: HttpRequest,
    programme: ProgramCode,
    cursor: Cursor,
    limit: Limit,
    month: Annotated[Month | None, Query(None, description=_("月份，形如 2026-01"))],
) -> RankingPage:
    """Rank all members by what they earned in a month."""
    actor = actor_of(request, Permission.SEE)
    begin = 0 if cursor is None else read_position(cursor)
    with tenant(actor.company_id):
        terms = terms_of(program_by_code(programme))
        first = _this_month(terms) if month is None else _read_month(month)
        places = list(enumerate(month_ranking(terms, first), start=1))[begin : begin + limit + 1]
    page, next_cursor = cut_page(places, limit, lambda item: str(item[0]))
    items = [
        RankView(
            place=row.place,
            previous_place=row.previous_place,
            member=row.key,
            name=row.name,
            points=row.points,
            previous_points=row.previous_points,
        )
        for _position, row in page
    ]
    return RankingPage(month=f"{first:%Y-%m}", items=items, next_cursor=next_cursor)


@router.get(
    "/members/{path:key}/statements/{month}",
    response={200: StatementView, **READ_PROBLEMS},
    operation_id="get_statement",
    summary=_("对账单"),
    description=_("一个客户一个月的期初、逐笔变动和期末，按入账日期；期初加变动等于期末。"),
)
def get_statement(
    request: HttpRequest, key: Path[Text], month: Path[Month], programme: ProgramCode
) -> Statement:
    """Return a member's statement of a month."""
    actor = actor_of(request, Permission.SEE)
    with tenant(actor.company_id):
        terms = terms_of(program_by_code(programme))
        account_id = account_of(terms.main_unit.id, MemberId(member_by_key(key).id))
        if account_id is None:
            raise StatementNotFound(month=month)
        return monthly_statement(
            account_id, _read_month(month), now=database_now(), language=spoken_language()
        )


def _read_month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def _this_month(terms: ProgramTerms) -> date:
    return first_of_month(local_date(database_now(), terms.zone))
