"""``python -m houji`` as run.py starts it."""

from __future__ import annotations

import re
import signal
import socket
import time
import urllib.request
from pathlib import Path

import pytest

from houji.config.embedded import cluster as clusters
from houji.config.embedded.cluster import Cluster
from tests.launcher.conftest import Houji

pytestmark = pytest.mark.launcher


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_port_in_use_is_one_sentence_and_the_way_out(houji: Houji, cluster: Cluster) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        status, _out, err = houji.run("serve", HOUJI_PORT=str(port))
    assert status == 1
    assert err.splitlines()[0] == f"端口 {port} 已被占用。"
    assert f"HOUJI_PORT={port + 1}" in err
    assert not cluster.data.exists()


def test_a_port_that_is_no_number_is_refused(houji: Houji) -> None:
    status, _out, err = houji.run("serve", HOUJI_PORT="80a0")
    assert status == 1
    assert "HOUJI_PORT" in err
    assert "80a0" in err
    assert "Traceback" not in err


def test_an_english_terminal_reads_english(houji: Houji) -> None:
    _status, _out, err = houji.run("serve", HOUJI_PORT="0", LANG="en_US.UTF-8")
    assert "cannot be" in err


def test_an_unusable_home_is_one_sentence(houji: Houji, home: Path) -> None:
    (home / "file").write_text("")
    status, _out, err = houji.run("migrate", HOUJI_HOME=str(home / "file" / "below"))
    assert status == 1
    assert str(home / "file" / "below") in err
    assert "Traceback" not in err


def test_an_unreachable_server_is_one_sentence(houji: Houji) -> None:
    url = f"postgresql://nobody:x@127.0.0.1:{free_port()}/nothing"
    status, _out, err = houji.run("migrate", DATABASE_URL=url)
    assert status == 1
    assert "DATABASE_URL" in err
    assert "Traceback" not in err


def test_every_command_has_help(houji: Houji) -> None:
    status, out, _err = houji.run("--help")
    assert status == 0
    names = re.findall(r"^    (\w+) ", out, re.MULTILINE)
    assert {"serve", "worker", "migrate", "dbshell", "manage"} <= set(names)
    for line in out.splitlines():
        if re.match(r"    \w+", line):
            assert len(line.split()) > 1, f"no help for {line.strip()}"


def test_serving_from_the_first_start_to_ctrl_c(houji: Houji, cluster: Cluster) -> None:
    # A command on a fresh directory: its output is data and nothing else.
    status, out, _err = houji.run("dbshell", "-XAtc", "SELECT current_user")
    assert (status, out) == (0, "houji_app\n")

    port = free_port()
    began = time.monotonic()
    serving = houji.start("serve", HOUJI_PORT=str(port))
    assert serving.stdout is not None
    said = []
    for line in serving.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            break
    text = "".join(said)
    assert time.monotonic() - began < 20
    for address in ("/console/", "/portal/", "/api/docs", "/board/"):
        assert f"http://127.0.0.1:{port}{address}" in text
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
        assert answer.status == 200
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]

    # Another command shares the running server, finds the job worker at work, and leaves both running.
    asked = "SELECT count(*) > 0 FROM procrastinate_workers"
    for _attempt in range(50):
        answer = houji.run("dbshell", "--role", "owner", "-XAtc", asked)[:2]
        if answer == (0, "t\n"):
            break
    assert answer == (0, "t\n")
    assert clusters.is_running(cluster)

    serving.send_signal(signal.SIGINT)
    _rest, err = serving.communicate(timeout=40)
    assert serving.returncode == 0, err
    assert not clusters.is_running(cluster)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
