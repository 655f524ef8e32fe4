"""The reference of every code as Markdown: what docs/reference/problems.md must say."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from django.utils.functional import Promise
from django.utils.translation import override

from houji.api.catalogue import CodeFacts, FieldFacts, field_codes, refusal_codes

_HEAD = """\
# 错误代码 · Problem types

接口出错时返回 RFC 9457 `application/problem+json`：`type` 指向这里的一行，`code` 永久不变，
`detail` 和 `remedy` 按 `Accept-Language` 用中文（默认）或英文书写，`errors` 逐处列出错误，
`request_id` 与响应头 `X-Request-Id` 相同。花括号里的词由具体的值代替。
状态为「—」的代码只出现在页面和命令行里。

Errors are RFC 9457 problems. `type` points at a row of this page, `code` never changes, `detail` and
`remedy` are Chinese (the default) or English by `Accept-Language`, `errors` lists each fault at its
place, `request_id` equals the header `X-Request-Id`. Actual values take the place of the words in
braces. Codes with the status “—” only occur in pages and on the command line.
"""

_REFUSALS = """
## 拒绝 · Refusals

| code | kind · status | 哪里不对 · meaning | 怎么改 · remedy |
| --- | --- | --- | --- |
"""

_FIELDS = """
## errors 里的代码 · Codes in `errors`

一个事件或一行里的一处错误。One fault inside an event or a row of a file.

| code | 哪里不对 · meaning | 怎么改 · remedy |
| --- | --- | --- |
"""


def problems_reference() -> str:
    """Return the whole page, in Chinese and English side by side."""
    refusals = "".join(f"{row}\n" for row in _refusal_rows(refusal_codes()))
    fields = "".join(f"{row}\n" for row in _field_rows(field_codes()))
    return _HEAD + _REFUSALS + refusals + _FIELDS + fields


def _refusal_rows(codes: list[CodeFacts]) -> Iterator[str]:
    for facts in codes:
        status = "—" if facts.status is None else str(facts.status)
        yield (
            f"| `{facts.code}` | {facts.kind} · {status} | {_both(facts.meaning)} | {_both(facts.remedy)} |"
        )


def _field_rows(codes: list[FieldFacts]) -> Iterator[str]:
    for facts in codes:
        yield f"| `{facts.code}` | {_both(facts.meaning)} | {_both(facts.remedy)} |"


def _both(text: str | Promise) -> str:
    """Write a text in both languages, one line each, fit for a cell of a table."""
    said = []
    for language in ("zh-hans", "en"):
        with override(language):
            said.append(escape(str(text), quote=False).replace("|", "\\|").replace("\n", " "))
    return "<br>".join(dict.fromkeys(part for part in said if part))
