"""The first run: a company and its administrator, three questions, the programme they begin."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from houji.access.actions import all_companies, create_user, found_company, hash_password
from houji.access.models import User
from houji.access.tenant import tenant
from houji.access.types import Role, product_actor
from houji.connect.models import Import
from houji.console.tests.world import PASSWORD, World
from houji.console.wizard_answer import since_line
from houji.intake.acceptance import database_now
from houji.intake.models import Event
from houji.kernel.ids import CompanyId
from houji.kernel.time import BEGINNING, local_date, start_of_day
from houji.onboarding.actions import open_installation
from houji.onboarding.errors import InstallationTaken
from houji.onboarding.samples import sample_first_day, sample_year
from houji.onboarding.starting import Since
from houji.programs.models import Program
from houji.programs.queries import program_by_code, terms_of
from houji.rulebook.queries import published_rows

OPENING = {
    "company_name": "澜州市政工程有限公司",
    "name": "周敏",
    "login": "zhoumin",
    "password": "longer-than-ten",
    "again": "longer-than-ten",
}
BALANCED = {"template": "engineering_balanced", "value": "1"}
HEADER = "客户编码,客户名称,发票号,金额,到期日,到账日,是否投诉"


def opened() -> tuple[Client, CompanyId]:
    """Open an installation and return its administrator's browser."""
    client = Client()
    answer = client.post("/console/start/company", OPENING)
    assert answer["Location"] == "/console/start/"
    return client, CompanyId(all_companies()[0].id)


def file_of(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("去年.csv", "\n".join((HEADER, *lines)).encode())


def shown(client: Client) -> str:
    answer = client.get("/console/start/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/console/", "/console/members/", "/console/sign-in"])
def test_an_empty_installation_leads_to_its_first_company(address: str) -> None:
    answer = Client().get(address, follow=True)

    assert answer.redirect_chain[-1][0] == "/console/start/"
    assert "建第一家公司" in answer.content.decode()


@pytest.mark.django_db
def test_the_first_administrator_comes_straight_to_the_three_questions() -> None:
    client, company_id = opened()

    assert "三个问题，算出去年要花多少" in shown(client)
    with tenant(company_id):
        user = User.objects.get()
    assert (user.login, user.roles) == ("zhoumin", ["admin"])
    assert client.get("/console/")["Location"] == "/console/start/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": "short", "again": "short"}, "太短，至少 10 个字符。"),
        ({"password": "83620174659", "again": "83620174659"}, "全是数字，加上字母。"),
        ({"again": "something-else"}, "两次输入的密码不一样。"),
        ({"company_name": " "}, "还没有填。"),
        ({"login": "zhou min"}, "账号里不能有空格。"),
    ],
)
def test_a_form_that_is_not_right_founds_nothing(change: dict[str, str], said: str) -> None:
    answer = Client().post("/console/start/company", OPENING | change)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not all_companies()


