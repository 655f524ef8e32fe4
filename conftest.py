"""The tests' own PostgreSQL: one embedded server, one migrated template, one clone per process.

Everything happens in a temporary HOUJI_HOME, so that no test ever sees an installation's data.
HOUJI_TEST_HOME keeps it from run to run: the template is then made only when a migration changed.
With DATABASE_URL the databases are made on that server. Tests sign in as ``houji_app``: row-level
security is in force.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

_KEPT = "HOUJI_TEST_HOME" in os.environ
if "HOUJI_TEST_SESSION" not in os.environ:
    # Set once in the controlling process; the processes of xdist inherit it.
    home = os.environ.get("HOUJI_TEST_HOME") or tempfile.mkdtemp(prefix="houji-test-")
    os.environ["HOUJI_TEST_SESSION"] = home
    os.environ["HOUJI_TEST_CONTROLLER"] = str(os.getpid())
os.environ["HOUJI_HOME"] = os.environ["HOUJI_TEST_SESSION"]
os.environ["HOUJI_POOL"] = "0"
os.environ["DJANGO_SETTINGS_MODULE"] = "houji.config.settings"

import django  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import TransactionTestCase  # noqa: E402
from pytest_django.plugin import DjangoDbBlocker  # noqa: E402
from xdist.remote import Producer  # noqa: E402
from xdist.scheduler import LoadScopeScheduling  # noqa: E402

from houji.config import cloning  # noqa: E402
from houji.config.database import server_url  # noqa: E402
from houji.config.locale import compile_catalogs  # noqa: E402

# How long an example takes says nothing on a machine that is busy with other tests.
hypothesis.settings.register_profile("houji", deadline=None)
hypothesis.settings.load_profile("houji")

compile_catalogs()
django.setup()
# Argon2 is slow on purpose; passwords of tests need no protection.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_unconfigure() -> None:
    """The controlling process stops the server and removes what the run left."""
    cloning.leave_server()
    if os.environ.get("HOUJI_TEST_CONTROLLER") == str(os.getpid()) and not _KEPT:
        if server_url():
            cloning.drop_template()
        shutil.rmtree(os.environ["HOUJI_TEST_SESSION"], ignore_errors=True)


class FlowsTogether(LoadScopeScheduling):
    """Spreads single tests over the processes, and keeps the flows in one: they share one product."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/flows" if nodeid.startswith("tests/flows/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Choose who runs what when there are several processes."""
    return FlowsTogether(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as ``sql`` what needs a database but no browser: it also runs on the system's PostgreSQL."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        uses_database = item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db"}
        if uses_database and not fixtures & {"live_server", "browser"}:
            item.add_marker(pytest.mark.sql)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give this process a clone of the migrated template, under every alias."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with django_db_blocker.unblock():
        clone = cloning.create_clone(f"houji_test_{os.getpid()}_{worker}")
    for alias in connections:
        connections[alias].settings_dict["NAME"] = clone
    yield
    with django_db_blocker.unblock():
        for connection in connections.all():
            connection.close()
    cloning.drop_clone(clone)


def _replace_database(_case: TransactionTestCase) -> None:
    """After a test that committed, begin again from the template.

    Django would empty every table, which the role of the application may not do, and which would
    lose what migrations wrote.
    """
    name = str(connections["default"].settings_dict["NAME"])
    for connection in connections.all():
        connection.close()
    cloning.drop_clone(name)
    cloning.create_clone(name)


TransactionTestCase._fixture_teardown = _replace_database  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder of the clone."""
    return Path(__file__).parent


@pytest.fixture(autouse=True)
def books_balance(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that used the database, no company's ledger breaks an invariant.

    Each company is read as the application reads it, so that rows are seen and none pass vacuously.
    Tests that damage the books on purpose are marked ``damages_books``.
    """
    marked = request.node.get_closest_marker("django_db")
    if not marked and not {"db", "transactional_db"} & set(request.fixturenames):
        yield
        return
    # Set up after the database and so torn down before it.
    request.getfixturevalue("_django_db_helper")
    yield
    if request.node.get_closest_marker("damages_books") or connections["default"].needs_rollback:
        return
    from houji.access.actions import all_companies
    from houji.access.tenant import tenant
    from houji.kernel.ids import CompanyId
    from houji.ledger.queries import violations

    for company in all_companies():
        with tenant(CompanyId(company.id)):
            assert violations(CompanyId(company.id)) == []
