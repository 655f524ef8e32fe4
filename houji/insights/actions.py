"""What people answer to statements: the customer confirms or objects, the company answers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from houji.access.actions import record_audit, require
from houji.access.tenant import tenant
from houji.access.types import Actor, Permission
from houji.insights import errors
from houji.insights.models import Dispute, StatementConfirmation
from houji.insights.queries import AccountTerms, account_terms, first_of_month, month_code
from houji.insights.statement import closing_points, has_line
from houji.kernel.ids import AccountId, UserId
from houji.kernel.time import local_date, month_range, start_of_day
from houji.ledger.actions import lock_accounts

TEXT_LENGTH_MAX = 1000


def confirm_statement(
    *, actor: Actor, account_id: AccountId, month: date, now: datetime
) -> StatementConfirmation:
    """Record a contact's word that its member's statement is right, with the closing balance seen.

    Refuses with StatementNotFound (also for another member's), MonthNotOver, AlreadyConfirmed or
    DisputesOpen, in this order.
    """
    with tenant(actor.company_id):
        first = first_of_month(month)
        terms = _lock_own_statement(actor, account_id, first, now)
        disputes = _disputes_of(account_id, first).filter(state=Dispute.State.OPEN).count()
        if disputes:
            raise errors.DisputesOpen(month=month_code(first), count=disputes)
        confirmation = StatementConfirmation.objects.create(
            company_id=actor.company_id,
            account_id=account_id,
            month=first,
            closing_points=closing_points(account_id, first, terms.zone),
            confirmed_by=actor.name,
            user_id=_person(actor),
            confirmed_at=now,
        )
        record_audit(
            actor,
            "statement.confirm",
            f"account:{account_id}",
            month=month_code(first),
            closing=confirmation.closing_points,
        )
    return confirmation


def dispute_statement(
    *, actor: Actor, account_id: AccountId, month: date, text: str, now: datetime, seq: int | None = None
) -> Dispute:
    """Object to a member's statement, or to the one line whose entry is ``seq``.

    The company owes an answer by the end of the programme's ``dispute_answer_days``-th day from
    today. Refuses with StatementNotFound (also for another member's), MonthNotOver,
    AlreadyConfirmed, StatementLineNotFound, AlreadyDisputed, TextMissing or TextTooLong, in this
    order.
    """
    with tenant(actor.company_id):
        first = first_of_month(month)
        terms = _lock_own_statement(actor, account_id, first, now)
        if seq is not None and not has_line(account_id, first, terms.zone, seq):
            raise errors.StatementLineNotFound(month=month_code(first), seq=seq)
        if _disputes_of(account_id, first).filter(state=Dispute.State.OPEN, seq=seq).exists():
            raise errors.AlreadyDisputed(month=month_code(first))
        dispute = Dispute.objects.create(
            company_id=actor.company_id,
            member_id=terms.member_id,
            account_id=account_id,
            month=first,
            seq=seq,
            text=_checked(text),
            raised_by=actor.name,
            user_id=_person(actor),
            raised_at=now,
            due_at=_answer_due_at(terms, now),
        )
        record_audit(
            actor,
            "statement.dispute",
            f"dispute:{dispute.id}",
            month=month_code(first),
            seq=seq,
            text=dispute.text,
        )
    return dispute


def answer_dispute(*, actor: Actor, dispute_id: int, accept: bool, answer: str, now: datetime) -> Dispute:
    """Answer an objection; accepting it corrects nothing by itself, the correction is posted apart.

    Refuses with PermissionMissing, DisputeNotFound, TextMissing, TextTooLong or DisputeAnswered, in
    this order.
    """
    require(actor, Permission.ANSWER_STATEMENTS)
    with tenant(actor.company_id):
        dispute = Dispute.objects.select_for_update().filter(id=dispute_id).first()
        if dispute is None:
            raise errors.DisputeNotFound(dispute_id=dispute_id)
        checked = _checked(answer)
        if dispute.state != Dispute.State.OPEN:
            raise errors.DisputeAnswered(dispute_id=dispute_id, answered_by=dispute.answered_by)
        dispute.state = Dispute.State.ACCEPTED if accept else Dispute.State.DECLINED
        dispute.answer = checked
        dispute.answered_by = actor.name
        dispute.answered_at = now
        dispute.save(update_fields=["state", "answer", "answered_by", "answered_at"])
        record_audit(actor, "statement.answer", f"dispute:{dispute_id}", accepted=accept, answer=checked)
    return dispute


def _lock_own_statement(actor: Actor, account_id: AccountId, month: date, now: datetime) -> AccountTerms:
    """Lock the account, so that answers to one statement queue, and refuse what cannot be answered."""
    lock_accounts([account_id])
    terms = account_terms(account_id)
    if terms is None or not _speaks_for(actor, terms) or month < terms.earliest_month:
        raise errors.StatementNotFound(month=month_code(month))
    if now < month_range(month.year, month.month, terms.zone)[1]:
        raise errors.MonthNotOver(month=month_code(month))
    confirmed = StatementConfirmation.objects.filter(account_id=account_id, month=month).first()
    if confirmed is not None:
        raise errors.AlreadyConfirmed(month=month_code(month), confirmed_by=confirmed.confirmed_by)
    return terms


def _speaks_for(actor: Actor, terms: AccountTerms) -> bool:
    return actor.user_id is not None and actor.member_id == terms.member_id


def _person(actor: Actor) -> UserId:
    assert actor.user_id is not None, "whoever speaks for a member is a person"
    return actor.user_id


def _disputes_of(account_id: AccountId, month: date) -> QuerySet[Dispute]:
    return Dispute.objects.filter(account_id=account_id, month=month)


def _answer_due_at(terms: AccountTerms, now: datetime) -> datetime:
    """The end of the last day of the deadline, in the programme's zone."""
    last = local_date(now, terms.zone) + timedelta(days=terms.dispute_answer_days)
    return start_of_day(last + timedelta(days=1), terms.zone)


def _checked(text: str) -> str:
    """Return the text without blanks around it; refuses with TextMissing or TextTooLong."""
    checked = text.replace("\x00", "").strip()
    if not checked:
        raise errors.TextMissing()
    if len(checked) > TEXT_LENGTH_MAX:
        raise errors.TextTooLong(length_max=TEXT_LENGTH_MAX)
    return checked