@pytest.mark.django_db
def test_nobody_founds_a_second_company_from_outside() -> None:
    found_company(code="first", name="第一家")
    client = Client()

    form = client.get("/console/start/company")
    answer = client.post("/console/start/company", OPENING)

    assert form["Location"] == "/console/start/"
    assert answer.status_code == 409
    assert "这里已有公司" in answer.content.decode()
    assert len(all_companies()) == 1
    assert client.get("/console/start/")["Location"].startswith("/console/sign-in")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_an_installation_at_once_one_is_refused() -> None:
    outcomes: list[str] = []

    def race(login: str) -> None:
        try:
            open_installation(company_name="公司", login=login, name="甲", password=PASSWORD)
            outcomes.append("opened")
        except InstallationTaken:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=(f"user-{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["opened", "refused"]
    assert len(all_companies()) == 1


@pytest.mark.django_db
def test_the_answer_follows_the_template_and_the_value_of_a_point() -> None:
    client, _ = opened()
    lines = [f"K{n},客户{n},FP-{n},1000000,2026-03-15,2026-03-01,否" for n in range(20)]
    client.post("/console/start/file", {"file": file_of(*lines)})

    balanced = shown(client)
    client.post("/console/start/answers", {"template": "engineering_seed", "value": "0.1"})
    seed = shown(client)

    # 20 × (200 + 80 + 30) points of 1 yuan; then 20 × (10,000 + 80 + 30) points of 0.1 yuan.
    assert '<div class="hj-big">6,200<small>元</small>' in balanced
    assert "没有一类超过七成" in balanced
    assert '<div class="hj-big">2.02<small>万元</small>' in seed
    assert "合同回款占 98.9%，超过七成" in seed
    assert "20,000 分可换" in seed
    assert "20 行全部读懂，合同额 2,000.0 万元" in seed
    assert "另 3 条规则在这份表里没有数据" in seed


@pytest.mark.django_db
def test_an_own_value_is_taken_and_a_senseless_one_is_not() -> None:
    client, _ = opened()
    answers: dict[str, Any] = {"template": "engineering_balanced", "value": "own"}

    client.post("/console/start/answers", {**answers, "own_value": "0.5"})
    answers["own_value"] = "1e9"
    refused = client.post("/console/start/answers", answers, headers={"HX-Request": "true"})

    assert "4,000 分可换" in shown(client)
    assert refused.status_code == 422
    assert "不在 0.0001 – 1,000 元之间" in refused.content.decode()
    assert 'value="1e9"' in refused.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"0" * 40, "不是表格文件"),
        (b"a,b\n1,2\n", "缺少列"),
        (HEADER.encode(), "只有表头"),
    ],
)
def test_a_file_that_tells_nothing_leaves_the_answer_as_it_was(content: bytes, said: str) -> None:
    client, _ = opened()

    answer = client.post(
        "/console/start/file", {"file": SimpleUploadedFile("x.csv", content)}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "回款样例.xlsx" in shown(client)


@pytest.mark.django_db
def test_the_own_file_is_not_kept_and_the_sample_comes_back() -> None:
    client, company_id = opened()
    client.post("/console/start/file", {"file": file_of("K1,甲,FP-1,1000000,2026-03-15,2026-03-01,否")})
    with_file = shown(client)

    client.post("/console/start/sample")

    assert "去年.csv" in with_file
    assert "回款样例.xlsx" in shown(client)
    assert "FP-1" not in str([session.get_decoded() for session in Session.objects.all()])
    with tenant(company_id):
        assert not Event.objects.exists()


@pytest.mark.django_db
def test_beginning_founds_the_programme_as_shown() -> None:
    client, company_id = opened()

    answer = client.post("/console/start/begin", {"template": "engineering_seed", "value": "0.1"})

    assert answer["Location"] == "/console/"
    now = database_now()
    with tenant(company_id):
        program = program_by_code(None)
        terms = terms_of(program)
        (version,) = published_rows(terms.id)
        assert not Event.objects.exists()
    assert program.template_code == "engineering_seed"
    assert terms.main_unit.value_yuan == Decimal("0.1")
    assert program.terms["vouchers"][0]["price_points"] == 20_000
    # Nobody chose a day: business of the running year counts.
    new_year = local_date(now, terms.zone).replace(month=1, day=1)
    assert version.effective_from == start_of_day(new_year, terms.zone)


@pytest.mark.django_db
@pytest.mark.parametrize("since", ["today", "month", "year", "ever"])
def test_business_counts_from_the_day_that_was_chosen(since: str) -> None:
    client, company_id = opened()

    answer = client.post("/console/start/begin", BALANCED | {"since": since}, follow=True)

    with tenant(company_id):
        terms = terms_of(program_by_code(None))
        (version,) = published_rows(terms.id)
    today = local_date(database_now(), terms.zone)
    days = {"today": today, "month": today.replace(day=1), "year": today.replace(month=1, day=1)}
    if since == "ever":
        assert version.effective_from == BEGINNING
        assert "已开始，不论哪天的业务都计分。" in answer.content.decode()
    else:
        assert version.effective_from == start_of_day(days[since], terms.zone)
        assert f"已开始，{days[since]} 起的业务计分。" in answer.content.decode()


@pytest.mark.django_db
def test_the_chosen_day_is_kept_while_the_other_answers_change() -> None:
    client, _ = opened()
    first = shown(client)

    client.post("/console/start/since", {"since": "ever"})
    client.post("/console/start/answers", {"template": "engineering_seed", "value": "0.1"})

    assert 'value="year" checked' in first
    assert 'value="ever" checked' in shown(client)
    assert "不论哪天的业务，导入后都计分。" in shown(client)


@pytest.mark.django_db
def test_a_choice_that_is_none_is_not_taken() -> None:
    client, company_id = opened()

    assert client.post("/console/start/since", {"since": "tomorrow"}).status_code == 404
    assert client.post("/console/start/begin", BALANCED | {"since": "tomorrow"}).status_code == 404
    with tenant(company_id):
        assert not Program.objects.exists()


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (Since.EVER, "不论哪天的业务，导入后都计分。"),
        (Since.YEAR, "2026-01-01 之前的业务不计分。"),
        (Since.MONTH, "2026-11-01 之前的业务不计分，「回款样例.xlsx」里更早的行导入后也一样。"),
    ],
)
def test_the_choice_says_what_becomes_of_the_file(since: Since, said: str) -> None:
    today = date(2026, 11, 20)
    year = sample_year(today, ZoneInfo("Asia/Shanghai"))

    assert since_line(since, today, year, sample_from=date(2026, 1, 1)) == said


