"""Canonical JSON matches the published vectors and refuses what is not exact."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from houji.kernel.canonical import canonical_json, fingerprint

VECTORS = Path(__file__).parent / "vectors"


@pytest.mark.parametrize("name", ["french", "unicode", "weird"])
def test_it_writes_the_published_vectors_byte_for_byte(name: str) -> None:
    value = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    assert canonical_json(value) == (VECTORS / f"{name}.canonical.json").read_bytes().rstrip(b"\n")


@pytest.mark.parametrize("value", [0.1, 2**53, -(2**53), {"a": [1.0]}, {"a": {1, 2}}, {"二": "", "b": 0.5}])
def test_it_refuses_numbers_that_may_not_be_exact(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical_json(value)


def test_the_order_of_keys_does_not_change_a_fingerprint() -> None:
    assert fingerprint({"b": "1", "a": "二"}) == fingerprint({"a": "二", "b": "1"})
    assert fingerprint({"a": "1"}) != fingerprint({"a": 1})
