"""A masked name keeps its trade and hides who it is."""

from __future__ import annotations

import pytest

from houji.insights.masking import HIDDEN, mask_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("青屿水务集团", "青××水务集团"),
        ("青屿水务集团有限公司", "青××水务集团"),
        ("云中晴空建设集团", "云××建设集团"),
        ("霁州市水利局", "霁××水利局"),
        ("云中鹿鸣置业有限公司", "云××置业"),
        ("云中长风新能源", "云××新能源"),
        ("蓝鲸", "蓝××"),
        ("星", HIDDEN),
        ("", HIDDEN),
        ("有限公司", "有××"),
    ],
)
def test_a_mask_keeps_the_first_character_and_the_generic_end(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize("name", ["水务集团", "建设集团", "集团", "x水务", "新能源"])
def test_at_least_one_character_is_always_hidden(name: str) -> None:
    assert name not in mask_name(name)
    assert len(mask_name(name).replace(HIDDEN, "")) < len(name)


def test_the_length_of_what_is_hidden_does_not_show() -> None:
    assert mask_name("青屿水务集团") == mask_name("青岚星野水务集团")
