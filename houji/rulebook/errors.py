"""What the rulebook refuses."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from houji.kernel.refusals import Kind, Refusal


@dataclass
class NoRulesInForce(Refusal):
    """No published version was in force when the event happened."""

    day: str
    code = "no_rules_in_force"
    kind = Kind.UNPROCESSABLE
    text = _("{day} 还没有生效的规则。")
    way_out = _("只导入规则生效之后的业务，或让规则从更早起生效。")
