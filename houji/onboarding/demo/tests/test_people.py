"""Customers, their codes, contacts and consents are plausible and visibly invented."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from itertools import combinations
from random import Random

import pytest

from houji.access.types import Role
from houji.members.types import BoardConsent, MemberKind
from houji.onboarding.demo import names
from houji.onboarding.demo.codes import (
    AREA_PREFIX,
    invent_uscc,
    organisation_check_digit,
    uscc_check_digit,
)
from houji.onboarding.demo.tests.company import SEEDS_AND_DAYS, company
from houji.onboarding.demo.types import DemoMember, PaymentHabit

every_company = pytest.mark.parametrize(("seed", "today"), SEEDS_AND_DAYS)

_REAL_PLACES = re.compile(
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|"
    "陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|台湾|广州|深圳|杭州|南京|苏州|成都|武汉|西安|郑州|长沙|青岛|大连|"
    "宁波|厦门|济南|福州|合肥|昆明|南昌|贵阳|太原|南宁|海口|兰州|银川|西宁|沈阳|长春|哈尔滨|石家庄|无锡|常州|温州|佛山|东莞|"
    "珠海|烟台|洛阳|桂林|三亚|长汀|霞浦|沐川|竹溪"
)
_REAL_COMPANIES = re.compile(
    "华为|腾讯|阿里|百度|万科|恒大|碧桂园|中建|中铁|中交|葛洲坝|三一|比亚迪|龙湖|保利|绿城|融创"
)


def _differences(one: str, other: str) -> int:
    """Count the characters of either name that the other does not have."""
    return sum(((Counter(one) - Counter(other)) + (Counter(other) - Counter(one))).values())


def test_the_check_digit_is_that_of_published_codes() -> None:
    # Two codes that real companies publish: only a right algorithm gives both digits of both.
    assert uscc_check_digit("91440300708461136") == "T"
    assert uscc_check_digit("91330100799655058") == "B"
    assert organisation_check_digit("70846113") == "6"
    assert organisation_check_digit("79965505") == "8"


@every_company
def test_every_code_is_valid_and_of_an_area_that_does_not_exist(seed: int, today: date) -> None:
    codes = [member.uscc for member in company(seed, today).members]

    assert len(set(codes)) == len(codes)
    for code in codes:
        assert re.fullmatch(r"(11|91)9901\d\d[0-9A-HJ-NPQRTUWXY]{10}", code)
        assert code[2:6] == AREA_PREFIX
        assert code[16] == organisation_check_digit(code[8:16])
        assert code[17] == uscc_check_digit(code[:17])


def test_a_code_tells_an_office_from_a_company() -> None:
    rng = Random(3)
    assert invent_uscc(rng, MemberKind.GOVERNMENT).startswith("11")
    assert invent_uscc(rng, MemberKind.STATE_OWNED).startswith("91")
    assert invent_uscc(rng, MemberKind.PRIVATE)[8:10] == "MA"


@every_company
def test_kinds_are_mixed_as_in_municipal_engineering(seed: int, today: date) -> None:
    counts = Counter(member.kind for member in company(seed, today).members)
    assert counts == {MemberKind.GOVERNMENT: 18, MemberKind.STATE_OWNED: 54, MemberKind.PRIVATE: 48}


@every_company
def test_no_two_names_can_be_confused(seed: int, today: date) -> None:
    members = company(seed, today).members
    for one, other in combinations(members, 2):
        assert _differences(one.short_name, other.short_name) >= 2, (one.short_name, other.short_name)
        assert one.name != other.name


@every_company
def test_names_are_no_real_places_or_companies(seed: int, today: date) -> None:
    one = company(seed, today)
    words = [one.name, *(member.name for member in one.members), *(each.project for each in one.contracts)]
    words += [event["data"]["referred_name"] for event in one.events if event["type"] == "referral.signed"]
    text = "\n".join(words)
    assert _REAL_PLACES.findall(text) == []
    # Without the invented cities: 云中 before 交通 is no 中交.
    assert _REAL_COMPANIES.findall(re.sub("|".join(names.CITIES), " ", text)) == []


def test_referred_newcomers_are_not_customers() -> None:
    brands = {firm.split(" ")[0] for firm in names.PRIVATE_FIRMS}
    referred = {firm.split(" ")[0] for firm in names.REFERRED_FIRMS}
    assert brands & referred == set()
    assert len(referred) == len(names.REFERRED_FIRMS)
    assert len(brands) == len(names.PRIVATE_FIRMS)


@every_company
def test_contacts_have_placeholder_mobiles_and_one_administrator(seed: int, today: date) -> None:
    members = company(seed, today).members
    contacts = [contact for member in members for contact in member.contacts]

    assert all(re.fullmatch(r"1390000\d{4}", contact.mobile) for contact in contacts)
    assert len({contact.mobile for contact in contacts}) == len(contacts)
    assert len({contact.name for contact in contacts}) == len(contacts)
    for member in members:
        assert [contact.is_admin for contact in member.contacts].count(True) == 1
        assert len({contact.title for contact in member.contacts}) == len(member.contacts)


def _speaks_for(member: DemoMember) -> BoardConsent:
    admin = member.contacts[0]
    if not admin.agreed_to_board:
        return BoardConsent.NONE
    return BoardConsent.NAMED if admin.name_shown else BoardConsent.MASKED


@every_company
def test_board_consent_is_what_the_administrator_said(seed: int, today: date) -> None:
    members = company(seed, today).members
    assert all(member.board_consent is _speaks_for(member) for member in members)
    assert {member.board_consent for member in members} == set(BoardConsent)


@every_company
def test_only_public_customers_need_authorisation_and_some_lack_it(seed: int, today: date) -> None:
    members = company(seed, today).members
    public = [member for member in members if member.kind is not MemberKind.PRIVATE]

    assert all(m.authorised_on is None for m in members if m.kind is MemberKind.PRIVATE)
    assert any(m.board_consent is not BoardConsent.NONE and not m.may_be_ranked for m in public)
    assert sum(member.may_be_ranked for member in members) >= 50
    assert all(
        m.may_be_ranked == (m.authorised_on is not None) for m in public if m.contacts[0].agreed_to_board
    )


@every_company
def test_groups_have_a_head_of_the_same_city(seed: int, today: date) -> None:
    members = {member.key: member for member in company(seed, today).members}
    children = [member for member in members.values() if member.parent_key]

    assert len(children) == 14
    assert len({child.parent_key for child in children}) == 4
    for child in children:
        assert child.parent_key is not None
        head = members[child.parent_key]
        assert head.parent_key is None
        assert head.city == child.city


@every_company
def test_members_are_keyed_in_order_and_looked_after(seed: int, today: date) -> None:
    one = company(seed, today)
    managers = {user.name for user in one.staff if user.role is Role.SALES}

    assert [member.key for member in one.members] == [f"KH-{n:04d}" for n in range(1, 121)]
    assert {member.account_manager for member in one.members} == managers
    assert {member.habit for member in one.members} == set(PaymentHabit)
    assert sum(member.joined_on >= one.first_day for member in one.members) == 14


def test_every_role_of_the_first_slice_has_a_person() -> None:
    roles = {user.role for user in company().staff}
    assert roles == {
        Role.OPERATOR,
        Role.RULE_MANAGER,
        Role.APPROVER,
        Role.FINANCE,
        Role.SALES,
        Role.ADMIN,
    }
    assert len({user.username for user in company().staff}) == len(company().staff)
