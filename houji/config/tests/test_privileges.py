"""What the application's role may do, and what row security leaves it."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.mark.django_db
def test_tests_run_as_the_application_under_row_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls, rolcreaterole"
            " FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("houji_app", False, False, False)


@pytest.mark.django_db
def test_the_application_owns_nothing_and_makes_no_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE pg_get_userbyid(relowner) = current_user),"
            " has_schema_privilege('public', 'CREATE')"
            " FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        )
        tables, owned, may_create = cursor.fetchone() or (0, 0, True)
    assert tables > 0
    assert (owned, may_create) == (0, False)


@pytest.mark.django_db
def test_every_tenant_table_forces_row_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
            " AND a.attname = 'company_id' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_trigram_search_sees_chinese() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(show_trgm('杭州'))")
        assert (cursor.fetchone() or (0,))[0] > 0
