"""The real product, started as a user starts it: ``python -m houji serve`` on a fresh data directory."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
READY_SECONDS_MAX = 120
STOP_SECONDS_MAX = 40
_OWN = ("DATABASE_URL", "HOUJI_SECRET", "HOUJI_HTTPS", "HOUJI_HOSTS", "HOUJI_BIND", "LC_ALL")


@dataclass(frozen=True, slots=True)
class Product:
    """A running installation of its own."""

    address: str
    home: Path
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """Stop it and remove its data."""
        try:
            # Not by Ctrl-C's signal: whoever was started in the background ignores that one.
            self.process.terminate()
            self.process.communicate(timeout=STOP_SECONDS_MAX)
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.communicate()
            shutil.rmtree(self.home, ignore_errors=True)


def start_product(*, demo: bool) -> Product:
    """Start Houji on a free port of this machine; returns when it answers.

    Raises RuntimeError with what it said when it does not come up.
    """
    # Short, because socket paths are; passable, because root's server runs under another account.
    home = Path(tempfile.mkdtemp(prefix="hj-"))
    home.chmod(0o711)
    port = _free_port()
    log = (home / "serve.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "houji", "serve"],
        cwd=ROOT,
        env=_environment(home, port, demo=demo),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        text=True,
    )
    log.close()
    product = Product(f"http://127.0.0.1:{port}", home, process)
    deadline = time.monotonic() + READY_SECONDS_MAX
    while not _answers(product.address):
        if process.poll() is not None or time.monotonic() > deadline:
            said = (home / "serve.log").read_text()
            product.stop()
            raise RuntimeError(f"Houji did not start:\n{said}")
        time.sleep(0.1)
    return product


def _environment(home: Path, port: int, *, demo: bool) -> dict[str, str]:
    """The tests' own settings must not reach the product: it runs as it does at a user's."""
    own = {
        name: value
        for name, value in os.environ.items()
        if name not in _OWN and not name.startswith(("HOUJI_TEST", "HOUJI_POOL", "DJANGO_", "PYTEST_"))
    }
    return {
        **own,
        "HOUJI_HOME": str(home),
        "HOUJI_PORT": str(port),
        "HOUJI_DEMO": "1" if demo else "0",
        "LANG": "zh_CN.UTF-8",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
