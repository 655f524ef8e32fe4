"""What a contact sees: the balance with its dates, what can be earned, every movement explained."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from houji.access.actions import found_company, hash_password
from houji.access.types import product_actor
from houji.kernel.ids import MemberId
from houji.members.actions import add_contact, create_member
from houji.members.models import Member
from houji.members.types import MemberKind
from houji.portal.tests.cast import PASSWORD, Stage, open_stage, signed_in
from houji.programs.actions import change_settings

pytestmark = pytest.mark.django_db


def text_of(client: Client, url: str) -> str:
    """Return the words of a page, one blank between them."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    words = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(words.split())


def test_a_new_customer_sees_where_to_start(stage: Stage, member: Member, contact: Client) -> None:
    stage.billed(member, "FP-1", stage.today - timedelta(days=5), stage.today + timedelta(days=9))
    page = text_of(contact, "/portal/")
    assert "付清第一张发票" in page
    assert "从这里开始" in page
    assert "还没有变动" in page
    assert "发票 64.20 万元" in page


def test_a_customer_without_any_event_gets_every_page(contact: Client) -> None:
    assert "还没有对账单" in text_of(contact, "/portal/statements/")
    assert "还没有变动" in text_of(contact, "/portal/movements/")
    assert "没有待付的发票" in text_of(contact, "/portal/earn/")
    assert "还没有对账单" in text_of(contact, "/portal/me/")
    assert contact.get("/portal/statements/2026-01/").status_code == 404


def test_the_balance_its_value_and_what_is_pending(stage: Stage, member: Member, contact: Client) -> None:
    stage.paid(member, "FP-1", stage.today - timedelta(days=40), early=10)
    stage.paid(member, "FP-2", stage.today - timedelta(days=2), early=3)
    page = text_of(contact, "/portal/")
    # 12 whole 10,000 yuan × 2, 80 for paying early, 30 for no complaint; 15 days until they are usable.
    assert "可用积分 134 分 按 1 分 = 1 元，可抵 134.00 元" in page
    assert re.search(r"待生效 134 \S*生效", page)
    assert re.search(r"最近到期 134 \S+ ?到期", page)


def test_an_open_invoice_says_what_paying_before_and_on_the_day_gives(
    stage: Stage, member: Member, contact: Client
) -> None:
    due = stage.today + timedelta(days=9)
    stage.billed(member, "FP-7", stage.today - timedelta(days=5), due)
    page = text_of(contact, "/portal/")
    assert "还有 9 天" in page
    day = f"{due.month}月{due.day}日" if due.year == stage.today.year else f"{due:%Y-%m-%d} "
    assert f"{day}前付款 发票 64.20 万元 到期当天付 +50 +80" in page
    assert "付清共得 208 分" in text_of(contact, "/portal/earn/")


def test_an_invoice_due_today_gives_what_the_day_gives(stage: Stage, member: Member, contact: Client) -> None:
    stage.billed(member, "FP-7", stage.today - timedelta(days=5), stage.today)
    assert "今天付款 发票 64.20 万元 +50" in text_of(contact, "/portal/")


def test_the_standing_offers_are_shown_with_their_points(contact: Client) -> None:
    page = text_of(contact, "/portal/")
    assert "推荐客户 审核通过后到账 +200" in page
    assert "满意度 完成后到账 +50" in page


def test_the_rank_is_shown_only_where_the_company_shows_it(
    stage: Stage, member: Member, contact: Client
) -> None:
    day = stage.last_month + timedelta(days=9)
    stage.paid(member, "FP-1", day)
    rival = stage.member("KH-9", "云中银河路桥有限公司")
    stage.paid(rival, "FP-2", day, amount="900000")
    assert f"{day.month}月第 2 名 2 家有积分的客户中" in text_of(contact, "/portal/")
    assert "银河路桥" not in text_of(contact, "/portal/")
    change_settings(actor=stage.actor, program_id=stage.terms.id, rank_in_portal=False)
    assert "第 2 名" not in text_of(contact, "/portal/")


