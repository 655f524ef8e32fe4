"""Explaining, approving and taking back points, and the pages that show them."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from houji.access.tenant import tenant
from houji.approvals.queries import pending_requests
from houji.connect.posting import run_import
from houji.connect.queries import recent_imports
from houji.console.tests.world import World
from houji.ledger.queries import entries_of
from houji.ledger.types import EntryRef

HTMX = {"HX-Request": "true"}


def _entry(world: World, key: str = "KH-1") -> EntryRef:
    ref = world.pay(key).entry
    assert ref is not None
    return ref


def _request(world: World) -> int:
    world.refer("KH-1")
    with tenant(world.company_id):
        return pending_requests().get().id


def test_the_explanation_shows_event_rule_arithmetic_lot_and_place(world: World) -> None:
    ref = _entry(world)

    shown = world.client("auditor").get(f"/console/entries/{ref}", headers=HTMX).content.decode()

    assert "<html" not in shown
    for said in (
        "+202",
        "462,000.00 元",
        "FP-0001",
        "回款.xlsx",
        "金额每满 1 万元奖励 2 分",
        "462,000 ÷ 10,000 = 46.2",
        "提前 12 天",
        "无需审批",
        "202 分",
        str(ref),
    ):
        assert said in shown, said


def test_the_event_of_a_file_leads_to_its_import(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HOUJI_UPLOADS", tmp_path)
    client = world.client("operator")
    head = "客户编码,客户名称,发票号,金额,到期日,到账日,是否投诉"
    rows = f"{head}\nKH-1,青屿水务集团有限公司,FP-9001,174380,2026-11-10,2026-11-09,否"
    client.post("/console/imports/new", {"file": SimpleUploadedFile("回款.csv", rows.encode())})
    with tenant(world.company_id):
        import_id = recent_imports(world.terms.id).get().id
    address = f"/console/imports/{import_id}/"
    client.post(f"{address}start", {"mode": "good_rows"})
    run_import(actor=world.actor, import_id=import_id)
    with tenant(world.company_id):
        ref = entries_of(world.company_id).get().ref

    shown = client.get(f"/console/entries/{ref}", headers=HTMX).content.decode()
    by_hand = client.get(f"/console/entries/{_entry(world)}", headers=HTMX).content.decode()

    assert f'<a href="{address}">看这次导入</a>' in shown
    assert "回款.csv" in client.get(address).content.decode()
    assert "看这次导入" not in by_hand


def test_an_explanation_opened_by_its_address_stands_beside_its_customer(world: World) -> None:
    ref = _entry(world)

    shown = world.client("auditor").get(f"/console/entries/{ref}").content.decode()

    assert '<aside class="hj-drawer" id="drawer"' in shown
    assert "青屿水务集团有限公司" in shown
    assert "462,000 ÷ 10,000 = 46.2" in shown


@pytest.mark.parametrize("page", ["", "/reverse"])
def test_another_companys_movement_does_not_exist(world: World, other: World, page: str) -> None:
    ref = _entry(other)

    assert other.client("admin").get(f"/console/entries/{ref}{page}").status_code == 200
    assert world.client("admin").get(f"/console/entries/{ref}{page}").status_code == 404
    assert world.client("admin").post(f"/console/entries/{ref}/reverse", {"reason": "试"}).status_code == 404
    assert other.total("KH-1") == 202


def test_a_number_beyond_the_database_is_no_movement(world: World) -> None:
    assert world.client("admin").get(f"/console/entries/{10**30}-1").status_code == 404


def test_a_movement_is_reversed_with_a_reason_that_everybody_reads(world: World) -> None:
    ref = _entry(world)
    client = world.client("operator")

    answer = client.post(f"/console/entries/{ref}/reverse", {"reason": "重复登记"})

    assert answer.status_code == 302
    assert world.total("KH-1") == 0
    assert "冲正：重复登记" in client.get(f"/console/members/{world.members['KH-1']}/").content.decode()


@pytest.mark.parametrize(
    ("who", "reason", "status"), [("operator", " ", 422), ("auditor", "重复", 403), ("approver", "重复", 403)]
)
def test_a_refused_reversal_changes_nothing(world: World, who: str, reason: str, status: int) -> None:
    ref = _entry(world)

    answer = world.client(who).post(f"/console/entries/{ref}/reverse", {"reason": reason})

    assert answer.status_code == status
    assert world.total("KH-1") == 202


def test_only_an_accrual_can_be_taken_back(world: World) -> None:
    ref = _entry(world)
    client = world.client("operator")
    client.post(f"/console/entries/{ref}/reverse", {"reason": "重复登记"})
    taken = EntryRef(ref.account_id, ref.seq + 1)

    assert client.get(f"/console/entries/{taken}").status_code == 200
    assert client.get(f"/console/entries/{taken}/reverse").status_code == 404


def test_reversing_twice_is_refused_in_place(world: World) -> None:
    ref = _entry(world)
    client = world.client("operator")
    client.post(f"/console/entries/{ref}/reverse", {"reason": "重复登记"})

    answer = client.post(f"/console/entries/{ref}/reverse", {"reason": "再来一次"})

    assert answer.status_code == 409
    assert world.total("KH-1") == 0


def test_an_approval_posts_the_points(world: World) -> None:
    request = _request(world)
    client = world.client("approver")
    shown = client.get(f"/console/approvals/{request}", headers=HTMX).content.decode()
    assert "推荐「青屿临壑索道有限公司」签约" in shown
    assert world.total("KH-1") == 0

    answer = client.post(f"/console/approvals/{request}", {"decision": "approve", "note": "合同已核对"})

    assert answer.status_code == 302
    assert world.total("KH-1") == 200
    assert "合同已核对" in client.get("/console/approvals/").content.decode()
    assert client.post(f"/console/approvals/{request}", {"decision": "approve"}).status_code == 409
    assert world.total("KH-1") == 200


def test_a_rejection_needs_a_reason_and_posts_nothing(world: World) -> None:
    request = _request(world)
    client = world.client("approver")

    silent = client.post(f"/console/approvals/{request}", {"decision": "reject", "note": ""})
    said = client.post(f"/console/approvals/{request}", {"decision": "reject", "note": "没有合同"})

    assert silent.status_code == 422
    assert "退回没有写原因" in silent.content.decode()
    assert said.status_code == 302
    assert world.total("KH-1") == 0


@pytest.mark.parametrize("who", ["auditor", "operator", "sales"])
def test_nobody_without_the_role_approves(world: World, who: str) -> None:
    request = _request(world)

    answer = world.client(who).post(f"/console/approvals/{request}", {"decision": "approve"})

    assert answer.status_code == 403
    assert world.total("KH-1") == 0


def test_another_companys_request_does_not_exist(world: World, other: World) -> None:
    request = _request(other)

    assert world.client("approver").get(f"/console/approvals/{request}").status_code == 404
    assert (
        world.client("approver").post(f"/console/approvals/{request}", {"decision": "approve"}).status_code
        == 404
    )
    assert other.total("KH-1") == 0


def test_the_dashboard_shows_what_waits_and_what_was_issued(world: World) -> None:
    _request(world)
    world.pay("KH-2")

    shown = world.client("auditor").get("/console/").content.decode()

    assert "推荐「青屿临壑索道有限公司」签约" in shown
    assert "付款到账 46.2 万元，提前 12 天" in shown
    assert "今天要处理" in shown


def test_the_month_report_holds_the_figures_of_the_dashboard(world: World) -> None:
    world.pay("KH-1")
    client = world.client("auditor")

    issued = client.get("/console/").context["figures"][0]["value"]
    book = openpyxl.load_workbook(io.BytesIO(client.get("/console/report.xlsx").content))

    figures = dict(row[:2] for row in book["关键数字"].values)
    assert f"{figures['本月发放，分']:,}" == issued == "202"
    assert list(book["每月发放"].values)[-1][-1] == 202


@pytest.mark.parametrize(
    "address",
    [
        "/console/",
        "/console/members/",
        "/console/entries/",
        "/console/approvals/",
        "/console/statements/",
        "/console/statements/ranking",
        "/console/settings/audit",
        "/console/members/{member}/",
        "/console/members/{member}/business",
        "/console/members/{member}/statements",
    ],
)
def test_a_list_asks_as_often_for_many_rows_as_for_few(world: World, address: str) -> None:
    client = world.client("auditor")
    address = address.format(member=world.members["KH-1"])
    _busy(world, 2)
    few = _queries(client, address)

    _busy(world, 12)

    assert _queries(client, address) == few


def _busy(world: World, count: int) -> None:
    for _ in range(count):
        key = f"N-{len(world.members)}"
        world.member(key, f"客户 {key}")
        world.pay(key)
        world.refer(key)
        world.pay("KH-1")
        world.refer("KH-1")


def _queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_rules_are_sentences_and_the_trial_writes_nothing(world: World) -> None:
    client = world.client("auditor")
    query = {"amount": "462000", "kind": "soe", "due": "2026-11-24", "settled": "2026-11-12"}

    shown = client.get("/console/rules/", query).content.decode()

    assert "付款到账时，金额每满 1 万元奖励 2 分" in shown
    assert "462,000 ÷ 10,000 = 46.2，取整 46 × 2" in shown
    assert client.get("/console/rules/", query).context["verdict"]["points"] == 202
    assert client.get("/console/rules/", {**query, "disputed": "on"}).context["verdict"]["points"] == 172
    assert (
        client.get("/console/rules/", {**query, "settled": "2026-12-01"}).context["verdict"]["points"] == 122
    )
    assert client.get("/console/entries/").context["page"].paginator.count == 0


@pytest.mark.parametrize("amount", ["", "NaN", "1e400", "-5", "0", "1.234", "10000000000000000"])
def test_an_amount_that_is_none_is_said_beside_its_field(world: World, amount: str) -> None:
    query = {"amount": amount, "kind": "soe", "due": "2026-11-24", "settled": "2026-11-12"}

    answer = world.client("auditor").get("/console/rules/", query)

    assert answer.status_code == 200
    assert answer.context["verdict"] is None
    assert 'id="id_amount_error"' in answer.content.decode()


def test_the_literal_template_carries_its_warning(db: None) -> None:
    from houji.console.tests.world import make_world

    shown = make_world("seed", template="engineering_seed").client("auditor").get("/console/rules/")

    assert shown.context["warning"]
    assert shown.context["warning"] in shown.content.decode()


def test_business_days_of_all_months_have_rows(world: World) -> None:
    world.post("KH-1", "survey.completed", {"survey_no": "HF-1"}, date(2026, 2, 3))

    rows = world.client("auditor").get(f"/console/members/{world.members['KH-1']}/business").context["rows"]

    assert [(row.points, row.number) for row in rows] == [(50, "HF-1")]
