"""The customer list and the pages of one customer."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from houji.access.actions import create_user, found_company, hash_password
from houji.access.tenant import tenant
from houji.access.types import Role, product_actor
from houji.console.spreadsheets import csv_response
from houji.console.tests.world import PASSWORD, World
from houji.members.queries import member_by_key
from houji.members.types import MemberKind
from houji.onboarding.actions import start_program


@pytest.mark.parametrize("text", ["水务", "qingyu", "QYSW", "qing yu", "KH-1"])
def test_a_customer_is_found_by_chinese_pinyin_initials_and_code(world: World, text: str) -> None:
    shown = world.client("auditor").get("/console/members/", {"q": text}).content.decode()

    assert "青屿水务" in shown
    assert "岚桥置业" not in shown


def test_nothing_found_offers_everybody(world: World) -> None:
    shown = world.client("auditor").get("/console/members/", {"q": "没有这家"}).content.decode()

    assert "没有符合的客户" in shown
    assert "看全部客户" in shown


def test_a_company_without_customers_is_shown_the_way_on(world: World) -> None:
    actor = product_actor(found_company(code="new", name="新公司"), "测试")
    start_program(actor=actor, template_code="engineering_balanced", program_code="engineering")
    create_user(
        actor=actor, login="new-admin", name="管理", roles=[Role.ADMIN], password_hash=hash_password(PASSWORD)
    )
    client = World("new", actor.company_id, actor, world.terms).client("admin")

    assert "还没有客户" in client.get("/console/members/").content.decode()
    assert "导入一份回款表" in client.get("/console/").content.decode()


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ({}, "KH-2"),
        ({"sort": "available"}, "KH-2"),
        ({"sort": "earned"}, "KH-2"),
        ({"sort": "pending"}, "KH-2"),
        ({"sort": "name"}, "KH-2"),
        ({"sort": "nonsense"}, "KH-2"),
        ({"kind": "soe"}, "KH-1"),
    ],
)
def test_the_list_is_sorted_and_filtered(world: World, query: dict[str, str], first: str) -> None:
    world.pay("KH-2", "9000000")
    world.pay("KH-1", "10000")
    world.post("KH-2", "survey.completed", {"survey_no": "HF-1"}, date(2026, 2, 3))

    rows = world.client("auditor").get("/console/members/", query).context["page"].object_list

    assert rows[0].key == first


def test_only_customers_with_points_remain_when_asked(world: World) -> None:
    world.post("KH-1", "survey.completed", {"survey_no": "HF-1"}, date(2026, 2, 3))

    rows = world.client("auditor").get("/console/members/", {"holding": "1"}).context["page"].object_list

    assert [row.key for row in rows] == ["KH-1"]


def test_the_export_holds_the_filtered_list(world: World) -> None:
    world.pay("KH-1")

    answer = world.client("auditor").get("/console/members/export.xlsx", {"q": "qysw"})

    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[0][:6] == ("客户编码", "客户全称", "客户性质", "客户经理", "可用", "待生效")
    assert [row[:6] for row in rows[1:]] == [("KH-1", "青屿水务集团有限公司", "国企", None, 0, 202)]


def test_the_csv_opens_in_excel_and_runs_no_formula(world: World) -> None:
    world.member("=1+1", "=HYPERLINK(1)")

    answer = world.client("auditor").get("/console/members/export.csv")

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "'=HYPERLINK(1)" in answer.content.decode("utf-8-sig")
    assert csv_response("a", ["b"], [[-5], ["@x"]]).content.decode("utf-8-sig").split() == ["b", "-5", "'@x"]


def test_the_workbook_keeps_texts_as_texts(world: World) -> None:
    world.member("=1+1", "=HYPERLINK(1)")

    answer = world.client("auditor").get("/console/members/export.xlsx", {"q": "hyperlink"})

    cell = openpyxl.load_workbook(io.BytesIO(answer.content)).active["B2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_a_customer_is_added_by_hand(world: World) -> None:
    form = {"key": "KH-9", "name": "溪岚文旅发展有限公司", "kind": "private", "joined_on": "2026-01-31"}

    answer = world.client("sales").post("/console/members/new", form)

    assert answer.status_code == 302
    with tenant(world.company_id):
        member = member_by_key("KH-9")
    assert (member.name, member.kind, str(member.joined_on)) == (form["name"], "private", "2026-01-31")


def test_a_taken_code_and_a_day_that_is_none_are_refused_in_place(world: World) -> None:
    client = world.client("sales")
    form = {"key": "KH-1", "name": "别家", "kind": "private"}

    taken = client.post("/console/members/new", form)
    wrong = client.post("/console/members/new", {**form, "key": "KH-8", "joined_on": "2026-02-30"})

    assert (taken.status_code, wrong.status_code) == (409, 422)
    assert "客户编码「KH-1」已存在" in taken.content.decode()
    assert "没有这一天" in wrong.content.decode()
    assert client.get("/console/members/").context["page"].paginator.count == 2


def test_particulars_are_changed_by_those_who_may(world: World) -> None:
    address = f"/console/members/{world.members['KH-1']}/edit"
    form = {"name": "青屿水务集团有限公司", "short_name": "青水", "kind": "soe"}

    assert world.client("auditor").post(address, form).status_code == 403
    assert world.client("operator").post(address, form).status_code == 302
    with tenant(world.company_id):
        assert member_by_key("KH-1").short_name == "青水"


def test_a_contact_is_invited_once_and_another_company_never(world: World, other: World) -> None:
    address = f"/console/members/{world.members['KH-1']}"
    form = {"name": "杨雨桐", "title": "结算专员", "mobile": "13900000077"}

    shown = world.client("sales").post(f"{address}/contacts", form)

    assert shown.status_code == 200
    assert "/portal/invitation/" in shown.content.decode()
    assert "/portal/invitation/" not in world.client("sales").get(f"{address}/people").content.decode()
    assert (
        other.client("sales").post(f"{address}/contacts", {**form, "mobile": "13900000078"}).status_code
        == 404
    )


def test_a_state_owned_customer_is_not_listed_without_its_authorisation(world: World) -> None:
    address = f"/console/members/{world.members['KH-1']}/board"
    client = world.client("operator")

    refused = client.post(address, {"authorised_on": "", "board_consent": "named"})
    allowed = client.post(address, {"authorised_on": "2026-01-05", "board_consent": "named"})

    assert refused.status_code == 422
    assert "没有登记书面授权" in refused.content.decode()
    assert allowed.status_code == 302
    with tenant(world.company_id):
        assert member_by_key("KH-1").board_consent == "named"


@pytest.mark.parametrize("page", ["", "business", "statements", "people", "edit", "movements.xlsx"])
def test_another_companys_customer_does_not_exist(world: World, other: World, page: str) -> None:
    address = f"/console/members/{other.members['KH-1']}/{page}"

    assert other.client("admin").get(address).status_code == 200
    assert world.client("admin").get(address).status_code == 404


def test_movements_are_filtered_by_reason_and_exported(world: World) -> None:
    world.pay("KH-1")
    world.post("KH-1", "survey.completed", {"survey_no": "HF-1"}, date(2026, 2, 3))
    member = world.members["KH-1"]
    client = world.client("auditor")

    rows = client.get(f"/console/members/{member}/", {"q": "回访"}).context["page"].object_list
    answer = client.get(f"/console/members/{member}/movements.xlsx", {"q": "回访"})

    assert [row.points for row in rows] == [50]
    book = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert [row[3] for row in book] == ["积分", 50]


def test_kinds_of_customers_have_names_in_the_filter(world: World) -> None:
    shown = world.client("auditor").get("/console/members/").content.decode()

    assert all(name in shown for name in ("政府", "国企", "民企"))
    assert MemberKind.STATE_OWNED.value in shown
