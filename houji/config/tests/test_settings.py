"""What the settings promise to browsers and to the database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from houji.config import database
from houji.config.database import connection_settings, dsn
from houji.config.errors import BadSetting
from houji.config.serving import server_command


def fresh(code: str, home: Path, **variables: str) -> str:
    """Print an expression over the settings of a process of its own."""
    answer = subprocess.run(
        [sys.executable, "-c", f"from houji.config import settings; print(({code}))"],
        env={**os.environ, "HOUJI_HOME": str(home), **variables},
        cwd=settings.BASE_DIR.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.strip()


def test_scripts_and_styles_come_from_us_alone() -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["script-src"] == ["'self'"]
    assert directives["style-src"] == ["'self'"]
    assert not any("unsafe" in source for sources in directives.values() for source in sources)


def test_cookies_are_secure_when_the_world_speaks_https(tmp_path: Path) -> None:
    code = "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.CSRF_TRUSTED_ORIGINS"
    assert fresh(code, tmp_path) == "(False, False, [])"
    secured = fresh(code, tmp_path, HOUJI_HTTPS="1", HOUJI_HOSTS="points.example.cn")
    assert secured == "(True, True, ['https://points.example.cn'])"


def test_only_named_hosts_are_answered(tmp_path: Path) -> None:
    assert fresh("settings.ALLOWED_HOSTS", tmp_path) == "['localhost', '127.0.0.1', '[::1]']"


def test_the_secret_is_made_once_and_never_the_same_twice(tmp_path: Path) -> None:
    first = fresh("settings.SECRET_KEY", tmp_path)
    assert len(first) == 64
    assert fresh("settings.SECRET_KEY", tmp_path) == first
    other = tmp_path / "other"
    assert fresh("settings.SECRET_KEY", other) != first
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


def test_passwords_are_hashed_by_argon2_first(tmp_path: Path) -> None:
    hashers = fresh("settings.PASSWORD_HASHERS[0]", tmp_path)
    assert hashers.endswith("Argon2PasswordHasher")


def test_every_blocking_thread_finds_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOUJI_POOL", "1")
    pool = connection_settings("app")["OPTIONS"]["pool"]
    command = server_command("127.0.0.1", 8000)
    threads = int(command[command.index("--blocking-threads") + 1])
    assert pool["max_size"] >= threads


def test_a_database_url_names_the_owner_and_keeps_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://boss:p%40ss@db.example:5433/shop?sslmode=require")
    owner, app = connection_settings("owner"), connection_settings("app")
    assert (owner["USER"], owner["PASSWORD"], owner["NAME"]) == ("boss", "p@ss", "shop")
    assert (owner["HOST"], owner["PORT"], owner["OPTIONS"]["sslmode"]) == ("db.example", "5433", "require")
    assert app["USER"] == "houji_app"
    assert app["PASSWORD"] not in {"", "p@ss", connection_settings("worker")["PASSWORD"]}
    assert "password" not in dsn("worker", with_password=False)


def test_machines_that_share_a_secret_share_the_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://boss@db.example/shop")
    alone = connection_settings("app")["PASSWORD"]
    monkeypatch.setenv("HOUJI_SECRET", "one for all")
    shared = connection_settings("app")["PASSWORD"]
    assert shared != alone
    assert shared == database.derive(b"one for all", "password of houji_app")


def test_a_malformed_database_url_is_refused_without_repeating_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://boss:s3cret@db:notaport:1/x?no=such")
    with pytest.raises(BadSetting) as caught:
        connection_settings("owner")
    assert "DATABASE_URL" in caught.value.message
    assert "s3cret" not in str(caught.value)
