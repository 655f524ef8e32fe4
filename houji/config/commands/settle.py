"""``houji settle``: vests and expires what is due now; the worker does the same every ten minutes."""

from __future__ import annotations

import argparse

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from houji.earning.jobs import settle_everything

HELP = _("让到期的积分过期、到日的积分生效")


def configure(parser: argparse.ArgumentParser) -> None:
    """There are no options."""


def run(_options: argparse.Namespace) -> int:
    """Settle every company and say how many accounts changed."""
    print(gettext("{count} 个账户有变动。").format(count=settle_everything()))
    return 0
