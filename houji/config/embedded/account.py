"""As whom PostgreSQL runs: itself refuses root, so root lends it an unprivileged account."""

from __future__ import annotations

import dataclasses
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any

from houji.config.errors import SystemUserMissing


@dataclasses.dataclass(frozen=True)
class Account:
    """A system account by number; ``None`` stands for the user who runs Houji."""

    uid: int
    gid: int


def server_account(data: Path) -> Account | None:
    """Return the account PostgreSQL runs as, or None when Houji is not root.

    A data directory keeps its owner. For a new one it is ``postgres`` (present where PostgreSQL
    is installed), else ``houji``, created as a system user. ``nobody`` is the last choice because
    other services share it and could then read the data.
    """
    if os.geteuid() != 0:
        return None
    if data.exists():
        owner = data.stat()
        return Account(uid=owner.st_uid, gid=owner.st_gid)
    account = _find("postgres") or _find("houji") or _create() or _find("nobody")
    if account is None:
        raise SystemUserMissing()
    return account


def own_directory(path: Path, account: Account | None) -> None:
    """Create a directory (0700) that belongs to the account; an existing one is left as it is."""
    if not path.exists():
        path.mkdir(mode=0o700)
        own(path, account)


def own(path: Path, account: Account | None) -> None:
    """Give a file to the account; nothing to do when Houji is not root."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def run_as(
    account: Account | None, command: list[str | Path], **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run a program as the account with a clean environment, and return its output as text."""
    if account is not None:
        options |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
    return subprocess.run(
        [str(part) for part in command],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **options,
    )


def _find(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return None if entry.pw_uid == 0 else Account(uid=entry.pw_uid, gid=entry.pw_gid)


def _create() -> Account | None:
    for program, arguments in (
        (
            "useradd",
            ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "houji"],
        ),
        ("adduser", ["-S", "-D", "-H", "houji"]),
    ):
        if shutil.which(program) and run_as(None, [program, *arguments]).returncode == 0:
            return _find("houji")
    return None
