"""What the rulebook refuses."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from houji.kernel.refusals import Kind, Refusal


@dataclass
class NoRulesInForce(Refusal):
    """No published version was in force when the event happened; ``since`` is when the first one began."""

    day: str
    since: str
    code = "no_rules_in_force"
    kind = Kind.UNPROCESSABLE
    text = _("{day} 还没有生效的规则，规则自 {since} 起执行。")
    way_out = _("只导入这天及以后的业务。")
