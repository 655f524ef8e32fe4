"""What a member is found by: name, key, pinyin and initials, in lower case."""

from __future__ import annotations

LENGTH_MAX = 1000


def search_text(*, key: str, name: str, short_name: str = "", credit_code: str = "") -> str:
    """Return the text a search looks in: each form once, one blank between them.

    青屿水务 is found by 水务, qingyu, qysw and QYSW.
    """
    # Its dictionary takes a third of a second to load, which no start should wait for.
    from pypinyin import Style, lazy_pinyin

    forms = [key, name, short_name, credit_code]
    for text in {name, short_name} - {""}:
        forms.append("".join(lazy_pinyin(text)))
        forms.append("".join(lazy_pinyin(text, style=Style.FIRST_LETTER)))
    return " ".join(dict.fromkeys(form.lower() for form in forms if form))[:LENGTH_MAX]


def normalised_query(text: str) -> str:
    """Return what a person typed as ``search_text`` has it: lower case, pinyin without blanks."""
    lowered = text.strip().lower()
    return lowered.replace(" ", "").replace("'", "") if lowered.isascii() else lowered
