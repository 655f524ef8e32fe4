"""Companies, the people and keys that act for them, and the trail of what they changed."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from houji.access.types import Actor, Role
from houji.kernel.ids import CompanyId, MemberId, UserId


class Company(models.Model):
    """A tenant: one company with its programmes, customers and books."""

    id = models.BigAutoField(primary_key=True)
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class User(AbstractBaseUser):
    """A person who signs in: staff of the company, or a contact of one of its customers."""

    id = models.BigAutoField(primary_key=True)
    company = models.ForeignKey(Company, on_delete=models.PROTECT)
    login = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=100)
    roles = ArrayField(models.CharField(max_length=30), default=list)
    member_id = models.BigIntegerField(null=True)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="zh-hans")
    invitation_digest = models.BinaryField(null=True)
    invited_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = BaseUserManager()

    @property
    def is_contact(self) -> bool:
        """Tell whether this person belongs to a customer and sees only the portal."""
        return self.member_id is not None

    def as_actor(self) -> Actor:
        """Return this person as the actor of an action."""
        return Actor(
            company_id=CompanyId(self.company_id),
            name=self.name,
            user_id=UserId(self.id),
            roles=frozenset(Role(role) for role in self.roles),
            member_id=None if self.member_id is None else MemberId(self.member_id),
        )

    def __str__(self) -> str:
        return self.name


class SignInFailure(models.Model):
    """A failed sign-in, kept for minutes to slow down guessing; holds a digest, not the login."""

    id = models.BigAutoField(primary_key=True)
    login_digest = models.BinaryField()
    failed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["login_digest", "failed_at"], name="access_failure_recent")]


class ApiKey(models.Model):
    """A key by which another system acts; only its SHA-256 is kept."""

    id = models.BigAutoField(primary_key=True)
    company = models.ForeignKey(Company, on_delete=models.PROTECT)
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.BinaryField(unique=True)
    created_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True)


class AuditRow(models.Model):
    """One change by a person or key: who, when, what, on which subject."""

    id = models.BigAutoField(primary_key=True)
    company = models.ForeignKey(Company, on_delete=models.PROTECT)
    at = models.DateTimeField(db_default=Now())
    actor_name = models.CharField(max_length=200)
    user_id = models.BigIntegerField(null=True)
    key_prefix = models.CharField(max_length=12, default="")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "-id"], name="access_audit_recent")]
