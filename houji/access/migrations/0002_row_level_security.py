from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.db import migrations

from houji.access.rls import protect

_LOOK_UPS = (Path(__file__).parent.parent / "sql" / "look_ups.sql").read_text()
_DROP = """
DROP FUNCTION access_user_by_login(text);
DROP FUNCTION access_user_by_id(bigint);
DROP FUNCTION access_user_by_invitation(bytea);
DROP FUNCTION access_key_by_digest(bytea);
DROP FUNCTION access_company_by_code(text);
DROP FUNCTION access_companies();
DROP FUNCTION access_found_company(text, text, boolean);
DROP POLICY look_up ON access_user;
DROP POLICY look_up ON access_apikey;
DROP POLICY look_up ON access_company;
"""


class Migration(migrations.Migration):
    """Tenancy, and the few look-ups that come before a tenant is known."""

    dependencies: ClassVar = [("access", "0001_initial")]
    operations: ClassVar = [
        protect("access_user", "access_apikey", "access_auditrow"),
        protect("access_company", column="id"),
        migrations.RunSQL(_LOOK_UPS, _DROP),
    ]
