"""Times of day, dates, sessions and opening hours (standards.md section 4, rows 20 to 22)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers import clean
from importers.hours import write_sessions
from importers.hours_slot import DAYS
from importers.records import SessionRecord


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("8:00m", "08:00"),
        ("830am", "08:30"),
        ("9:00a", "09:00"),
        ("9:0am", "09:00"),
        ("7:30 am ", "07:30"),
        ("8:00", "08:00"),
        ("12noon", "12:00"),
        ("noon", "12:00"),
        ("12am", "00:00"),
        ("12pm", "12:00"),
        ("13:00pm", "13:00"),
        ("17:00:00", "17:00"),
        ("9.30pm", "21:30"),
        ("25:00", None),
        ("9:75", None),
        ("late", None),
        ("", None),
    ],
)
def test_times_as_people_type_them(written: str, time: str | None) -> None:
    assert clean.clock(written) == time


@pytest.mark.parametrize(
    "written",
    ["2026-11-03", "03/11/2026", "3/11/26", "3 November 2026", "3rd Nov 2026", "2026-11-03T10:30:45Z"],
)
def test_iso_and_uk_dates_are_one_day(written: str) -> None:
    assert clean.day(written) == date(2026, 11, 3)


def test_what_is_no_date_is_none() -> None:
    assert clean.day("31/02/2026") is None
    assert clean.day("soon") is None


def slots(text: str) -> list[tuple[str | None, int, str | None, str | None]]:
    return [(s.byday, s.interval, s.opens_at, s.closes_at) for s in clean.sheet_sessions(text) if s.freq]


def test_the_sheet_s_own_way_of_writing_sessions() -> None:
    found = clean.sheet_sessions("Tue 10:00-11:30; Thu 14:00-16:00 fortnightly; 1st Sat 10:00-13:00")
    assert found == (
        SessionRecord(
            freq="WEEKLY", byday="TU", opens_at="10:00", closes_at="11:30", original_text="Tue 10:00-11:30"
        ),
        SessionRecord(
            freq="WEEKLY",
            interval=2,
            byday="TH",
            opens_at="14:00",
            closes_at="16:00",
            original_text="Thu 14:00-16:00 fortnightly",
        ),
        SessionRecord(
            freq="MONTHLY",
            byday="1SA",
            opens_at="10:00",
            closes_at="13:00",
            original_text="1st Sat 10:00-13:00",
        ),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("last Fri 18:00-20:00", [("-1FR", 1, "18:00", "20:00")]),
        ("Tue 10:00-11:30 every 2 weeks", [("TU", 2, "10:00", "11:30")]),
        ("alternate Tuesdays 2-4pm", [("TU", 2, "14:00", "16:00")]),
        ("Sat-Sun 10am-noon", [("SA", 1, "10:00", "12:00"), ("SU", 1, "10:00", "12:00")]),
        ("Thu 7-9pm", [("TH", 1, "19:00", "21:00")]),
        ("Wed 19:00", [("WE", 1, "19:00", None)]),
        ("1st and 3rd Wed 14:00-16:00", [("1WE", 1, "14:00", "16:00"), ("3WE", 1, "14:00", "16:00")]),
        (
            "Tuesday 9:30 until 5pm (closed between 12:15pm - 12:45pm)",
            [("TU", 1, "09:30", "12:15"), ("TU", 1, "12:45", "17:00")],
        ),
        ("Sat 9:00 - 1:00", [("SA", 1, "09:00", "13:00")]),
        ("2:00pm 6:00pm, Mondays", [("MO", 1, "14:00", "18:00")]),
        ("Fri 20:00-02:00", [("FR", 1, "20:00", "02:00")]),
    ],
)
def test_sessions_in_plain_words(text: str, expected: list[object]) -> None:
    assert slots(text) == expected


def test_term_time_and_bounds_are_kept() -> None:
    [session] = clean.sheet_sessions("Wed 13:00-14:00 term time from 2026-09-01 until 2026-12-18")
    assert session.term_time
    assert (session.valid_from, session.valid_to) == (date(2026, 9, 1), date(2026, 12, 18))


@pytest.mark.parametrize(
    "text",
    [
        "00:00 - 00:00",
        "Mon 09:30-09:30",
        "We 19:30-18:30",
        "Thursday",
        "TBC and then some",
        "Sat 7-9",
        "Find out more about opening times at https://example.org",
        "Tuesday mornings 14 January until 18 March",
        "Ar agor unrhyw dro trwy drefniant.",
        "Jun 5-Apr 13: Mo-Fr 07:30-20:00",
        "Tuesday 22/11/2022 from 5pm - 8pm",
    ],
)
def test_what_cannot_be_certain_keeps_only_its_text(text: str) -> None:
    assert clean.sessions(text) == (SessionRecord(original_text=text),)


def test_any_time_is_understood_without_days() -> None:
    [session] = clean.sheet_sessions("any time")
    assert clean.is_any_time(session)
    assert clean.understood([session])
    assert not clean.understood(clean.sessions("TBC and then some"))


def test_24_7_is_every_day_round_the_clock() -> None:
    found = clean.sheet_sessions("24/7")
    assert [s.byday for s in found] == list(DAYS)
    assert all(clean.is_any_time(s) for s in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tu 09:00-12:00; Th 09:00-12:00", [("TU", "09:00", "12:00"), ("TH", "09:00", "12:00")]),
        (
            "Mo,We 10:00-12:00,14:00-16:00",
            [
                ("MO", "10:00", "12:00"),
                ("MO", "14:00", "16:00"),
                ("WE", "10:00", "12:00"),
                ("WE", "14:00", "16:00"),
            ],
        ),
        ("Fr-Sa 18:00-22:00; PH off", [("FR", "18:00", "22:00"), ("SA", "18:00", "22:00")]),
        ("Mo-Tu 09:00-17:00; Tu 10:00-12:00", [("MO", "09:00", "17:00"), ("TU", "10:00", "12:00")]),
        ("Mo-Tu 09:00-17:00; Tu off", [("MO", "09:00", "17:00")]),
        ("Sa[1] 10:00-12:00", [("1SA", "10:00", "12:00")]),
        ("Tu 10:00-11:00; Tu 14:00-15:00", [("TU", "10:00", "11:00"), ("TU", "14:00", "15:00")]),
    ],
)
def test_openstreetmap_opening_hours(text: str, expected: list[object]) -> None:
    found = clean.sheet_sessions(text)
    assert [(s.byday, s.opens_at, s.closes_at) for s in found] == expected
    assert {s.original_text for s in found} == {text}


_TIMES = st.tuples(st.integers(0, 22), st.sampled_from([0, 15, 30, 45]))


@given(
    st.sampled_from(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "1st Mon", "last Sun"]),
    _TIMES,
    st.integers(1, 90),
)
@settings(max_examples=120, deadline=None)
def test_every_plain_session_reads_back_as_it_was_written(
    day: str, start: tuple[int, int], quarter_hours: int
) -> None:
    begin = start[0] * 60 + start[1]
    end = min(begin + 15 * quarter_hours, 23 * 60 + 59)
    text = f"{day} {begin // 60:02d}:{begin % 60:02d}-{end // 60:02d}:{end % 60:02d}"
    found = clean.sheet_sessions(text)
    assert [(s.opens_at, s.closes_at) for s in found] == [(text[-11:-6], text[-5:])]
    assert clean.sheet_sessions(clean.write_sessions(found)) == found


def test_a_session_changed_by_hand_is_written_as_it_is_now() -> None:
    changed = SessionRecord(
        freq="WEEKLY",
        interval=2,
        byday="TU",
        opens_at="12:00",
        closes_at="13:00",
        original_text="Tue 10:00-11:00",
    )
    assert clean.write_sessions([changed]) == "Tue 12:00-13:00 fortnightly"


def test_a_single_day_in_a_sheet_is_that_day_alone() -> None:
    fair = date(2026, 12, 5)
    for written in ("Sat 5 December 2026 10:00-12:00", "05/12/2026 10am-12pm", "2026-12-05 10:00-12:00"):
        [session] = clean.sheet_sessions(written)
        assert (session.byday, session.opens_at, session.closes_at) == ("SA", "10:00", "12:00")
        assert (session.valid_from, session.valid_to) == (fair, fair)
        assert clean.sheet_sessions(write_sessions([session])) == (session,)


@pytest.mark.parametrize("written", ["Mon 5 December 2026 10:00-12:00", "Sat 5 December 10:00-12:00"])
def test_a_day_that_cannot_be_or_has_no_year_stays_text(written: str) -> None:
    assert [session.freq for session in clean.sheet_sessions(written)] == [None]


def test_a_single_day_in_an_advert_stays_text() -> None:
    assert [session.freq for session in clean.sessions("Sat 5 December 2026 10am-12pm")] == [None]


@pytest.mark.parametrize(
    ("written", "interval"),
    [
        ("1st Sat 10:00-13:00 every 2 months", 2),
        ("1st Sat every other month 10am-1pm", 2),
        ("Every three months on 1st Sat 10:00-13:00", 3),
        ("every second month, 1st Sat 10:00-13:00", 2),
        ("1st Sat 10:00-13:00 every 12 months", 12),
    ],
)
def test_every_so_many_months_is_not_every_month(written: str, interval: int) -> None:
    [session] = clean.sheet_sessions(written)
    assert (session.freq, session.byday, session.interval) == ("MONTHLY", "1SA", interval)
    plain = replace(session, original_text=None)
    [again] = clean.sheet_sessions(write_sessions([plain]))
    assert replace(again, original_text=None) == plain


def test_every_second_month_without_a_week_is_not_guessed() -> None:
    assert [session.freq for session in clean.sheet_sessions("Sat 10:00-13:00 every 2 months")] == [None]


def test_a_course_is_not_written_as_if_it_went_on_for_ever() -> None:
    ends = SessionRecord("WEEKLY", byday="TU", opens_at="10:00", until=date(2026, 12, 15))
    assert write_sessions([ends]) == "Tue 10:00 until 2026-12-15"


def test_a_date_of_the_month_is_written_in_words() -> None:
    session = SessionRecord("MONTHLY", bymonthday="15", opens_at="10:00", closes_at="12:00")
    assert write_sessions([session]) == "day 15 of the month 10:00-12:00"
