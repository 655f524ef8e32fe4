"""Statements, objections, ranking, settings."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from houji.access.actions import actor_of_key
from houji.access.errors import ApiKeyRefused
from houji.access.queries import api_keys, audit_trail, staff
from houji.access.tenant import tenant
from houji.console.tests.world import World
from houji.insights.models import Dispute
from houji.intake.acceptance import database_now
from houji.kernel.time import local_date
from houji.ledger.types import EntryRef
from houji.programs.queries import program_by_code


@pytest.fixture
def ref(world: World) -> EntryRef:
    """A movement of this month."""
    posted = world.pay("KH-1").entry
    assert posted is not None
    return posted


def _month(world: World) -> date:
    return local_date(database_now(), world.terms.zone).replace(day=1)


def _object(world: World, ref: EntryRef) -> int:
    """Object to a line as a contact would, but in the running month, which only a test may."""
    now = database_now()
    with tenant(world.company_id):
        return Dispute.objects.create(
            company_id=world.company_id,
            member_id=world.members["KH-1"],
            account_id=ref.account_id,
            month=_month(world),
            seq=ref.seq,
            text="实际提前 13 天付款",
            raised_by="许建国",
            user_id=1,
            raised_at=now,
            due_at=now,
        ).id


def test_a_statement_adds_up_on_the_page_and_in_the_file(world: World, ref: EntryRef) -> None:
    address = f"/console/statements/{ref.account_id}/{_month(world):%Y-%m}"
    client = world.client("auditor")

    shown = client.get(address)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}.xlsx").content))

    statement = shown.context["statement"]
    assert statement.opening + sum(line.points for line in statement.lines) == statement.closing == 202
    cells = [cell for sheet in book for row in sheet.values for cell in row]
    assert 202 in cells
    assert "付款到账 46.2 万元，提前 12 天" in cells


@pytest.mark.parametrize("month", ["2026-13", "nonsense", "1999-01", "2999-01"])
def test_a_month_without_a_statement_is_not_found(world: World, ref: EntryRef, month: str) -> None:
    assert world.client("auditor").get(f"/console/statements/{ref.account_id}/{month}").status_code == 404


def test_another_companys_statement_does_not_exist(world: World, other: World, ref: EntryRef) -> None:
    address = f"/console/statements/{ref.account_id}/{_month(world):%Y-%m}"

    assert other.client("admin").get(address).status_code == 404
    assert other.client("admin").get(f"{address}.xlsx").status_code == 404


def test_the_month_lists_every_customer_with_its_answer(world: World, ref: EntryRef) -> None:
    world.pay("KH-2")
    month = f"{_month(world):%Y-%m}"
    client = world.client("auditor")

    everybody = client.get("/console/statements/", {"month": month}).context["rows"]
    found = client.get("/console/statements/", {"month": month, "q": "lanqiao"}).context["rows"]
    confirmed = client.get("/console/statements/", {"month": month, "state": "confirmed"}).context["rows"]

    assert [(row.key, row.closing, row.state.value) for row, _shape, _word in everybody] == [
        ("KH-1", 202, "running"),
        ("KH-2", 202, "running"),
    ]
    assert [row.key for row, _shape, _word in found] == ["KH-2"]
    assert confirmed == []


def test_an_objection_is_answered_once_and_with_words(world: World, ref: EntryRef) -> None:
    address = f"/console/statements/disputes/{_object(world, ref)}"
    client = world.client("operator")
    assert "实际提前 13 天付款" in client.get("/console/statements/").content.decode()

    silent = client.post(address, {"decision": "decline", "answer": " "})
    said = client.post(address, {"decision": "decline", "answer": "以银行回单日期为准"})
    again = client.post(address, {"decision": "accept", "answer": "改口"})

    assert (silent.status_code, said.status_code, again.status_code) == (422, 302, 409)
    assert "以银行回单日期为准" in client.get(address).content.decode()
    assert world.total("KH-1") == 202


def test_an_objection_is_not_answered_by_roles_or_companies_it_does_not_concern(
    world: World, other: World, ref: EntryRef
) -> None:
    address = f"/console/statements/disputes/{_object(world, ref)}"
    form = {"decision": "accept", "answer": "好"}

    assert world.client("auditor").post(address, form).status_code == 403
    assert other.client("admin").post(address, form).status_code == 404
    assert "待答复的异议" in world.client("auditor").get("/console/statements/").content.decode()


def test_answered_objections_stay_in_the_list_with_who_when_and_what(world: World, ref: EntryRef) -> None:
    answered, waiting = _object(world, ref), _object(world, ref)
    client = world.client("operator")
    form = {"decision": "decline", "answer": "以银行回单日期为准"}
    client.post(f"/console/statements/disputes/{answered}", form)

    def listed(**query: str) -> list[int]:
        answer = client.get("/console/statements/disputes/", query)
        return [figure.id for figure, *_rest in answer.context["rows"]]

    assert listed() == [waiting, answered]
    assert listed(state="open") == [waiting]
    assert listed(state="answered") == [answered]
    assert listed(q="qysw") == listed(q="提前 13 天") == listed(q="许建国") == [waiting, answered]
    assert listed(q="银行回单") == listed(q="operator") == [answered]
    assert listed(q="没有这句") == listed(q="qysw 岚桥") == []
    shown = client.get("/console/statements/disputes/", {"state": "answered"}).content.decode()
    assert "以银行回单日期为准" in shown
    assert "operator · " in shown
    assert "未认可" in shown


def test_objections_of_another_company_are_not_in_the_list(world: World, other: World, ref: EntryRef) -> None:
    _object(world, ref)

    shown = other.client("auditor").get("/console/statements/disputes/")

    assert shown.context["rows"] == []
    assert "还没有客户提出异议" in shown.content.decode()


def test_the_ranking_orders_by_points_of_the_month(world: World, ref: EntryRef) -> None:
    world.pay("KH-2", "9000000")

    rows = world.client("auditor").get("/console/statements/ranking").context["page"].object_list

    assert [(row.place, row.key) for row in rows] == [(1, "KH-2"), (2, "KH-1")]


def test_settings_are_changed_and_leave_their_old_values_in_the_trail(world: World) -> None:
    client = world.client("admin")
    form = {"unknown_members": "refuse", "dispute_answer_days": "7", "board_enabled": "on"}

    assert client.post("/console/settings/", form).status_code == 302
    wrong = client.post("/console/settings/", {**form, "dispute_answer_days": "0"})

    with tenant(world.company_id):
        program = program_by_code(None)
    assert (program.unknown_members, program.dispute_answer_days, program.rank_in_portal) == (
        "refuse",
        7,
        False,
    )
    assert wrong.status_code == 422
    trail = client.get("/console/settings/audit").content.decode()
    assert "更改计划设置" in trail
    assert "异议答复期限，天：5 → 7" in trail


def test_a_person_is_added_with_an_invitation_shown_once(world: World) -> None:
    client = world.client("admin")
    form = {"name": "新同事", "login": "xin", "roles": ["operator", "auditor"]}

    added = client.post("/console/settings/users", form)
    taken = client.post("/console/settings/users", form)
    nothing = client.post("/console/settings/users", {"name": "无角色", "login": "wu"})

    assert (added.status_code, taken.status_code, nothing.status_code) == (200, 409, 422)
    assert "/console/invitation/" in added.content.decode()
    assert "/console/invitation/" not in client.get("/console/settings/users").content.decode()
    with tenant(world.company_id):
        assert staff().get(login="xin").roles == ["operator", "auditor"]


def test_a_key_works_until_it_is_revoked_and_shows_its_secret_once(world: World) -> None:
    client = world.client("admin")
    made = client.post("/console/settings/keys", {"name": "ERP"})
    secret = made.context["made"][1]

    assert actor_of_key(secret).company_id == world.company_id
    assert secret not in client.get("/console/settings/keys").content.decode()

    with tenant(world.company_id):
        key = api_keys().get()
    assert client.post(f"/console/settings/keys/{key.id}/revoke").status_code == 302
    with pytest.raises(ApiKeyRefused):
        actor_of_key(secret)


def test_keys_and_people_of_another_company_are_out_of_reach(world: World, other: World) -> None:
    client = other.client("admin")
    client.post("/console/settings/keys", {"name": "ERP"})
    with tenant(other.company_id):
        key, person = api_keys().get(), staff().first()
    assert person is not None

    world.client("admin").post(f"/console/settings/keys/{key.id}/revoke")

    assert world.client("admin").post(f"/console/settings/users/{person.id}/invite").status_code == 404
    with tenant(other.company_id):
        assert api_keys().get().revoked_at is None
        assert not audit_trail().filter(action="api_key.revoke").exists()
