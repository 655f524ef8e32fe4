"""The public board shows only what members agreed to show, and nothing of a person."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from houji.insights.tests.cast import Firm, found_firm, local, paid
from houji.kernel.time import add_months, local_date
from houji.programs.actions import change_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Firm:
    return found_firm("alpha")


@pytest.fixture
def last_month(firm: Firm) -> date:
    today = local_date(datetime.now(UTC), firm.terms.zone)
    return add_months(today.replace(day=1), -1)


def earn(firm: Firm, key: str, month: date, wan: int, name: str = "", **shape: object) -> None:
    """Let a member earn a hundred points for each 10,000 yuan, and shape its row."""
    at = local(month.year, month.month, 10)
    firm.post(paid(f"{key}-{month:%y%m}-{wan}", key, at, wan=wan))
    if name:
        firm.shape(key, name=name, short_name=name, **shape)


def text_of(url: str, status: int = 200) -> str:
    answer = Client().get(url)
    assert answer.status_code == status
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_it_shows_only_members_who_agreed_and_leaves_no_gap(firm: Firm, last_month: date) -> None:
    earn(firm, "A", last_month, 9, "云中晴空建设集团", board_consent="none")
    earn(firm, "B", last_month, 8, "云中银河路桥集团", board_consent="named")
    earn(firm, "C", last_month, 7, "云中星野水务", board_consent="masked")
    page = text_of("/board/alpha/")
    assert "晴空" not in page
    assert "1 云中银河路桥集团" in page
    assert "星野" not in page
    assert "2 云××水务" in page
    assert "「×」为应企业要求隐去" in page


@pytest.mark.parametrize("kind", ["government", "soe"])
def test_public_bodies_need_their_authorisation_on_file(firm: Firm, last_month: date, kind: str) -> None:
    earn(firm, "A", last_month, 9, "云中港务发展", board_consent="named", kind=kind, authorised_on=None)
    assert "云中港务发展" not in text_of("/board/alpha/")
    firm.shape("A", authorised_on=date(2026, 1, 5))
    assert "云中港务发展" in text_of("/board/alpha/")


def test_points_stay_secret_unless_the_company_shows_them(firm: Firm, last_month: date) -> None:
    earn(firm, "A", last_month, 1234, "云中银河路桥集团", board_consent="named")
    page = text_of("/board/alpha/")
    assert "123,400" not in page
    assert "123400" not in Client().get("/board/alpha/").content.decode()
    assert "不公布积分" in page
    change_settings(actor=firm.actor, program_id=firm.terms.id, board_shows_points=True)
    page = text_of("/board/alpha/")
    assert "123,400 分" in page
    assert "不公布积分" not in page


def test_places_moved_and_months_in_a_row_are_told(firm: Firm, last_month: date) -> None:
    before = add_months(last_month, -1)
    earn(firm, "A", before, 3)
    earn(firm, "B", before, 2)
    earn(firm, "A", last_month, 4, "云中甲路桥集团", board_consent="named")
    earn(firm, "B", last_month, 5, "云中乙水务", board_consent="named")
    earn(firm, "C", last_month, 1, "云中丙园林", board_consent="named")
    page = text_of("/board/alpha/")
    assert "1 云中乙水务 连续 2 个月上榜 升 1 位" in page
    assert "2 云中甲路桥集团 连续 2 个月上榜 降 1 位" in page
    assert "3 云中丙园林 本月上榜 新上榜" in page


def test_only_the_first_ten_are_gold_partners(firm: Firm, last_month: date) -> None:
    for place in range(12):
        earn(firm, f"K{place}", last_month, 20 - place, f"云中第{place}能源", board_consent="named")
    page = text_of("/board/alpha/")
    gold, others = page.split("其余上榜伙伴")
    assert "10 云中第9能源" in gold
    assert "云中第10能源" not in gold
    assert "11 云中第10能源" in others


def test_earlier_months_have_their_own_address(firm: Firm, last_month: date) -> None:
    before = add_months(last_month, -1)
    earn(firm, "A", before, 3, "云中银河路桥集团", board_consent="named")
    page = Client().get("/board/alpha/").content.decode()
    assert f'href="/board/alpha/{before:%Y-%m}/"' in page
    assert "这个月还没有上榜伙伴" in page
    assert "云中银河路桥集团" in text_of(f"/board/alpha/{before:%Y-%m}/")


def test_months_that_run_or_are_long_over_have_no_board(firm: Firm, last_month: date) -> None:
    running = add_months(last_month, 1)
    for month in (running, add_months(running, 1), add_months(last_month, -12), date(1999, 1, 1)):
        assert "没有这份榜单" in text_of(f"/board/alpha/{month:%Y-%m}/", 404)
    assert Client().get("/board/alpha/2026-13/").status_code == 404


def test_a_board_that_is_off_is_not_found_in_one_sentence(firm: Firm, last_month: date) -> None:
    earn(firm, "A", last_month, 9, "云中银河路桥集团", board_consent="named")
    change_settings(actor=firm.actor, program_id=firm.terms.id, board_enabled=False)
    page = text_of("/board/alpha/", 404)
    assert "没有这份榜单，或它没有公开。" in page
    assert "银河" not in page
    assert text_of("/board/nobody/", 404) == page


def test_one_board_is_led_to_and_several_are_listed(firm: Firm) -> None:
    assert Client().get("/board/")["Location"] == "/board/alpha/"
    other = found_firm("beta")
    page = Client().get("/board/").content.decode()
    assert 'href="/board/alpha/"' in page
    assert 'href="/board/beta/"' in page
    change_settings(actor=other.actor, program_id=other.terms.id, board_enabled=False)
    assert Client().get("/board/")["Location"] == "/board/alpha/"
    change_settings(actor=firm.actor, program_id=firm.terms.id, board_enabled=False)
    assert "还没有公开的榜单" in text_of("/board/")


def test_one_company_s_board_shows_nobody_of_another(firm: Firm, last_month: date) -> None:
    other = found_firm("beta")
    earn(other, "A", last_month, 9, "云中暖阳燃气", board_consent="named")
    earn(firm, "A", last_month, 2, "云中银河路桥集团", board_consent="named")
    assert "暖阳" not in text_of("/board/alpha/")
    assert "银河" not in text_of("/board/beta/")


def test_it_may_be_cached_by_anybody_and_sets_no_cookie(firm: Firm) -> None:
    for url in ("/board/", "/board/alpha/", "/board/nobody/"):
        answer = Client().get(url)
        assert "public" in answer["Cache-Control"]
        assert "max-age=" in answer["Cache-Control"]
        assert not answer.cookies


def test_it_asks_the_database_no_more_for_more_rows(firm: Firm, last_month: date) -> None:
    earn(firm, "A", last_month, 1, "云中银河路桥集团", board_consent="named")
    Client().get("/board/alpha/")
    with CaptureQueriesContext(connection) as few:
        Client().get("/board/alpha/")
    for place in range(5):
        earn(firm, f"K{place}", last_month, 2 + place, f"云中第{place}能源", board_consent="named")
    with CaptureQueriesContext(connection) as many:
        Client().get("/board/alpha/")
    assert len(many) == len(few)


def test_a_place_that_several_share_is_theirs_together(firm: Firm, last_month: date) -> None:
    for key in ("A", "B"):
        earn(firm, key, last_month, 5, f"云中{key}能源", board_consent="named")
    earn(firm, "C", last_month, 4, "云中丙能源", board_consent="named")
    page = text_of("/board/alpha/")
    assert "1 云中A能源" in page
    assert "1 云中B能源" in page
    assert "3 云中丙能源" in page


def test_booking_time_is_what_puts_points_into_a_month(firm: Firm, last_month: date) -> None:
    # 23:30 on the last day in Shanghai is the next day's morning nowhere that counts.
    end = add_months(last_month, 1) - timedelta(days=1)
    firm.post(paid("late", "A", local(end.year, end.month, end.day, 23), wan=3))
    firm.shape("A", name="云中银河路桥集团", short_name="云中银河路桥集团", board_consent="named")
    assert "云中银河路桥集团" in text_of("/board/alpha/")
