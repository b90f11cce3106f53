"""Values as people read them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import formatting
from importers.records import CostRecord, PhoneRecord, PlaceRecord, Provenance, SessionRecord
from matching.types import Point

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "yesterday"),
        (6, "6 days ago"),
        (21, "3 weeks ago"),
        (100, "3 months ago"),
        (400, "13 months ago"),
        (800, "2 years ago"),
    ],
)
def test_how_long_ago_is_said_in_the_largest_unit_that_says_enough(days: int, said: str) -> None:
    assert formatting.ago(TODAY - timedelta(days=days), TODAY) == said


def test_a_day_to_come_is_named_and_not_counted() -> None:
    assert formatting.ago(date(2026, 12, 3), TODAY) == "3 December 2026"


@pytest.mark.parametrize(
    ("checked_on", "level"),
    [
        (date(2026, 11, 1), "fresh"),
        (date(2026, 8, 23), "fresh"),
        (date(2026, 8, 22), "ageing"),
        (date(2026, 5, 23), "ageing"),
        (date(2026, 5, 22), "ring_first"),
        (date(2025, 11, 23), "ring_first"),
        (date(2025, 11, 22), "stale"),
        (None, "never"),
    ],
)
def test_a_check_ages_at_three_six_and_twelve_months(checked_on: date | None, level: str) -> None:
    assert formatting.freshness(Provenance(checked_on), TODAY).level == level


def test_a_fresh_check_says_who_how_and_when() -> None:
    checked = Provenance(date(2026, 11, 1), "phoned", "link worker")
    assert formatting.freshness(checked, TODAY).text == "Checked 3 weeks ago by phone (link worker)."


def test_an_old_check_says_to_ring_first() -> None:
    assert "ring first" in formatting.freshness(Provenance(date(2026, 2, 1)), TODAY).text


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("10:00", "10am"),
        ("11:30", "11:30am"),
        ("12:00", "midday"),
        ("24:00", "midnight"),
        ("19:05", "7:05pm"),
    ],
)
def test_times_are_said_as_people_say_them(written: str, said: str) -> None:
    assert formatting.clock(written) == said


def weekly(day: str, opens: str = "10:00", closes: str = "12:00", **more: object) -> SessionRecord:
    return SessionRecord(freq="WEEKLY", byday=day, opens_at=opens, closes_at=closes, **more)  # type: ignore[arg-type]


def test_days_with_the_same_times_are_joined_in_the_order_of_the_week() -> None:
    assert formatting.session_lines([weekly("TH"), weekly("MO")]) == ["Mondays and Thursdays, 10am to midday"]


def test_a_run_of_days_is_said_as_a_span() -> None:
    week = [weekly(day) for day in ("MO", "TU", "WE", "TH", "FR")]
    assert formatting.session_lines(week) == ["Monday to Friday, 10am to midday"]


def test_fortnightly_monthly_and_term_time_sessions_say_so() -> None:
    fortnightly = weekly("TH", "14:00", "16:00", interval=2)
    monthly = SessionRecord(freq="MONTHLY", byday="1SA", opens_at="10:00", closes_at="13:00")
    term = weekly("MO", term_time=True)
    assert formatting.session_lines([fortnightly, monthly, term]) == [
        "Mondays, 10am to midday (term time only)",
        "Every other Thursday, 2pm to 4pm",
        "First Saturday of the month, 10am to 1pm",
    ]


def test_round_the_clock_is_said_as_any_time() -> None:
    week = [weekly(day, "00:00", "23:59") for day in formatting.DAYS]
    assert formatting.session_lines(week) == ["Any time"]
    assert formatting.session_lines(week[:1]) == ["Mondays, any time"]


def test_a_single_day_is_said_with_its_date_and_nothing_more() -> None:
    fair = date(2026, 12, 5)
    for once in ({"dtstart": fair, "until": fair}, {"valid_from": fair, "valid_to": fair}):
        session = SessionRecord("WEEKLY", byday="SA", opens_at="10:00", closes_at="12:00", **once)  # type: ignore[arg-type]
        assert formatting.session_lines([session]) == ["Saturday 5 December 2026, 10am to midday"]


def test_a_date_of_the_month_is_said_as_one() -> None:
    session = SessionRecord("MONTHLY", bymonthday="15", opens_at="10:00")
    assert formatting.session_lines([session]) == ["Day 15 of the month, from 10am"]


def test_a_session_nobody_could_read_keeps_the_words_it_came_with() -> None:
    assert formatting.session_lines([SessionRecord(original_text="ring for times")]) == ["ring for times"]


@pytest.mark.parametrize(
    ("km", "said"),
    [(0.0, "100 m"), (0.42, "400 m"), (0.97, "1 km"), (2.34, "2.3 km"), (23.4, "23 km"), (None, "")],
)
def test_distances_are_rounded_to_what_is_useful(km: float | None, said: str) -> None:
    assert formatting.distance(km) == said


@pytest.mark.parametrize(
    ("km", "said"), [(0.1, "about 1 km"), (2.34, "about 2 km"), (23.4, "about 23 km"), (None, "")]
)
def test_a_rough_distance_is_said_to_be_one(km: float | None, said: str) -> None:
    assert formatting.distance(km, rough=True) == said


def test_the_way_there_is_named_by_the_compass() -> None:
    here = Point(53.38, -1.47)
    assert formatting.direction(here, Point(53.39, -1.47)) == "north"
    assert formatting.direction(here, Point(53.37, -1.50)) == "south-west"


def test_a_private_place_has_no_address_and_a_withheld_one_only_its_town() -> None:
    place = {"source_id": "p", "address_1": "3 Quiet Lane", "city": "Aldermoor", "postal_code": "AL1 2AB"}
    assert formatting.address_lines(PlaceRecord(**place, private=True)) == []  # type: ignore[arg-type]
    assert formatting.address_lines(PlaceRecord(**place, withheld=True)) == ["Aldermoor"]  # type: ignore[arg-type]
    assert formatting.address_lines(PlaceRecord(**place)) == ["3 Quiet Lane", "Aldermoor", "AL1 2AB"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("costs", "said"),
    [
        ((), ""),
        ((CostRecord(amount=0),), "Free"),
        ((CostRecord(option="donation"),), "Pay what you can"),
        ((CostRecord(amount=3), CostRecord(amount=2.5)), "£3 or £2.50"),
        ((CostRecord(amount=4, currency="CAD"),), "4 CAD"),
        ((CostRecord(amount_description="Varies"),), "Varies"),
    ],
)
def test_prices_are_said_in_a_few_words(costs: tuple[CostRecord, ...], said: str) -> None:
    assert formatting.price(costs) == said


@pytest.mark.parametrize(
    ("printed", "href"),
    [
        ("0114 496 0000", "tel:01144960000"),
        ("+44 (0)114 496 0000", "tel:+441144960000"),
        ("116 123", "tel:116123"),
        ("ask at the desk", None),
    ],
)
def test_a_phone_number_becomes_a_link_only_when_there_is_one(printed: str, href: str | None) -> None:
    assert formatting.tel_href(printed) == href


def test_an_extension_is_shown_with_its_number() -> None:
    assert formatting.phone_text(PhoneRecord("0114 496 0000", "12")) == "0114 496 0000 (extension 12)"


@pytest.mark.parametrize(
    ("written", "href"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("www.example.org", "https://www.example.org"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("see facebook", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(written: str | None, href: str | None) -> None:
    assert formatting.web_href(written) == href


def test_a_line_with_clock_times_is_said_in_words() -> None:
    assert formatting.in_words("Tuesdays 10:00 to 14:30") == "Tuesdays 10am to 2:30pm"


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text(), st.text())
def test_no_text_in_a_session_can_break_the_page(byday: str, opens: str, text: str) -> None:
    session = SessionRecord(freq="WEEKLY", byday=byday, opens_at=opens or None, original_text=text)
    assert all(isinstance(line, str) for line in formatting.session_lines([session]))


def test_what_a_group_confirmed_was_not_told_by_somebody_who_goes() -> None:
    told = formatting.freshness(Provenance(TODAY, "told", "the group itself"), TODAY)
    assert told.text == "Checked today by the group itself."
