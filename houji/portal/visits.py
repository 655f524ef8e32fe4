"""Who visits: a customer's contact, with its own member, programme and account, in one transaction."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Concatenate, ParamSpec, Protocol
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from houji.access.tenant import tenant
from houji.access.types import Actor
from houji.kernel.ids import AccountId, MemberId
from houji.kernel.time import local_date
from houji.ledger.queries import account_of
from houji.ledger.types import EntryRef
from houji.members.actions import may_be_public
from houji.members.errors import MemberNotFound
from houji.members.queries import member_by_id
from houji.members.types import BoardConsent, MemberKind
from houji.programs.errors import NoProgramYet
from houji.programs.queries import program_by_code, terms_of
from houji.programs.types import ProgramTerms
from houji.wording.numbers import in_chinese

Parameters = ParamSpec("Parameters")


class Company(Protocol):
    """The company a visit is to, as far as pages name it."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Customer:
    """The enterprise the contact speaks for; ``may_stand_on_board`` is what the law's strict side lets."""

    id: MemberId
    key: str
    name: str
    short_name: str
    kind: MemberKind
    credit_code: str
    city: str
    account_manager: str
    board_consent: BoardConsent
    may_stand_on_board: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a contact: for whom, in which programme, at what time."""

    actor: Actor
    company_code: str
    company_name: str
    customer: Customer
    terms: ProgramTerms
    board_enabled: bool
    dispute_answer_days: int
    account_id: AccountId | None
    now: datetime

    @property
    def today(self) -> date:
        """The calendar day in the programme's zone."""
        return local_date(self.now, self.terms.zone)

    @property
    def program_name(self) -> str:
        """The programme's name in the active language."""
        return in_language(self.terms.names)

    def own_ref(self, seq: int) -> EntryRef:
        """Name an entry of the customer's own account; raises Http404 where it has none."""
        if self.account_id is None:
            raise Http404
        return EntryRef(self.account_id, seq)


def language() -> str:
    """Return the language of the rules' sentences: ``zh`` or ``en``."""
    return "zh" if in_chinese() else "en"


def in_language(names: Mapping[str, str]) -> str:
    """Return a name in the active language, in Chinese where it has no other."""
    return names.get(language()) or names.get("zh", "")


def contact_page(
    view: Callable[Concatenate[HttpRequest, Visit, Parameters], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Serve a view to signed-in contacts only, as their company, in the programme's time zone.

    The view and its template read in one transaction; nothing of the answer may be cached.
    """

    @functools.wraps(view)
    def page(request: HttpRequest, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or not user.is_contact:
            return _to_sign_in(request)
        actor = user.as_actor()
        with tenant(actor.company_id):
            try:
                visit = _open_visit(actor, user.company)
            except NoProgramYet as refusal:
                return render(request, "portal/refused.html", {"refusal": refusal}, status=404)
            with timezone.override(visit.terms.zone):
                response = view(request, visit, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return page


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    asked = request.get_full_path() if request.method == "GET" else reverse("portal:home")
    return redirect(f"{reverse('portal:sign-in')}?{urlencode({'next': asked})}")


def _open_visit(actor: Actor, company: Company) -> Visit:
    customer = _customer_of(MemberId(actor.member_id or 0))
    program = program_by_code(None)
    terms = terms_of(program)
    return Visit(
        actor=actor,
        company_code=company.code,
        company_name=company.name,
        customer=customer,
        terms=terms,
        board_enabled=program.board_enabled,
        dispute_answer_days=program.dispute_answer_days,
        account_id=account_of(terms.main_unit.id, customer.id),
        now=timezone.now(),
    )


def _customer_of(member_id: MemberId) -> Customer:
    try:
        member = member_by_id(member_id)
    except MemberNotFound as refusal:
        raise Http404 from refusal
    return Customer(
        id=member_id,
        key=member.key,
        name=member.name,
        short_name=str(member),
        kind=MemberKind(member.kind),
        credit_code=member.credit_code,
        city=member.city,
        account_manager=member.account_manager,
        board_consent=BoardConsent(member.board_consent),
        may_stand_on_board=may_be_public(member),
    )
