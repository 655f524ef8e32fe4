"""The data directory of an installation, and the secret everything else is derived from."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sys
from functools import cache
from pathlib import Path

from houji.config.errors import DirectoryTaken

ROOT_HOME = Path("/var/lib/houji")
"""Where root keeps things that PostgreSQL's unprivileged user must be able to reach."""


def default_home() -> Path:
    """Return the platform's data directory for this user; root's is one that others can reach."""
    if os.geteuid() == 0:
        return ROOT_HOME
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Houji"
    shared = os.environ.get("XDG_DATA_HOME", "")
    return (Path(shared) if shared.startswith("/") else Path.home() / ".local" / "share") / "houji"


def houji_home() -> Path:
    """Return HOUJI_HOME (or the platform's default), created when absent.

    Root's is 0711 when it is new: the unprivileged PostgreSQL passes through it to its own
    directory inside, but cannot list it. Everybody else's is 0700.
    """
    chosen = os.environ.get("HOUJI_HOME", "")
    home = Path(chosen).expanduser().absolute() if chosen else default_home()
    mode = 0o711 if os.geteuid() == 0 else 0o700
    try:
        home.mkdir(parents=True, exist_ok=True)
        if home.stat().st_uid == os.geteuid() and not any(home.iterdir()):
            home.chmod(mode)
    except OSError as error:
        raise DirectoryTaken(path=home, reason=error.strerror or str(error)) from error
    return home


@cache
def installation_secret(home: Path) -> bytes:
    """Return the 256-bit secret kept in ``home/secret`` (0600), made on first use."""
    target = home / "secret"
    try:
        if not target.exists():
            _write_once(target, secrets.token_hex(32))
        return bytes.fromhex(target.read_text().strip())
    except OSError as error:
        raise DirectoryTaken(path=home, reason=error.strerror or str(error)) from error


def derive(secret: bytes, purpose: str) -> str:
    """Derive a printable 256-bit key for one purpose; the same secret always gives the same key."""
    return hmac.new(secret, purpose.encode(), hashlib.sha256).hexdigest()


def _write_once(target: Path, text: str) -> None:
    # Two processes may start at once: the first link wins, and both read what it made.
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(text + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, target)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
