"""``houji bench``: measures speeds side by side, in one run, in a database of its own."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from pathlib import Path

from django.db import connections
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from houji.config import cloning
from houji.config.cli.output import print_rows

HELP = _("测量速度：与同一台机器、同一次运行的基准相比")
FIGURES = {"import": ("bench.importing", "measure_import")}
COLUMNS = ("figure", "ours", "against", "ratio", "unit", "spread")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(FIGURES))
    parser.add_argument("--quick", action="store_true", help=gettext("少量数据，只看大概"))
    parser.add_argument("--json", action="store_true", help=gettext("输出 JSON"))


def run(options: argparse.Namespace) -> int:
    """Take the figures and print them; the database they were taken in is dropped again."""
    unknown = sorted(set(options.names) - set(FIGURES))
    if unknown:
        print(gettext("没有这项测量：{names}").format(names="、".join(unknown)), file=sys.stderr)
        return 2
    # The measurements lie beside the package, not in it.
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    measure = importlib.import_module("bench.measure")
    database = cloning.create_clone(f"houji_bench_{os.getpid()}")
    _connect_to(database)
    try:
        figures = [
            getattr(importlib.import_module(module), function)(database, quick=options.quick)
            for name, (module, function) in FIGURES.items()
            if name in (options.names or FIGURES)
        ]
    finally:
        for connection in connections.all():
            connection.close()
            if getattr(connection, "pool", None):
                connection.close_pool()  # type: ignore[attr-defined]
        cloning.drop_clone(database)
        cloning.leave_server()
    if options.json:
        report = {"machine": measure.machine(), "figures": [figure.as_json() for figure in figures]}
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        print_rows(COLUMNS, measure.table(figures), "text")
    return 0


def _connect_to(database: str) -> None:
    for connection in connections.all():
        connection.close()
        connection.settings_dict["NAME"] = database
