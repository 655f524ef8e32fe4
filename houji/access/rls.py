"""The statements by which a migration puts a table under row-level security."""

from __future__ import annotations

from django.db.migrations import RunSQL

CURRENT_COMPANY = "nullif(current_setting('houji.company', true), '')::bigint"
"""The company of the transaction; reused sessions hold '' where none was set."""


def protect(*tables: str, column: str = "company_id") -> RunSQL:
    """Let each table show and take only the current company's rows, its owner included."""
    forward, backward = [], []
    for table in tables:
        forward += [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY company ON {table} USING ({column} = {CURRENT_COMPANY})"
            f" WITH CHECK ({column} = {CURRENT_COMPANY})",
        ]
        backward += [
            f"DROP POLICY company ON {table}",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ]
    return RunSQL(forward, backward)
