"""Events in, explanations out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Status

from houji.access.tenant import tenant
from houji.access.types import Permission
from houji.api.asking import ProgramCode, read_entry, read_event_id, spoken_language
from houji.api.authentication import actor_of
from houji.api.explanations import EntryExplanationView, EventExplanationView
from houji.api.posting import SomeRefused, Taken, read_batch, read_event, take_events
from houji.api.problems import field_error, problem_response, refusal_error
from houji.api.schemas import (
    BatchCounts,
    BatchItem,
    BatchReceipt,
    EventReceipt,
    EventTypeList,
    EventTypeView,
    FieldError,
    ProblemBody,
    Reason,
)
from houji.earning.errors import BatchRefused
from houji.earning.explaining import explain_entry, explain_event
from houji.earning.explanation import EntryExplanation, EventExplanation
from houji.earning.types import Result
from houji.intake.cloudevents import BATCH_TYPE, EVENT_TYPE
from houji.intake.event_types.catalogue import event_types

router = Router(tags=["events"])

READ_PROBLEMS: Final = dict.fromkeys((400, 401, 403, 404, 500, 503), ProblemBody)
WRITE_PROBLEMS: Final = READ_PROBLEMS | dict.fromkeys((409, 413, 415, 422), ProblemBody)

_EVENT_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["specversion", "id", "source", "type", "subject", "time", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "maxLength": 200, "description": _("来源系统里的编号；重发时不变")},
        "source": {"type": "string", "maxLength": 300, "description": _("来源系统")},
        "type": {"type": "string", "enum": [kind.code for kind in event_types()]},
        "subject": {"type": "string", "description": _("客户编码")},
        "time": {"type": "string", "format": "date-time", "description": _("业务时间，决定用哪一版规则")},
        "data": {"type": "object", "description": _("业务数据，见 /api/v1/event-types")},
    },
}
_EXAMPLE: Final[dict[str, Any]] = {
    "specversion": "1.0",
    "id": "pay-2026-0001",
    "source": "erp",
    "type": "invoice.settled",
    "subject": "C001",
    "time": "2026-01-05T08:30:00+08:00",
    "data": {
        "invoice_no": "FP-0001",
        "amount": "462000.00",
        "due_date": "2026-01-17",
        "settled_date": "2026-01-05",
    },
}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            EVENT_TYPE: {"schema": _EVENT_SCHEMA, "example": _EXAMPLE},
            BATCH_TYPE: {
                "schema": {"type": "array", "maxItems": 1000, "items": _EVENT_SCHEMA},
                "example": [_EXAMPLE],
            },
            "application/json": {
                "schema": {
                    "type": "object",
                    "description": _("二进制模式：正文是 data，其余属性放在 ce- 请求头里"),
                },
                "example": _EXAMPLE["data"],
            },
        },
    }
}


@router.post(
    "/events",
    response={201: EventReceipt, 200: EventReceipt | BatchReceipt, **WRITE_PROBLEMS},
    operation_id="send_events",
    summary=_("发送事件"),
    description=_(
        "发送一个 CloudEvents 1.0 事件，或一批（最多 1,000 个）。回答时已经写入；"
        "同一 source 和 id 重发只入账一次。一批中好的先入，坏的列出；all_or_nothing=true 时全部无误才入。"
    ),
    openapi_extra=_BODY,
)
def send_events(
    request: HttpRequest,
    programme: ProgramCode,
    all_or_nothing: Annotated[bool, Query(False, description=_("批量全部无误才入"))],
) -> Status[EventReceipt] | Status[BatchReceipt] | HttpResponse:
    """Take one event or a batch; what is answered is committed."""
    actor = actor_of(request, Permission.SEND_EVENTS)
    content_type = request.headers.get("Content-Type", "")
    if content_type.partition(";")[0].strip().lower() == BATCH_TYPE:
        rows = read_batch(request.body)
        try:
            taken = take_events(actor, rows, program_code=programme, all_or_nothing=all_or_nothing)
        except SomeRefused as refused:
            return _refused_batch(request, refused.taken)
        return Status(200, _batch_receipt(taken))
    row = read_event(request.body, content_type=content_type, headers=request.headers)
    try:
        (item,) = take_events(actor, [row], program_code=programme, all_or_nothing=True)
    except SomeRefused as refused:
        return _refused_event(request, refused.taken[0])
    with tenant(actor.company_id):
        return _event_receipt(item)


def _event_receipt(item: Taken) -> Status[EventReceipt]:
    outcome = item.outcome
    assert outcome.event_id is not None
    explanation = explain_event(outcome.event_id, language=spoken_language())
    receipt = EventReceipt(
        result=outcome.result.value,
        event_id=outcome.event_id,
        points=outcome.points,
        awaiting_points=outcome.awaiting_points,
        entry=None if outcome.entry is None else str(outcome.entry),
        reasons=_reasons(explanation),
    )
    return Status(201 if outcome.result is Result.ACCEPTED else 200, receipt)


def _reasons(explanation: EventExplanation) -> list[Reason]:
    return [
        Reason(
            rule=line.rule_code,
            name=line.name,
            points=line.points,
            text=line.arithmetic,
            awaits_approval=line.needs_approval,
        )
        for line in explanation.lines
    ]


def _refused_event(request: HttpRequest, item: Taken) -> HttpResponse:
    assert item.outcome.refusal is not None
    errors = [field_error(problem) for problem in item.problems]
    return problem_response(request, item.outcome.refusal, errors=errors)


def _refused_batch(request: HttpRequest, taken: Sequence[Taken]) -> HttpResponse:
    bad = [(index, item) for index, item in enumerate(taken) if not item.is_good]
    errors = [error for index, item in bad for error in _errors(index, item)]
    return problem_response(request, BatchRefused(refused=len(bad)), errors=errors)


def _batch_receipt(taken: Sequence[Taken]) -> BatchReceipt:
    results = [item.outcome.result for item in taken]
    fresh = [item.outcome for item in taken if item.outcome.result is Result.ACCEPTED]
    return BatchReceipt(
        counts=BatchCounts(**{result.value: results.count(result) for result in Result}),
        points=sum(outcome.points for outcome in fresh),
        awaiting_points=sum(outcome.awaiting_points for outcome in fresh),
        results=[_batch_item(index, item) for index, item in enumerate(taken)],
    )


def _batch_item(index: int, item: Taken) -> BatchItem:
    outcome = item.outcome
    return BatchItem(
        index=index,
        result=outcome.result.value,
        event_id=outcome.event_id,
        points=outcome.points,
        awaiting_points=outcome.awaiting_points,
        entry=None if outcome.entry is None else str(outcome.entry),
        errors=[FieldError(**error) for error in _errors(index, item)],
    )


def _errors(index: int, item: Taken) -> list[dict[str, Any]]:
    if item.problems:
        return [field_error(problem, row=index) for problem in item.problems]
    refusal = item.outcome.refusal
    return [] if refusal is None else [refusal_error(refusal, row=index)]


@router.get(
    "/events/{event_id}/explanation",
    response={200: EventExplanationView, **READ_PROBLEMS},
    operation_id="explain_event",
    summary=_("事件的依据"),
    description=_("一个事件为什么得到这些积分：事件、规则版本、逐条算式、审批、流水。"),
)
def event_explanation(request: HttpRequest, event_id: str) -> EventExplanation:
    """Explain one event."""
    actor = actor_of(request, Permission.SEE)
    with tenant(actor.company_id):
        return explain_event(read_event_id(event_id), language=spoken_language())


@router.get(
    "/entries/{entry}/explanation",
    response={200: EntryExplanationView, **READ_PROBLEMS},
    operation_id="explain_entry",
    summary=_("流水的依据"),
    description=_("一笔流水的来历：背后的事件、逐条算式、涉及的批次、冲正。"),
)
def entry_explanation(request: HttpRequest, entry: str) -> EntryExplanation:
    """Explain one movement."""
    actor = actor_of(request, Permission.SEE)
    with tenant(actor.company_id):
        return explain_entry(read_entry(entry), language=spoken_language())


@router.get(
    "/event-types",
    response={200: EventTypeList, **READ_PROBLEMS},
    operation_id="list_event_types",
    summary=_("事件类型"),
    description=_("能发送的事件类型，各带 data 的 JSON Schema。"),
)
def list_event_types(request: HttpRequest) -> EventTypeList:
    """List what can be sent."""
    actor_of(request, Permission.SEE)
    return EventTypeList(
        items=[
            EventTypeView(
                type=kind.code,
                names=dict(kind.names),
                business_no_field=kind.business_no_field,
                reverses=kind.reverses,
                data_schema=cast("dict[str, Any]", kind.schema),
            )
            for kind in event_types()
        ]
    )
