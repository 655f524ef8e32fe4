"""The OpenAPI description after Ninja has built it: problems declared, sentences translated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as translated
from django.utils.translation import gettext_noop as _
from ninja.openapi.schema import OpenAPISchema

from houji.api.problems import MEDIA_TYPE, TITLES

PROBLEM_REF: Final = "#/components/schemas/ProblemBody"
SENTENCES: Final = frozenset({"description", "summary"})

_WHY: Final[dict[str, tuple[str, str]]] = {
    "int_parsing": (_("不是整数。"), _("写成整数，例如 50。")),
    "bool_parsing": (_("看不出是或否。"), _("写 true 或 false。")),
    "missing": (_("没有填写。"), _("补上再试。")),
    "string_too_long": (_("太长。"), _("缩短后再试。")),
    "greater_than_equal": (_("太小。"), _("对照接口文档 /api/docs 里的范围修改。")),
    "less_than_equal": (_("太大。"), _("对照接口文档 /api/docs 里的范围修改。")),
}
_OTHERWISE: Final = (_("格式不对。"), _("对照接口文档 /api/docs 里的格式修改。"))


def parameter_error(fault: Mapping[str, Any]) -> dict[str, Any]:
    """Return one fault of a parameter as an item of ``errors``."""
    name = str(fault["loc"][1] if len(fault["loc"]) > 1 else "")
    message, remedy = _WHY.get(fault["type"], _OTHERWISE)
    return {
        "pointer": "",
        "field": name,
        "code": f"parameter_{fault['type']}" if fault["type"] in _WHY else "parameter_format",
        "message": translated(message),
        "remedy": translated(remedy),
    }


def finished(schema: OpenAPISchema) -> OpenAPISchema:
    """Declare problems by their media type, name the request id, translate every sentence."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            _declare_problems(operation["responses"])
    components = schema["components"]["schemas"]
    for component in components.values():
        # Docstrings are for those who read the code; the description speaks through its fields.
        component.pop("description", None)
    _translate(schema)
    return schema


def _declare_problems(responses: dict[Any, Any]) -> None:
    for status, response in responses.items():
        content = response.get("content", {})
        if int(status) >= 400:
            response["content"] = {MEDIA_TYPE: {"schema": {"$ref": PROBLEM_REF}}}
            response["description"] = translated(TITLES[int(status)])
        elif content:
            response["description"] = translated(_("成功"))
        response["headers"] = {
            "X-Request-Id": {"description": translated(_("请求编号")), "schema": {"type": "string"}}
        }


def _translate(node: Any) -> None:
    if isinstance(node, list):
        for item in node:
            _translate(item)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key in SENTENCES and isinstance(value, str) and value:
            node[key] = translated(value)
        else:
            _translate(value)
    # Pydantic makes titles of field names, which say nothing more than the names.
    if {"type", "$ref", "anyOf"} & node.keys() and isinstance(node.get("title"), str):
        node.pop("title")
