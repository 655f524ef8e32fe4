"""Databases for tests: one migrated template per state of the migrations, cloned in a blink."""

from __future__ import annotations

import psycopg
from psycopg import sql

from houji.config.database import dsn, server_url
from houji.config.embedded.cluster import locate_cluster
from houji.config.embedded.sharing import Lease, changing, join
from houji.config.home import houji_home
from houji.config.preparation import (
    check_locale,
    create_extensions,
    migrate,
    prepare_roles,
    schema_fingerprint,
)

_lease: Lease | None = None


def create_clone(name: str) -> str:
    """Create a database from the template (made first when there is none) and return its name."""
    _enter_server()
    with changing(houji_home(), "clone.lock"):
        template = _ensure_template()
        with _maintenance() as owner:
            owner.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
    return name


def drop_clone(name: str) -> None:
    """Drop a database, ending whatever is still connected to it."""
    with _maintenance() as owner:
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_template() -> None:
    """Drop the template of the present migrations, so that a foreign server is left as it was found."""
    drop_clone(_template_name())


def leave_server() -> None:
    """End this process's use of the embedded server; the last process stops it."""
    global _lease
    if _lease is not None:
        _lease.close()
        _lease = None


def _enter_server() -> None:
    global _lease
    if server_url() is None and _lease is None:
        home = houji_home()
        _lease = join(locate_cluster(home), home, durable=False)


def _ensure_template() -> str:
    prepare_roles()
    template = _template_name()
    with _maintenance() as owner:
        if owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            return template
        draft = f"{template}_draft"
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(draft)))
        owner.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(
                sql.Identifier(draft)
            )
            if server_url()
            else sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft))
        )
        _migrate_database(draft)
        # Renamed when complete, so that an interrupted run never leaves half a template.
        owner.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(template))
        )
    return template


def _template_name() -> str:
    return f"houji_template_{schema_fingerprint()[:16]}"


def _migrate_database(name: str) -> None:
    from django.db import connections

    with psycopg.connect(dsn("owner", dbname=name), autocommit=True) as owner:
        create_extensions(owner)
        check_locale(owner)
    connection = connections["owner"]
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        migrate(dsn("owner", dbname=name))
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _maintenance() -> psycopg.Connection:
    return psycopg.connect(dsn("owner"), autocommit=True)
