"""Which database Houji talks to, as whom, and what must be true of it before anything runs.

Three login roles: ``owner`` owns the tables, runs the migrations and lends its rights to SECURITY
DEFINER functions, itself bound by row security (FORCE) where no policy frees it; ``app`` is bound by
row security and owns nothing; ``worker`` sees every company and owns nothing.
With DATABASE_URL the URL's user is the owner.
"""

from __future__ import annotations

import os
from typing import Any, Literal

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from houji.config.embedded.cluster import ADMIN, PORT, locate_cluster
from houji.config.errors import BadSetting
from houji.config.home import derive, houji_home, installation_secret

Role = Literal["app", "owner", "worker"]

ROLE_NAMES: dict[Role, str] = {"app": "houji_app", "owner": "houji_owner", "worker": "houji_worker"}
DATABASE = "houji"
BLOCKING_THREADS = 8
"""Threads of one server process that run Django; each holds at most one connection at a time."""


def connection_settings(role: Role) -> dict[str, Any]:
    """Return the entry of Django's DATABASES for a role.

    Only ``app`` is pooled: its threads come and go with requests. The pool holds a connection for
    every thread that can want one, so that none ever waits for another's.
    """
    wanted = parameters(role)
    options: dict[str, Any] = {
        name: value
        for name, value in wanted.items()
        if name not in {"host", "port", "user", "password", "dbname"}
    }
    options["application_name"] = f"houji {role}"
    if role == "app" and os.environ.get("HOUJI_POOL", "1") == "1":
        options["pool"] = {"min_size": 1, "max_size": BLOCKING_THREADS, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": wanted["dbname"],
        "USER": wanted["user"],
        "PASSWORD": wanted.get("password", ""),
        "HOST": wanted.get("host", ""),
        "PORT": wanted.get("port", ""),
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": True,
    }


def dsn(role: Role, *, dbname: str | None = None, with_password: bool = True) -> str:
    """Return a role's libpq connection string, for psycopg without Django."""
    wanted = parameters(role, dbname=dbname)
    if not with_password:
        wanted.pop("password", None)
    return make_conninfo(**wanted)


def parameters(role: Role, *, dbname: str | None = None) -> dict[str, str]:
    """Return a role's libpq parameters by name; ``dbname`` replaces the database."""
    url = server_url()
    found = _embedded_parameters(ROLE_NAMES[role]) if url is None else _server_parameters(url, role)
    return found | ({"dbname": dbname} if dbname else {})


def admin_dsn() -> str:
    """Return the connection string of the embedded cluster's superuser."""
    return make_conninfo(**_embedded_parameters(ADMIN) | {"dbname": "postgres"})


def server_url() -> str | None:
    """Return DATABASE_URL, None when the embedded server is used."""
    return os.environ.get("DATABASE_URL") or None


def role_password(role: Role) -> str:
    """Return the password Houji gives a login role: derived, so that it is written down nowhere.

    On a server several machines can share an installation, and then share HOUJI_SECRET.
    """
    shared = os.environ.get("HOUJI_SECRET", "")
    secret = shared.encode() if shared and server_url() else installation_secret(houji_home())
    return derive(secret, f"password of {ROLE_NAMES[role]}")


def _embedded_parameters(user: str) -> dict[str, str]:
    cluster = locate_cluster(houji_home())
    return {
        "host": str(cluster.sockets),
        "port": str(PORT),
        "user": user,
        "password": derive(cluster.secret, f"password of {user}"),
        "dbname": DATABASE,
    }


def _server_parameters(url: str, role: Role) -> dict[str, str]:
    try:
        found = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except ProgrammingError as error:
        raise BadSetting(name="DATABASE_URL", value="…", reason=str(error).strip()) from error
    found.setdefault("dbname", found.get("user", DATABASE))
    found.setdefault("user", os.environ.get("PGUSER", "") or DATABASE)
    if role != "owner":
        found |= {"user": ROLE_NAMES[role], "password": role_password(role)}
    return found
