"""Signs between the parts of a remark, as the language of the page writes them."""

from __future__ import annotations

from collections.abc import Iterable

from houji.wording.numbers import in_chinese


def listed(parts: Iterable[str]) -> str:
    """Join the items of a list by commas."""
    return ("，" if in_chinese() else ", ").join(parts)


def clauses(parts: Iterable[str]) -> str:
    """Join what are nearly sentences."""
    return ("；" if in_chinese() else "; ").join(parts)


def named(name: str, text: str) -> str:
    """Put before a sentence what it is about."""
    return f"{name}：{text}" if in_chinese() else f"{name}: {text}"


def following(text: str) -> str:
    """Write a sentence that follows another one; Chinese puts no blank between them."""
    return text if in_chinese() else f" {text}"
