"""Raising and deciding requests; what an approval does is the business of the kind's owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from houji.access.actions import record_audit, require
from houji.access.queries import others_may
from houji.access.types import Actor, Permission
from houji.approvals import errors
from houji.approvals.models import Request
from houji.kernel.ids import MemberId
from houji.kernel.numbers import Points

ANSWER_WITHIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What somebody asks for: ``effect_points`` is what approval would post."""

    subject: str
    title: Mapping[str, str]
    effect_points: Points
    member_id: MemberId | None
    raised_at: datetime


def raise_requests(*, actor: Actor, kind: str, requests: Sequence[NewRequest]) -> None:
    """Ask for a second person's decisions, inside the transaction that needs them."""
    Request.objects.bulk_create(
        Request(
            company_id=actor.company_id,
            kind=kind,
            subject=new.subject,
            title=dict(new.title),
            effect_points=new.effect_points,
            member_id=new.member_id,
            raised_by_user=actor.user_id,
            raised_by_name=actor.name,
            raised_at=new.raised_at,
            due_at=new.raised_at + ANSWER_WITHIN,
        )
        for new in requests
    )


def lock_request(request_id: int) -> Request:
    """Lock a request so that one decision is made; refuses with RequestNotFound or RequestDecided."""
    request = Request.objects.select_for_update().filter(id=request_id).first()
    if request is None:
        raise errors.RequestNotFound(request_id=request_id)
    if request.state != Request.State.PENDING:
        raise errors.RequestDecided(request_id=request_id, decided_by=request.decided_by_name)
    return request


def withdraw_requests(kind: str, subjects: Sequence[str], *, actor: Actor, now: datetime) -> list[int]:
    """Withdraw what still waits about these subjects; returns the ids of those approved before."""
    requests = Request.objects.filter(kind=kind, subject__in=subjects)
    requests.filter(state=Request.State.PENDING).update(
        state=Request.State.WITHDRAWN, decided_by_name=actor.name, decided_at=now
    )
    return list(requests.filter(state=Request.State.APPROVED).values_list("id", flat=True))


def decide_request(request: Request, *, approve: bool, actor: Actor, note: str, now: datetime) -> None:
    """Write a decision on a locked request.

    Refuses with PermissionMissing, OwnRequest or RejectionNeedsNote, in this order. In a company
    where only one person may approve, that person decides their own requests, and the row says so
    (单人模式).
    """
    require(actor, Permission.APPROVE)
    alone = _is_own(request, actor)
    if alone and others_may(actor, Permission.APPROVE):
        raise errors.OwnRequest(request_id=request.id)
    if not approve and not note.strip():
        raise errors.RejectionNeedsNote()
    request.state = Request.State.APPROVED if approve else Request.State.REJECTED
    request.decided_by_user = actor.user_id
    request.decided_by_name = actor.name
    request.decided_at = now
    request.note = note.strip()
    request.alone = alone
    request.save()
    record_audit(actor, f"request.{request.state}", f"request:{request.id}", note=request.note, alone=alone)


def _is_own(request: Request, actor: Actor) -> bool:
    return actor.user_id is not None and request.raised_by_user == actor.user_id
