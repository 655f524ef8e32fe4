"""The OpenAPI description: complete, in both languages, and true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from houji.api.problems import STATUS_OF_KIND, TITLES
from houji.kernel.refusals import Kind

CHINESE = re.compile("[一-鿿]")


def describe(language: str = "zh") -> dict[str, Any]:
    answer = Client().get("/api/openapi.json", headers={"Accept-Language": language})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def texts(node: Any) -> Iterator[str]:
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from texts(value)
    if isinstance(node, dict):
        yield from (node[key] for key in ("summary", "description") if isinstance(node.get(key), str))


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            yield path, operation


def test_it_is_openapi_3_1_with_every_endpoint() -> None:
    document = describe()
    assert document["openapi"].startswith("3.1")
    assert {path for path, _ in operations(document)} == {
        "/api/v1/events",
        "/api/v1/events/{event_id}/explanation",
        "/api/v1/entries/{entry}/explanation",
        "/api/v1/event-types",
        "/api/v1/members",
        "/api/v1/members/{key}",
        "/api/v1/members/{key}/balance",
        "/api/v1/members/{key}/entries",
        "/api/v1/members/{key}/statements/{month}",
        "/api/v1/ranking",
    }


def test_every_error_is_declared_as_a_problem() -> None:
    for path, operation in operations(describe()):
        errors = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
        assert {"400", "401", "403", "404", "500", "503"} <= set(errors), path
        for answer in errors.values():
            assert list(answer["content"]) == ["application/problem+json"], path
        if path == "/api/v1/events":
            assert {"409", "413", "415", "422"} <= set(errors)


def test_every_reference_points_at_a_schema() -> None:
    document = describe()
    references = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
    assert references <= set(document["components"]["schemas"])


def test_it_speaks_chinese_by_default_and_english_on_request() -> None:
    chinese, english = list(texts(describe())), list(texts(describe("en")))
    assert len(chinese) == len(english)
    assert all(CHINESE.search(text) for text in chinese if re.search("[a-z]{4}", text))
    assert [text for text in english if CHINESE.search(text)] == []


def test_every_kind_of_refusal_has_a_status_and_every_status_a_name() -> None:
    assert set(STATUS_OF_KIND) == set(Kind)
    assert set(STATUS_OF_KIND.values()) <= set(TITLES)


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs/reference/problems"])
def test_pages_live_within_the_strict_policy(path: str) -> None:
    answer = Client().get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert answer.status_code == 200
    assert "unsafe" not in policy
    html = answer.content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|https?://", html)


def test_the_page_of_problem_types_has_a_row_for_each_type() -> None:
    html = Client().get("/api/docs/reference/problems").content.decode()
    assert 'id="api_key_refused"' in html
    assert 'id="event_conflict"' in html
    assert "postgres.missing" not in html
    english = Client().get("/api/docs/reference/problems", headers={"Accept-Language": "en"})
    (row,) = re.findall('<tr id="address_unknown">.*</tr>', english.content.decode())
    assert "There is no address" in row
    assert not CHINESE.search(row)
