"""Every icon, status shape and drawing a template names is in the sprite."""

from __future__ import annotations

import re

from tests.quality.templates import HOUJI, template_files

SPRITE = (HOUJI / "config" / "static" / "houji" / "icons.svg").read_text()
SYMBOLS = set(re.findall(r'<symbol id="([^"]+)"', SPRITE))
TAGS = {"icon": "i-", "shape": "s-", "status": "s-", "drawing": ""}


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    missing = []
    for path in template_files():
        for tag, name in re.findall(r'{%\s*(icon|shape|status|drawing)\s+"([^"]+)"', path.read_text()):
            if TAGS[tag] + name not in SYMBOLS:
                missing.append((path.name, tag, name))
    assert missing == []


def test_every_kind_of_status_has_a_shape() -> None:
    from houji.wording.templatetags.houji import _STATUS_CLASS

    assert {f"s-{kind}" for kind in _STATUS_CLASS} <= SYMBOLS


def test_the_sprite_carries_colours_but_no_script_or_reference_outside() -> None:
    assert not re.search(r"<script|\son\w+=|(?:xlink:)?href=", SPRITE)


def test_no_template_writes_scripts_or_styles_that_a_strict_policy_forbids() -> None:
    found = []
    for path in template_files():
        text = path.read_text()
        inline = re.findall(
            r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)(?![^>]*application/json)", text
        )
        found += [(path.name, match) for match in inline]
    assert found == []
