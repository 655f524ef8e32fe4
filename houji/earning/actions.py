"""Posting events: one transaction that locks accounts, reads facts, decides and writes.

The same path serves one event and ten thousand. Its steps, in the product's lock order: find the
members, open and lock their accounts, claim the events' keys, load the facts, decide, post.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from houji.access.tenant import tenant
from houji.access.types import Actor
from houji.approvals.actions import NewRequest, raise_requests
from houji.earning import errors
from houji.earning.awards import to_accrual
from houji.earning.batch import Accounts, Batch, Judged
from houji.earning.facts import KeysTaken, load_facts, store_decisions, use_keys
from houji.earning.reversing import APPROVAL_KIND, plan_reversals
from houji.earning.types import Booking, EventOutcome, Incoming, Result
from houji.intake.acceptance import (
    Claim,
    Origin,
    Recognition,
    claim_events,
    events_by_business,
    withdraw_claims,
)
from houji.intake.event_types.catalogue import event_type, field_catalogue, reversal_of
from houji.kernel.ids import AccountId
from houji.kernel.numbers import POINTS_LIMIT, Points
from houji.kernel.refusals import Refusal
from houji.ledger import actions as ledger
from houji.ledger.planning import Plan
from houji.ledger.types import Accrual, Cause, CauseKind
from houji.members.actions import UnknownMember, create_unknown, find_members
from houji.programs.types import ProgramTerms
from houji.rulebook.errors import NoRulesInForce
from houji.rulebook.queries import in_force_at, versions_of
from houji.rules.compile import decide
from houji.rules.summary import summarise
from houji.rules.types import Award, EventFacts
from houji.rules.wording import format_fixed

ATTEMPTS = 3


def post_events(
    *,
    actor: Actor,
    terms: ProgramTerms,
    incoming: Sequence[Incoming],
    origin: Origin,
    booking: Booking = Booking.CLOCK,
    all_or_nothing: bool = False,
) -> list[EventOutcome]:
    """Accept events, decide what they earn and post it, in one transaction.

    Safe to retry: an event that was accepted before is a duplicate and posts nothing. Returns an
    outcome for each event; a refused one leaves no trace and can be sent again once corrected.
    With ``all_or_nothing`` any refusal or conflict raises BatchRefused and nothing is written.
    """
    attempts = 0
    settled: dict[int, EventOutcome] = {}
    while True:
        outcomes = [settled.get(i) or EventOutcome(Result.ACCEPTED) for i in range(len(incoming))]
        batch = Batch(actor, terms, incoming, origin, booking, outcomes)
        try:
            with tenant(actor.company_id):
                _post(batch, all_or_nothing=all_or_nothing)
        except _StrayMembers as found:
            # Each of them settles an event more, so this ends.
            settled |= found.outcomes
        except KeysTaken:
            attempts += 1
            if attempts == ATTEMPTS:
                raise
        else:
            return batch.outcomes


class _StrayMembers(Exception):
    """Undoes a batch that created members for events that were not taken; says what became of these."""

    def __init__(self, outcomes: dict[int, EventOutcome]) -> None:
        super().__init__(len(outcomes))
        self.outcomes = outcomes


def _post(batch: Batch, *, all_or_nothing: bool) -> None:
    _choose_versions(batch)
    _find_members(batch)
    accounts = _open_accounts(batch)
    positions = batch.open_positions
    reversing = [i for i in positions if event_type(batch.incoming[i].draft.type).reverses]
    plan, clock = ledger.lock_accounts(
        list(accounts.values()), with_lots=None if batch.booking is Booking.EVENT_TIME else ()
    )
    _post_awards(batch, plan, clock, accounts, [i for i in positions if i not in set(reversing)])
    if reversing:
        _post_reversals(batch, clock, accounts, reversing)
    if all_or_nothing:
        _refuse_unless_all_good(batch)
    _leave_no_strays(batch)


def _choose_versions(batch: Batch) -> None:
    """Find the rules in force at each event's business time."""
    versions = versions_of(batch.terms.id, field_catalogue())
    for position in batch.open_positions:
        try:
            at = batch.incoming[position].draft.occurred_at
            batch.versions[position] = in_force_at(versions, at)
        except NoRulesInForce as refusal:
            batch.outcomes[position] = EventOutcome(Result.REFUSED, refusal=refusal)


def _find_members(batch: Batch) -> None:
    """Find the events' members, creating unknown ones or refusing, as the programme is set.

    A reversal creates nobody: whoever has no business yet has none to take back.
    """
    drafts = {position: batch.incoming[position].draft for position in batch.open_positions}
    keys = list({draft.member_key for draft in drafts.values()})
    batch.members = find_members(keys)
    unknown = [
        UnknownMember(draft.member_key, draft.member_name, draft.member_kind)
        for draft in drafts.values()
        if draft.member_key not in batch.members and not event_type(draft.type).reverses
    ]
    if unknown and batch.terms.creates_members:
        create_unknown(batch.terms.company_id, unknown)
        batch.created = {member.key for member in unknown}
        batch.members |= find_members([member.key for member in unknown])
    for position, draft in drafts.items():
        if draft.member_key not in batch.members:
            refusal: Refusal = errors.MemberUnknown(member=draft.member_key)
            if event_type(draft.type).reverses:
                refusal = errors.NothingToReverse(number=draft.business_no or draft.id)
            batch.outcomes[position] = EventOutcome(Result.REFUSED, refusal=refusal)


