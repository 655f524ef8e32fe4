"""Members and their contacts."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from houji.members.types import BoardConsent, MemberKind


class Member(models.Model):
    """An enterprise customer; ``key`` is its code in the company's own systems.

    ``search_text`` holds name, key, pinyin and initials in lower case, one blank between them.
    """

    id = models.BigAutoField(primary_key=True)
    company_id = models.BigIntegerField()
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60, default="")
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in MemberKind])
    credit_code = models.CharField(max_length=18, default="")
    city = models.CharField(max_length=60, default="")
    group_name = models.CharField(max_length=200, default="")
    account_manager = models.CharField(max_length=100, default="")
    tags = ArrayField(models.CharField(max_length=40), default=list)
    joined_on = models.DateField(null=True)
    board_consent = models.CharField(
        max_length=10, choices=[(c.value, c.value) for c in BoardConsent], default=BoardConsent.NONE
    )
    authorised_on = models.DateField(null=True)
    search_text = models.CharField(max_length=1000, default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company_id", "key"], name="members_key_once")
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


class Contact(models.Model):
    """A person of the customer who may see its points; the points stay the enterprise's."""

    id = models.BigAutoField(primary_key=True)
    company_id = models.BigIntegerField()
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=100)
    title = models.CharField(max_length=100, default="")
    mobile = models.CharField(max_length=40, default="")
    email = models.EmailField(default="", blank=True)
    user_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
