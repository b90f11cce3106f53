"""What a listing's schedules say reaches the matcher whole, and what they leave open stays open."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from directory.listings import Listing
from directory.opportunities import opportunities_of, slots
from importers.hours import sheet_sessions
from importers.records import ListingRecord, SessionRecord
from matching.types import Opportunity, Session
from matching.when import next_on

TODAY = date(2026, 11, 22)
TUESDAY = date(2026, 11, 10)


def record(**given: Any) -> SessionRecord:
    return SessionRecord(**{"freq": "WEEKLY", "opens_at": "10:00", "closes_at": "12:00", **given})


def session(**given: Any) -> Session:
    return Session(**{"day": 1, "start": 600, "end": 720, **given})


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"byday": "TU"}, [session()]),
        ({"byday": "TU,TH"}, [session(), session(day=3)]),
        ({"byday": "TU", "interval": 2}, [session(every=2)]),
        (
            {"byday": "TU", "interval": 2, "dtstart": TUESDAY},
            [session(every=2, begins=TUESDAY, anchor=TUESDAY)],
        ),
        ({"freq": "MONTHLY", "byday": "1SA"}, [session(day=5, nth=(1,))]),
        ({"freq": "MONTHLY", "byday": "1SA,3SA,-1TU"}, [session(day=5, nth=(1, 3)), session(nth=(-1,))]),
        ({"freq": "MONTHLY", "byday": "+2TU", "interval": 3}, [session(nth=(2,), every=3)]),
        ({"freq": "MONTHLY", "byday": "TU"}, [session()]),
        ({"freq": "MONTHLY", "byday": "TU", "interval": 2}, [session(nth=(1, 2, 3, 4, 5), every=2)]),
        ({"freq": "MONTHLY", "bymonthday": "1,15"}, [session(day=None, dates=(1, 15))]),
        (
            {"freq": "MONTHLY", "bymonthday": "-1", "interval": 2},
            [session(day=None, dates=(-1,), every=2)],
        ),
        ({"freq": "MONTHLY", "bymonthday": "13", "byday": "FR"}, [session(day=4, dates=(13,))]),
        ({"freq": "MONTHLY", "bymonthday": "often"}, []),
        ({"byday": "TU", "closes_at": "01:00"}, [session(end=1500)]),
        ({"byday": "TU", "opens_at": None, "closes_at": None}, [session(start=None, end=None)]),
        ({"byday": "TU", "term_time": True}, [session(term_time=True)]),
        (
            {"byday": "TU", "dtstart": date(2026, 1, 6), "valid_from": TUESDAY},
            [session(begins=TUESDAY, anchor=date(2026, 1, 6))],
        ),
        (
            {"byday": "TU", "until": date(2027, 6, 1), "valid_to": date(2026, 12, 15)},
            [session(until=date(2026, 12, 15))],
        ),
        ({"freq": None, "opens_at": None, "closes_at": None, "original_text": "ring us"}, []),
    ],
)
def test_a_schedule_says_the_same_to_the_matcher(said: dict[str, Any], meant: list[Session]) -> None:
    assert list(slots(record(**said))) == meant


def offer(*sessions: SessionRecord) -> Opportunity:
    told = ListingRecord(source="t", source_id="a", name="Tea", sessions=sessions)
    listing = Listing(
        id="1", version=1, record=told, sources=(), last_changed=datetime(2026, 11, 1, tzinfo=UTC)
    )
    [found] = opportunities_of(listing, lambda _: None)
    return found


def test_times_that_only_words_tell_are_not_taken_for_none() -> None:
    words = SessionRecord(original_text="and in summer when it is dry")
    assert offer(record(byday="TU"), words).other_times
    assert not offer(record(byday="TU")).other_times
    assert not offer().other_times


@pytest.mark.parametrize("written", ["24/7", "any time"])
def test_any_time_leaves_nothing_else_open(written: str) -> None:
    found = offer(*sheet_sessions(written))
    assert (found.any_time, found.other_times, found.sessions) == (True, False, ())


@pytest.mark.parametrize(
    ("written", "following"),
    [
        ("Tue 10:00-12:00", date(2026, 11, 24)),
        ("Tue 10:00-12:00 fortnightly", None),
        ("Tue 10:00-12:00 fortnightly from 2026-11-17", date(2026, 12, 1)),
        ("1st Sat 10:00-12:00", date(2026, 12, 5)),
        ("last Fri 10:00-12:00", date(2026, 11, 27)),
        ("Tue 10:00-12:00 term time", None),
        ("Sat 5 December 2026 10:00-12:00", date(2026, 12, 5)),
        ("Sat 7 November 2026 10:00-12:00", None),
        ("Mo-Fr 09:00-17:00", date(2026, 11, 23)),
        ("Sa[2] 10:00-12:00", date(2026, 12, 12)),
    ],
)
def test_what_a_sheet_says_has_its_next_day(written: str, following: date | None) -> None:
    found = [next_on(one, TODAY) for one in offer(*sheet_sessions(written)).sessions]
    assert found and min((day for day in found if day), default=None) == following
