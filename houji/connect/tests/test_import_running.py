"""An import posts its good rows, or all or nothing; it goes on after a crash, and can be taken back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.db import OperationalError
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from houji.access.tenant import tenant
from houji.approvals.queries import pending_requests
from houji.connect import errors, jobs, judging, posting, preview, spool, trying
from houji.connect.actions import choose_mapping
from houji.connect.error_file import error_file
from houji.connect.models import Import
from houji.connect.preview import preview_import
from houji.connect.queries import failure_of
from houji.connect.reading import open_import_file
from houji.connect.running import reverse_import, start_import
from houji.connect.storage import path_of
from houji.connect.survey import survey_file
from houji.connect.tests.cast import HEADER, Firm, csv_of, row, xlsx_of
from houji.connect.tests.test_import_bad_rows import PAYMENTS
from houji.earning.actions import post_events
from houji.earning.errors import BatchRefused, ReasonMissing, ReversedAlready
from houji.intake.acceptance import database_now

ALL_OR_NOTHING = Import.Mode.ALL_OR_NOTHING


class Killed(BaseException):
    """Stands for a process that dies."""


def _dying_after(calls: int) -> Callable[..., Any]:
    made = iter(range(calls))

    def post(**arguments: Any) -> Any:
        if next(made, None) is None:
            raise Killed
        return post_events(**arguments)

    return post


def test_importing_the_same_file_again_adds_nothing(firm: Firm) -> None:
    content = csv_of(row("FP-1"), row("FP-2", "C002"))
    firm.post(content)
    before = firm.balances()
    again = firm.post(content)
    assert (again.counts, again.points) == ({"duplicate": 2}, 0)
    assert firm.balances() == before == {"C001": 4700, "C002": 4700}


def test_it_goes_on_after_a_crash_exactly_where_it_stopped(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "CHUNK_ROWS", 2)
    rows = [row(f"FP-{n}", f"C{n}") for n in range(5)]
    import_ = firm.preview(csv_of(*rows, row("FP-0", "C0"), row("FP-1", "C1", amount="100000")))
    with monkeypatch.context() as dying:
        dying.setattr(judging, "post_events", _dying_after(2))
        with pytest.raises(Killed):
            start_import(actor=firm.actor, import_id=import_.id, wait=True)
    with tenant(firm.actor.company_id):
        stopped = Import.objects.get(id=import_.id)
    assert (stopped.state, stopped.rows_done, stopped.points) == ("failed", 4, 4 * 4700)
    assert failure_of(stopped).remedy == "再点一次继续；已入账的行不会重复。"
    done = start_import(actor=firm.actor, import_id=import_.id, wait=True)
    assert (done.state, done.rows_done, done.points) == ("done", 7, 5 * 4700)
    assert done.counts == {"accepted": 5, "duplicate": 1, "conflict": 1}
    assert firm.problem(done, 7).message == "与第 2 行重复，不重复计分。"
    assert firm.balances() == {f"C{n}": 4700 for n in range(5)}


def test_a_worker_that_vanished_without_a_word_can_be_replaced(firm: Firm) -> None:
    import_ = firm.preview(csv_of(row()))
    with tenant(firm.actor.company_id):
        Import.objects.filter(id=import_.id).update(state="running", touched_at=database_now())
    with pytest.raises(errors.ImportBusy):
        start_import(actor=firm.actor, import_id=import_.id)
    with tenant(firm.actor.company_id):
        long_ago = database_now() - timedelta(minutes=11)
        Import.objects.filter(id=import_.id).update(touched_at=long_ago)
    done = start_import(actor=firm.actor, import_id=import_.id, wait=True)
    assert (done.state, done.points) == ("done", 4700)


def test_a_second_runner_of_the_same_import_posts_nothing(firm: Firm) -> None:
    import_ = firm.post(csv_of(row()))
    posting.run_import(actor=firm.actor, import_id=import_.id)
    assert firm.balances() == {"C001": 4700}


def test_all_or_nothing_posts_all_when_all_is_good(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "CHUNK_ROWS", 2)
    done = firm.post(csv_of(*(row(f"FP-{n}") for n in range(5))), mode=ALL_OR_NOTHING)
    assert (done.state, done.counts, done.points) == ("done", {"accepted": 5}, 5 * 4700)
    assert firm.balances() == {"C001": 5 * 4700}


def test_all_or_nothing_posts_nothing_when_one_row_is_bad(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "CHUNK_ROWS", 2)
    rows = [row(f"FP-{n}") for n in range(4)]
    import_ = firm.preview(csv_of(*rows, row("FP-9", amount="")))
    failed = start_import(actor=firm.actor, import_id=import_.id, mode=ALL_OR_NOTHING, wait=True)
    assert (failed.state, failed.points) == ("failed", 0)
    assert failed.counts == {"ready": 4, "refused": 1}
    assert isinstance(failure_of(failed), BatchRefused)
    assert firm.problem(failed, 6).column == "金额"
    assert firm.balances() == {}
    done = start_import(actor=firm.actor, import_id=import_.id, wait=True)
    assert (done.state, done.counts) == ("done", {"accepted": 4, "refused": 1})


def test_a_crossed_transaction_is_tried_again(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def crossed_once() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError("deadlock detected")
        return "done"

    class Alone:
        in_atomic_block = False

    monkeypatch.setattr(posting, "connection", Alone)
    assert posting._attempted(crossed_once) == "done"


def test_a_file_that_vanished_fails_with_a_reason_and_posts_nothing(firm: Firm) -> None:
    import_ = firm.preview(csv_of(row()))
    path_of(import_).unlink()
    failed = start_import(actor=firm.actor, import_id=import_.id, wait=True)
    assert failed.state == "failed"
    assert failure_of(failed).message == "「回款.csv」的文件已不在数据目录里。"
    assert firm.balances() == {}


def test_awards_that_need_approval_are_counted_apart(firm: Firm) -> None:
    document = {
        "code": "referrals",
        "names": {"zh": "推荐", "en": "Referrals"},
        "source": "urn:example:referrals",
        "event_type": "referral.signed",
        "columns": {
            "member_key": {"column": "客户编码"},
            "occurred_at": {"column": "签约日", "as": "date"},
            "business_no": {"column": "推荐单号"},
        },
        "data": {"referral_no": {"column": "推荐单号"}, "referred_name": {"column": "被推荐客户"}},
    }
    content = csv_of("C001,TJ-1,新客户,2026-11-12", header="客户编码,推荐单号,被推荐客户,签约日")
    import_ = firm.upload(content)
    choose_mapping(actor=firm.actor, import_id=import_.id, document=document)
    preview_import(actor=firm.actor, import_id=import_.id)
    done = start_import(actor=firm.actor, import_id=import_.id, wait=True)
    assert (done.points, done.awaiting_points) == (0, 200)
    with tenant(firm.actor.company_id):
        assert pending_requests().count() == 1


def test_a_reversal_takes_everything_back_and_the_file_can_come_again(firm: Firm) -> None:
    content = csv_of(row("FP-1"), row("FP-2", "C002"))
    import_ = firm.post(content)
    assert reverse_import(actor=firm.actor, import_id=import_.id, reason="单位弄错") == 9400
    assert firm.balances() == {"C001": 0, "C002": 0}
    with tenant(firm.actor.company_id):
        reversed_ = Import.objects.get(id=import_.id)
    assert (reversed_.state, reversed_.reverse_reason) == ("reversed", "单位弄错")
    with pytest.raises(ReversedAlready):
        reverse_import(actor=firm.actor, import_id=import_.id, reason="再来")
    again = firm.post(content)
    assert again.counts == {"accepted": 2}
    assert firm.balances() == {"C001": 4700, "C002": 4700}


def test_a_reversal_needs_a_reason_and_something_to_reverse(firm: Firm) -> None:
    import_ = firm.preview(csv_of(row()))
    with pytest.raises(errors.NothingPosted):
        reverse_import(actor=firm.actor, import_id=import_.id, reason="误传")
    start_import(actor=firm.actor, import_id=import_.id, wait=True)
    with pytest.raises(ReasonMissing):
        reverse_import(actor=firm.actor, import_id=import_.id, reason=" ")
    assert firm.balances() == {"C001": 4700}
    with pytest.raises(errors.ImportClosed):
        start_import(actor=firm.actor, import_id=import_.id)


def test_the_error_file_comes_again_once_corrected(firm: Firm) -> None:
    done = firm.post(
        csv_of(
            row("FP-1"),
            row("FP-2", amount="NaN"),
            row("0003", amount="6000,00").replace("6000,00", '"6000,00"'),
        )
    )
    with tenant(firm.actor.company_id):
        content = error_file(done.id)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    lines = [list(line) for line in sheet.iter_rows(values_only=True)]
    assert lines[0] == [*HEADER.split(","), "行号", "字段", "问题", "怎么改"]
    assert lines[1][:6] == ["C001", "客户C001", "FP-2", "NaN", "2026-11-24", "2026-11-12"]
    assert lines[1][6:8] == ["3", "金额"]
    assert lines[1][8] == "「NaN」不是金额"
    assert lines[2][2] == "0003"
    for line in lines[1:]:
        line[3] = 10_000
    corrected = firm.post(xlsx_of(lines), "改好.xlsx")
    assert corrected.counts == {"accepted": 2}
    assert firm.balances() == {"C001": 4700 + 2 * 180}


def test_the_error_file_keeps_what_a_workbook_held(firm: Firm) -> None:
    header = ["客户编码", "发票号", "金额", "到期日", "到账日"]
    done = firm.post(
        xlsx_of([header, ["C001", "000123", -1.25, date(2026, 11, 24), date(2026, 11, 12)]]), "回款.xlsx"
    )
    assert done.counts == {"refused": 1}
    with tenant(firm.actor.company_id):
        content = error_file(done.id)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    (_, line) = sheet.iter_rows(values_only=True)
    assert line[:3] == ("C001", "000123", -1.25)
    assert line[3].date() == date(2026, 11, 24)


def test_a_worker_runs_the_job_as_the_company_and_the_person(firm: Firm) -> None:
    assert {"connect.run_import", "connect.preview_import"} <= set(app.tasks)
    import_ = firm.preview(csv_of(row()))
    started = start_import(actor=firm.actor, import_id=import_.id)
    assert started.state == "running"
    job = ProcrastinateJob.objects.get(task_name="connect.run_import")
    assert job.lock == f"import:{import_.id}"
    jobs.import_job(**job.args)
    assert firm.balances() == {"C001": 4700}


def test_a_large_file_is_previewed_by_a_job(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "INLINE_ROWS_MAX", 2)
    import_ = firm.preview(csv_of(*(row(f"FP-{n}") for n in range(3))))
    assert import_.state == "previewing"
    jobs.preview_job(**ProcrastinateJob.objects.get(task_name="connect.preview_import").args)
    with tenant(firm.actor.company_id):
        import_ = Import.objects.get(id=import_.id)
    assert (import_.state, import_.counts) == ("previewed", {"ready": 3})


def test_rows_too_many_to_set_aside_are_read_again(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "ROWS_MAX", 3)
    done = firm.post(csv_of(*(row(f"FP-{n}") for n in range(5))))
    assert done.counts == {"accepted": 5}


def test_setting_rows_aside_loses_nothing() -> None:
    header = [*HEADER.split(","), "是否投诉"]
    content = xlsx_of(
        [
            header,
            ["C1", "甲", "FP-1", 1.5, "2026-11-24", "2026/11/12", "否"],
            ["C1", "甲", "FP-2", "?", 1, 1, "?"],
        ]
    )
    zone = ZoneInfo("Asia/Shanghai")
    file = open_import_file(io.BytesIO(content), "a.xlsx", sheet="", document=PAYMENTS, zone=zone)
    assert list(survey_file(file).rows()) == list(file.rows())
