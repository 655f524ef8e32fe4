"""One data directory of PostgreSQL: where it is, how it is made, started, asked and stopped."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import time
from pathlib import Path

from houji.config.embedded.account import Account, own, own_directory, run_as, server_account
from houji.config.embedded.providers import Provider, choose_provider, runnable
from houji.config.errors import DirectoryTaken, PostgresFailed
from houji.config.home import ROOT_HOME, derive, installation_secret

ADMIN = "houji_admin"
"""The superuser of an embedded cluster: makes the roles and the database, and is not used again."""

PORT = 5432
SOCKET_PATH_BYTES_MAX = 103
CONNECTIONS_MAX = 120
ORPHAN_SECONDS_MAX = 20
_LOCALES = ("C.UTF-8", "en_US.UTF-8", "zh_CN.UTF-8", "UTF-8")


@dataclasses.dataclass(frozen=True)
class Cluster:
    """The places of an embedded cluster; ``base`` is HOUJI_HOME wherever PostgreSQL can reach it."""

    base: Path
    secret: bytes

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.base / "postgres"

    @property
    def log(self) -> Path:
        """What PostgreSQL says."""
        return self.base / "postgres.log"

    @property
    def sockets(self) -> Path:
        """The directory of the unix socket; a short one elsewhere when the path would be too long."""
        usual = self.base / "run"
        if len(os.fsencode(usual / socket_name())) <= SOCKET_PATH_BYTES_MAX:
            return usual
        return Path("/tmp") / f"houji-{hashlib.sha256(os.fsencode(self.base)).hexdigest()[:16]}"  # noqa: S108


def socket_name() -> str:
    """Return the file name PostgreSQL gives its socket."""
    return f".s.PGSQL.{PORT}"


def locate_cluster(home: Path) -> Cluster:
    """Return the cluster of an installation, whether or not it exists yet.

    When root's HOUJI_HOME lies below a directory closed to others (such as /root), PostgreSQL's
    unprivileged account cannot get there; the cluster then lives below /var/lib/houji, under a
    name derived from the installation's secret.
    """
    secret = installation_secret(home)
    if os.geteuid() == 0 and not _open_to_others(home):
        return Cluster(base=ROOT_HOME / "clusters" / derive(secret, "cluster folder")[:16], secret=secret)
    return Cluster(base=home, secret=secret)


def is_running(cluster: Cluster) -> bool:
    """Tell whether a server answers on the cluster's socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(5)
        try:
            probe.connect(os.fspath(cluster.sockets / socket_name()))
        except OSError:
            return False
    return True


def start(cluster: Cluster, *, durable: bool = True) -> None:
    """Start the server, making the data directory first when there is none.

    ``durable=False`` (tests) trades safety against power loss for speed. The caller holds the
    cluster's lock. Refuses with PostgresMissing, OtherMajor, DirectoryTaken or PostgresFailed.
    """
    account = server_account(cluster.data)
    _check_owner(cluster)
    _make_base(cluster)
    provider = choose_provider(cluster.data)
    programs = runnable(provider, copied=account is not None)
    if not cluster.data.exists():
        _initialise(cluster, provider, programs, account)
    _prepare_sockets(cluster, account)
    _write_settings(cluster, account, durable=durable)
    _remove_stale_pid(cluster)
    cluster.log.touch(mode=0o600)
    own(cluster.log, account)
    position = cluster.log.stat().st_size
    answer = run_as(
        account,
        [programs / "pg_ctl", "start", "-D", cluster.data, "-l", cluster.log, "-w", "-t", "60", "-s"],
        cwd="/",
    )
    if answer.returncode != 0:
        raise PostgresFailed(
            step="start", reason=_last_words(cluster, position, answer.stdout), log=cluster.log
        )


def stop(cluster: Cluster) -> None:
    """Stop the server cleanly (running statements are rolled back); nothing to do when it is down."""
    if not (cluster.data / "postmaster.pid").exists():
        return
    account = server_account(cluster.data)
    programs = runnable(choose_provider(cluster.data), copied=account is not None)
    answer = run_as(
        account,
        [programs / "pg_ctl", "stop", "-D", cluster.data, "-m", "fast", "-w", "-t", "60", "-s"],
        cwd="/",
    )
    if answer.returncode != 0 and is_running(cluster):
        raise PostgresFailed(step="stop", reason=answer.stdout.strip(), log=cluster.log)


def record(cluster: Cluster) -> dict[str, str | int]:
    """Return what was recorded when the data directory was made: provider, major, locale."""
    noted: dict[str, str | int] = json.loads((cluster.data / "houji.json").read_text())
    return noted


def _open_to_others(path: Path) -> bool:
    folders = [path, *path.parents]
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders)


def _make_base(cluster: Cluster) -> None:
    if not cluster.base.exists():
        cluster.base.mkdir(parents=True)
        for folder in (cluster.base, cluster.base.parent, cluster.base.parent.parent):
            folder.chmod(0o711)