def _open_accounts(batch: Batch) -> Accounts:
    """Open an account in every unit for the members whose events may earn or lose points."""
    holders = {batch.member_of(i).id for i in batch.open_positions}
    units = [unit.id for unit in batch.terms.units.values()]
    return ledger.open_accounts(
        batch.terms.company_id, batch.terms.id, [(unit, holder) for unit in units for holder in holders]
    )


def _post_awards(
    batch: Batch,
    plan: Plan,
    clock: datetime,
    accounts: Accounts,
    positions: Sequence[int],
) -> None:
    claims = _without_reversed(batch, _claim(batch, positions))
    judged = _within_bounds(batch, plan, accounts, _decide(batch, claims))
    store_decisions(batch.terms.company_id, judged, clock)
    use_keys(batch.terms, judged)
    accruals: list[tuple[Accrual, datetime]] = []
    owners: list[int] = []
    for item in judged:
        booked_at = item.claim.draft.occurred_at if batch.booking is Booking.EVENT_TIME else clock
        for accrual in _accruals(batch, item, accounts, booked_at):
            accruals.append((accrual, booked_at))
            owners.append(item.position)
    _raise_approvals(batch, judged, clock)
    refs, _ = ledger.post(batch.terms.company_id, plan, accruals=accruals)
    for position, (accrual, _at), ref in zip(owners, accruals, refs, strict=True):
        batch.outcomes[position].points += accrual.points
        batch.outcomes[position].entry = ref


def _claim(batch: Batch, positions: Sequence[int]) -> list[tuple[int, Claim]]:
    """Claim the events' keys; repeats and conflicts get their outcome here."""
    if not positions:
        return []
    claims = claim_events(
        batch.terms.company_id,
        batch.terms.id,
        [batch.incoming[i].draft for i in positions],
        [batch.member_of(i).id for i in positions],
        origin=batch.origin,
        rows=[batch.incoming[i].row for i in positions],
    )
    fresh = []
    for position, claim in zip(positions, claims, strict=True):
        outcome = batch.outcomes[position]
        outcome.event_id = claim.event_id
        match claim.recognition:
            case Recognition.NEW:
                fresh.append((position, claim))
            case Recognition.DUPLICATE:
                outcome.result = Result.DUPLICATE
            case Recognition.CONFLICT:
                outcome.result = Result.CONFLICT
                outcome.refusal = errors.EventConflict(
                    number=claim.draft.business_no or claim.draft.id,
                    earlier=claim.earlier_source,
                    earlier_amount=format_fixed(Decimal(claim.earlier_amount), 2)
                    if claim.earlier_amount
                    else "—",
                )
    return fresh


def _without_reversed(batch: Batch, claims: list[tuple[int, Claim]]) -> list[tuple[int, Claim]]:
    """Refuse business whose reversal is in force: it came, was taken back, and may not come again."""
    by_type: dict[str, list[str]] = {}
    for _, claim in claims:
        reversal = reversal_of(claim.draft.type)
        if reversal is not None and claim.draft.business_no:
            by_type.setdefault(reversal.code, []).append(claim.draft.business_no)
    reversed_numbers = {kind: events_by_business(kind, numbers) for kind, numbers in by_type.items()}
    kept, refused = [], []
    for position, claim in claims:
        reversal = reversal_of(claim.draft.type)
        number = claim.draft.business_no or ""
        if reversal is None or number not in reversed_numbers.get(reversal.code, {}):
            kept.append((position, claim))
            continue
        refused.append(claim.event_id)
        refusal = errors.ReversedBefore(number=number)
        batch.outcomes[position] = EventOutcome(Result.REFUSED, refusal=refusal)
    withdraw_claims(refused)
    return kept


def _decide(batch: Batch, claims: Sequence[tuple[int, Claim]]) -> list[Judged]:
    """Decide each new event in order; a key used by one is used for the next."""
    events = [
        (
            EventFacts(claim.draft.type, claim.draft.occurred_at, claim.draft.data),
            batch.member_of(position).facts,
            batch.versions[position],
        )
        for position, claim in claims
    ]
    keys = load_facts(batch.terms, events)
    judged = []
    for (position, claim), (event, member, version) in zip(claims, events, strict=True):
        facts = keys.next_facts(member)
        decision = decide(event, facts, version.rules)
        keys.remember(decision.awards)
        judged.append(Judged(position, claim, version, facts, decision.awards))
    return judged


