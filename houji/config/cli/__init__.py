"""The command line: finds the command, prepares the database, runs it, and turns a refusal into words.

A command is a module of ``houji.config.commands``:

- ``HELP``: one line;
- ``configure(parser)``: declares its options, with ``with_company`` and ``with_format`` where they apply;
- ``run(options) -> int``: does it and returns the exit status;
- optionally ``NEEDS`` (``Needs.SCHEMA`` unless said) and
  ``PASSES_ON`` (unknown arguments arrive in ``options.rest`` instead of being refused).

Django is set up before a command's module is imported, so it may import models and actions at its top.
"""

from __future__ import annotations

import argparse
import importlib
import keyword
import os
import pkgutil
import signal
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from django.utils.translation import gettext

from houji.config.cli.needs import Needs, Running
from houji.config.cli.starting import start_django
from houji.kernel.refusals import Refusal

__all__ = ["command_names", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 not done, 2 misused, 130/143 stopped."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "houji.config.settings")
    signal.signal(signal.SIGTERM, _stop)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        # The terminal was closed; under nohup it is ignored, and stays so.
        signal.signal(signal.SIGHUP, _stop)
    try:
        start_django()
        return _run(given)
    except Refusal as refusal:
        _ensure_words()
        print(refusal.message, refusal.remedy, sep="\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; that is its right.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def command_names() -> list[str]:
    """Return the names of all commands."""
    from houji.config import commands

    names = (module.name for module in pkgutil.iter_modules(commands.__path__) if module.name != "tests")
    return sorted(name.removesuffix("_") for name in names)


def _run(given: list[str]) -> int:
    given = given or ["serve"]
    parser = _parser(given)
    options, rest = parser.parse_known_args(given)
    command = _load(options.command)
    if rest and not getattr(command, "PASSES_ON", False):
        parser.error(gettext("不认识的参数：{rest}").format(rest=" ".join(rest)))
    options.rest = rest
    with Running(getattr(command, "NEEDS", Needs.SCHEMA)):
        status: int = command.run(options)
        return status


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="houji", description="厚积 Houji")
    choices = parser.add_subparsers(dest="command", metavar="<command>", required=True)
    wanted = next((word for word in given if not word.startswith("-")), None)
    for name in command_names():
        command = _load(name) if wanted in (None, name) else None
        summary = str(command.HELP) if command else ""
        child = choices.add_parser(name, help=summary, description=summary)
        if command is not None:
            command.configure(child)
    return parser


def _load(name: str) -> ModuleType:
    # A word of Python, such as import, cannot name a module: import_ holds that command.
    module = f"{name}_" if keyword.iskeyword(name) else name
    return importlib.import_module(f"houji.config.commands.{module}")


def _ensure_words() -> None:
    """Make a refusal printable also when it was the settings that refused."""
    from django.apps import apps
    from django.conf import settings

    if not apps.ready and not settings.configured:
        settings.configure(USE_I18N=False)


def _stop(_number: int, _frame: object) -> NoReturn:
    # An ordinary exit, so that locks are released and the last process stops PostgreSQL.
    raise SystemExit(143)
