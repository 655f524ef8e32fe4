from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from houji.access.rls import protect


class Migration(migrations.Migration):
    dependencies: ClassVar = [("insights", "0001_initial")]
    operations: ClassVar = [protect("insights_statementconfirmation", "insights_dispute")]