def test_movements_stand_by_month_with_the_balance_after_each(
    stage: Stage, member: Member, contact: Client
) -> None:
    first = stage.last_month + timedelta(days=3)
    stage.paid(member, "FP-1", first)
    stage.post(member, "survey.completed", first + timedelta(days=2), {"survey_no": "HF-1"})
    stage.reversed(member, "FP-1", first + timedelta(days=4))
    page = text_of(contact, "/portal/movements/")
    assert f"{first.year}年{first.month}月 增加 184，减少 134" in page
    assert re.search(r"积分收回 发票 FP-1 红字 −134 余额 50", page)
    assert re.search(r"完成满意度回访 \+50 余额 184", page)
    assert re.search(r"付款到账 12 万元 提前 10 天 \+134 余额 134", page)


def test_the_views_of_the_list_show_just_theirs(stage: Stage, member: Member, contact: Client) -> None:
    day = stage.today - timedelta(days=3)
    stage.paid(member, "FP-1", day)
    stage.post(member, "survey.completed", day, {"survey_no": "HF-1"})
    stage.paid(member, "FP-2", day, amount="50000")
    stage.reversed(member, "FP-2", day + timedelta(days=1))
    assert "红字" not in text_of(contact, "/portal/movements/?show=in")
    went = text_of(contact, "/portal/movements/?show=out")
    assert "红字" in went
    assert "付款到账" not in went
    waits = text_of(contact, "/portal/movements/?show=pending")
    assert "付款到账 12 万元" in waits
    assert "满意度" not in waits
    ends = text_of(contact, "/portal/movements/?show=expiring")
    assert "满意度" in ends
    assert "付款到账 12 万元" in ends


def test_old_movements_are_a_page_away(stage: Stage, member: Member, contact: Client) -> None:
    for number in range(62):
        stage.post(
            member,
            "survey.completed",
            stage.today - timedelta(days=200 - number),
            {"survey_no": f"HF-{number}"},
        )
    page = contact.get("/portal/movements/").content.decode()
    more = re.search(r'href="(\?show=&amp;before=\d+)"', page)
    assert more
    assert page.count("完成满意度回访") == 60
    older = contact.get("/portal/movements/" + more[1].replace("&amp;", "&")).content.decode()
    assert older.count("完成满意度回访") == 2


def test_a_movement_is_explained_in_a_sheet_that_adds_up(
    stage: Stage, member: Member, contact: Client
) -> None:
    stage.paid(member, "FP-1", stage.today - timedelta(days=3))
    answer = contact.get("/portal/movements/1/", headers={"HX-Request": "true"})
    sheet = " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
    assert "<html" not in answer.content.decode()
    assert "这笔积分怎么来的 +134 分" in sheet
    figures = [int(text) for text in re.findall(r"<b>(\d+)</b></div>", answer.content.decode())]
    assert figures == [24, 80, 30]
    assert "合计 134" in sheet
    assert "发票号 FP-1" in sheet
    assert "规则第 1 版计算" in sheet
    assert "可验证" not in sheet


def test_without_the_script_the_explanation_is_a_page_of_its_own(
    stage: Stage, member: Member, contact: Client
) -> None:
    stage.paid(member, "FP-1", stage.today - timedelta(days=3))
    answer = contact.get("/portal/movements/1/")
    assert "<html" in answer.content.decode()
    assert "这笔积分怎么来的" in answer.content.decode()


def test_points_taken_back_lead_to_the_movement_they_were(
    stage: Stage, member: Member, contact: Client
) -> None:
    stage.paid(member, "FP-1", stage.today - timedelta(days=6))
    stage.reversed(member, "FP-1", stage.today - timedelta(days=3))
    assert "这笔积分后来已收回" in text_of(contact, "/portal/movements/1/")
    assert 'href="/portal/movements/1/"' in contact.get("/portal/movements/2/").content.decode()


