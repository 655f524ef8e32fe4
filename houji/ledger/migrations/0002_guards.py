from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.db import migrations

from houji.access.rls import protect

_SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    """Tenancy, entries that never change, and the view that names every broken invariant."""

    dependencies: ClassVar = [("ledger", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL("CREATE SEQUENCE ledger_account_ids AS bigint", "DROP SEQUENCE ledger_account_ids"),
        protect("ledger_accountkey", "ledger_account", "ledger_entry", "ledger_lot", "ledger_lotmove"),
        migrations.RunSQL(
            (_SQL / "append_only.sql").read_text(), "DROP FUNCTION ledger_refuse_change() CASCADE"
        ),
        migrations.RunSQL((_SQL / "violations.sql").read_text(), "DROP VIEW ledger_violations"),
    ]
