"""``houji explain``: why an event or a movement gave its points."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from houji.access.tenant import tenant
from houji.config.cli.company import chosen_company
from houji.config.cli.options import with_format
from houji.config.cli.output import print_rows, written
from houji.earning.errors import EventNotFound
from houji.earning.explaining import explain_entry, explain_event
from houji.earning.explanation import ArithmeticLine, EntryExplanation, EventExplanation
from houji.kernel.ids import AccountId, EventId
from houji.ledger.types import EntryRef
from houji.wording.numbers import signed_points

HELP = _("说明一个事件或一笔流水的积分依据")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("name", metavar="EVENT|ENTRY", help=gettext("事件编号（数字）或流水编号（如 12-3）"))
    parser.add_argument("--company", metavar="CODE", help=gettext("公司代码；只有一家时可省略"))
    with_format(parser)


def run(options: argparse.Namespace) -> int:
    """Print the reason; refuses with EventNotFound."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    with tenant(chosen_company(options.company)):
        found = _explain(options.name, language)
    if options.format == "json":
        print(json.dumps(asdict(found), ensure_ascii=False, indent=2, default=written))
    elif options.format == "csv":
        print_rows(("rule", "arithmetic", "points"), [_row(line) for line in found.lines], "csv")
    else:
        print("\n".join(_lines(found)))
    return 0


def _explain(name: str, language: str) -> EventExplanation | EntryExplanation:
    account, dash, seq = name.partition("-")
    if not account.isascii() or not account.isdigit() or (dash and not (seq.isascii() and seq.isdigit())):
        raise EventNotFound(name=name)
    if len(name) > 30:
        raise EventNotFound(name=name[:30])
    if dash:
        return explain_entry(EntryRef(AccountId(int(account)), int(seq)), language=language)
    return explain_event(EventId(int(account)), language=language)


def _row(line: ArithmeticLine) -> tuple[Any, ...]:
    return line.name, line.arithmetic, line.points


def _lines(found: EventExplanation | EntryExplanation) -> list[str]:
    """Write an explanation the way one would tell it: what happened, by which rules, with what sum."""
    title = found.reason if isinstance(found, EntryExplanation) else found.event.summary
    lines = [f"{signed_points(found.points)} {gettext('分')}  {found.member}  {title}"]
    source = found.source if isinstance(found, EntryExplanation) else found
    if source is not None:
        event = source.event
        lines.append(f"{gettext('事件')}  {event.type_name}  {event.business_no}  {event.origin}")
        lines += [f"    {field.label}  {field.value}" for field in event.fields]
        if source.rules is not None:
            lines.append(gettext("规则  版本 v{number}").format(number=source.rules.version_number))
    lines += [f"    {line.name}  {line.arithmetic}  {signed_points(line.points)}" for line in found.lines]
    if isinstance(found, EntryExplanation):
        lines += [
            f"{gettext('批次')}  {lot.points}  {gettext('剩余')} {lot.remaining}"
            f"  {lot.available_on} – {lot.expires_on or gettext('永久')}"
            for lot in found.lots
        ]
        lines.append(f"{gettext('记账')}  {written(found.booked_at)}  {found.ref}")
    return lines
