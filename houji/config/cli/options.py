"""Options that several commands share, declared once."""

from __future__ import annotations

import argparse

from django.utils.translation import gettext

FORMATS = ("text", "csv", "json")


def with_company(parser: argparse.ArgumentParser) -> None:
    """Add ``--company`` and ``--programme`` (codes); both default to the only one there is."""
    parser.add_argument("--company", metavar="CODE", help=gettext("公司代码；只有一家时可省略"))
    parser.add_argument("--programme", metavar="CODE", help=gettext("计划代码；只有一个时可省略"))


def with_format(parser: argparse.ArgumentParser) -> None:
    """Add ``--format text|csv|json``."""
    parser.add_argument("--format", choices=FORMATS, default="text", help=gettext("输出格式，默认 text"))
