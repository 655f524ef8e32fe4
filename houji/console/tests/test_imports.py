"""Imports in the console: from a file to points and back, and what is refused on the way."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from houji.access.tenant import tenant
from houji.connect.models import Import
from houji.connect.posting import run_import
from houji.connect.queries import mapping_choices
from houji.console.tests.world import World
from houji.intake.models import Event

HEADER = "客户编码,客户名称,发票号,金额,到期日,到账日,是否投诉"
GOOD = "KH-1,青屿水务集团有限公司,FP-9001,174380,2026-11-10,2026-11-09,否"
BAD_DAY = "KH-2,岚桥置业有限公司,FP-9002,50000,2026-11-10,2026-02-30,否"
GOOD_POINTS = 34 + 80 + 30


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the uploaded files of a test to itself."""
    monkeypatch.setattr(settings, "HOUJI_UPLOADS", tmp_path / "uploads")
    return tmp_path / "uploads"


def csv(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join((header, *rows)).encode()


def upload(client: Client, content: bytes, name: str = "回款.csv", **headers: str) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post("/console/imports/new", {"file": file}, headers=headers or None)


def newest(world: World) -> Import:
    with tenant(world.company_id):
        found = Import.objects.order_by("-id").first()
    assert found is not None
    return found


def events(world: World) -> int:
    with tenant(world.company_id):
        return Event.objects.filter(live=True).count()


def page(client: Client, import_: Import, query: str = "") -> str:
    answer = client.get(f"/console/imports/{import_.id}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def post_all(world: World, client: Client, import_: Import, mode: str = "good_rows") -> None:
    """Start an import and do what the worker would."""
    assert client.post(f"/console/imports/{import_.id}/start", {"mode": mode}).status_code == 302
    run_import(actor=world.actor, import_id=import_.id)


def test_an_empty_history_offers_both_samples(world: World) -> None:
    text = world.client("operator").get("/console/imports/").content.decode()

    assert "还没有导入" in text
    assert "/console/imports/sample/receivables.xlsx" in text
    assert "/console/imports/sample/mistakes.xlsx" in text


@pytest.mark.parametrize("kind", ["receivables", "mistakes"])
def test_a_sample_is_a_workbook_with_the_headers_that_are_understood(world: World, kind: str) -> None:
    answer = world.client("operator").get(f"/console/imports/sample/{kind}.xlsx")

    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][:3] == ["客户编码", "客户名称", "客户性质"]
    assert sheet.max_row > 30


def test_a_known_file_is_previewed_at_once_and_nothing_is_posted(world: World) -> None:
    client = world.client("operator")

    answer = upload(client, csv(GOOD, BAD_DAY))

    import_ = newest(world)
    assert answer["Location"] == f"/console/imports/{import_.id}/"
    text = page(client, import_)
    assert "全部 2" in text
    assert "2 月没有 30 日。" in text
    assert "合同回款 34，付款及时 80，零投诉 30" in text
    assert f"+{GOOD_POINTS}" in text
    assert "入账 1 行" in text
    assert "问题行 1" in text
    assert events(world) == 0
    assert world.total("KH-1") == 0


def test_the_rows_can_be_filtered_and_searched(world: World) -> None:
    client = world.client("operator")
    upload(client, csv(GOOD, BAD_DAY))
    import_ = newest(world)

    refused = page(client, import_, "?outcome=refused")
    found = page(client, import_, "?q=FP-9001")

    assert "FP-9002" in refused
    assert "FP-9001" not in refused
    assert "FP-9001" in found
    assert "FP-9002" not in found
    assert "没有符合的行" in page(client, import_, "?q=nothing-like-it")


def test_good_rows_become_points_and_the_bad_one_a_file(world: World) -> None:
    client = world.client("operator")
    upload(client, csv(GOOD, BAD_DAY))
    import_ = newest(world)

    post_all(world, client, import_)

    assert world.total("KH-1") == GOOD_POINTS
    text = page(client, import_)
    assert "已入账 1" in text
    assert "依据" in text
    answer = client.get(f"/console/imports/{import_.id}/problems.xlsx")
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    assert sheet.max_row == 2
    assert sheet["C2"].value == "FP-9002"


def test_all_or_nothing_with_a_bad_row_posts_nothing_and_says_so(world: World) -> None:
    client = world.client("operator")
    upload(client, csv(GOOD, BAD_DAY))
    import_ = newest(world)

    post_all(world, client, import_, mode="all_or_nothing")

    text = page(client, import_)
    assert "积分没有变动" in text
    assert "batch_refused" in text
    assert events(world) == 0
    post_all(world, client, import_)
    assert world.total("KH-1") == GOOD_POINTS


def test_the_progress_is_asked_for_until_the_work_is_over(world: World) -> None:
    client = world.client("operator")
    upload(client, csv(GOOD))
    import_ = newest(world)
    client.post(f"/console/imports/{import_.id}/start", {"mode": "good_rows"})
    address = f"/console/imports/{import_.id}/progress"

    running = client.get(address, headers={"HX-Request": "true"})
    run_import(actor=world.actor, import_id=import_.id)
    done = client.get(address, headers={"HX-Request": "true"})

    assert 'hx-trigger="every 1s"' in running.content.decode()
    assert "HX-Redirect" not in running
    assert done["HX-Redirect"] == f"/console/imports/{import_.id}/"


def test_a_skipped_row_stays_out_until_it_is_taken_in_again(world: World) -> None:
    client = world.client("operator")
    upload(client, csv(GOOD))
    import_ = newest(world)
    address = f"/console/imports/{import_.id}/rows"

    client.post(address, {"row": "2"})
    skipped = page(client, import_)
    client.post(address, {"row": "2", "skip": "0"})

    assert "已跳过 1" in skipped
    assert "disabled" in skipped
    assert "可入账 1" in page(client, import_)


def mixed_file() -> bytes:
    usual = [f"KH-1,,FP-80{n:02},{150000 + n * 1000},2026-11-10,2026-11-09,否" for n in range(8)]
    return csv(*usual, "KH-1,,FP-8099,1600000000,2026-11-10,2026-11-09,否")


@pytest.mark.parametrize(("choice", "ready"), [("as_yuan", 9), ("keep", 9), ("skip", 8)])
def test_a_mix_up_of_units_waits_for_a_word(world: World, choice: str, ready: int) -> None:
    client = world.client("operator")
    upload(client, mixed_file())
    import_ = newest(world)
    before = page(client, import_)

    client.post(f"/console/imports/{import_.id}/mixed-units", {"choice": choice})

    assert "1 行像是把「元」当成了「万元」" in before
    assert "<del>1,600,000,000.00</del><div>160,000.00</div>" in before
    assert "入账 8 行" in before
    after = page(client, import_)
    assert "1 行像是把「元」当成了「万元」" not in after
    assert f"入账 {ready} 行" in after


def test_an_unknown_choice_for_mixed_units_changes_nothing(world: World) -> None:
    client = world.client("operator")
    upload(client, mixed_file())
    import_ = newest(world)

    client.post(f"/console/imports/{import_.id}/mixed-units", {"choice": "whatever"})

    assert newest(world).mixed_units == "hold"


def test_the_amounts_can_be_read_in_the_other_unit(world: World) -> None:
    client = world.client("operator")
    upload(client, csv(GOOD.replace("174380", "17.438")))
    import_ = newest(world)

    client.post(f"/console/imports/{import_.id}/unit")

    text = page(client, import_)
    assert "金额按 万元 读取" in text
    assert "174,380.00" in text


def test_the_whole_import_is_reversed_with_a_reason(world: World) -> None:
    client = world.client("operator")
    upload(client, csv(GOOD))
    import_ = newest(world)
    post_all(world, client, import_)
    address = f"/console/imports/{import_.id}/reverse"

    asked = client.get(address, headers={"HX-Request": "true"}).content.decode()
    unreasoned = client.post(address, {"reason": " "})
    kept = world.total("KH-1")
    done = client.post(address, {"reason": "重复登记"})

    assert "冲正这 1 行" in asked
    assert unreasoned.status_code in {409, 422}
    assert kept == GOOD_POINTS
    assert done["Location"] == f"/console/imports/{import_.id}/"
    assert world.total("KH-1") == 0
    text = page(client, import_)
    assert "已整批冲正，原因：重复登记" in text
    assert "已冲正 1" in text
    assert client.post(address, {"reason": "再来一次"}).status_code == 409


def test_what_was_not_posted_cannot_be_reversed(world: World) -> None:
    client = world.client("operator")
    upload(client, csv(GOOD))
    import_ = newest(world)

    answer = client.post(f"/console/imports/{import_.id}/reverse", {"reason": "不要了"})

    assert answer.status_code == 409
    assert newest(world).state == "previewed"


BAD_FILES = [
    (b"", "回款.csv", "file_empty"),
    (b"\x89PNG\r\n\x1a\n" + b"0" * 60, "回款.xlsx", "file_kind_unsupported"),
    (b"PK\x03\x04" + b"0" * 60, "回款.xlsx", "workbook_unreadable"),
    (b"%PDF-1.7 " + b"0" * 60, "回款.pdf", "file_kind_unsupported"),
]


@pytest.mark.parametrize(("content", "name", "code"), BAD_FILES)
def test_a_file_that_is_no_table_is_not_kept_and_says_what_is_safe(
    world: World, uploads: Path, content: bytes, name: str, code: str
) -> None:
    answer = upload(world.client("operator"), content, name, **{"HX-Request": "true"})

    text = answer.content.decode()
    # 422 is what htmx swaps in, whatever the refusal's own status would be.
    assert answer.status_code == 422
    assert code in text
    assert "积分没有变动" in text
    assert list(uploads.glob("*")) == []
    with tenant(world.company_id):
        assert not Import.objects.exists()


def test_no_file_at_all_is_asked_for(world: World) -> None:
    answer = world.client("operator").post("/console/imports/new", {})

    assert answer.status_code == 422
    assert "还没有选文件" in answer.content.decode()


@pytest.mark.parametrize("who", ["auditor", "approver", "sales"])
def test_others_see_imports_but_change_nothing(world: World, who: str) -> None:
    upload(world.client("operator"), csv(GOOD))
    import_ = newest(world)
    client = world.client(who)
    root = f"/console/imports/{import_.id}"

    refused = [
        upload(client, csv(GOOD)).status_code,
        client.get("/console/imports/new").status_code,
        client.get(f"{root}/columns").status_code,
        *(
            client.post(f"{root}/{part}", {"row": "2", "choice": "keep", "reason": "x"}).status_code
            for part in ("start", "rows", "mixed-units", "unit", "preview", "reverse")
        ),
    ]

    assert set(refused) == {403}
    assert newest(world).state == "previewed"
    text = page(client, import_)
    assert "FP-9001" in text
    assert "/start" not in text


def test_another_companys_import_does_not_exist(world: World, other: World) -> None:
    upload(world.client("operator"), csv(GOOD))
    import_ = newest(world)
    client = other.client("admin")
    root = f"/console/imports/{import_.id}"

    answers = [
        client.get(f"{root}/"),
        client.get(f"{root}/columns"),
        client.get(f"{root}/progress"),
        client.get(f"{root}/problems.xlsx"),
        client.get(f"{root}/reverse"),
        *(
            client.post(f"{root}/{part}", {"row": "2", "choice": "keep", "use": "payments_zh", "reason": "x"})
            for part in ("columns", "start", "rows", "mixed-units", "unit", "preview", "reverse")
        ),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert "FP-9001" not in "".join(answer.content.decode() for answer in answers)
    assert newest(world).state == "previewed"
    with tenant(other.company_id):
        assert not Import.objects.exists()


def test_numbers_beyond_the_database_are_not_found(world: World) -> None:
    client = world.client("operator")

    assert client.get(f"/console/imports/{2**63}/").status_code == 404
    assert client.get(f"/console/imports/{10**30}/progress").status_code == 404


def test_a_stranger_is_sent_to_the_sign_in(world: World) -> None:
    assert Client().get("/console/imports/")["Location"].startswith("/console/sign-in")


OTHER_HEADER = "编码,单号,钱,应到,实到,有没有意见,杂项"
OTHER_ROW = "KH-1,FP-7001,1234.5,10/11/2026,09/11/2026,无所谓,x"
MEANINGS = {
    "event_type": "invoice.settled",
    "meaning-0": "member_key",
    "meaning-1": "data.invoice_no",
    "meaning-2": "data.amount",
    "meaning-3": "data.due_date",
    "meaning-4": "data.settled_date",
    "meaning-5": "data.disputed",
    "unit-2": "万元",
    "format-3": "D/M/YYYY",
    "format-4": "D/M/YYYY",
    "true-5": "有所谓",
    "false-5": "无所谓、没有",
}


def other_file(world: World, client: Client) -> Import:
    answer = upload(client, csv(OTHER_ROW, header=OTHER_HEADER), "别的.csv")
    import_ = newest(world)
    assert answer["Location"] == f"/console/imports/{import_.id}/columns"
    return import_


def test_an_unknown_file_is_read_column_by_column(world: World) -> None:
    client = world.client("operator")
    import_ = other_file(world, client)
    address = f"/console/imports/{import_.id}/columns"

    shown = client.get(address).content.decode()
    answer = client.post(address, {**MEANINGS, "choose": "1"})

    assert "有没有意见" in shown
    assert "无所谓" in shown
    assert answer["Location"] == f"/console/imports/{import_.id}/"
    text = page(client, import_)
    assert "12,345,000.00" in text
    assert "2026-11-09" in text
    assert "合同回款 2,468，付款及时 80，零投诉 30" in text


def test_a_kept_mapping_is_known_the_next_time(world: World) -> None:
    client = world.client("operator")
    import_ = other_file(world, client)
    chosen = {**MEANINGS, "choose": "1", "keep": "1", "name": "财务月报"}

    client.post(f"/console/imports/{import_.id}/columns", chosen)
    again = upload(client, csv(OTHER_ROW.replace("7001", "7002"), header=OTHER_HEADER), "下个月.csv")

    assert again["Location"] == f"/console/imports/{newest(world).id}/"
    assert "对应方案「财务月报」" in page(client, newest(world))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"meaning-2": ""}, "还没有对应：金额"),
        ({"meaning-0": ""}, "还没有对应：客户编码"),
        ({"meaning-6": "data.amount"}, "选了两次：金额"),
        ({"keep": "1", "name": " "}, "给对应方案起个名字"),
    ],
)
def test_a_mapping_that_says_too_little_is_not_taken(world: World, change: dict[str, str], said: str) -> None:
    client = world.client("operator")
    import_ = other_file(world, client)

    answer = client.post(f"/console/imports/{import_.id}/columns", {**MEANINGS, "choose": "1", **change})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert newest(world).mapping is None
    with tenant(world.company_id):
        assert not any(choice.own for choice in mapping_choices())


