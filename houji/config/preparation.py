"""Makes the database ready: roles, extensions, migrations, privileges; quick when nothing changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import LiteralString

import psycopg
from django.core.management import call_command
from psycopg import sql

import houji
from houji.config.database import (
    DATABASE,
    ROLE_NAMES,
    Role,
    admin_dsn,
    dsn,
    parameters,
    role_password,
    server_url,
)
from houji.config.embedded.sharing import changing
from houji.config.errors import DatabaseBlind, DatabaseTooOld, DatabaseUnreachable, RolesNotAllowed
from houji.config.home import houji_home

EXTENSIONS: tuple[LiteralString, ...] = ("pg_trgm", "btree_gin")
VERSION_MIN = 150000
_SIGN_IN_ROLES: tuple[Role, ...] = ("app", "worker")
_MIGRATION_LOCK = 0x686F756A69
_PACKAGES_WITH_MIGRATIONS = ("django", "procrastinate")

Progress = Callable[[], None]


def prepare_database(on_work: Progress = lambda: None) -> bool:
    """Bring the database of this installation up to date; returns whether there was anything to do.

    ``on_work`` is called once before work that takes seconds. Refuses with DatabaseUnreachable,
    DatabaseTooOld, DatabaseBlind or RolesNotAllowed.
    """
    wanted = schema_fingerprint()
    if recorded_fingerprint() == wanted:
        return False
    with changing(houji_home(), "prepare.lock"):
        if recorded_fingerprint() == wanted:
            return False
        on_work()
        prepare_roles()
        with _connect(dsn("owner")) as owner:
            owner.execute("SELECT pg_advisory_lock(%s)", [_MIGRATION_LOCK])
            create_extensions(owner)
            check_locale(owner)
            migrate(dsn("owner"))
            _record_fingerprint(owner, wanted)
    return True


def migrate(owner_dsn: str) -> None:
    """Run Django's migrations as the owner; every new table is open to app and worker from its birth."""
    with _connect(owner_dsn) as owner:
        _grant_by_default(owner)
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    with _connect(owner_dsn) as owner:
        grant_privileges(owner)


def grant_privileges(owner: psycopg.Connection) -> None:
    """Open what the default privileges did not reach, such as tables restored without privileges.

    Only tables and sequences without any privileges are touched: where a migration has taken a
    privilege away from a role, it stays away.
    """
    roles = sql.SQL(", ").join(sql.Identifier(ROLE_NAMES[role]) for role in _SIGN_IN_ROLES)
    owner.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(roles))
    bare = owner.execute(
        "SELECT c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'S') AND c.relacl IS NULL"
        " AND pg_has_role(c.relowner, 'USAGE')"
    ).fetchall()
    for name, kind in bare:
        verbs = sql.SQL(
            "USAGE, SELECT, UPDATE ON SEQUENCE" if kind == "S" else "SELECT, INSERT, UPDATE, DELETE ON"
        )
        owner.execute(sql.SQL("GRANT {} public.{} TO {}").format(verbs, sql.Identifier(name), roles))


def schema_fingerprint() -> str:
    """Return a hash of everything the database is made from: migrations, versions, roles' passwords."""
    digest = hashlib.sha256()
    for name in _PACKAGES_WITH_MIGRATIONS:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    for path in migration_files():
        digest.update(f"{path.parent.parent.name}/{path.name}\n".encode() + path.read_bytes())
    for role in _SIGN_IN_ROLES:
        digest.update(role_password(role).encode())
    return digest.hexdigest()


def migration_files() -> Iterator[Path]:
    """Yield the migrations of Houji's packages, the SQL they read, and the settings that list them."""
    root = Path(houji.__file__).parent
    yield root / "config" / "settings.py"
    yield from sorted(root.glob("*/migrations/*.py"))
    yield from sorted(root.glob("*/sql/*.sql"))


def recorded_fingerprint() -> str | None:
    """Return the fingerprint the database was last brought up to, None for a new or foreign one."""
    try:
        with psycopg.connect(dsn("owner"), connect_timeout=10) as owner:
            row = owner.execute("SELECT fingerprint FROM houji_schema").fetchone()
            return None if row is None else str(row[0])
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege):
        return None


