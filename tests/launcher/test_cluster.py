"""The embedded server: made, started, shared, killed, found again."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from houji.config import preparation
from houji.config.database import admin_dsn, dsn
from houji.config.embedded import cluster as clusters
from houji.config.embedded.cluster import ADMIN, SOCKET_PATH_BYTES_MAX, Cluster, locate_cluster, socket_name
from houji.config.embedded.sharing import join
from houji.config.errors import DirectoryTaken, RolesNotAllowed
from houji.config.home import derive, houji_home
from tests.launcher.conftest import kill_hard, postmaster_pid

pytestmark = pytest.mark.launcher


def test_a_fresh_server_is_closed_to_others_and_sees_chinese(home: Path, cluster: Cluster) -> None:
    lease = join(cluster, home, durable=False)
    assert stat.S_IMODE(cluster.sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.data.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "secret").stat().st_mode) == 0o600
    # PostgreSQL refuses root; the files belong to the account it really runs as.
    assert cluster.data.stat().st_uid != 0
    assert clusters.record(cluster)["major"] == clusters.choose_provider(cluster.data).major
    assert clusters.record(cluster)["provider"] in {"wheel", "system"}
    with psycopg.connect(admin_dsn()) as admin:
        shown = {row[0]: row[1] for row in admin.execute("SELECT name, setting FROM pg_settings").fetchall()}
        assert shown["listen_addresses"] == ""
        assert shown["TimeZone"] == "UTC"
        admin.execute("CREATE EXTENSION pg_trgm")
        preparation.check_locale(admin)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(admin_dsn(), password="wrong")
    lease.close()
    assert not clusters.is_running(cluster)
    assert not (cluster.data / "postmaster.pid").exists()


def test_the_last_process_out_stops_the_server(home: Path, cluster: Cluster, project_root: Path) -> None:
    mine = join(cluster, home, durable=False)
    first = postmaster_pid(cluster)
    script = (
        "import sys\n"
        "from houji.config.embedded.cluster import locate_cluster\n"
        "from houji.config.embedded.sharing import join\n"
        "from houji.config.home import houji_home\n"
        "lease = join(locate_cluster(houji_home()), houji_home())\n"
        "print('in', flush=True); sys.stdin.readline(); lease.close(); print('out', flush=True)\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=project_root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdin is not None
    assert other.stdout is not None
    with other:
        assert other.stdout.readline() == "in\n"
        mine.close()
        assert clusters.is_running(cluster)
        assert postmaster_pid(cluster) == first
        other.stdin.write("\n")
        other.stdin.flush()
        assert other.stdout.readline() == "out\n"
    assert not clusters.is_running(cluster)


def test_a_killed_server_starts_again_with_its_data(home: Path, cluster: Cluster) -> None:
    lease = join(cluster, home)
    with psycopg.connect(admin_dsn(), autocommit=True) as admin:
        admin.execute("CREATE TABLE kept (n int)")
        admin.execute("INSERT INTO kept VALUES (7)")
    kill_hard(cluster)
    lease.close()
    assert (cluster.data / "postmaster.pid").exists()
    lease = join(cluster, home)
    with psycopg.connect(admin_dsn()) as admin:
        assert admin.execute("SELECT n FROM kept").fetchone() == (7,)
    lease.close()

    # The number in the file may by now be somebody else's, as after a container's restart: ours, here.
    pid_file = cluster.data / "postmaster.pid"
    pid_file.write_text(
        f"{os.getpid()}\n{cluster.data}\n1700000000\n5432\n{cluster.sockets}\n\n  1  1\nready   \n"
    )
    lease = join(cluster, home)
    assert postmaster_pid(cluster) != os.getpid()
    lease.close()


def test_a_home_below_a_closed_directory_works(monkeypatch: pytest.MonkeyPatch) -> None:
    # Blanks and quotes too: macOS's own place for data is called "Application Support".
    closed = Path(tempfile.mkdtemp(prefix="hj o'k-"))
    monkeypatch.setenv("HOUJI_HOME", str(closed / "home"))
    cluster = locate_cluster(houji_home())
    try:
        lease = join(cluster, closed / "home", durable=False)
        with psycopg.connect(admin_dsn()) as admin:
            assert admin.execute("SELECT current_user").fetchone() == (ADMIN,)
        lease.close()
        # Only root needs another place: its server runs as somebody who cannot enter this one.
        assert (cluster.base == closed / "home") == (os.geteuid() != 0)
    finally:
        shutil.rmtree(cluster.base)
        shutil.rmtree(closed, ignore_errors=True)


def test_a_long_home_has_a_short_socket_path(home: Path) -> None:
    deep = home / ("长" * 40)
    deep.mkdir(mode=0o711)
    cluster = locate_cluster(deep)
    assert len(os.fsencode(cluster.sockets / socket_name())) <= SOCKET_PATH_BYTES_MAX
    assert cluster.sockets != locate_cluster(home).sockets


def test_a_socket_directory_of_somebody_else_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    cluster = locate_cluster(home)
    cluster.sockets.symlink_to(elsewhere)
    with pytest.raises(DirectoryTaken) as caught:
        clusters.start(cluster, durable=False)
    assert str(cluster.sockets) in caught.value.message


def test_an_owner_without_rights_is_given_a_script(
    home: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = join(cluster, home, durable=False)
    administrator = admin_dsn()
    with psycopg.connect(administrator, autocommit=True) as admin:
        admin.execute("CREATE ROLE plain LOGIN PASSWORD 'plain'")
        admin.execute("CREATE DATABASE shop OWNER plain")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://plain:plain@/shop?host={cluster.sockets}")
    with pytest.raises(RolesNotAllowed) as caught:
        preparation.prepare_roles()
    script = caught.value.script
    assert "houji_app" in caught.value.message
    assert str(script) in caught.value.remedy
    assert stat.S_IMODE(script.stat().st_mode) == 0o600
    with psycopg.connect(administrator, autocommit=True) as admin:
        admin.execute(script.read_bytes())
    preparation.prepare_roles()
    for role, bypasses in (("app", False), ("worker", True)):
        with psycopg.connect(dsn(role)) as connection:  # type: ignore[arg-type]
            row = connection.execute(
                "SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            assert row == (bypasses,)
    monkeypatch.delenv("DATABASE_URL")
    lease.close()


def test_passwords_differ_by_role_and_by_installation() -> None:
    keys = {derive(secret, f"password of {role}") for secret in (b"a", b"b") for role in ("app", "worker")}
    assert len(keys) == 4