def test_changing_a_choice_redraws_the_table_and_decides_nothing(world: World) -> None:
    client = world.client("operator")
    import_ = other_file(world, client)

    answer = client.post(f"/console/imports/{import_.id}/columns", {**MEANINGS, "meaning-6": "occurred_at"})

    assert answer.status_code == 200
    assert 'name="format-6"' in answer.content.decode()
    assert newest(world).mapping is None


def test_a_mapping_that_does_not_fit_is_refused_in_place(world: World) -> None:
    client = world.client("operator")
    import_ = other_file(world, client)

    answer = client.post(f"/console/imports/{import_.id}/columns", {"use": "receivables"})

    assert answer.status_code == 422
    assert "缺少列" in answer.content.decode()
    assert newest(world).mapping is None


def test_the_same_file_again_adds_nothing(world: World) -> None:
    client = world.client("operator")
    upload(client, csv(GOOD))
    post_all(world, client, newest(world))

    upload(client, csv(GOOD), "又一次.csv")

    text = page(client, newest(world))
    assert "重复 1" in text
    assert "已从「回款.csv」入账，不重复计分" in text


def test_the_history_shows_state_points_and_person(world: World) -> None:
    client = world.client("operator")
    upload(client, csv(GOOD, BAD_DAY))
    post_all(world, client, newest(world))

    text = client.get("/console/imports/").content.decode()

    assert "回款.csv" in text
    assert "已入账" in text
    assert f"+{GOOD_POINTS}" in text
    assert "1 行有问题" in text
    assert "operator" in text


def test_the_pages_speak_english_too(world: World) -> None:
    client = world.client("operator")
    upload(client, csv(GOOD, BAD_DAY))
    client.cookies["houji_language"] = "en"

    text = page(client, newest(world))

    assert "Post 1 row" in text
    assert "Contract payment 34, Paid in time 80, No complaint 30" in text
    assert "Month 2 has no day 30.</b> Use the real date" in text
    assert "拒绝" not in text
