"""Rule set versions: immutable once published."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class RuleSetVersion(models.Model):
    """One published version: its document, and from when (business time) it is in force."""

    id = models.BigAutoField(primary_key=True)
    company_id = models.BigIntegerField()
    program_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    document = models.JSONField()
    effective_from = models.DateTimeField()
    published_at = models.DateTimeField(db_default=Now())
    published_by_name = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company_id", "program_id", "number"], name="rulebook_number_once"
            )
        ]
