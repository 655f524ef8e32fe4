"""A preview says exactly what an import will do, and writes nothing but itself."""

from __future__ import annotations

import pytest

from houji.access.errors import PermissionMissing
from houji.access.tenant import tenant
from houji.access.types import Actor, Role
from houji.connect import errors, listing, trying
from houji.connect.actions import choose_mapping, save_mapping, set_mixed_units, skip_rows
from houji.connect.preview import preview_import
from houji.connect.queries import (
    file_head,
    flagged_points,
    mapping_by_code,
    mapping_choices,
    notes_of,
    rows_of,
)
from houji.connect.running import start_import
from houji.connect.storage import path_of
from houji.connect.tests.cast import HEADER, Firm, csv_of, row, table_sizes
from houji.connect.tests.test_import_bad_rows import PAYMENTS
from houji.connect.types import MixedUnits, Outcome

OWN_TABLES = {"connect_import", "connect_importrow"}
RED = HEADER + ",原发票号"


def _sizes(firm: Firm) -> dict[str, int]:
    with tenant(firm.actor.company_id):
        return {name: size for name, size in table_sizes().items() if name not in OWN_TABLES}


def test_it_counts_points_and_writes_nothing_else(firm: Firm) -> None:
    import_ = firm.upload(csv_of(row("FP-1"), row("FP-2", "C002"), row("FP-3", amount="x")))
    before = _sizes(firm)
    import_ = preview_import(actor=firm.actor, import_id=import_.id)
    assert (import_.state, import_.points) == ("previewed", 9400)
    assert import_.counts == {"ready": 2, "refused": 1}
    assert (import_.rows_done, import_.rows_total) == (3, 3)
    assert _sizes(firm) == before
    assert firm.balances() == {}


