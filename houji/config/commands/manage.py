"""``houji manage …``: Django's own management commands, for developers."""

from __future__ import annotations

import argparse

from django.core.management import execute_from_command_line
from django.utils.translation import gettext_lazy as _

from houji.config.cli.needs import Needs

HELP = _("运行 Django 的管理命令，例如 manage makemigrations")
NEEDS = Needs.SERVER


def configure(parser: argparse.ArgumentParser) -> None:
    """Everything is handed on."""
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=str(_("管理命令和它的参数")))


def run(options: argparse.Namespace) -> int:
    """Run the management command; it ends the process itself when it fails."""
    execute_from_command_line(["houji manage", *options.arguments])
    return 0
