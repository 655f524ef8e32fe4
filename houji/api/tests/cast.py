"""Two companies with a programme and a key each, and events to send to them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from houji.access.actions import create_api_key
from houji.access.types import Actor
from houji.onboarding.actions import ensure_company_with_template
from houji.programs.types import ProgramTerms

EVENT = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


@dataclass(frozen=True, slots=True)
class Caller:
    """A system that calls the API of one company."""

    actor: Actor
    terms: ProgramTerms
    secret: str

    def headers(self, language: str | None = None) -> dict[str, str]:
        found = {"Authorization": f"Bearer {self.secret}"}
        return found if language is None else {**found, "Accept-Language": language}

    def get(self, path: str, *, language: str | None = None, **query: Any) -> Any:
        return Client().get(f"/api/v1{path}", query_params=query, headers=self.headers(language))

    def send(
        self, body: Any, *, content_type: str = EVENT, language: str | None = None, query: str = ""
    ) -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        # Said as a header too, because the client leaves the type of an empty body out.
        headers = {**self.headers(language), "Content-Type": content_type}
        return Client(raise_request_exception=False).post(
            f"/api/v1/events{query}", content, content_type, headers=headers
        )

    def send_batch(self, events: Any, *, language: str | None = None, query: str = "") -> Any:
        return self.send(events, content_type=BATCH, language=language, query=query)


def caller(code: str) -> Caller:
    """Found a company with the literal seed programme and make a key for it."""
    start = ensure_company_with_template(code, "main", "engineering_seed")
    _key, secret = create_api_key(actor=start.actor, name="erp")
    return Caller(start.actor, start.terms, secret)


def settled(number: int = 1, *, member: str = "C001", **data: Any) -> dict[str, Any]:
    """A payment of 50,000 yuan, twelve days early: 500 points for the amount, 80 for the time."""
    return {
        "specversion": "1.0",
        "id": f"pay-{number}",
        "source": "erp",
        "type": "invoice.settled",
        "subject": member,
        "time": "2026-01-05T08:30:00+08:00",
        "data": {
            "invoice_no": f"FP-{number}",
            "amount": "50000",
            "due_date": "2026-01-17",
            "settled_date": "2026-01-05",
            **data,
        },
    }


def referral(number: int = 1, *, member: str = "C001") -> dict[str, Any]:
    """A recommended customer who signed: 200 points after approval."""
    return {
        **settled(number, member=member),
        "id": f"ref-{number}",
        "type": "referral.signed",
        "data": {"referral_no": f"TJ-{number}", "referred_name": "丙公司"},
    }
