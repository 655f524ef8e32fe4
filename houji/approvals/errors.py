"""What approvals refuse."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from houji.kernel.refusals import Kind, Refusal


@dataclass
class RequestNotFound(Refusal):
    """No such request in this company."""

    request_id: int
    code = "request_not_found"
    kind = Kind.NOT_FOUND
    text = _("没有这个审批单（{request_id}）。")
    way_out = _("回到审批列表重新选择。")


@dataclass
class RequestDecided(Refusal):
    """Somebody decided the request already; the decision stands."""

    request_id: int
    decided_by: str
    code = "request_decided"
    kind = Kind.CONFLICT
    text = _("{decided_by} 已处理过这个审批单。")
    way_out = _("刷新列表查看结果。")


@dataclass
class OwnRequest(Refusal):
    """The person who raised a request may not decide it while there is a second person."""

    request_id: int
    code = "own_request"
    kind = Kind.FORBIDDEN
    text = _("自己提交的单子不能自己批。")
    way_out = _("由另一位审批人处理。")


@dataclass
class RejectionNeedsNote(Refusal):
    """A rejection says why."""

    code = "rejection_needs_note"
    kind = Kind.INVALID
    text = _("退回没有写原因。")
    way_out = _("写一句原因，申请人会看到。")
