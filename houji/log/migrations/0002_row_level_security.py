from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from houji.access.rls import protect


class Migration(migrations.Migration):
    dependencies: ClassVar = [("log", "0001_initial")]
    operations: ClassVar = [protect("log_queuedfact")]
