"""``houji serve``: database, demo, web server and job worker, until Ctrl-C."""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from houji.config.cli.needs import Needs, Running
from houji.config.home import houji_home
from houji.config.serving import Processes, check_port, chosen_address, chosen_port

HELP = _("启动厚积（默认命令）")
NEEDS = Needs.NOTHING


def configure(parser: argparse.ArgumentParser) -> None:
    """There are no options: HOUJI_HOME, HOUJI_PORT, HOUJI_BIND and HOUJI_DEMO say it all."""


def run(_options: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM, then stop the server, the worker and PostgreSQL."""
    address, port = chosen_address(), chosen_port()
    check_port(address, port)
    _say(3, gettext("数据库：{home}").format(home=houji_home()))
    with Running(Needs.SCHEMA) as running:
        try:
            _serve(address, port, first=running.prepared)
        finally:
            # From here on only the orderly stop counts; an impatient second Ctrl-C must not cut it short.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            print(gettext("正在停止…"), flush=True)
    return 0


def _serve(address: str, port: int, *, first: bool) -> None:
    wants_demo = os.environ.get("HOUJI_DEMO", "1") != "0"
    sign_ins: Sequence[Any] = ()
    if first and wants_demo:
        # The worker must not follow a demo that is only half there.
        sign_ins = _load_demo()
    processes = Processes(address, port)
    try:
        if wants_demo and not first:
            sign_ins = _load_demo()
        _say(5, gettext("网页服务"))
        processes.wait_until_ready()
        _print_addresses(address, port, sign_ins)
        processes.watch()
    except (KeyboardInterrupt, SystemExit):
        print(flush=True)
    finally:
        processes.stop()


def _load_demo() -> Sequence[Any]:
    _say(4, gettext("演示数据"))
    found: Sequence[Any] = importlib.import_module("houji.onboarding.demo.load").ensure_demo()
    return found


def _print_addresses(address: str, port: int, sign_ins: Sequence[Any]) -> None:
    host = "127.0.0.1" if address in {"0.0.0.0", "::"} else address  # noqa: S104
    shown = f"[{host}]" if ":" in host else host
    lines = (
        (gettext("管理后台"), "/console/"),
        (gettext("客户门户"), "/portal/"),
        (gettext("接口文档"), "/api/docs"),
        (gettext("公开榜单"), "/board/"),
    )
    print()
    for name, path in lines:
        print(f"  {name}  http://{shown}:{port}{path}")
    if sign_ins:
        print("\n  " + gettext("演示账号"))
    for sign_in in sign_ins:
        print("  " + "  ".join(str(part) for part in sign_in))
    print("\n  " + gettext("按 Ctrl-C 停止"), flush=True)


def _say(step: int, what: str) -> None:
    print(f"[{step}/5] {what}", file=sys.stdout, flush=True)
