"""Unified social credit codes (GB 32100-2015) of an administrative area that does not exist."""

from __future__ import annotations

from random import Random

from houji.members.types import MemberKind

AREA_PREFIX = "9901"
"""No province has the number 99, so no real organisation can have a code of this area."""

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_REGISTRAR = {MemberKind.GOVERNMENT: "11", MemberKind.STATE_OWNED: "91", MemberKind.PRIVATE: "91"}


def uscc_check_digit(first_17: str) -> str:
    """Return the 18th character: weights are the powers of 3 modulo 31."""
    total = sum(_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(first_17))
    return _ALPHABET[-total % 31]


def organisation_check_digit(first_8: str) -> str:
    """Return the ninth character of an organisation code (GB 11714): modulo 11, X for ten."""
    total = sum(int(char, 36) * weight for char, weight in zip(first_8, _BODY_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def invent_uscc(rng: Random, kind: MemberKind) -> str:
    """Invent a code with valid check digits; newer companies' bodies begin with MA."""
    start = "MA" if kind is MemberKind.PRIVATE else str(rng.randrange(10, 80))
    letters = "0123456789" if kind is MemberKind.GOVERNMENT else _ALPHABET
    body = start + "".join(rng.choice(letters) for _ in range(6))
    first_17 = f"{_REGISTRAR[kind]}{AREA_PREFIX}{rng.randrange(1, 13):02d}{body}"
    first_17 += organisation_check_digit(body)
    return first_17 + uscc_check_digit(first_17)
