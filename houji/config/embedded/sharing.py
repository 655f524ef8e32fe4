"""Several processes use one server: the first starts it, the last one out stops it.

Two lock files in HOUJI_HOME: ``postgres.users`` is held shared by every process that uses the
server, ``postgres.change`` exclusively by the one that is just starting or stopping it. The
system drops both when a process dies, however it dies.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from houji.config.embedded import cluster as clusters
from houji.config.embedded.cluster import Cluster
from houji.config.errors import DirectoryTaken


class Lease:
    """One process's use of the running server; ``close`` ends it, and the server with the last one."""

    def __init__(self, cluster: Cluster, home: Path) -> None:
        self.cluster = cluster
        self._home = home
        self._users = _open(home / "postgres.users")

    def begin(self, *, durable: bool) -> None:
        """Join the users of the server, starting it when nobody has."""
        with changing(self._home):
            fcntl.flock(self._users, fcntl.LOCK_SH)
            if not clusters.is_running(self.cluster):
                clusters.start(self.cluster, durable=durable)

    def close(self) -> None:
        """Leave; safe to call twice."""
        if self._users < 0:
            return
        with changing(self._home):
            try:
                # Converting the lock succeeds only when no other process holds its shared one.
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                clusters.stop(self.cluster)
            except BlockingIOError:
                pass
            finally:
                os.close(self._users)
                self._users = -1


def join(cluster: Cluster, home: Path, *, durable: bool = True) -> Lease:
    """Use the installation's server until the returned lease is closed; starts it when needed."""
    lease = Lease(cluster, home)
    try:
        lease.begin(durable=durable)
    except BaseException:
        lease.close()
        raise
    return lease


@contextlib.contextmanager
def changing(home: Path, name: str = "postgres.change") -> Iterator[None]:
    """Hold one of the installation's exclusive locks, waiting for whoever has it."""
    handle = _open(home / name)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DirectoryTaken(path=path, reason=error.strerror or str(error)) from error
