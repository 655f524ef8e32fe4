"""``houji migrate``: brings the database up to date (every other command does so too, when needed)."""

from __future__ import annotations

import argparse

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from houji.config.cli.needs import Needs
from houji.config.preparation import prepare_database

HELP = _("把数据库更新到当前版本")
NEEDS = Needs.SERVER


def configure(parser: argparse.ArgumentParser) -> None:
    """There are no options."""


def run(_options: argparse.Namespace) -> int:
    """Prepare roles, extensions, tables and privileges, and say whether there was anything to do."""
    changed = prepare_database()
    print(gettext("数据库已更新。") if changed else gettext("数据库已是最新。"))
    return 0
