"""The event types of the engineering programme, as the tests of rules see them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from houji.rules.compile import CompiledRules, compile_rules
from houji.rules.parse import parse_rule_set
from houji.rules.types import EventFacts, EventShape, Facts, Field, FieldCatalogue, FieldKind

_TEMPLATES = Path(__file__).parents[2] / "rulebook" / "template_data"


def _field(name: str, kind: str, zh: str, en: str, **more: Any) -> Field:
    return Field(name if "." in name else f"event.{name}", FieldKind(kind), {"zh": zh, "en": en}, **more)


_INVOICE_NO = _field("invoice_no", "string", "发票号", "Invoice number")
_DISPUTED = {
    "true": {"zh": "有争议", "en": "there is a dispute"},
    "false": {"zh": "无争议", "en": "there is no dispute"},
}
KINDS = {
    "government": {"zh": "政府", "en": "government"},
    "soe": {"zh": "国企", "en": "state-owned"},
    "private": {"zh": "民企", "en": "private"},
}

CATALOGUE = FieldCatalogue.of(
    (
        EventShape(
            "invoice.settled",
            {"zh": "付款到账", "en": "Payment received"},
            (
                _INVOICE_NO,
                _field("amount", "decimal", "回款金额", "Amount", unit="yuan"),
                _field("deposit", "decimal", "质保金", "Deposit", unit="yuan"),
                _field("due_date", "date", "到期日", "Due date"),
                _field("settled_date", "date", "到账日", "Settled date"),
                _field("disputed", "boolean", "有争议", "Disputed", choices=_DISPUTED),
                _field("urgent", "boolean", "加急", "Urgent"),
                _field("items", "integer", "件数", "Items"),
                _field("confirmed_at", "datetime", "确认时间", "Confirmed at"),
            ),
        ),
        EventShape(
            "invoice.reversed",
            {"zh": "红字冲销", "en": "Invoice reversed"},
            (_INVOICE_NO,),
        ),
        EventShape(
            "referral.signed",
            {"zh": "推荐客户签约", "en": "Referred customer signed"},
            (
                _field("referral_no", "string", "推荐编号", "Referral number"),
                _field("referred_name", "string", "被推荐客户", "Referred customer"),
            ),
        ),
        EventShape(
            "survey.completed",
            {"zh": "满意度回访", "en": "Survey completed"},
            (
                _field("survey_no", "string", "回访编号", "Survey number"),
                _field("score", "integer", "评分", "Score"),
            ),
        ),
        EventShape(
            "project.joint",
            {"zh": "联合研发", "en": "Joint project"},
            (
                _field("project_no", "string", "项目编号", "Project number"),
                _field("project_name", "string", "项目名称", "Project name"),
            ),
        ),
    ),
    (
        _field("member.key", "string", "客户编号", "Customer code"),
        _field("member.tags", "tags", "客户标签", "Customer tags"),
        _field("member.kind", "choice", "客户性质", "Kind of customer", choices=KINDS),
    ),
)

MEMBER = Facts(member={"key": "C-001", "kind": "soe"})

PAYMENT: Mapping[str, Any] = {
    "invoice_no": "FP-2610-0391",
    "amount": "462000",
    "due_date": "2026-11-24",
    "settled_date": "2026-11-12",
    "disputed": False,
}


def make_event(event_type: str = "invoice.settled", **data: Any) -> EventFacts:
    """Make an event; a payment unless said otherwise, its data changed as given (None removes)."""
    base = dict(PAYMENT) if event_type == "invoice.settled" else {}
    merged = {key: value for key, value in {**base, **data}.items() if value is not None}
    return EventFacts(event_type, datetime(2026, 11, 12, 2, 30, tzinfo=UTC), merged)


def make_rule(**changes: Any) -> dict[str, Any]:
    """Make the document of one small rule, changed as given (None removes)."""
    rule: dict[str, Any] = {
        "code": "payment",
        "names": {"zh": "付款及时", "en": "Paid in time"},
        "category": "payment",
        "trigger": {"event": "invoice.settled"},
        "award": {"unit": "points", "fixed": 80},
    }
    return {key: value for key, value in {**rule, **changes}.items() if value is not None}


def make_document(*rules: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Make the document of a rule set."""
    document = {"code": "tried", "names": {"zh": "试用", "en": "Tried"}, "rules": list(rules)}
    return {**document, **changes}


def compile_one(**changes: Any) -> CompiledRules:
    """Compile a rule set of one rule."""
    return compile_rules(parse_rule_set(make_document(make_rule(**changes)), CATALOGUE), CATALOGUE)


@cache
def seed_rules(code: str = "engineering_seed") -> CompiledRules:
    """Compile the rules that ship with Houji."""
    document = json.loads((_TEMPLATES / f"{code}.json").read_text("utf-8"))["rule_set"]
    return compile_rules(parse_rule_set(document, CATALOGUE), CATALOGUE)
