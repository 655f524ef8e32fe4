"""The application: where the API is mounted, how errors become problems, what its description says."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.request import UnreadablePostError
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.openapi.docs import Swagger
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from houji.access.errors import ApiKeyRefused
from houji.api import describing
from houji.api.authentication import ApiKey
from houji.api.errors import AddressUnknown, Busy, InternalError, MethodNotAllowed, ParameterInvalid
from houji.api.problems import problem_response, request_id_of
from houji.intake.cloudevents import BATCH_BYTES_MAX
from houji.intake.errors import BodyTooLarge
from houji.kernel.refusals import Refusal

log = logging.getLogger("houji.api")

View = Callable[..., HttpResponse]


class PlainJson(JSONRenderer):
    """JSON as UTF-8, so that Chinese can be read without decoding."""

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002
        """Write an answer; half a surrogate pair, quoted from what was sent, becomes a question mark."""
        return json.dumps(data, cls=self.encoder_class, ensure_ascii=False).encode("utf-8", "replace")


class DocsPage(Swagger):
    """Swagger UI from our own static files, in a page that lives within the strict policy."""

    template = "api/docs.html"

    def get_openapi_url(self, api: NinjaAPI, path_params: dict[str, Any]) -> str:
        """Return the address of the description."""
        return reverse(f"{api.urls_namespace}:openapi-json", kwargs=path_params)


class Api(NinjaAPI):
    """Ninja's application with a description that knows of problems and speaks the reader's language."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the OpenAPI 3.1 description."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        return describing.finished(schema)


api = Api(
    title=cast("str", _("厚积 API")),
    version="1",
    description=cast(
        "str",
        _(
            "业务事件进来，积分出去，每一分都有依据。"
            "金额是十进制字符串，时间是 UTC；出错时返回 RFC 9457 problem。"
        ),
    ),
    urls_namespace="api",
    auth=ApiKey(),
    renderer=PlainJson(),
    docs=DocsPage({"validatorUrl": None, "tryItOutEnabled": True, "persistAuthorization": False}),
)


@api.exception_handler(Refusal)
def answer_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer a refusal with its problem."""
    return problem_response(request, refusal)


@api.exception_handler(AuthenticationError)
def answer_without_key(request: HttpRequest, _fault: AuthenticationError) -> HttpResponse:
    """Answer a request without a key."""
    return problem_response(request, ApiKeyRefused())


@api.exception_handler(ValidationError)
def answer_bad_parameters(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    """Name each parameter that cannot be read."""
    names = list(dict.fromkeys(str(item["loc"][1] if len(item["loc"]) > 1 else "") for item in fault.errors))
    refusal = ParameterInvalid(names="、".join(names))
    errors = [describing.parameter_error(item) for item in fault.errors]
    return problem_response(request, refusal, errors=errors)


@api.exception_handler(Http404)
def answer_unknown_address(request: HttpRequest, _fault: Http404) -> HttpResponse:
    """Answer for an address that does not exist."""
    return problem_response(request, AddressUnknown(path=request.path[:200]))


@api.exception_handler(RequestDataTooBig)
def answer_body_too_large(request: HttpRequest, _fault: RequestDataTooBig) -> HttpResponse:
    """Answer a body that was not even read."""
    size = request.META.get("CONTENT_LENGTH", "")
    refusal = BodyTooLarge(int(size) if size.isdigit() else BATCH_BYTES_MAX + 1, BATCH_BYTES_MAX)
    return problem_response(request, refusal)


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def answer_busy(request: HttpRequest, fault: Exception) -> HttpResponse:
    """Answer when the database could not be reached or was in the middle of a restart."""
    log.error("database unavailable, request %s", request_id_of(request), exc_info=fault)
    return problem_response(request, Busy())


@api.exception_handler(Exception)
def answer_fault(request: HttpRequest, fault: Exception) -> HttpResponse:
    """Answer a fault of the product without its internals, and log them under the request's id."""
    if isinstance(fault, UnreadablePostError):
        # The client went away while it was sending: nobody reads the answer, and nothing is at fault.
        log.info("body not received, request %s", request_id_of(request))
    else:
        log.error("fault in request %s", request_id_of(request), exc_info=fault)
    return problem_response(request, InternalError())


def guarded(view: View) -> View:
    """Wrap a view: what its framework answers itself becomes a problem too; nothing is kept in caches."""

    @wraps(view)
    def guarded_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Exception as fault:
            response = api.on_exception(request, fault)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response.headers["Allow"]
            refusal = MethodNotAllowed(method=request.method or "", allowed=allowed)
            response = problem_response(request, refusal)
            response.headers["Allow"] = allowed
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return guarded_view


def guard(pattern: URLPattern) -> URLPattern:
    """Guard the view behind an address."""
    pattern.callback = guarded(pattern.callback)
    return pattern


def say_unknown(request: HttpRequest) -> HttpResponse:
    """Answer for every address that nothing else answers."""
    raise Http404(request.path)
