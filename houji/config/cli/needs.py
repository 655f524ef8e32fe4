"""What must run before a command can: nothing, the server, the schema."""

from __future__ import annotations

import enum
import sys
from types import TracebackType
from typing import Self

from django.utils.translation import gettext

from houji.config.database import server_url
from houji.config.embedded.cluster import locate_cluster
from houji.config.embedded.sharing import Lease, join
from houji.config.home import houji_home
from houji.config.preparation import prepare_database


class Needs(enum.IntEnum):
    """How much a command needs; each includes the ones before it."""

    NOTHING = 0
    SERVER = 1
    SCHEMA = 2


class Running:
    """The surroundings of a command: PostgreSQL started and prepared, left again at the end."""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs
        self._lease: Lease | None = None
        self.prepared = False
        """Whether there was something to prepare: the first start, or a new version."""

    def __enter__(self) -> Self:
        try:
            self._prepare()
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def _prepare(self) -> None:
        if self._needs >= Needs.SERVER and server_url() is None:
            home = houji_home()
            self._lease = join(locate_cluster(home), home)
        if self._needs >= Needs.SCHEMA:
            self.prepared = prepare_database(_announce)

    def _leave(self) -> None:
        _close_connections()
        if self._lease is not None:
            self._lease.close()
            self._lease = None


def _announce() -> None:
    # On stderr: the output of many commands is data.
    print(gettext("正在准备数据库…"), file=sys.stderr, flush=True)


def _close_connections() -> None:
    from django.apps import apps
    from django.db import connections

    if apps.ready:
        for connection in connections.all(initialized_only=True):
            connection.close()
            if getattr(connection, "pool", None):
                connection.close_pool()  # type: ignore[attr-defined]
