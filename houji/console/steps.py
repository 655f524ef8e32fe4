"""A movement's explanation as the numbered chain of the drawer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from houji.console.desk import Desk
from houji.earning.explanation import (
    ApprovalFigure,
    ApprovalState,
    EntryExplanation,
    EventExplanation,
    EventFigure,
    LotFigure,
    ReversalFigure,
    ReversalWay,
)
from houji.kernel.time import local_date
from houji.wording import dates, numbers

Step = dict[str, Any]


def entry_steps(desk: Desk, told: EntryExplanation) -> list[Step]:
    """Return the chain behind a movement: what happened, by which rule, how reckoned, where it went."""
    steps: list[Step] = []
    if told.reversal is not None:
        steps.append(_reversal_step(desk, told.reversal))
    if told.source is not None:
        steps += business_steps(desk, told.source, lines_of=told)
    if told.lots:
        steps.append(_lots_step(told.lots))
    steps.append(_place_step(desk, told))
    return steps


def business_steps(
    desk: Desk, told: EventExplanation, *, lines_of: EntryExplanation | None = None
) -> list[Step]:
    """Return the links from the event to the approval; the arithmetic is the entry's where one is named."""
    steps = [_event_step(told.event)]
    if told.rules is not None:
        steps.append(_rules_step(told))
        steps.append(_arithmetic_step(told, lines_of))
        steps.append(_approval_step(desk, told.approval))
    return steps


def _event_step(event: EventFigure) -> Step:
    facts = [(field.label, field.value) for field in event.fields]
    origin = event.origin
    if event.import_row is not None:
        origin = gettext("%(file)s 第 %(row)s 行") % {"file": origin, "row": event.import_row}
    facts.append((gettext("来源"), origin))
    note = "" if event.is_live else gettext("所在的导入已整批撤回。")
    step = {"title": gettext("事件"), "aside": event.type_name, "facts": facts, "note": note}
    if event.import_id is not None:
        address = reverse("console:import", args=[event.import_id])
        step |= {"link_url": address, "link_text": gettext("看这次导入")}
    return step


def _rules_step(told: EventExplanation) -> Step:
    assert told.rules is not None
    since = told.rules.in_force_since
    number = told.rules.version_number
    if since is None:
        aside = gettext("版本 v%(number)s，一直执行") % {"number": number}
    else:
        aside = gettext("版本 v%(number)s，%(day)s 起执行") % {"number": number, "day": since.isoformat()}
    facts = [(rule.name, f"{rule.sentence.line}{gettext('。')}") for rule in told.rules.awarded]
    return {
        "title": gettext("规则"),
        "aside": aside,
        "facts": facts,
        "classes": "rule",
        "note": "" if facts else gettext("没有规则命中，所以没有积分。"),
    }


def _arithmetic_step(told: EventExplanation, entry: EntryExplanation | None) -> Step:
    assert told.rules is not None
    lines = entry.lines if entry is not None and entry.lines else told.lines
    others = [rule for rule in told.rules.others if rule.outcome != "other_event"]
    aside = gettext("另 %(count)s 条规则未命中") % {"count": len(others)} if others else ""
    return {
        "title": gettext("算式"),
        "aside": aside,
        "calculation": [
            {"name": line.name, "arithmetic": line.arithmetic, "points": line.points} for line in lines
        ],
        "total": sum(line.points for line in lines) if len(lines) > 1 else None,
        "note": gettext("；").join(f"{rule.name}{gettext('：')}{rule.reason}" for rule in others),
    }


def _approval_step(desk: Desk, approval: ApprovalFigure | None) -> Step:
    title = gettext("审批")
    if approval is None:
        return {"title": title, "note": gettext("这一笔按规则自动入账，无需审批。")}
    names = {
        ApprovalState.PENDING: gettext("待审批"),
        ApprovalState.APPROVED: gettext("同意"),
        ApprovalState.REJECTED: gettext("退回"),
        ApprovalState.WITHDRAWN: gettext("已撤回"),
    }
    raised = _who_when(desk, approval.raised_by, approval.raised_at)
    facts = [(gettext("提交"), raised)]
    if approval.decided_at is None:
        facts.append((names[approval.state], dates.when(approval.due_at, desk.zone, desk.now)))
    else:
        said = _who_when(desk, approval.decided_by, approval.decided_at)
        if approval.note:
            said = gettext("%(said)s：「%(note)s」") % {"said": said, "note": approval.note}
        facts.append((names[approval.state], said))
    aside = gettext("单人模式，自己提交自己批") if approval.alone else ""
    return {"title": title, "aside": aside, "facts": facts}


def _lots_step(lots: tuple[LotFigure, ...]) -> Step:
    facts = []
    for lot in lots:
        gone = [
            (gettext("已用"), lot.used),
            (gettext("已到期"), lot.expired),
            (gettext("已冲正"), lot.taken_back),
            (gettext("剩余"), lot.remaining),
        ]
        parts = [f"{name} {numbers.points(points)}" for name, points in gone if points]
        amount = gettext("%(points)s 分") % {"points": numbers.points(lot.points)}
        facts.append((gettext("数量"), gettext("，").join([amount, *parts])))
        ends = gettext("长期有效") if lot.expires_on is None else lot.expires_on.isoformat()
        facts.append((gettext("生效 / 到期"), f"{lot.available_on.isoformat()} / {ends}"))
    aside = gettext("%(count)s 个批次") % {"count": len(lots)} if len(lots) > 1 else ""
    return {"title": gettext("批次"), "aside": aside, "facts": facts}


def _place_step(desk: Desk, told: EntryExplanation) -> Step:
    facts = [
        (gettext("记账"), dates.clock(told.booked_at, desk.zone)),
        (gettext("业务日期"), local_date(told.occurred_at, desk.zone).isoformat()),
        (gettext("流水号"), str(told.ref)),
        (gettext("记账后可用"), gettext("%(points)s 分") % {"points": numbers.points(told.available_after)}),
    ]
    note = gettext("已由流水 %(ref)s 冲正。") % {"ref": told.reversed_by} if told.reversed_by else ""
    return {"title": gettext("账本位置"), "facts": facts, "note": note}


def _reversal_step(desk: Desk, reversal: ReversalFigure) -> Step:
    names = {
        ReversalWay.RED_INVOICE: gettext("发票红字"),
        ReversalWay.IMPORT: gettext("整批撤回导入"),
        ReversalWay.BY_HAND: gettext("手工冲正"),
    }
    facts = [(gettext("原流水"), str(reversal.original))]
    if reversal.event is not None:
        facts.append((gettext("红字单号"), reversal.event.business_no))
    if reversal.import_name:
        facts.append((gettext("文件"), reversal.import_name))
    if reversal.by:
        facts.append((gettext("经办"), _who_when(desk, reversal.by, reversal.at)))
    if reversal.reason:
        facts.append((gettext("原因"), reversal.reason))
    return {"title": gettext("冲正"), "aside": names[reversal.way], "facts": facts}


def _who_when(desk: Desk, who: str, at: datetime) -> str:
    return f"{who}{gettext('，')}{dates.when(at, desk.zone, desk.now)}"
