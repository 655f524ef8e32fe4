"""Where uploaded files lie: in the data directory, under names that say nothing."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from houji.connect.errors import FileTooLarge
from houji.connect.models import Import
from houji.kernel.ids import new_public_id

UPLOAD_BYTES_MAX = 512 * 1024**2
_PIECE = 1 << 20


def path_of(import_: Import) -> Path:
    """Return where an import's file lies."""
    return _folder() / import_.stored_as


def keep_upload(stream: BinaryIO, name: str) -> tuple[Path, int]:
    """Write a stream to the data directory; returns its place and its size in bytes.

    Refuses with FileTooLarge and then leaves nothing behind.
    """
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / new_public_id().hex
    size_bytes = 0
    try:
        with target.open("xb") as kept:
            while piece := stream.read(_PIECE):
                size_bytes += len(piece)
                if size_bytes > UPLOAD_BYTES_MAX:
                    raise FileTooLarge(name, UPLOAD_BYTES_MAX // 1024**2)
                kept.write(piece)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target, size_bytes


def _folder() -> Path:
    return Path(settings.HOUJI_UPLOADS)
