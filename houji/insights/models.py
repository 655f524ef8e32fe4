"""Answers of customers to their statements."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class StatementConfirmation(models.Model):
    """A contact's word that a month's statement is right; ``closing_points`` is what they saw."""

    id = models.BigAutoField(primary_key=True)
    company_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    month = models.DateField()
    closing_points = models.BigIntegerField()
    confirmed_by = models.CharField(max_length=200)
    user_id = models.BigIntegerField()
    confirmed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company_id", "account_id", "month"], name="insights_confirmed_once"
            )
        ]


class Dispute(models.Model):
    """An objection to a statement, or to one of its lines when ``seq`` is set."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"

    id = models.BigAutoField(primary_key=True)
    company_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    month = models.DateField()
    seq = models.BigIntegerField(null=True)
    text = models.CharField(max_length=1000)
    raised_by = models.CharField(max_length=200)
    user_id = models.BigIntegerField()
    raised_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.CharField(max_length=1000, default="")
    answered_by = models.CharField(max_length=200, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company_id", "state", "due_at"], name="insights_disputes_due")
        ]
