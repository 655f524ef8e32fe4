"""Hiding a company's name on the public board, the same way each time: 青××水务集团."""

from __future__ import annotations

HIDDEN = "××"

_LEGAL_FORMS = ("股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "公司")

_TRADES = (
    "建设", "建筑", "工程", "路桥", "市政", "水务", "水利", "燃气", "能源", "新能源", "电力", "热力", "地产",
    "置业", "园林", "环境", "环保", "物流", "交通", "轨道", "地铁", "城投", "开发", "投资", "科技", "智能",
    "装备", "机电", "安装", "化工", "材料", "制造", "商业", "文旅", "养护", "卫生", "港务", "医院", "学校",
)  # fmt: skip

_FORMS = (
    "集团", "控股", "发展", "局", "委员会", "管理处", "中心", "园", "园区", "开发区", "公司",
)  # fmt: skip

_GENERIC = sorted(
    {*_TRADES, *_FORMS, *(trade + form for trade in _TRADES for form in _FORMS)}, key=len, reverse=True
)


def mask_name(name: str) -> str:
    """Keep a name's first character and the generic words at its end, and hide what is between.

    However many characters are hidden, the mask is as long: length tells nothing. At least one
    character is always hidden.
    """
    core = _without_legal_form(name.strip())
    if not core:
        return HIDDEN
    suffix = next((word for word in _GENERIC if core.endswith(word) and len(core) - len(word) >= 2), "")
    return f"{core[0]}{HIDDEN}{suffix}" if len(core) > 1 else HIDDEN


def _without_legal_form(name: str) -> str:
    for form in _LEGAL_FORMS:
        if name.endswith(form) and len(name) > len(form):
            kept = "集团" if form.startswith("集团") else ""
            return name.removesuffix(form) + kept
    return name
