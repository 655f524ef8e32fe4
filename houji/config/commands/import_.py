"""``houji import``: a file's business becomes points; what could not be taken is listed, row by row."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from houji.access.actions import all_companies
from houji.access.tenant import tenant
from houji.config.cli.company import chosen_company
from houji.config.cli.options import with_company, with_format
from houji.config.cli.output import print_record, print_rows
from houji.connect import problems
from houji.connect.local import import_local_file, survey_local_file, try_local_file
from houji.connect.queries import failure_of, mapping_by_code
from houji.connect.survey import Survey
from houji.connect.types import BAD, JudgedRow, MixedUnits, Mode, Outcome
from houji.connect.undoing import undone
from houji.kernel.refusals import Refusal
from houji.onboarding.actions import Start, ensure_company_with_template
from houji.programs.queries import all_programs

HELP = _("把 CSV 或 Excel 的业务导入成积分")

COMPANY, PROGRAMME, TEMPLATE = "houji", "engineering", "engineering_seed"
"""What an empty installation gets: the literal seed programme, in force from the beginning."""

LISTED_MAX = 50_000
COLUMNS = ("row", "result", "field", "message", "remedy")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("file", type=Path, metavar="FILE", help=gettext("CSV、.xlsx 或 .xls 文件"))
    parser.add_argument(
        "--mapping", required=True, metavar="CODE", help=gettext("映射的代码，例如 receivables")
    )
    parser.add_argument("--sheet", default="", metavar="NAME", help=gettext("工作表，默认第一个"))
    parser.add_argument("--dry-run", action="store_true", help=gettext("只看结果，什么都不写入"))
    parser.add_argument(
        "--all-or-nothing", action="store_true", help=gettext("有一行不能入账，就一行都不写入")
    )
    parser.add_argument(
        "--mixed-units",
        choices=[choice.value for choice in MixedUnits],
        default=MixedUnits.HOLD.value,
        help=gettext("像是「元」当成「万元」的行：hold 留下，as_yuan 按元读取，keep 照收；默认 hold"),
    )
    with_company(parser)
    with_format(parser)


def run(options: argparse.Namespace) -> int:
    """Import the file; 1 when rows were left out that somebody must look at, else 0."""
    report = Report()
    if options.dry_run:
        with undone():
            start, survey = _begin(options)
            tally = try_local_file(
                actor=start.actor,
                terms=start.terms,
                survey=survey,
                mixed_units=MixedUnits(options.mixed_units),
                watch=report.see,
            )
        report.finish(tally.counts, tally.points, tally.awaiting)
    else:
        # A file that cannot be read at all must not leave an empty company behind.
        with transaction.atomic():
            start, survey = _begin(options)
        _import(options, start, survey, report)
    return report.print(options.format)


def _begin(options: argparse.Namespace) -> tuple[Start, Survey]:
    start = ensure_company_with_template(*_codes(options), TEMPLATE)
    with tenant(start.actor.company_id):
        choice = mapping_by_code(options.mapping)
    survey = survey_local_file(
        path=options.file, document=choice.document, sheet=options.sheet, terms=start.terms
    )
    return start, survey


def _codes(options: argparse.Namespace) -> tuple[str, str]:
    """Return the codes of company and programme: the only ones there are, else those to begin with."""
    companies = {company.code: company for company in all_companies()}
    if options.company is None and companies:
        company_id = chosen_company(None)
        company = next(code for code, found in companies.items() if found.id == company_id)
    else:
        company = options.company or COMPANY
    if options.programme is not None or company not in companies:
        return company, options.programme or PROGRAMME
    with tenant(chosen_company(company)):
        programs = all_programs()
    return company, programs[0].code if programs else PROGRAMME


def _import(options: argparse.Namespace, start: Start, survey: Survey, report: Report) -> None:
    whole = options.all_or_nothing
    import_ = import_local_file(
        actor=start.actor,
        terms=start.terms,
        path=options.file,
        survey=survey,
        mode=Mode.ALL_OR_NOTHING if whole else Mode.GOOD_ROWS,
        mixed_units=MixedUnits(options.mixed_units),
        watch=report.see,
    )
    report.failure = failure_of(import_)
    report.import_id = import_.id
    report.finish(import_.counts, import_.points, import_.awaiting_points)


@dataclass(slots=True)
class Report:
    """What is printed at the end: the counts, the points, and each row that was left out."""

    counts: dict[str, int] = field(default_factory=dict)
    points: int = 0
    awaiting: int = 0
    import_id: int | None = None
    failure: Refusal | None = None
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def see(self, judged: Sequence[JudgedRow]) -> None:
        """Keep the rows somebody must look at."""
        for row in judged:
            if row.outcome in BAD and len(self.rows) < LISTED_MAX:
                self.rows += [self._line(row, problem) for problem in map(asdict, row.problems)]

    def finish(self, counts: Mapping[str, int], points: int, awaiting: int) -> None:
        """Take the totals; rows that a dry run found good count as accepted."""
        good = (Outcome.ACCEPTED,) if self.failure else (Outcome.ACCEPTED, Outcome.READY, Outcome.NORMALISED)
        self.counts = {"accepted": sum(counts.get(outcome, 0) for outcome in good)}
        others = (Outcome.DUPLICATE, Outcome.CONFLICT, Outcome.REFUSED, Outcome.FLAGGED, Outcome.SKIPPED)
        self.counts |= {outcome.value: counts.get(outcome, 0) for outcome in others}
        self.points, self.awaiting = points, awaiting

    def print(self, form: str) -> int:
        """Print everything and return the exit status.

        JSON is one object. As CSV the totals go to standard output and the rows to standard error,
        since each is a table of its own.
        """
        totals = {"import": self.import_id, **self.counts, "points": self.points, "awaiting": self.awaiting}
        if form == "json":
            rows = [dict(zip(COLUMNS, row, strict=True)) for row in self.rows]
            failure = None if self.failure is None else str(self.failure)
            print_record({**totals, "failure": failure, "rows": rows}, form)
        else:
            print_record(totals, form)
            if self.rows:
                print_rows(COLUMNS, self.rows, form, to=sys.stderr if form == "csv" else sys.stdout)
            if self.failure is not None:
                print(self.failure.message, self.failure.remedy, sep="\n", file=sys.stderr)
        bad = self.counts["refused"] + self.counts["conflict"] + self.counts["flagged"]
        return 1 if bad or self.failure is not None else 0

    @staticmethod
    def _line(row: JudgedRow, problem: dict[str, Any]) -> tuple[Any, ...]:
        shown = problems.show(problem)
        return row.number, row.outcome.value, shown.column or shown.field, shown.message, shown.remedy
