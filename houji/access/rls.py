"""The statements by which a migration puts a table under row-level security."""

from __future__ import annotations

from django.db.migrations import RunSQL

CURRENT_COMPANY = "nullif(current_setting('houji.company', true), '')::bigint"
"""The company of the transaction; reused sessions hold '' where none was set."""


def protect(*tables: str, column: str = "company_id") -> RunSQL:
    """Let each table show and take only the current company's rows, its owner included."""
    forward = "".join(_PROTECT.format(table=table, own=f"{column} = {CURRENT_COMPANY}") for table in tables)
    return RunSQL(forward, "".join(_UNPROTECT.format(table=table) for table in tables))


_PROTECT = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY company ON {table} USING ({own}) WITH CHECK ({own});
"""

_UNPROTECT = """
DROP POLICY company ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
