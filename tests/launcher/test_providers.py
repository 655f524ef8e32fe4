"""Which PostgreSQL is used, and which data directory it may open."""

from __future__ import annotations

from pathlib import Path

import pytest

from houji.config.embedded import providers
from houji.config.embedded.providers import available_providers, choose_provider
from houji.config.errors import OtherMajor, PostgresMissing

pytestmark = pytest.mark.launcher


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any PostgreSQL."""
    monkeypatch.setattr(providers, "wheel_folder", lambda: None)
    monkeypatch.setattr(providers, "_USUAL_FOLDERS", (f"{tmp_path}/system/*/bin",))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    (tmp_path / "path").mkdir()
    return tmp_path


def install(folder: Path, version: str) -> None:
    folder.mkdir(parents=True)
    for program in ("initdb", "pg_ctl", "postgres"):
        (folder / program).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        (folder / program).chmod(0o755)


def install_wheel(world: Path, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    install(world / "wheel" / "pginstall" / "bin", version)
    monkeypatch.setattr(providers, "wheel_folder", lambda: world / "wheel")


def written_by(world: Path, major: int) -> Path:
    data = world / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text(f"{major}\n")
    return data


def test_the_wheel_comes_before_the_system(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_wheel(world, "18.6", monkeypatch)
    install(world / "system" / "19" / "bin", "19.1")
    install(world / "system" / "15" / "bin", "15.18 (Debian 15.18-0+deb12u1)")
    found = [(provider.name, provider.major) for provider in available_providers()]
    assert found == [("wheel", 18), ("system", 19), ("system", 15)]
    assert choose_provider(world / "absent").name == "wheel"


def test_the_system_serves_where_there_is_no_wheel(world: Path) -> None:
    install(world / "system" / "16" / "bin", "16.4")
    assert choose_provider(world / "absent").major == 16


def test_pg_config_leads_to_a_postgresql_in_an_unusual_place(world: Path) -> None:
    install(world / "odd" / "bin", "17.2")
    (world / "path" / "pg_config").write_text(f"#!/bin/sh\necho {world}/odd/bin\n")
    (world / "path" / "pg_config").chmod(0o755)
    assert choose_provider(world / "absent").major == 17


def test_postgresql_14_is_not_used(world: Path) -> None:
    install(world / "system" / "14" / "bin", "14.9")
    with pytest.raises(PostgresMissing) as caught:
        choose_provider(world / "absent")
    assert "15" in caught.value.message
    assert "DATABASE_URL" in caught.value.remedy


def test_a_directory_finds_the_major_that_wrote_it(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_wheel(world, "18.6", monkeypatch)
    install(world / "system" / "15" / "bin", "15.18")
    assert choose_provider(written_by(world, 15)).name == "system"


def test_a_directory_of_another_major_is_refused_with_the_way_out(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_wheel(world, "18.6", monkeypatch)
    data = written_by(world, 16)
    with pytest.raises(OtherMajor) as caught:
        choose_provider(data)
    assert str(data) in caught.value.message
    assert "PostgreSQL 16" in caught.value.message
    assert "PostgreSQL 18" in caught.value.message
    assert "HOUJI_HOME" in caught.value.remedy
