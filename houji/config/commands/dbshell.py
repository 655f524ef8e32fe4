"""``houji dbshell``: psql on the installation's database, as one of its roles."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess

from django.utils.translation import gettext_lazy as _

from houji.config.database import ROLE_NAMES, dsn, parameters
from houji.config.embedded.providers import available_providers
from houji.config.errors import PostgresMissing

HELP = _("用 psql 打开数据库；其余参数交给 psql")
PASSES_ON = True


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options; what follows them is handed to psql."""
    parser.add_argument(
        "--role", choices=sorted(ROLE_NAMES), default="app", help=str(_("以哪个角色登录，默认 app"))
    )


def run(options: argparse.Namespace) -> int:
    """Run psql and return its exit status; the password travels in the environment, not in the arguments."""
    program = _psql()
    wanted = parameters(options.role)
    environment = os.environ | {"PGPASSWORD": wanted.get("password", "")}
    target = dsn(options.role, with_password=False)
    return subprocess.run([program, target, *options.rest], env=environment, check=False).returncode


def _psql() -> str:
    for provider in available_providers():
        if os.access(provider.bin / "psql", os.X_OK):
            return str(provider.bin / "psql")
    found = shutil.which("psql")
    if found is None:
        raise PostgresMissing()
    return found
