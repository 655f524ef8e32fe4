"""Homes for installations of their own: short (socket paths), and passable for root's server account."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from houji.config.embedded import cluster as clusters
from houji.config.embedded.cluster import Cluster, locate_cluster


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh HOUJI_HOME; whatever still runs in it afterwards is stopped and removed."""
    folder = Path(tempfile.mkdtemp(prefix="hj-"))
    monkeypatch.setenv("HOUJI_HOME", str(folder))
    for name in ("DATABASE_URL", "HOUJI_SECRET"):
        monkeypatch.delenv(name, raising=False)
    if os.geteuid() == 0:
        folder.chmod(0o711)
    yield folder
    cluster = locate_cluster(folder)
    clusters.stop(cluster)
    for place in {folder, cluster.base, cluster.sockets}:
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def cluster(home: Path) -> Cluster:
    """The cluster of the fresh home, not made yet."""
    return locate_cluster(home)


class Houji:
    """Runs ``python -m houji`` the way run.py does."""

    def __init__(self, home: Path, root: Path) -> None:
        self._root = root
        self._environment = {**os.environ, "HOUJI_HOME": str(home), "HOUJI_DEMO": "0", "LANG": "zh_CN.UTF-8"}
        self._environment.pop("LC_ALL", None)
        self._started: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        process = subprocess.Popen(
            [sys.executable, "-m", "houji", *arguments],
            cwd=self._root,
            env={**self._environment, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._started.append(process)
        return process

    def end_all(self) -> None:
        """End what a failed test left running, so that it is not held against the next one."""
        for process in self._started:
            if process.poll() is None:
                process.terminate()
            process.communicate()

    def run(self, *arguments: str, **variables: str) -> tuple[int, str, str]:
        """Run a command to its end; returns status, output and error output."""
        process = self.start(*arguments, **variables)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err


@pytest.fixture
def houji(home: Path, project_root: Path) -> Iterator[Houji]:
    """The command line on the fresh home."""
    commands = Houji(home, project_root)
    yield commands
    commands.end_all()


def postmaster_pid(cluster: Cluster) -> int:
    """Return the number of the running server's first process."""
    return int((cluster.data / "postmaster.pid").read_text().splitlines()[0])


def kill_hard(cluster: Cluster) -> None:
    """Kill the server the way a power cut does."""
    os.kill(postmaster_pid(cluster), signal.SIGKILL)
