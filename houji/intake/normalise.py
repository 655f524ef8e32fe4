"""Cells become values, and what was changed on the way is noted.

Every reader takes a cell and a list that collects notes, returns the value (None for an empty cell)
and raises ``Unreadable`` when the cell cannot be read for certain: a wrong guess about money is
worse than a question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final, TypeGuard

from houji.intake.notes import Note
from houji.intake.problems import Unreadable
from houji.intake.types import Cell, ErrorCell
from houji.kernel.numbers import AMOUNT_LIMIT, AMOUNT_PLACES, EXACT, POINTS_LIMIT, plain

Notes = list[Note]

UNITS: Final[dict[str, Decimal]] = {
    "元": Decimal(1),
    "千元": Decimal(1_000),
    "万元": Decimal(10_000),
    "亿元": Decimal(100_000_000),
}
"""Units a mapping may name, in yuan."""

TRUE_WORDS: Final = frozenset({"是", "有", "对", "真", "y", "yes", "true", "t", "1", "√", "✓", "✔"})
FALSE_WORDS: Final = frozenset({"否", "无", "没有", "假", "n", "no", "false", "f", "0", "×", "✗"})

# Full-width ASCII and the ideographic space; what else NFKC would change (（ in names, ㈱) stays.
_HALF = {code + 0xFEE0: code for code in range(0x21, 0x7F)} | {0x3000: 0x20}
_MINUS = dict.fromkeys(map(ord, "−–—―﹣"), ord("-"))
_FOLD = _HALF | _MINUS | {ord("￥"): ord("¥"), ord("。"): ord(".")}
_ALNUM = {full: half for full, half in _HALF.items() if chr(half).isalnum() or chr(half) in "-_/.#"}
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]|[\x01-\x1f\x7f]+")

_PLAIN = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_EXPONENT = re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+", re.ASCII)
_BEFORE = re.compile(r"^(¥|RMB|CNY|人民币)\s*", re.IGNORECASE)
_AFTER = re.compile(r"\s*(千元|万元|亿元|万|亿|元整|元|圆整|圆|RMB|CNY)$", re.IGNORECASE)
_AFTER_UNITS = {"千元": "千元", "万元": "万元", "万": "万元", "亿元": "亿元", "亿": "亿元"}
_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"})
_MARKED = re.compile(r'="(.*)"|\'(.*)', re.DOTALL)

NOT_CALCULATED: Final = ErrorCell("")
"""Stands for a formula that the writing program never calculated."""


def fold(text: str) -> str:
    """Return text with full-width characters, minus signs and currency signs in their ASCII form."""
    return text.translate(_FOLD).replace("\u00a0", " ").strip()


def shown(cell: Cell) -> str:
    """Write a cell as a person would recognise it, at most 60 characters, for messages and notes."""
    if isinstance(cell, ErrorCell):
        return cell.shown
    if isinstance(cell, Decimal):
        return plain(cell)[:60] if cell.is_finite() else str(cell)
    return "" if cell is None else str(cell).strip()[:60]


def refuse_errors(cell: Cell) -> None:
    """Raise Unreadable for a formula error, whether Excel's own or its text in a CSV."""
    if isinstance(cell, ErrorCell):
        if cell == NOT_CALCULATED:
            raise Unreadable("formula_not_calculated")
        raise Unreadable("formula_error", raw=cell.shown)
    if isinstance(cell, str) and cell[:1] == "#":
        text = cell.strip()
        if text.upper() in _ERRORS or not text.strip("#"):
            raise Unreadable("formula_error", raw=text[:60])


def is_empty(cell: Cell) -> bool:
    """Say whether a cell holds nothing but blanks."""
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace()))


def is_number(cell: Cell) -> TypeGuard[int | Decimal]:
    """Say whether a cell is a finite number (a boolean is not)."""
    return isinstance(cell, int | Decimal) and not isinstance(cell, bool) and Decimal(cell).is_finite()


def to_text(cell: Cell, notes: Notes) -> str | None:
    """Read free text such as a name: trimmed, without invisible characters or line breaks."""
    refuse_errors(cell)
    if is_empty(cell):
        return None
    if not isinstance(cell, str):
        return _text_of_value(cell, notes)
    if "\0" in cell:
        raise Unreadable("text_forbidden")
    text = cell.strip()
    if _INVISIBLE.search(text):
        text = " ".join(_INVISIBLE.sub(lambda found: " " if found[0] < " " else "", text).split())
        notes.append(Note("blanks", shown(cell), text))
    return text or None


def _text_of_value(cell: Cell, notes: Notes) -> str:
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    assert isinstance(cell, int | Decimal)
    # Excel keeps 15 digits of a number: a longer invoice number has already lost its end.
    number = Decimal(cell)
    if abs(number) >= 10**15:
        raise Unreadable("digits_lost", raw=shown(number))
    text = plain(number)
    notes.append(Note("number_as_text", text, text))
    return text


def to_code(cell: Cell, notes: Notes) -> str | None:
    """Read a number or key that identifies something: like text, with digits and letters half-width."""
    text = to_text(cell, notes)
    if text is None:
        return None
    marked = _MARKED.fullmatch(text)
    if marked and (marked[1] or marked[2]):
        raw, text = text, (marked[1] or marked[2]).strip()
        notes.append(Note("text_marks", raw, text))
    folded = text.translate(_ALNUM)
    if folded != text:
        notes.append(Note("full_width", text, folded))
    if _EXPONENT.fullmatch(folded) and "+" in folded:
        raise Unreadable("digits_lost", raw=folded[:60])
    return folded


