"""The documentation says what the product has: commands, settings, links, decisions, words, examples."""

from __future__ import annotations

import argparse
import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from houji.config.cli import command_names
from houji.intake.cloudevents import EVENT_TYPE, parse_event
from houji.intake.event_types.catalogue import event_types, field_catalogue
from houji.intake.mapping.bind import bind
from houji.intake.mapping.document import parse_mapping
from houji.intake.mapping.library import shipped_mappings
from houji.rulebook.templates import ORDER
from houji.rules.parse import parse_rule_set

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
SOURCES = [
    ROOT / "run.py",
    ROOT / "conftest.py",
    *sorted(path for path in (ROOT / "houji").rglob("*.py") if "tests" not in path.parts),
]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def sections(text: str, mark: str) -> dict[str, str]:
    """Return the text below each heading of one level, by the word in backticks that the heading is."""
    parts = re.split(rf"^{mark} `([^`]+)`$", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def examples(page: str) -> list[Any]:
    """Return every JSON example of a page."""
    text = (REFERENCE / page).read_text()
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, flags=re.S)]


def module_of(command: str) -> str:
    return "import_" if command == "import" else command


def options_of(command: str) -> set[str]:
    parser = argparse.ArgumentParser(add_help=False)
    importlib.import_module(f"houji.config.commands.{module_of(command)}").configure(parser)
    return {option for action in parser._actions for option in action.option_strings}


def test_every_command_has_its_section_and_no_other_is_promised() -> None:
    assert sorted(sections((REFERENCE / "commands.md").read_text(), "###")) == command_names()


@pytest.mark.parametrize("command", command_names())
def test_every_option_of_a_command_is_named(command: str) -> None:
    text = (REFERENCE / "commands.md").read_text()
    shared, own = text.split("###", 1)[0], sections(text, "###")[command]
    missing = {option for option in options_of(command) if option not in own and option not in shared}
    assert missing == set()


@pytest.mark.parametrize("command", command_names())
def test_no_option_is_promised_that_a_command_has_not(command: str) -> None:
    own = sections((REFERENCE / "commands.md").read_text(), "###")[command]
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", own)) <= options_of(command)


def environment_names() -> set[str]:
    """Return the environment variables the product reads: names in quotes that begin with HOUJI_."""
    return {name for path in SOURCES for name in re.findall(r"[\"'](HOUJI_[A-Z_]+)[\"']", path.read_text())}


def test_every_environment_variable_is_documented_and_exists() -> None:
    rows = set(re.findall(r"^\| `([A-Z_]+)` \|", (REFERENCE / "settings.md").read_text(), flags=re.M))
    assert rows == environment_names() | {"DATABASE_URL"}


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_a_readme_promises_only_settings_that_exist(page: str) -> None:
    text = (ROOT / page).read_text()
    rows = set(re.findall(r"^\| `([A-Z_]+)` \|", text, flags=re.M))
    assert rows
    assert rows <= environment_names() | {"DATABASE_URL"}
    assert re.search(r"^python3 run\.py +#", text, flags=re.M)
    assert re.search(r"^python3 run\.py test +#", text, flags=re.M)


def links(page: Path) -> Iterator[str]:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:|#", target):
            yield target.partition("#")[0]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert [target for target in links(page) if not (page.parent / target).exists()] == []


def test_every_page_of_the_documentation_is_listed() -> None:
    index = {(DOCS / target).resolve() for target in links(DOCS / "README.md")}
    expected = {page for page in DOCS.rglob("*.md") if page.parent != DOCS / "decisions"}
    assert expected - index - {DOCS / "README.md"} == set()


def test_every_decision_is_listed_under_its_title() -> None:
    index = (DOCS / "decisions" / "README.md").read_text()
    listed = re.findall(r"^\| \[(\d{4})\]\((\S+\.md)\) \| (.+) \|$", index, flags=re.M)
    written = [(page.name[:4], page.name, page.read_text().splitlines()[0][7:]) for page in DECISIONS]
    assert listed == written


