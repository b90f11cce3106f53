"""On which days a session happens; python-dateutil's recurrence rules are the oracle."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, weekday
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.types import Opportunity, Session
from matching.when import day_words, is_over, next_at, next_for, next_of, next_on, session_words, when_of

TODAY = date(2026, 11, 22)  # a Sunday
TEN, NOON = 600, 720
days_near = st.dates(date(2024, 1, 1), date(2030, 12, 31))
places = st.lists(st.sampled_from([1, 2, 3, 4, 5, -1, -2]), min_size=1, max_size=3, unique=True).map(tuple)
month_days = st.lists(
    st.one_of(st.integers(1, 31), st.integers(-31, -1)), min_size=1, max_size=3, unique=True
).map(tuple)


def midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time())


def first_of(rule: rrule, today: date) -> date | None:
    found = rule.after(midnight(today), inc=True)
    return found.date() if found else None


def until(bound: date | None) -> dict[str, Any]:
    return {"until": midnight(bound)} if bound else {}


@given(
    day=st.integers(0, 6),
    every=st.integers(1, 9),
    anchor=days_near,
    today=days_near,
    last=st.none() | days_near,
)
@settings(max_examples=300, deadline=None)
def test_every_so_many_weeks_is_what_rfc_5545_says(
    day: int, every: int, anchor: date, today: date, last: date | None
) -> None:
    session = Session(day, TEN, NOON, every, begins=anchor, anchor=anchor, until=last)
    rule = rrule(WEEKLY, midnight(anchor), every, byweekday=day, **until(last))
    assert next_on(session, today) == first_of(rule, today)


@given(
    day=st.integers(0, 6),
    nth=places,
    every=st.integers(1, 7),
    anchor=days_near,
    today=days_near,
    last=st.none() | days_near,
)
@settings(max_examples=300, deadline=None)
def test_a_weekday_of_the_month_is_what_rfc_5545_says(
    day: int, nth: tuple[int, ...], every: int, anchor: date, today: date, last: date | None
) -> None:
    session = Session(day, TEN, NOON, every, nth, begins=anchor, anchor=anchor, until=last)
    weekdays = [weekday(day, n) for n in nth]
    rule = rrule(MONTHLY, midnight(anchor), every, byweekday=weekdays, **until(last))
    assert next_on(session, today) == first_of(rule, today)


@given(dates=month_days, every=st.integers(1, 12), anchor=days_near, today=days_near)
@settings(max_examples=300, deadline=None)
def test_dates_of_the_month_are_what_rfc_5545_says(
    dates: tuple[int, ...], every: int, anchor: date, today: date
) -> None:
    session = Session(None, TEN, NOON, every, begins=anchor, anchor=anchor, dates=dates)
    far = midnight(date(2080, 1, 1))
    rule = rrule(MONTHLY, midnight(anchor), every, bymonthday=dates, until=far)
    assert next_on(session, today) == first_of(rule, today)


@given(day=st.integers(0, 6), dates=month_days, today=days_near)
@settings(max_examples=100, deadline=None)
def test_a_weekday_that_is_also_a_date_must_be_both(day: int, dates: tuple[int, ...], today: date) -> None:
    rule = rrule(DAILY, midnight(today), byweekday=day, bymonthday=dates, until=midnight(date(2050, 1, 1)))
    assert next_on(Session(day, TEN, NOON, dates=dates), today) == first_of(rule, today)


@pytest.mark.parametrize("first", [date(2026, 10, 18), date(2027, 3, 21)])
def test_the_days_are_the_same_on_both_sides_of_a_clock_change(first: date) -> None:
    found = [next_on(Session(6, TEN, NOON), first + timedelta(days=n)) for n in range(14)]
    assert found == [first, *[first + timedelta(days=7)] * 7, *[first + timedelta(days=14)] * 6]


def test_a_session_today_is_the_next_one() -> None:
    assert next_on(Session(6, TEN, NOON), TODAY) == TODAY


def test_a_fortnightly_session_has_a_next_day_only_when_its_week_is_known() -> None:
    assert next_on(Session(1, TEN, NOON, 2), TODAY) is None
    assert next_on(Session(1, TEN, NOON, 2, begins=date(2026, 11, 10)), TODAY) == date(2026, 11, 24)
    assert next_on(Session(1, TEN, NOON, 2, begins=date(2026, 11, 17)), TODAY) == date(2026, 12, 1)


def test_a_first_day_that_is_no_day_of_a_fortnightly_rule_says_nothing_of_its_week() -> None:
    assert next_on(Session(1, TEN, NOON, 2, begins=date(2026, 11, 1)), TODAY) is None


def test_every_second_month_has_a_next_day_only_when_its_month_is_known() -> None:
    assert next_on(Session(1, TEN, NOON, 2, (1,)), TODAY) is None
    assert next_on(Session(1, TEN, NOON, 2, (1,), begins=date(2026, 11, 3)), TODAY) == date(2027, 1, 5)


def test_nobody_says_a_day_of_what_is_on_in_term_time_only() -> None:
    assert next_on(Session(1, TEN, NOON, term_time=True), TODAY) is None


def test_what_begins_later_and_what_has_ended() -> None:
    assert next_on(Session(1, TEN, NOON, begins=date(2027, 1, 5)), TODAY) == date(2027, 1, 5)
    ended = Session(1, TEN, NOON, until=date(2026, 11, 17))
    assert (next_on(ended, TODAY), is_over(ended, TODAY)) == (None, True)
    assert not is_over(Session(6, TEN, NOON, until=TODAY), TODAY)


def test_one_day_only_is_that_day() -> None:
    fair = date(2026, 12, 5)
    session = Session(5, TEN, NOON, begins=fair, until=fair)
    assert next_on(session, TODAY) == fair
    assert session_words(session) == "Saturday 5 December 2026 10:00 to 12:00"


def test_a_rule_that_never_happens_has_no_next_day() -> None:
    assert next_on(Session(None, TEN, NOON, 12, dates=(31,), anchor=date(2026, 2, 1)), TODAY) is None
    assert next_on(Session(None, TEN, NOON), TODAY) is None
    assert next_on(Session(0, TEN, NOON), date.max) is None


def test_of_several_sessions_the_first_certain_day_counts() -> None:
    unsure, friday = Session(0, TEN, NOON, 2), Session(4, TEN, NOON)
    assert next_of((unsure, friday), TODAY) == date(2026, 11, 27)
    assert next_of((), TODAY) is None


def test_what_is_there_at_any_time_has_no_next_day() -> None:
    offer = Opportunity(id="t:a", name="A", sessions=(Session(4, TEN, NOON),))
    assert next_for([when_of(offer, TODAY)]) == date(2026, 11, 27)
    always = Opportunity(id="t:b", name="B", any_time=True)
    assert next_for([when_of(one, TODAY) for one in (offer, always)]) is None


@pytest.mark.parametrize(
    ("today", "session", "begins", "ends"),
    [
        (date(2027, 3, 21), Session(6, TEN, NOON), "2027-03-21T10:00:00+00:00", "2027-03-21T12:00:00+00:00"),
        (date(2027, 3, 28), Session(6, TEN, NOON), "2027-03-28T10:00:00+01:00", "2027-03-28T12:00:00+01:00"),
        (date(2026, 10, 24), Session(5, 1320, 1620), "2026-10-24T22:00:00+01:00", "2026-10-25T03:00:00+00:00"),
        (date(2027, 3, 28), Session(6, 90, 180), "2027-03-28T02:00:00+01:00", "2027-03-28T03:00:00+01:00"),
        (date(2026, 10, 25), Session(6, 90, 180), "2026-10-25T01:30:00+01:00", "2026-10-25T03:00:00+00:00"),
    ],
)  # fmt: skip
def test_a_session_keeps_its_wall_clock_when_the_clocks_change(
    today: date, session: Session, begins: str, ends: str
) -> None:
    found = next_at(session, today)
    assert found is not None and found[1] is not None
    assert (found[0].isoformat(), found[1].isoformat()) == (begins, ends)


def test_no_moment_is_named_where_the_hour_or_the_day_is_unknown() -> None:
    assert next_at(Session(1, None, None), TODAY) is None
    assert next_at(Session(1, TEN, NOON, 2), TODAY) is None
    found = next_at(Session(1, TEN, None), TODAY, "America/New_York")
    assert found is not None
    assert (found[0].isoformat(), found[1]) == ("2026-11-24T10:00:00-05:00", None)


@pytest.mark.parametrize(
    ("session", "words"),
    [
        (Session(1, TEN, 690), "Tuesdays 10:00 to 11:30"),
        (Session(3, 840, None, 2), "every second Thursday from 14:00"),
        (Session(3, None, None, 3), "every 3 weeks on Thursday"),
        (Session(5, None, None, nth=(1, 3)), "first and third Saturday of the month"),
        (Session(5, None, None, 2, nth=(-1,)), "last Saturday of every 2 months"),
        (Session(0, None, None, 2, nth=(1, 2, 3, 4, 5)), "every Monday of every 2 months"),
        (Session(None, TEN, NOON, dates=(1, 15)), "day 1 and day 15 of the month 10:00 to 12:00"),
        (Session(None, None, None, dates=(-1,)), "last day of the month"),
        (Session(4, None, None, dates=(13,)), "Friday on day 13 of the month"),
        (Session(1, TEN, NOON, term_time=True), "Tuesdays 10:00 to 12:00, in term time"),
    ],
)
def test_a_session_is_said_in_words(session: Session, words: str) -> None:
    assert session_words(session) == words


def test_a_day_is_said_without_its_year_when_it_is_soon() -> None:
    assert day_words(date(2026, 12, 1), TODAY) == "Tuesday 1 December"
    assert day_words(date(2027, 12, 1), TODAY) == "Wednesday 1 December 2027"


@pytest.mark.parametrize(
    ("not_on", "first"),
    [
        ((), date(2026, 11, 24)),
        (("2026-11-24",), date(2026, 12, 1)),
        (("--12",), date(2026, 11, 24)),
        (("2026-11-24", "--12"), date(2027, 1, 5)),
        (("2026-11-20/2027-01-06",), date(2027, 1, 12)),
        (("--11", "--12"), date(2027, 1, 5)),
        (tuple(f"--{month:02d}" for month in range(1, 13)), None),
    ],
)
def test_no_next_day_lies_in_a_break(not_on: tuple[str, ...], first: date | None) -> None:
    assert next_on(Session(1, TEN, NOON, not_on=not_on), date(2026, 11, 22)) == first
