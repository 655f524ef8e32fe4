"""The four steps of an import, as the bar above its pages shows them."""

from __future__ import annotations

from django.utils.translation import gettext

_ORDER = ("upload", "columns", "preview", "post")


def import_steps(now: str) -> list[dict[str, str]]:
    """Return the steps with their state; ``now`` is upload, columns, preview, post or done."""
    words = {
        "upload": gettext("上传文件"),
        "columns": gettext("对应列"),
        "preview": gettext("预览"),
        "post": gettext("入账"),
    }
    at = _ORDER.index(now) if now in _ORDER else len(_ORDER)
    return [
        {"text": words[step], "state": "done" if place < at else "now" if place == at else ""}
        for place, step in enumerate(_ORDER)
    ]
