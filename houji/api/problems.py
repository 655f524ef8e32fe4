"""Errors as RFC 9457 problems: one table from refusals to HTTP, one shape for every answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_noop as _

from houji.intake.problems import Problem
from houji.kernel.refusals import Kind, Refusal

MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "/api/docs/reference/problems#"
RETRY_AFTER_SECONDS: Final = 1

STATUS_OF_KIND: Final[dict[Kind, int]] = {
    Kind.INVALID: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.TOO_LARGE: 413,
    Kind.UNPROCESSABLE: 422,
    Kind.UNAVAILABLE: 503,
}

# HTTP has a status of its own for these; their kinds are shared with refusals that have none.
STATUS_OF_CODE: Final[dict[str, int]] = {
    "method_not_allowed": 405,
    "content_type_unsupported": 415,
    "too_many_attempts": 429,
    "internal_error": 500,
}

TITLES: Final[dict[int, str]] = {
    400: _("内容读不懂"),
    401: _("没有有效的密钥"),
    403: _("没有权限"),
    404: _("没有找到"),
    405: _("方法不对"),
    409: _("与已有内容冲突"),
    413: _("内容太大"),
    415: _("内容类型不支持"),
    422: _("内容不能接受"),
    429: _("尝试太多"),
    500: _("内部错误"),
    503: _("暂时不可用"),
}


def status_of(refusal: Refusal | type[Refusal]) -> int:
    """Return the HTTP status of a refusal."""
    return STATUS_OF_CODE.get(refusal.code, STATUS_OF_KIND[refusal.kind])


def title_of(status: int) -> str:
    """Return what a status means, in the active language."""
    return translated(TITLES[status])


def request_id_of(request: HttpRequest) -> str:
    """Return the number that the middleware gave a request."""
    return str(request.request_id)  # type: ignore[attr-defined]


def field_error(problem: Problem, *, row: int | None = None) -> dict[str, Any]:
    """Return one fault inside an event as an item of ``errors``; ``row`` counts a batch from 0."""
    pointer = _pointer(problem.field, row)
    found = {
        "pointer": pointer,
        "field": problem.field,
        "code": problem.code,
        "message": problem.message,
        "remedy": problem.remedy,
    }
    return found if row is None else {"row": row, **found}


def refusal_error(refusal: Refusal, *, row: int) -> dict[str, Any]:
    """Return the refusal of one event of a batch as an item of ``errors``."""
    return {
        "row": row,
        "pointer": f"#/{row}",
        "field": "",
        "code": refusal.code,
        "message": refusal.message,
        "remedy": refusal.remedy,
    }


def problem_response(
    request: HttpRequest, refusal: Refusal, *, errors: Sequence[dict[str, Any]] = ()
) -> HttpResponse:
    """Answer with a problem in the reader's language."""
    status = status_of(refusal)
    body = {
        "type": TYPE_PREFIX + refusal.code,
        "title": title_of(status),
        "status": status,
        "detail": refusal.message,
        "code": refusal.code,
        "remedy": refusal.remedy,
        "errors": list(errors),
        "instance": request.path,
        "request_id": request_id_of(request),
    }
    # Half a surrogate pair, quoted from what was sent, has no UTF-8: it is shown as a question mark.
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    response = HttpResponse(content, status=status, content_type=MEDIA_TYPE)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="houji"'
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _pointer(field: str, row: int | None) -> str:
    """Return a JSON pointer (RFC 6901, as URI fragment) to a field written as a JSON path."""
    path = field.removeprefix("$")
    if row is not None:
        path = path.removeprefix(f"[{row}]")
    parts = [part for part in path.replace("[", ".").replace("]", "").split(".") if part]
    escaped = [part.replace("~", "~0").replace("/", "~1") for part in parts]
    return "#" + "".join(f"/{part}" for part in ([] if row is None else [str(row)]) + escaped)