def prepare_roles() -> None:
    """Make or renew the login roles, and the embedded cluster's database."""
    if server_url() is None:
        with _connect(admin_dsn()) as admin:
            _ensure_role(admin, "owner", "LOGIN CREATEDB")
            _ensure_role(admin, "app", "LOGIN")
            _ensure_role(admin, "worker", "LOGIN BYPASSRLS")
            if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                admin.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(ROLE_NAMES["owner"])
                    )
                )
        return
    with _connect(dsn("owner")) as owner:
        if owner.info.server_version < VERSION_MIN:
            raise DatabaseTooOld(version=str(owner.info.server_version // 10000))
        _prepare_server_roles(owner)


def create_extensions(owner: psycopg.Connection) -> None:
    """Create the extensions Houji needs; both are trusted, so the database's owner may."""
    for name in EXTENSIONS:
        owner.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))


def check_locale(owner: psycopg.Connection) -> None:
    """Refuse with DatabaseBlind where trigram search would not see Chinese (encoding, locale C)."""
    row = owner.execute(
        "SELECT cardinality(show_trgm('杭州')), pg_encoding_to_char(encoding), datctype"
        " FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    assert row is not None
    if row[0] == 0 or row[1] != "UTF8":
        raise DatabaseBlind(encoding=row[1], locale=row[2])


def _prepare_server_roles(owner: psycopg.Connection) -> None:
    try:
        _ensure_role(owner, "app", "LOGIN")
        _ensure_role(owner, "worker", "LOGIN BYPASSRLS")
    except psycopg.errors.InsufficientPrivilege as error:
        raise RolesNotAllowed(
            owner=owner.info.user, reason=_first_line(error), script=_write_script()
        ) from error


def _ensure_role(connection: psycopg.Connection, role: Role, attributes: LiteralString) -> None:
    """Create a login role, or renew its password and attributes when it cannot sign in as it is."""
    name = ROLE_NAMES[role]
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    if known and _can_sign_in(role):
        return
    verb = sql.SQL("ALTER ROLE" if known else "CREATE ROLE")
    connection.execute(
        sql.SQL("{} {} {} PASSWORD {}").format(
            verb, sql.Identifier(name), sql.SQL(attributes), sql.Literal(_password(role))
        )
    )


def _password(role: Role) -> str:
    return parameters(role)["password"] if role == "owner" else role_password(role)


def _can_sign_in(role: Role) -> bool:
    try:
        with psycopg.connect(dsn(role), connect_timeout=10):
            return True
    except psycopg.OperationalError:
        return False


def _write_script() -> Path:
    """Write what an administrator must run; it holds passwords, so only its owner may read it."""
    script = houji_home() / "roles.sql"
    lines: list[str] = []
    for role in _SIGN_IN_ROLES:
        attributes = "LOGIN BYPASSRLS" if role == "worker" else "LOGIN"
        name = ROLE_NAMES[role]
        lines += [
            f"DO $$ BEGIN CREATE ROLE {name}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
            f"ALTER ROLE {name} {attributes} PASSWORD '{role_password(role)}';",
        ]
    handle = os.open(script, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write("\n".join(lines) + "\n")
    return script


def _grant_by_default(owner: psycopg.Connection) -> None:
    roles = sql.SQL(", ").join(sql.Identifier(ROLE_NAMES[role]) for role in _SIGN_IN_ROLES)
    owner.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(roles))
    for verbs in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE, SELECT, UPDATE ON SEQUENCES"):
        owner.execute(
            sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {} TO {}").format(sql.SQL(verbs), roles)
        )


def _record_fingerprint(owner: psycopg.Connection, fingerprint: str) -> None:
    owner.execute(
        "CREATE TABLE IF NOT EXISTS houji_schema"
        " (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), fingerprint text NOT NULL)"
    )
    owner.execute(
        "INSERT INTO houji_schema (fingerprint) VALUES (%s)"
        " ON CONFLICT (only_row) DO UPDATE SET fingerprint = excluded.fingerprint",
        [fingerprint],
    )


def _connect(conninfo: str) -> psycopg.Connection:
    try:
        return psycopg.connect(conninfo, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise DatabaseUnreachable(reason=_first_line(error)) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