def to_amount(cell: Cell, notes: Notes, *, unit: str = "元") -> Decimal | None:
    """Read money and return exact yuan; ``unit`` is that of the column, a unit in the cell wins."""
    refuse_errors(cell)
    if is_empty(cell):
        return None
    raw, cell_unit = shown(cell), unit
    if isinstance(cell, str):
        text = cell.strip()
        if not _PLAIN.fullmatch(text):
            text, cell_unit = _clean_amount(text, notes, unit)
        value = Decimal(text)
    elif isinstance(cell, date | time | timedelta):
        raise Unreadable("amount_is_date", raw=raw)
    elif is_number(cell):
        value = Decimal(cell)
    else:
        raise Unreadable("amount_not_number", raw=raw)
    yuan = in_yuan(value, cell_unit, raw)
    if cell_unit != unit:
        notes.append(Note("unit", raw, plain(yuan), unit=cell_unit))
    return yuan


def in_yuan(value: Decimal, unit: str, raw: str) -> Decimal:
    """Scale an amount to yuan; raises Unreadable when it has too many places or is out of range."""
    digits = value.as_tuple()
    if not isinstance(digits.exponent, int) or value.adjusted() > 20:
        raise Unreadable("amount_out_of_range", raw=raw, limit=f"{AMOUNT_LIMIT:,f}")
    if len(digits.digits) > 50:
        raise Unreadable("amount_too_many_digits", raw=raw, places=str(AMOUNT_PLACES))
    yuan = value if unit == "元" else EXACT.multiply(value, UNITS[unit])
    if abs(yuan) >= AMOUNT_LIMIT:
        raise Unreadable("amount_out_of_range", raw=raw, limit=f"{AMOUNT_LIMIT:,f}")
    if yuan != yuan.quantize(Decimal(1).scaleb(-AMOUNT_PLACES), context=EXACT):
        raise Unreadable("amount_too_many_digits", raw=raw, places=str(AMOUNT_PLACES))
    return yuan


def _clean_amount(raw: str, notes: Notes, unit: str) -> tuple[str, str]:
    text = fold(raw)
    kinds = ["full_width"] if text != raw.replace("￥", "¥") else []
    negative, text, marks = _signs(text)
    kinds += marks
    unsigned = text
    text = _BEFORE.sub("", text)
    if suffix := _AFTER.search(text):
        unit = _AFTER_UNITS.get(suffix[1], "元")
        text = text[: suffix.start()]
    inner_negative, text, marks = _signs(text)
    if inner_negative and (negative or text == unsigned):
        raise Unreadable("amount_not_number", raw=raw[:60])
    if text != unsigned.strip("+-"):
        kinds.append("currency")
    kinds += marks
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
        kinds.append("thousands")
    _refuse_amount_text(text, raw)
    text = f"-{text}" if negative != inner_negative else text
    if kinds:
        # One note for one cell: the change that matters most to the reader comes last in the list.
        notes.append(Note(kinds[-1] if "brackets" not in kinds else "brackets", raw[:60], text))
    return text, unit


def _signs(text: str) -> tuple[bool, str, list[str]]:
    """Take the sign off: leading or trailing (as SAP writes it), or accountants' brackets."""
    if text.startswith("(") and text.endswith(")") and len(text) > 2:
        return True, text[1:-1].strip(), ["brackets"]
    if text.endswith("-") and len(text) > 1:
        return True, text[:-1].strip(), ["sign"]
    if text.startswith("-"):
        return True, text[1:].strip(), []
    if text.startswith("+"):
        return False, text[1:].strip(), ["sign"]
    return False, text, []


def _refuse_amount_text(text: str, raw: str) -> None:
    if _PLAIN.fullmatch(text) and not text.startswith("-"):
        return
    if _EXPONENT.fullmatch(text):
        raise Unreadable("amount_exponent", raw=raw[:60])
    if "," in text and re.fullmatch(r"[\d,.]+", text, re.ASCII):
        raise Unreadable("amount_ambiguous", raw=raw[:60])
    raise Unreadable("amount_not_number", raw=raw[:60])


def to_integer(cell: Cell, notes: Notes) -> int | None:
    """Read a whole number such as a score."""
    refuse_errors(cell)
    if is_empty(cell):
        return None
    if isinstance(cell, str):
        text = fold(cell)
        if text != cell.strip():
            notes.append(Note("full_width", shown(cell), text))
        cell = Decimal(text) if _PLAIN.fullmatch(text) and len(text) < 40 else cell
    if not is_number(cell) or abs(Decimal(cell)) > POINTS_LIMIT or cell != int(cell):
        raise Unreadable("integer_expected", raw=shown(cell))
    return int(cell)


def to_boolean(
    cell: Cell,
    _notes: Notes,
    *,
    true_words: frozenset[str] = TRUE_WORDS,
    false_words: frozenset[str] = FALSE_WORDS,
) -> bool | None:
    """Read yes or no by word lists (compared folded and in lower case)."""
    refuse_errors(cell)
    if is_empty(cell):
        return None
    if isinstance(cell, bool):
        return cell
    word = word_key(shown(cell))
    if word in true_words:
        return True
    if word in false_words:
        return False
    raise Unreadable("boolean_unreadable", raw=shown(cell))


def to_choice(cell: Cell, notes: Notes, *, words: Mapping[str, str]) -> str | None:
    """Read one of a list of words (keys as ``word_key`` makes them) as its value."""
    text = to_text(cell, notes)
    if text is None:
        return None
    if (value := words.get(word_key(text))) is None:
        raise Unreadable("choice_unknown", raw=text[:60], choices="、".join(words))
    return value


def word_key(text: str) -> str:
    """Return the form in which words and column names are compared: folded, lower case, no blanks."""
    return "".join(fold(text).casefold().split())
