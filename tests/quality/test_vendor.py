"""What is vendored is what the manifest says, to the byte, and brings its licence."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

STATIC = Path(__file__).parents[2] / "houji" / "config" / "static"
VENDOR = STATIC / "vendor"
MANIFEST: dict[str, Any] = json.loads((VENDOR / "manifest.json").read_text())


@pytest.mark.parametrize("entry", MANIFEST["files"], ids=lambda entry: entry["file"])
def test_a_vendored_file_has_the_digest_of_the_manifest(entry: dict[str, Any]) -> None:
    assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


def test_every_vendored_file_is_in_the_manifest() -> None:
    present = {path.name for path in VENDOR.iterdir() if path.is_file()} - {"manifest.json"}
    assert present == {entry["file"] for entry in MANIFEST["files"]}


def test_every_licence_text_is_present_and_needed() -> None:
    named = {name for entry in MANIFEST["files"] + MANIFEST["copied"] for name in entry["licence_files"]}
    present = {f"licences/{path.name}" for path in (VENDOR / "licences").iterdir()}
    assert named == present
    assert all((VENDOR / name).stat().st_size > 100 for name in named)


def test_a_changed_file_says_what_was_changed_and_from_what() -> None:
    for entry in MANIFEST["files"]:
        assert ("change" in entry) == ("sha256_before_change" in entry)
        if "change" in entry:
            assert entry["sha256"] != entry["sha256_before_change"]


def test_nothing_refers_to_a_file_that_is_not_shipped() -> None:
    for path in STATIC.rglob("*"):
        if path.suffix in {".css", ".js"}:
            text = path.read_text()
            assert "sourceMappingURL" not in text, path.name
            addresses = re.findall(r"url\(\s*[\"']?([^)\"'\s]+)", text) if path.suffix == ".css" else []
            assert [address for address in addresses if not address.startswith("data:")] == [], path.name