def _within_bounds(
    batch: Batch,
    plan: Plan,
    accounts: Accounts,
    judged: Sequence[Judged],
) -> list[Judged]:
    """Refuse events whose points an account could not hold exactly, so that the others still post."""
    totals = {account: state.available + state.pending for account, state in plan.states.items()}
    kept, refused = [], []
    for item in judged:
        holder = batch.member_of(item.position).id
        more: dict[AccountId, int] = {}
        for award in item.awards:
            account = accounts[batch.terms.units[award.unit].id, holder]
            more[account] = more.get(account, 0) + award.points
        if any(totals[account] + points > POINTS_LIMIT for account, points in more.items()):
            refused.append(item.claim.event_id)
            refusal = errors.PointsOutOfRange(member=item.claim.draft.member_key)
            batch.outcomes[item.position] = EventOutcome(Result.REFUSED, refusal=refusal)
            continue
        for account, points in more.items():
            totals[account] += points
        kept.append(item)
    withdraw_claims(refused)
    return kept


def _accruals(
    batch: Batch,
    item: Judged,
    accounts: Accounts,
    booked_at: datetime,
) -> list[Accrual]:
    """Return one accrual for each unit that the decision gives at once."""
    by_unit: dict[str, list[Award]] = {}
    for award in item.awards:
        if not award.needs_approval:
            by_unit.setdefault(award.unit, []).append(award)
    holder = batch.member_of(item.position).id
    return [
        to_accrual(
            awards,
            terms=batch.terms,
            account_id=accounts[batch.terms.units[unit].id, holder],
            cause=Cause(CauseKind.DECISION, item.claim.event_id),
            occurred_at=item.claim.draft.occurred_at,
            booked_at=booked_at,
        )
        for unit, awards in by_unit.items()
    ]


def _raise_approvals(batch: Batch, judged: Sequence[Judged], clock: datetime) -> None:
    """Ask for a second person where awards need one; their limits stay reserved meanwhile."""
    waiting = []
    for item in judged:
        points = sum(award.points for award in item.awards if award.needs_approval)
        if points:
            waiting.append(_request(batch, item, Points(points), clock))
            batch.outcomes[item.position].awaiting_points = points
    raise_requests(actor=batch.actor, kind=APPROVAL_KIND, requests=waiting)


def _request(batch: Batch, item: Judged, points: Points, clock: datetime) -> NewRequest:
    draft = item.claim.draft
    summaries = event_type(draft.type).summary
    return NewRequest(
        subject=f"event:{item.claim.event_id}",
        title={language: summarise(text, draft.data, language) for language, text in summaries.items()},
        effect_points=points,
        member_id=batch.member_of(item.position).id,
        raised_at=draft.occurred_at if batch.booking is Booking.EVENT_TIME else clock,
    )


def _post_reversals(
    batch: Batch,
    clock: datetime,
    accounts: Accounts,
    positions: Sequence[int],
) -> None:
    """Take back what reversed business earned; the accounts are locked already."""
    wanted = plan_reversals([(i, batch.incoming[i].draft, batch.member_of(i).id) for i in positions])
    for position, refusal in wanted.refused.items():
        batch.outcomes[position] = EventOutcome(Result.REFUSED, refusal=refusal)
    claims = _claim(batch, [position for position in positions if position not in wanted.refused])
    if not claims:
        return
    holders = {batch.member_of(position).id for position, _ in claims}
    mine = [account for (_, holder), account in accounts.items() if holder in holders]
    plan, _ = ledger.lock_accounts(mine, with_lots=None)
    clawbacks, owners = [], []
    for position, claim in claims:
        booked_at = claim.draft.occurred_at if batch.booking is Booking.EVENT_TIME else clock
        for clawback in wanted.clawbacks(position, claim):
            clawbacks.append((clawback, booked_at))
            owners.append(position)
    wanted.release([position for position, _ in claims], actor=batch.actor, now=clock)
    _, refs = ledger.post(batch.terms.company_id, plan, clawbacks=clawbacks)
    taken = {(entry.account_id, entry.seq): entry.points for entry in plan.entries}
    for position, ref in zip(owners, refs, strict=True):
        if ref is not None:
            batch.outcomes[position].points += taken[ref.account_id, ref.seq]
            batch.outcomes[position].entry = ref


def _leave_no_strays(batch: Batch) -> None:
    """Raise _StrayMembers where nothing was taken of those whom the batch created: a refused event
    leaves no trace, and whether it is refused shows only once its member and accounts are there.
    """
    taken = {Result.ACCEPTED, Result.DUPLICATE}
    keys = [incoming.draft.member_key for incoming in batch.incoming]
    wanted = {key for key, outcome in zip(keys, batch.outcomes, strict=True) if outcome.result in taken}
    strays = batch.created - wanted
    if not strays:
        return
    fresh = {outcome.event_id for outcome in batch.outcomes if outcome.result is Result.ACCEPTED}
    outcomes = {i: batch.outcomes[i] for i, key in enumerate(keys) if key in strays}
    for outcome in outcomes.values():
        # The event of this very batch that was in the way gets another number when it is posted again.
        outcome.event_id = None if outcome.event_id in fresh else outcome.event_id
    raise _StrayMembers(outcomes)


def _refuse_unless_all_good(batch: Batch) -> None:
    bad = [o for o in batch.outcomes if o.result in {Result.REFUSED, Result.CONFLICT}]
    if bad:
        raise errors.BatchRefused(refused=len(bad))