def _check_owner(cluster: Cluster) -> None:
    if cluster.data.exists() and os.geteuid() not in (0, cluster.data.stat().st_uid):
        raise DirectoryTaken(path=cluster.data, reason="it belongs to another user")


def _initialise(cluster: Cluster, provider: Provider, programs: Path, account: Account | None) -> None:
    """Make the data directory beside its place and rename it, so that a half-made one never counts."""
    draft = cluster.base / "postgres.new"
    if draft.exists():
        shutil.rmtree(draft)
    own_directory(draft, account)
    reason = ""
    for locale in _LOCALES:
        cluster_made, reason = _initdb(cluster, programs, draft, account, locale)
        if cluster_made:
            _write(
                draft / "houji.json",
                json.dumps({"provider": provider.name, "major": provider.major, "locale": locale}) + "\n",
                account,
            )
            with (draft / "postgresql.conf").open("a") as settings:
                settings.write("\n# Written by Houji at every start.\ninclude = 'houji.conf'\n")
            draft.rename(cluster.data)
            return
    raise PostgresFailed(step="initdb", reason=reason, log=cluster.log)


def _initdb(
    cluster: Cluster, programs: Path, draft: Path, account: Account | None, locale: str
) -> tuple[bool, str]:
    # The locale decides whether trigram search sees Chinese at all; C would hide every character.
    password = draft / "password"
    _write(password, derive(cluster.secret, f"password of {ADMIN}"), account)
    folder = draft / "data"
    answer = run_as(
        account,
        [
            programs / "initdb", "-D", folder, "-U", ADMIN, f"--pwfile={password}", "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale-provider=libc", f"--locale={locale}", "--lc-messages=C",
            "--no-instructions",
        ],
        cwd="/",
    )  # fmt: skip
    password.unlink()
    if answer.returncode != 0:
        return False, answer.stdout.strip().splitlines()[-1] if answer.stdout.strip() else "initdb"
    for part in folder.iterdir():
        part.rename(draft / part.name)
    folder.rmdir()
    return True, ""


def _prepare_sockets(cluster: Cluster, account: Account | None) -> None:
    own_directory(cluster.sockets, account)
    found = cluster.sockets.lstat()
    expected = account.uid if account is not None else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != expected:
        raise DirectoryTaken(path=cluster.sockets, reason="it belongs to another user")
    cluster.sockets.chmod(0o700)


def _write_settings(cluster: Cluster, account: Account | None, *, durable: bool) -> None:
    settings = {
        "listen_addresses": "''",
        "port": str(PORT),
        "unix_socket_directories": _quoted(cluster.sockets),
        "unix_socket_permissions": "0700",
        "max_connections": str(CONNECTIONS_MAX),
        "shared_buffers": "128MB",
        "max_wal_size": "1GB",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "log_min_messages": "warning",
        "log_line_prefix": "'%m [%p] %u '",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    text = "".join(f"{name} = {value}\n" for name, value in settings.items())
    _write(cluster.data / "houji.conf", text, account)


def _quoted(path: Path) -> str:
    # A list of directories: the inner quotes keep commas and blanks, the outer ones are the file's.
    inner = '"' + str(path).replace('"', '""') + '"'
    return "'" + inner.replace("\\", "\\\\").replace("'", "''") + "'"


def _write(path: Path, text: str, account: Account | None) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(text)
    own(path, account)


def _remove_stale_pid(cluster: Cluster) -> None:
    """Remove a postmaster.pid whose number now belongs to a program that is not PostgreSQL.

    PostgreSQL itself clears the file when the number is free. After a restart of a container the
    number is often taken by something else (or by a dead process nobody has buried), and
    PostgreSQL would then believe that another server is running.
    """
    pid_file = cluster.data / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        pid = int(pid_file.read_text().split("\n", 1)[0])
        if not re.search(r"postgres|postmaster", _command_of(pid)):
            _wait_for_orphans(cluster)
            pid_file.unlink()


def _wait_for_orphans(cluster: Cluster) -> None:
    """Wait for the sessions of a killed server, which end by themselves; two servers would ruin the data."""
    deadline = time.monotonic() + ORPHAN_SECONDS_MAX
    while any(_works_in(process, cluster.data) for process in Path("/proc").glob("[0-9]*")):
        if time.monotonic() > deadline:
            raise PostgresFailed(
                step="start", reason="sessions of a killed server still run", log=cluster.log
            )
        time.sleep(0.1)


def _works_in(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder
    except OSError:
        return False


def _command_of(pid: int) -> str:
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        try:
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    answer = subprocess.run(
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout


def _last_words(cluster: Cluster, position: int, spoken: str) -> str:
    with cluster.log.open(errors="replace") as log:
        log.seek(position)
        lines: list[str] = [line.strip() for line in (*log, *spoken.splitlines()) if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "ERROR" in line]
    return (telling or lines or ["no message"])[-1]
