"""Facts that wait for their place in the log."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class QueuedFact(models.Model):
    """One committed fact: its kind, what it is about, and the canonical payload."""

    id = models.BigAutoField(primary_key=True)
    company_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    account_id = models.BigIntegerField(null=True)
    seq = models.BigIntegerField(null=True)
    payload = models.JSONField()
    queued_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company_id", "id"], name="log_queue_by_company")]