def test_a_movement_nobody_made_is_not_found(contact: Client) -> None:
    for seq in ("1", "99", "9999999999999999999999"):
        assert contact.get(f"/portal/movements/{seq}/").status_code == 404


def test_a_contact_sees_only_its_own_member(stage: Stage, member: Member, contact: Client) -> None:
    neighbour = stage.member("KH-8", "云中暖阳燃气有限公司")
    for number in range(3):
        stage.paid(neighbour, f"FP-{number}", stage.last_month + timedelta(days=number))
    month = f"{stage.last_month:%Y-%m}"
    # The neighbour's entry has this number; the contact's own member has no account yet.
    assert contact.get("/portal/movements/2/").status_code == 404
    assert contact.get(f"/portal/statements/{month}/").status_code == 404
    stage.paid(member, "FP-9", stage.last_month + timedelta(days=5))
    assert contact.get("/portal/movements/1/").status_code == 200
    assert contact.get("/portal/movements/3/").status_code == 404
    page = text_of(contact, f"/portal/statements/{month}/")
    assert "暖阳" not in page
    assert "1 笔变动" in page


def test_a_contact_sees_nothing_of_another_company(stage: Stage, member: Member, contact: Client) -> None:
    other = open_stage("beta", "乙公司")
    twin = other.member(member.key, member.name)
    other.paid(twin, "FP-1", other.last_month)
    assert contact.get("/portal/movements/1/").status_code == 404
    assert "还没有对账单" in text_of(contact, "/portal/statements/")


def test_the_rules_stand_there_as_sentences(contact: Client) -> None:
    page = text_of(contact, "/portal/me/rules/")
    assert "付款到账时，金额每满 1 万元奖励 2 分" in page
    assert "有效期 1 年" in page
    assert "积分归企业所有" in page


def test_the_company_page_hides_mobile_numbers(contact: Client) -> None:
    page = text_of(contact, "/portal/me/company/")
    assert "尾号 0001" in page
    assert "13900000001" not in page


def test_english_is_one_click_away_and_complete(stage: Stage, member: Member, contact: Client) -> None:
    stage.paid(member, "FP-1", stage.last_month + timedelta(days=3))
    contact.post("/language", {"language": "en", "next": "/portal/"})
    for page in ("/portal/", "/portal/movements/", "/portal/statements/", "/portal/me/rules/"):
        words = text_of(contact, page).replace("中文", "").replace(str(member), "").replace(member.name, "")
        assert not re.search(r"[\u4e00-\u9fff]", words.replace("云中甲市政有限公司", "")), page


@pytest.mark.parametrize(
    "page",
    [
        "/portal/",
        "/portal/movements/",
        "/portal/movements/?show=expiring",
        "/portal/earn/",
        "/portal/statements/",
    ],
)
def test_no_page_asks_once_for_every_row(stage: Stage, member: Member, contact: Client, page: str) -> None:
    def add(first: int) -> None:
        for number in range(first, first + 4):
            day = stage.last_month + timedelta(days=number)
            stage.paid(member, f"FP-{number}", day)
            stage.billed(member, f"FQ-{number}", day, stage.today + timedelta(days=number + 1))

    add(0)
    contact.get(page)
    with CaptureQueriesContext(
        connection,
    ) as few:
        contact.get(page)
    add(4)
    with CaptureQueriesContext(connection) as many:
        contact.get(page)
    assert len(many) == len(few)


def test_a_company_still_without_a_programme_says_so_and_lets_people_out() -> None:
    company_id = found_company(code="gamma", name="丙公司")
    actor = product_actor(company_id, "测试")
    member = create_member(actor=actor, key="KH-1", name="云中长风有限公司", kind=MemberKind.PRIVATE)
    add_contact(
        actor=actor,
        member_id=MemberId(member.id),
        name="小林",
        mobile="13900000007",
        password_hash=hash_password(PASSWORD),
    )
    answer = signed_in("13900000007").get("/portal/")
    assert answer.status_code == 404
    assert "还没有积分计划" in answer.content.decode()
    assert "退出登录" in answer.content.decode()
