"""Decisions with the facts they read, and the keys that limits have used up."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Decision(models.Model):
    """What the rules in force gave for one event, and every fact they read beside it.

    ``facts`` and ``awards`` have the shapes of ``rules.types.Facts`` and ``Award``; the
    explanation is derived from them by deciding again.
    """

    event_id = models.BigIntegerField(primary_key=True)
    company_id = models.BigIntegerField()
    version_id = models.BigIntegerField()
    facts = models.JSONField()
    awards = models.JSONField()
    points = models.BigIntegerField()
    decided_at = models.DateTimeField()


class UsedKey(models.Model):
    """A once-per key that an award has used up; freed when the award is reversed."""

    pk = models.CompositePrimaryKey("company_id", "program_id", "rule_code", "key")
    company_id = models.BigIntegerField()
    program_id = models.BigIntegerField()
    rule_code = models.CharField(max_length=60)
    key = models.CharField(max_length=300)
    event_id = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company_id", "event_id"], name="earning_key_by_event")]
