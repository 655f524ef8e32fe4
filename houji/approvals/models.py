"""Requests that wait for a second person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Request(models.Model):
    """One request: what it would do, who raised it, and what was decided.

    ``subject`` names what the owner of its kind must act on; ``effect_points`` is what approval
    would post.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    id = models.BigAutoField(primary_key=True)
    company_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=100)
    member_id = models.BigIntegerField(null=True)
    title = models.JSONField()
    effect_points = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    raised_by_user = models.BigIntegerField(null=True)
    raised_by_name = models.CharField(max_length=200)
    raised_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    decided_by_user = models.BigIntegerField(null=True)
    decided_by_name = models.CharField(max_length=200, default="")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, default="")
    alone = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company_id", "kind", "subject"],
                condition=models.Q(state="pending"),
                name="approvals_one_pending_per_subject",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["company_id", "state", "due_at"], name="approvals_due")]
