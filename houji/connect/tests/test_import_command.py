"""``houji import``: the published sample to the last point, and nothing written by a dry run."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from houji.access.actions import all_companies, company_by_code
from houji.access.errors import CompanyNotFound
from houji.access.tenant import tenant
from houji.access.types import product_actor
from houji.config.cli import command_names
from houji.config.commands import import_
from houji.connect import errors
from houji.connect.models import Import, ImportRow
from houji.connect.running import reverse_import
from houji.connect.tests.cast import Firm, csv_of, row, table_sizes
from houji.intake.errors import ColumnMissing
from houji.kernel.ids import CompanyId
from houji.programs.queries import program_by_code, terms_of

pytestmark = pytest.mark.django_db

BAD = csv_of(row("FP-1"), row("FP-2", amount="NaN"), row("FP-3", "C002"))


def _run(path: Path, *arguments: str, mapping: str = "payments_zh") -> int:
    parser = argparse.ArgumentParser()
    import_.configure(parser)
    return import_.run(parser.parse_args([str(path), "--mapping", mapping, *arguments]))


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A small file with one bad row."""
    path = tmp_path / "回款.csv"
    path.write_bytes(BAD)
    return path


def _firm() -> Firm:
    company_id = CompanyId(company_by_code("houji").id)
    with tenant(company_id):
        return Firm(product_actor(company_id, "test"), terms_of(program_by_code("engineering")))


def test_the_command_is_called_import() -> None:
    assert "import" in command_names()


def test_it_creates_company_and_programme_posts_and_lists_the_bad_row(
    sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(sample, "--format", "json") == 1
    printed = json.loads(capsys.readouterr().out)
    assert (printed["accepted"], printed["refused"], printed["points"]) == (2, 1, 9400)
    (bad,) = printed["rows"]
    assert (bad["row"], bad["field"]) == (3, "金额")
    assert bad["message"] == "「NaN」不是金额。"
    assert bad["remedy"]
    firm = _firm()
    assert firm.balances() == {"C001": 4700, "C002": 4700}
    with tenant(firm.actor.company_id):
        kept = Import.objects.get()
        assert (kept.state, kept.counts) == ("done", {"accepted": 2, "refused": 1})
        assert [listed.row_number for listed in ImportRow.objects.all()] == [3]
    assert reverse_import(actor=firm.actor, import_id=kept.id, reason="试一次") == 9400


def test_text_and_csv_say_the_same(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(sample, "--dry-run", "--format", "text") == 1
    text = capsys.readouterr().out
    assert "accepted" in text
    assert "「NaN」不是金额。" in text
    assert _run(sample, "--dry-run", "--format", "csv") == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines()[1] == ",2,0,0,1,0,0,9400,0"
    assert captured.err.splitlines()[1].startswith("3,refused,金额,")


def test_a_dry_run_writes_nothing_at_all(sample: Path) -> None:
    before = table_sizes()
    assert _run(sample, "--dry-run") == 1
    assert table_sizes() == before
    assert all_companies() == []


def test_a_dry_run_writes_nothing_into_an_existing_company(sample: Path) -> None:
    _run(sample)
    firm = _firm()
    other = sample.with_name("十二月.csv")
    other.write_bytes(csv_of(row("FP-7", "C009")))
    with tenant(firm.actor.company_id):
        before = table_sizes()
    assert _run(other, "--dry-run") == 0
    with tenant(firm.actor.company_id):
        assert table_sizes() == before


def test_all_or_nothing_writes_no_row(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(sample, "--all-or-nothing", "--format", "json") == 1
    printed = json.loads(capsys.readouterr().out)
    assert (printed["accepted"], printed["points"]) == (0, 0)
    assert "没有写入任何一条" in printed["failure"]
    assert _firm().balances() == {}


def test_a_file_that_cannot_be_read_leaves_no_company_behind(tmp_path: Path) -> None:
    path = tmp_path / "错.csv"
    path.write_bytes(csv_of("1", header="不认识"))
    with pytest.raises(ColumnMissing):
        _run(path)
    with pytest.raises(errors.FileMissing):
        _run(tmp_path / "没有.csv")
    with pytest.raises(errors.MappingNotFound):
        _run(path, mapping="unheard_of")
    with pytest.raises(CompanyNotFound):
        company_by_code("houji")


def test_the_published_sample_gives_every_point_of_the_case(
    project_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Source of the figures: an IBM sample of receivables under the literal seed programme.
    path = project_root / "tests" / "data" / "receivables.csv"
    assert _run(path, "--format", "json", mapping="receivables") == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["accepted"], printed["points"]) == (2466, 14_952_068)
    found = _firm().balances()
    assert sum(found.values()) == 14_952_068
    ranked = sorted(found.items(), key=lambda item: -item[1])
    assert ranked[:5] == [
        ("4640-FGEJI", 266_026),
        ("1080-NDGAE", 265_901),
        ("6048-QPZCF", 240_409),
        ("6833-ETVHD", 237_206),
        ("5924-UOPGH", 235_441),
    ]
    assert ranked[-2:] == [("0706-NRGUP", 54_758), ("6391-GBFQJ", 35_578)]
    assert _run(path, "--format", "json", mapping="receivables") == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["accepted"], again["duplicate"], again["points"]) == (0, 2466, 0)
    assert _firm().balances() == found
