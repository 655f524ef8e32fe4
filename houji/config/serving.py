"""The processes of a running Houji: granian's web server and the job worker, watched and stopped together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence

from houji.config.database import BLOCKING_THREADS
from houji.config.errors import BadSetting, PortInUse, ServerBroken, ServerEnded

READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 15
_RESTART_SECONDS_MIN = 5.0
_PR_SET_PDEATHSIG = 1


def chosen_port() -> int:
    """Return HOUJI_PORT, 8000 unless set."""
    text = os.environ.get("HOUJI_PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise BadSetting(name="HOUJI_PORT", value=text, reason="1–65535")
    return int(text)


def chosen_address() -> str:
    """Return HOUJI_BIND, by default only this machine."""
    return os.environ.get("HOUJI_BIND") or "127.0.0.1"


def check_port(address: str, port: int) -> None:
    """Refuse with PortInUse when someone listens there already."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Connections of a server that has just stopped linger; they do not keep the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise PortInUse(port=port, other=port + 1 if port < 65535 else 8000) from error


class Processes:
    """The web server and the job worker as children of this process."""

    def __init__(self, address: str, port: int) -> None:
        self._address, self._port = address, port
        self._server = _start(server_command(address, port))
        # The worker comes once the server answers: on two cores they would slow each other's start.
        self._worker: subprocess.Popen[bytes] | None = None
        self._worker_started = 0.0

    def wait_until_ready(self) -> None:
        """Return when the server answers; refuses with ServerEnded or ServerBroken when it never will."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self._address, self._address)  # noqa: S104
        url = f"http://{host}:{self._port}/healthz"
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not _answers(url):
            self._check_server()
            if time.monotonic() > deadline:
                raise ServerEnded(status=-1)
            time.sleep(0.05)

    def watch(self) -> None:
        """Wait until the server ends, with a job worker beside it."""
        while True:
            self._keep_worker()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._server.wait(timeout=1)
            self._check_server()

    def _keep_worker(self) -> None:
        """Start the worker, and again whenever it has ended, but not in a storm."""
        elapsed = time.monotonic() - self._worker_started
        if self._worker is None or (self._worker.poll() is not None and elapsed > _RESTART_SECONDS_MIN):
            self._worker = _start([sys.executable, "-m", "houji", "worker"])
            self._worker_started = time.monotonic()

    def stop(self) -> None:
        """Let both finish what they are doing, and end them when they take too long."""
        started = [child for child in (self._server, self._worker) if child is not None]
        children = [child for child in started if child.poll() is None]
        for child in children:
            child.terminate()
        deadline = time.monotonic() + STOP_SECONDS_MAX
        for child in children:
            try:
                child.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                # Each child leads a session of its own, so its helpers go with it.
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()

    def _check_server(self) -> None:
        status = self._server.poll()
        if status is not None:
            raise ServerEnded(status=status)


def server_command(address: str, port: int) -> list[str]:
    """Return granian's command line.

    One process per two cores (PostgreSQL and the worker need the others), at most four; in each as
    many threads as the pool has connections for. Granian's own default of 512 threads would only
    queue them in front of the pool.
    """
    processes = min(4, max(1, (os.cpu_count() or 1) // 2))
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi",
        "--host", address, "--port", str(port),
        "--workers", str(processes), "--blocking-threads", str(BLOCKING_THREADS),
        "--runtime-threads", "1", "--respawn-failed-workers", "--workers-kill-timeout", "10",
        "--no-access-log", "--log-level", "error", "houji.config.wsgi:application",
    ]  # fmt: skip


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches only us, and we stop the children in order.
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_end_with_parent
    )


def _end_with_parent() -> None:
    """Have Linux stop this child when the launcher is killed, so that it does not keep the port."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        raise ServerBroken(status=error.code) from error
    except OSError:
        return False
