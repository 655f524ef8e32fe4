"""Compiles the translations (.po) to what gettext reads (.mo), whenever their times differ."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import houji


def locale_folders() -> list[Path]:
    """Return the ``locale`` folder of every package that has one."""
    return sorted(Path(houji.__file__).parent.glob("*/locale"))


def catalogs() -> Iterator[Path]:
    """Yield every translation of every package."""
    for folder in locale_folders():
        yield from sorted(folder.glob("*/LC_MESSAGES/django.po"))


def compile_catalogs() -> int:
    """Compile the stale translations and return how many there were; Babel is loaded only for them."""
    stale = [path for path in catalogs() if _is_stale(path)]
    for path in stale:
        _compile(path)
    return len(stale)


def _is_stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns != path.stat().st_mtime_ns


def _compile(path: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with path.open("rb") as source:
        catalog = read_po(source, locale=path.parts[-3], abort_invalid=True)
    # Renamed into place, so that a process starting at the same moment never reads half a file.
    draft = path.with_name(f"{path.stem}.{os.getpid()}.mo")
    with draft.open("wb") as target:
        write_mo(target, catalog)
    # The compiled file carries its source's time: a clock that runs ahead never makes it stale for ever.
    written = path.stat().st_mtime_ns
    os.utime(draft, ns=(written, written))
    draft.replace(path.with_suffix(".mo"))