def test_it_agrees_with_the_import_that_follows(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    # Three rows a chunk: repeats, conflicts and reversals reach across chunks.
    monkeypatch.setattr(trying, "CHUNK_ROWS", 3)
    content = csv_of(
        row("FP-1", amount="￥１２３４５０.00") + ",",
        row("FP-2", amount="128000") + ",",
        row("FP-3", "C002") + ",",
        row("FP-3", "C002") + ",",
        row("FP-2", amount="182000") + ",",
        row("FP-3-R", "C002", amount="-462000") + ",FP-3",
        row("FP-9", "C003", amount="-1") + ",FP-NONE",
        header=RED,
    )
    import_ = firm.preview(content)
    planned = firm.outcomes(import_)
    assert planned == {
        2: "normalised",
        3: "ready",
        4: "ready",
        5: "duplicate",
        6: "conflict",
        7: "normalised",
        8: "refused",
    }
    assert firm.problem(import_, 6).message == "单号与第 3 行相同，金额不同（128,000.00）。"
    planned_points = {number: listed.points for number, listed in firm.rows(import_).items()}
    done = start_import(actor=firm.actor, import_id=import_.id, wait=True)
    accepted = {"ready": "accepted", "normalised": "accepted"}
    assert firm.outcomes(done) == {n: accepted.get(outcome, outcome) for n, outcome in planned.items()}
    assert {number: listed.points for number, listed in firm.rows(done).items()} == planned_points
    assert done.points == import_.points == sum(firm.balances().values())


def test_what_was_normalised_is_shown(firm: Firm) -> None:
    import_ = firm.preview(csv_of(row(amount="１２３００.00"), row("FP-2", settled="2026/11/12")))
    assert firm.outcomes(import_) == {2: "normalised", 3: "ready"}
    assert "１２３００.00" in notes_of(firm.rows(import_)[2])[0].text


def test_amounts_ten_thousand_times_too_large_are_held_back(firm: Firm) -> None:
    firm.post(csv_of(*(row(f"OLD-{n}", amount=str(120_000 + 20_000 * n)) for n in range(9))))
    before = firm.balances()
    content = csv_of(row("FP-1", amount="3180000000"), row("FP-2", amount="460000"))
    import_ = firm.preview(content)
    assert import_.counts == {"flagged": 1, "ready": 1}
    problem = firm.problem(import_, 2)
    assert problem.code == "units_mixed_up"
    assert "3,180,000,000 元" in problem.message
    assert "318,000 元" in problem.remedy
    with tenant(firm.actor.company_id):
        assert flagged_points(import_.id) == 3180 + 80
    assert import_.points == 4680
    done = start_import(actor=firm.actor, import_id=import_.id, wait=True)
    assert done.counts == {"flagged": 1, "accepted": 1}
    assert firm.balances()["C001"] == before["C001"] + 4680


def test_held_amounts_can_be_read_as_yuan_or_kept(firm: Firm) -> None:
    content = csv_of(*(row(f"FP-{n}", f"C{n}") for n in range(9)), row("FP-10", amount="3180000000"))
    import_ = firm.preview(content)
    assert firm.outcomes(import_)[11] == "flagged"
    kept = set_mixed_units(actor=firm.actor, import_id=import_.id, choice=MixedUnits.KEEP)
    assert firm.rows(kept)[11].points == 31_800_080
    as_yuan = set_mixed_units(actor=firm.actor, import_id=import_.id, choice=MixedUnits.AS_YUAN)
    listed = firm.rows(as_yuan)[11]
    assert (listed.outcome, listed.amount, listed.points) == ("normalised", "318000", 3260)
    start_import(actor=firm.actor, import_id=import_.id, wait=True)
    assert firm.balances()["C001"] == 3260
    again = firm.preview(content)
    assert firm.outcomes(again)[11] == "duplicate"


def test_a_large_amount_that_is_no_mix_up_is_not_held(firm: Firm) -> None:
    rows = [row(f"FP-{n}", amount="462000") for n in range(5)]
    import_ = firm.preview(csv_of(*rows, row("FP-9", amount="500000000")))
    assert import_.counts == {"ready": 6}


def test_a_skipped_row_frees_the_later_one_with_its_number(firm: Firm) -> None:
    import_ = firm.preview(csv_of(row(amount="128000"), row(amount="182000")))
    assert firm.outcomes(import_) == {2: "ready", 3: "conflict"}
    import_ = skip_rows(actor=firm.actor, import_id=import_.id, rows=[2])
    assert firm.outcomes(import_) == {2: "skipped", 3: "ready"}
    import_ = skip_rows(actor=firm.actor, import_id=import_.id, rows=[2], skip=False)
    assert firm.outcomes(import_) == {2: "ready", 3: "conflict"}


def test_total_lines_are_left_out_and_shown(firm: Firm) -> None:
    import_ = firm.preview(csv_of(row(), "合计,,,462000,,"))
    assert firm.outcomes(import_) == {2: "ready", 3: "skipped"}
    assert "合计" in notes_of(firm.rows(import_)[3])[0].text


def test_a_fitting_mapping_is_chosen_at_once_and_others_are_ranked(firm: Firm) -> None:
    import_ = firm.upload(csv_of(row()))
    assert import_.mapping["code"] == "payments_zh"
    with tenant(firm.actor.company_id):
        head = file_head(import_, zone=firm.terms.zone)
    assert head.headers == tuple(HEADER.split(","))
    assert head.samples[0][:2] == ("C001", "客户C001")
    assert head.suggestions[0].mapping.code == "payments_zh"


def test_a_company_keeps_its_own_mapping(firm: Firm, other_firm: Firm) -> None:
    document = {**PAYMENTS, "code": "bank", "names": {"zh": "银行", "en": "Bank"}}
    save_mapping(actor=firm.actor, document=document)
    with tenant(firm.actor.company_id):
        assert mapping_by_code("bank").own
    with tenant(other_firm.actor.company_id):
        assert all(choice.code != "bank" for choice in mapping_choices())
        with pytest.raises(errors.MappingNotFound, match="payments_zh"):
            mapping_by_code("bank")
    with pytest.raises(errors.MappingCodeTaken):
        save_mapping(actor=firm.actor, document=PAYMENTS)


def test_choosing_a_mapping_forgets_the_preview(firm: Firm) -> None:
    import_ = firm.preview(csv_of(row()))
    import_ = choose_mapping(actor=firm.actor, import_id=import_.id, document=PAYMENTS)
    assert (import_.state, import_.counts, import_.points) == ("uploaded", {}, 0)
    assert firm.rows(import_) == {}
    with pytest.raises(errors.NotPreviewed):
        start_import(actor=firm.actor, import_id=import_.id)


def test_rows_are_found_by_member_number_and_row(firm: Firm) -> None:
    import_ = firm.preview(csv_of(row("FP-1", "C001"), row("FP-2", "C002"), row("FP-3", "C003", amount="?")))
    with tenant(firm.actor.company_id):
        assert [r.row_number for r in rows_of(import_.id, text="c002")] == [3]
        assert [r.row_number for r in rows_of(import_.id, text="FP-3")] == [4]
        assert [r.row_number for r in rows_of(import_.id, text="2")] == [2, 3]
        assert [r.row_number for r in rows_of(import_.id, outcome=Outcome.REFUSED)] == [4]


def test_rows_beyond_the_limit_are_counted_as_unlisted(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "LISTED_MAX", 2)
    import_ = firm.preview(csv_of(*(row(f"FP-{n}", amount="?") for n in range(5))))
    assert import_.counts == {"refused": 5, "unlisted": 3}
    assert len(firm.rows(import_)) == 2


def test_a_vanished_file_fails_with_a_reason(firm: Firm) -> None:
    import_ = firm.upload(csv_of(row()))
    path_of(import_).unlink()
    import_ = preview_import(actor=firm.actor, import_id=import_.id)
    assert import_.state == "failed"
    assert import_.failure["code"] == "upload_gone"


def test_only_who_may_import_may_upload_or_preview(firm: Firm) -> None:
    auditor = Actor(firm.actor.company_id, "审计", roles=frozenset({Role.AUDITOR}))
    import_ = firm.upload(csv_of(row()))
    with pytest.raises(PermissionMissing):
        preview_import(actor=auditor, import_id=import_.id)
    with pytest.raises(PermissionMissing):
        Firm(auditor, firm.terms).upload(csv_of(row()))


def test_another_companys_import_is_not_there(firm: Firm, other_firm: Firm) -> None:
    import_ = firm.preview(csv_of(row()))
    with pytest.raises(errors.ImportNotFound):
        start_import(actor=other_firm.actor, import_id=import_.id)
