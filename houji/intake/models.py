"""Accepted events, and the named mappings by which files become events."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Event(models.Model):
    """One accepted business event. Refused ones are never here, so a corrected row can come again.

    ``live`` is false once a whole import was taken back: its keys are free again.
    """

    id = models.BigAutoField(primary_key=True)
    company_id = models.BigIntegerField()
    program_id = models.BigIntegerField()
    source = models.CharField(max_length=300)
    source_id = models.CharField(max_length=200)
    type = models.CharField(max_length=60)
    business_no = models.CharField(max_length=200, default="")
    member_id = models.BigIntegerField()
    occurred_at = models.DateTimeField()
    data = models.JSONField()
    fingerprint = models.BinaryField()
    received_at = models.DateTimeField(db_default=Now())
    received_from = models.CharField(max_length=100, default="")
    import_id = models.BigIntegerField(null=True)
    import_row = models.IntegerField(null=True)
    live = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company_id", "source", "source_id"],
                condition=models.Q(live=True),
                name="intake_event_once",
            ),
            models.UniqueConstraint(
                fields=["company_id", "type", "business_no"],
                condition=models.Q(live=True) & ~models.Q(business_no=""),
                name="intake_business_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company_id", "member_id", "type", "-occurred_at"], name="intake_by_member"),
            models.Index(
                fields=["company_id", "import_id", "import_row"],
                condition=models.Q(import_id__isnull=False),
                name="intake_by_import",
            ),
        ]


class NamedMapping(models.Model):
    """A mapping document of a company, by code; ready-made ones ship with the product."""

    id = models.BigAutoField(primary_key=True)
    company_id = models.BigIntegerField()
    code = models.SlugField(max_length=60)
    document = models.JSONField()
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company_id", "code"], name="intake_mapping_once")
        ]
