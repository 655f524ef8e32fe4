"""Programmes and their units of points."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Program(models.Model):
    """One points programme of a company.

    ``board_shows_points`` is off by default: points reveal contract sums.
    """

    class UnknownMembers(models.TextChoices):
        CREATE = "create"
        REFUSE = "refuse"

    id = models.BigAutoField(primary_key=True)
    company_id = models.BigIntegerField()
    code = models.SlugField(max_length=60)
    names = models.JSONField()
    template_code = models.CharField(max_length=60, default="")
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")
    unknown_members = models.CharField(
        max_length=10, choices=UnknownMembers.choices, default=UnknownMembers.CREATE
    )
    terms = models.JSONField(default=dict)
    board_enabled = models.BooleanField(default=True)
    board_shows_points = models.BooleanField(default=False)
    rank_in_portal = models.BooleanField(default=True)
    dispute_answer_days = models.PositiveSmallIntegerField(default=5)
    founded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company_id", "code"], name="programs_code_once")
        ]

    def __str__(self) -> str:
        return str(self.names.get("zh", self.code))


class Unit(models.Model):
    """A kind of point in a programme; ``validity`` is an expiry policy as rules write it."""

    id = models.BigAutoField(primary_key=True)
    company_id = models.BigIntegerField()
    program = models.ForeignKey(Program, on_delete=models.PROTECT)
    code = models.SlugField(max_length=40)
    names = models.JSONField()
    value_yuan = models.DecimalField(max_digits=12, decimal_places=6)
    validity = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company_id", "program", "code"], name="programs_unit_once")
        ]
