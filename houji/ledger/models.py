"""The tables of the ledger. Every key starts with the account, the future distribution column."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from houji.kernel.numbers import POINTS_LIMIT
from houji.ledger.types import EntryKind, EntryRef


class AccountKey(models.Model):
    """Who holds which account: uniqueness lives outside the tables that are sharded by account."""

    pk = models.CompositePrimaryKey("company_id", "unit_id", "holder_id")
    company_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    holder_id = models.BigIntegerField()
    account_id = models.BigIntegerField(unique=True)


class Account(models.Model):
    """One holder's points of one unit. ``next_due_at`` is when a lot next vests or expires."""

    account_id = models.BigIntegerField(primary_key=True)
    company_id = models.BigIntegerField()
    program_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    holder_id = models.BigIntegerField()
    seq = models.BigIntegerField(default=0)
    lots_count = models.BigIntegerField(default=0)
    available = models.BigIntegerField(default=0)
    pending = models.BigIntegerField(default=0)
    earned_net = models.BigIntegerField(default=0)
    next_due_at = models.DateTimeField(null=True)
    last_booked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(available__gte=0, available__lte=POINTS_LIMIT),
                name="ledger_available_in_range",
            ),
            models.CheckConstraint(
                condition=models.Q(pending__gte=0, pending__lte=POINTS_LIMIT), name="ledger_pending_in_range"
            ),
            models.CheckConstraint(condition=models.Q(seq__gte=0, lots_count__gte=0), name="ledger_counts"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company_id", "unit_id"], name="ledger_account_by_unit"),
            models.Index(
                fields=["company_id", "next_due_at"],
                condition=models.Q(next_due_at__isnull=False),
                name="ledger_account_due",
            ),
        ]


class Entry(models.Model):
    """One movement; append-only. Its name outside is account and seq."""

    pk = models.CompositePrimaryKey("account_id", "seq")
    account_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    company_id = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in EntryKind])
    points = models.BigIntegerField()
    available_delta = models.BigIntegerField()
    pending_delta = models.BigIntegerField()
    available_after = models.BigIntegerField()
    pending_after = models.BigIntegerField()
    cause_kind = models.CharField(max_length=10)
    cause_id = models.BigIntegerField()
    reverses_seq = models.BigIntegerField(null=True)
    parts = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    booked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(available_after__gte=0, pending_after__gte=0), name="ledger_after_in_range"
            ),
            models.UniqueConstraint(
                fields=["account_id", "cause_kind", "cause_id"],
                condition=models.Q(kind="accrue"),
                name="ledger_posted_once",
            ),
            models.UniqueConstraint(
                fields=["account_id", "reverses_seq"],
                condition=models.Q(reverses_seq__isnull=False),
                name="ledger_reversed_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company_id", "booked_at"], name="ledger_entry_booked"),
            models.Index(fields=["company_id", "cause_kind", "cause_id"], name="ledger_entry_cause"),
        ]

    @property
    def ref(self) -> EntryRef:
        """The entry's name."""
        return EntryRef(self.account_id, self.seq)  # type: ignore[arg-type]


class Lot(models.Model):
    """Points of one accrual with their own dates. Only remaining, active and open ever change."""

    pk = models.CompositePrimaryKey("account_id", "lot_id")
    account_id = models.BigIntegerField()
    lot_id = models.BigIntegerField()
    company_id = models.BigIntegerField()
    entry_seq = models.BigIntegerField()
    original = models.BigIntegerField()
    remaining = models.BigIntegerField()
    active = models.BooleanField()
    open = models.BooleanField()
    available_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    earned_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(original__gt=0, remaining__gte=0, remaining__lte=models.F("original")),
                name="ledger_lot_remaining",
            ),
            models.CheckConstraint(
                condition=models.Q(open=True, remaining__gt=0) | models.Q(open=False, remaining=0),
                name="ledger_lot_open_means_points",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["account_id", "expires_at", "lot_id"],
                condition=models.Q(open=True),
                name="ledger_lot_open",
            ),
        ]


class LotMove(models.Model):
    """What an entry did to a lot; append-only. Zero points mean that the lot became usable."""

    pk = models.CompositePrimaryKey("account_id", "seq", "n")
    account_id = models.BigIntegerField()
    seq = models.BigIntegerField()
    n = models.IntegerField()
    company_id = models.BigIntegerField()
    lot_id = models.BigIntegerField()
    points = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account_id", "lot_id"], name="ledger_move_by_lot")]
