"""Imports and the rows of a file that people should see."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from houji.connect import types


class Import(models.Model):
    """One uploaded file on its way to points.

    ``headers`` are the file's, ``mapping`` is the document as it was used; ``counts`` maps an outcome
    to its number of rows (and ``unlisted`` to how many of them have no ImportRow). ``file_name`` is
    the user's, the content lies in the data directory under ``stored_as``, which is empty for files
    imported where they lay.
    ``rows_done`` and ``touched_at`` change in the very transaction that posts the rows, so that
    an interrupted import goes on exactly where it stopped. ``failure`` holds a refusal's code and
    facts and the stage (``preview`` or ``run``) that met it.
    """

    State = types.State
    Mode = types.Mode

    id = models.BigAutoField(primary_key=True)
    company_id = models.BigIntegerField()
    program_id = models.BigIntegerField()
    file_name = models.CharField(max_length=255)
    stored_as = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    sheet = models.CharField(max_length=200, default="")
    headers = models.JSONField(default=list)
    mapping = models.JSONField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    mode = models.CharField(max_length=15, choices=Mode.choices, default=Mode.GOOD_ROWS)
    mixed_units = models.CharField(max_length=10, default="hold")
    skipped_rows = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    points = models.BigIntegerField(default=0)
    awaiting_points = models.BigIntegerField(default=0)
    rows_done = models.BigIntegerField(default=0)
    rows_total = models.BigIntegerField(null=True)
    failure = models.JSONField(null=True)
    reverse_reason = models.CharField(max_length=500, default="")
    created_by_user = models.BigIntegerField(null=True)
    created_by_name = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company_id", "-id"], name="connect_imports_recent")]


class ImportRow(models.Model):
    """A row worth showing: every one with a problem or note, and the first of the plain ones."""

    id = models.BigAutoField(primary_key=True)
    company_id = models.BigIntegerField()
    import_run = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    row_number = models.IntegerField()
    outcome = models.CharField(max_length=12)
    member_key = models.CharField(max_length=200, default="")
    member_name = models.CharField(max_length=200, default="")
    business_no = models.CharField(max_length=200, default="")
    amount = models.CharField(max_length=60, default="")
    occurred_on = models.DateField(null=True)
    points = models.BigIntegerField(default=0)
    problems = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    cells = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["company_id", "import_run", "outcome", "row_number"], name="connect_rows")
        ]
