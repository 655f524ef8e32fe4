"""What commands print."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from houji.config.cli.output import print_record, print_rows

COLUMNS = ["member", "points", "rate", "on", "at"]
ROWS = [
    [
        "杭州市政",
        1200,
        Decimal("0.50"),
        date(2026, 1, 5),
        datetime(2026, 1, 5, 8, tzinfo=timezone(timedelta(hours=8))),
    ],
    ["A", None, Decimal("1E+3"), None, None],
]


def printed(form: str) -> str:
    out = io.StringIO()
    print_rows(COLUMNS, ROWS, form, to=out)
    return out.getvalue()


def test_text_columns_align_though_chinese_is_twice_as_wide() -> None:
    lines = printed("text").splitlines()
    assert lines[1].startswith("杭州市政  1200")
    assert lines[2].startswith("A" + " " * 7 + "  " + " " * 6 + "  1000")


def test_csv_has_a_header_and_plain_values() -> None:
    lines = printed("csv").splitlines()
    assert lines[0] == "member,points,rate,on,at"
    assert lines[1] == "杭州市政,1200,0.5,2026-01-05,2026-01-05T00:00:00Z"
    assert lines[2] == "A,,1000,,"


def test_json_keeps_integers_and_writes_decimals_as_strings() -> None:
    first, second = json.loads(printed("json"))
    assert first["points"] == 1200
    assert first["rate"] == "0.5"
    assert second["at"] is None


def test_a_record_is_a_line_per_field() -> None:
    out = io.StringIO()
    print_record({"violations": 0, "账户": 12}, "text", to=out)
    assert out.getvalue() == "violations  0\n账户        12\n"