@pytest.mark.django_db
def test_a_file_that_ends_before_the_chosen_day_is_said_to_give_nothing() -> None:
    client, _ = opened()
    client.post("/console/start/file", {"file": file_of("K1,甲,FP-1,1000000,2019-03-15,2019-03-01,否")})

    text = shown(client)

    assert "「去年.csv」到 2019-03-01 为止，导入后全都不计分。" in text


@pytest.mark.django_db
def test_an_empty_dashboard_leads_to_the_first_import() -> None:
    client, _ = opened()

    text = client.post("/console/start/begin", BALANCED, follow=True).content.decode()

    assert '<a class="btn btn-primary" href="/console/imports/new">' in text
    assert "导入第一份数据" in text
    assert "/console/imports/sample/receivables.xlsx" in text
    assert "/console/imports/sample/mistakes.xlsx" in text


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "refused_max"), [("receivables", 0), ("mistakes", 4)])
def test_the_samples_give_points_in_a_programme_begun_as_offered(kind: str, refused_max: int) -> None:
    client, company_id = opened()
    today = local_date(database_now(), ZoneInfo("Asia/Shanghai"))
    # In January and February the sample is of last year, and the page says so.
    since = "ever" if sample_first_day(today) is None else "year"
    client.post("/console/start/begin", BALANCED | {"since": since})
    sheet = client.get(f"/console/imports/sample/{kind}.xlsx").getvalue()

    client.post("/console/imports/new", {"file": SimpleUploadedFile("样例.xlsx", sheet)})

    with tenant(company_id):
        import_ = Import.objects.get()
    assert import_.state == "previewed"
    assert import_.points > 0
    assert import_.counts["ready"] > 30
    assert import_.counts.get("refused", 0) <= refused_max


@pytest.mark.django_db
@pytest.mark.parametrize(
    "posted",
    [
        {"template": "engineering_seed", "value": "0"},
        {"template": "engineering_seed", "value": "NaN"},
        {"template": "no_such_template", "value": "1"},
        {},
    ],
)
def test_a_beginning_that_makes_no_sense_founds_nothing(posted: dict[str, str]) -> None:
    client, company_id = opened()

    answer = client.post("/console/start/begin", posted)

    assert answer.status_code in {404, 422}
    with tenant(company_id):
        assert not Program.objects.exists()


@pytest.mark.django_db
def test_beginning_twice_begins_once() -> None:
    client, company_id = opened()
    chosen = {"template": "engineering_balanced", "value": "1"}
    client.post("/console/start/begin", chosen)

    again = client.post("/console/start/begin", chosen)

    assert again.status_code == 409
    with tenant(company_id):
        assert Program.objects.count() == 1


def test_a_running_programme_can_be_tried_against_and_not_changed(world: World) -> None:
    text = shown(world.client("admin"))

    assert "已在运行，这里只试算，不会改动" in text
    assert "按这套开始" not in text


@pytest.mark.parametrize("who", ["operator", "auditor", "approver", "sales"])
def test_only_administrators_see_the_wizard(world: World, who: str) -> None:
    client = world.client(who)

    assert client.get("/console/start/").status_code == 403
    chosen = {"template": "engineering_seed", "value": "1"}
    assert client.post("/console/start/begin", chosen).status_code == 403


def test_a_contact_is_sent_to_the_portal(world: World) -> None:
    world.contact("KH-1", "13900000001")
    client = Client()
    client.post("/console/sign-in", {"login": "13900000001", "password": PASSWORD})

    assert client.get("/console/start/")["Location"] == "/portal/"


@pytest.mark.django_db
def test_an_operator_of_a_company_that_has_not_begun_is_told_whom_to_ask() -> None:
    company_id = found_company(code="gamma", name="伽马")
    create_user(
        actor=product_actor(company_id, "测试"),
        login="gamma-operator",
        name="运营",
        roles=[Role.OPERATOR],
        password_hash=hash_password(PASSWORD),
    )
    client = Client()
    client.post("/console/sign-in", {"login": "gamma-operator", "password": PASSWORD})

    answer = client.get("/console/", follow=True)

    assert answer.redirect_chain[-1][0] == "/console/start/"
    assert answer.status_code == 403
    assert "找管理员开通权限" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("members/", "导入第一份数据"),
        ("statements/", "还没有客户的对账单。积分入账后，每家每月自动有一份。"),
        ("statements/?q=x", "没有符合的对账单，换个月份或放宽筛选。"),
        ("approvals/", "没有待审批的单子。"),
    ],
)
def test_a_page_of_a_new_programme_says_what_comes(address: str, said: str) -> None:
    client, _ = opened()
    client.post("/console/start/begin", BALANCED)

    assert said in client.get(f"/console/{address}").content.decode()