def test_decisions_are_numbered_without_gap() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_is_whole_and_fits_a_page(page: Path) -> None:
    text = page.read_text()
    assert text.startswith(f"# {page.name[:4]} ")
    assert re.findall(r"^## (.+)$", text, flags=re.M) == ["Context", "Decision", "Consequences", "Rejected"]
    assert re.search(r"^Status: (accepted|superseded by \d{4}), \d{4}-\d{2}$", text, flags=re.M)
    assert len(text.split()) < 650


def glossary_rows() -> list[list[str]]:
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in (DOCS / "glossary.md").read_text().splitlines()
        if line.startswith("| ")
    ]
    return [row for row in rows if row[0] not in {"中文", "---"}]


def test_the_glossary_has_one_row_an_idea() -> None:
    rows = glossary_rows()
    assert rows
    assert [row for row in rows if len(row) != 4 or not all(row)] == []
    for column in (0, 1, 2):
        words = [row[column] for row in rows]
        assert sorted(words) == sorted(set(words))
    assert [row for row in rows if not re.search(r"[\u4e00-\u9fff]", row[0])] == []
    assert [row for row in rows if not row[1].isascii()] == []


def test_the_glossary_names_what_the_code_has() -> None:
    code = "\n".join(path.read_text() for path in SOURCES)
    terms = [re.fullmatch(r"`([\w.]+)`", row[2]) for row in glossary_rows()]
    assert None not in terms
    assert [term[1] for term in terms if term and not re.search(rf"\b{re.escape(term[1])}\b", code)] == []


def test_the_examples_of_rules_are_rules() -> None:
    found = examples("rules.md")
    whole = [example for example in found if "rules" in example]
    assert whole
    for example in found:
        parse_rule_set(example if "rules" in example else _around(example), field_catalogue())


def _around(part: dict[str, Any]) -> dict[str, Any]:
    """Return a rule set around an example that is only an award or only a condition."""
    names = {"zh": "例", "en": "example"}
    award = part if "unit" in part else {"unit": "points", "fixed": 1}
    rule = {
        "code": "one",
        "names": names,
        "category": "one",
        "trigger": {"event": "invoice.settled"},
        "award": award,
    }
    return {"code": "example", "names": names, "rules": [rule if "unit" in part else {**rule, "when": part}]}


def test_the_example_of_a_mapping_reads_a_file() -> None:
    (example,) = examples("mappings.md")
    mapping = parse_mapping(example)
    headers = [spec.columns[0] for spec in mapping.specs()]
    bound = bind(mapping, list(dict.fromkeys(headers)), zone=ZoneInfo("Asia/Shanghai"))
    assert bound.columns["amount"] == "到账金额"


def test_the_example_of_an_event_is_accepted() -> None:
    for example in examples("events.md"):
        read = parse_event(json.dumps(example).encode(), content_type=EVENT_TYPE)
        assert read.problems == ()
        assert read.draft is not None


def test_every_event_type_field_mapping_and_template_is_named() -> None:
    events = (REFERENCE / "events.md").read_text()
    for kind in event_types():
        (row,) = (line for line in events.splitlines() if line.startswith(f"| `{kind.code}` |"))
        for field in kind.fields.values():
            assert f"`{field.name}`{'*' if field.required else ''}" in row, (kind.code, field.name)
    mappings = (REFERENCE / "mappings.md").read_text()
    assert [mapping.code for mapping in shipped_mappings() if f"`{mapping.code}`" not in mappings] == []
    rules = (REFERENCE / "rules.md").read_text()
    assert [code for code in ORDER if f"`{code}`" not in rules] == []


def test_every_rule_key_of_the_templates_is_explained() -> None:
    rules = (REFERENCE / "rules.md").read_text()
    folder = ROOT / "houji" / "rulebook" / "template_data"
    keys = {
        key
        for path in folder.glob("*.json")
        for rule in json.loads(path.read_text())["rule_set"]["rules"]
        for key in rule
    }
    assert [key for key in keys if f"`{key}`" not in rules] == []


def test_what_is_vendored_is_credited_with_its_version() -> None:
    notice = (ROOT / "NOTICE").read_text()
    manifest = json.loads((ROOT / "houji/config/static/vendor/manifest.json").read_text())
    for entry in manifest["files"]:
        assert entry["file"] in notice
        assert entry["version"] in notice
    assert [entry["name"] for entry in manifest["copied"] if entry["name"] not in notice] == []
