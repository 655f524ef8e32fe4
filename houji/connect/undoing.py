"""Doing something for its answer only: whatever it wrote is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Roll everything back that the block writes, and release the locks it took."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
