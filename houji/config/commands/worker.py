"""``houji worker``: runs the jobs (procrastinate), each as the company it belongs to.

It signs in as the application does: a job sees only the rows of the tenant it enters.
"""

from __future__ import annotations

import argparse

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

HELP = _("运行后台任务")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--concurrency", type=int, default=2, metavar="N", help=str(_("同时运行的任务数，默认 2"))
    )


def run(options: argparse.Namespace) -> int:
    """Run jobs until SIGINT or SIGTERM; the running ones are finished first."""
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    with app.replace_connector(connector.get_worker_connector()) as worker:
        worker.run_worker(concurrency=options.concurrency, shutdown_graceful_timeout=10)
    return 0
