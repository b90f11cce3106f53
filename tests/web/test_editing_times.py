"""Times written in the editing form, as sessions and in plain words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from directory.formatting import session_lines
from directory.web.editing.form import section_of
from directory.web.editing.reading import Outcome, prints, read_form, shown
from directory.web.editing.values import Reading
from importers.records import ListingRecord, PlaceRecord, SessionRecord

TODAY = date(2026, 11, 22)


def listing(*sessions: SessionRecord, **more: Any) -> ListingRecord:
    return ListingRecord(source="town", source_id="one", name="One", sessions=sessions, **more)


def write(record: ListingRecord, **changes: Any) -> Outcome:
    """Change the row numbered in each name: `days_0=["TU"]` is row 0's "days"."""
    section = section_of("when")
    assert section
    parts = section.parts(record)
    sent = shown(parts, record)
    for name, value in changes.items():
        column, _, number = name.rpartition("_")
        sent[f"sessions-{number}-{column}"] = value if isinstance(value, list) else [value]
        if number not in sent["sessions-row"]:
            sent["sessions-row"].append(number)
    return read_form(parts, Reading(sent, TODAY, record), prints(parts, record))


def said(**row: Any) -> list[str]:
    """What one new row says, in plain words."""
    outcome = write(listing(), **{f"{name}_0": value for name, value in {"every": "1", **row}.items()})
    assert outcome.problems == {}
    return session_lines(outcome.record.sessions)


def problems(**row: Any) -> dict[str, str]:
    return write(listing(), **{f"{name}_0": value for name, value in {"every": "1", **row}.items()}).problems


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"days": ["TU"], "opens": "10am", "closes": "11:30"}, ["Tuesdays, 10am to 11:30am"]),
        (
            {"days": ["MO", "TU", "WE"], "opens": "9.15am", "closes": "noon"},
            ["Monday to Wednesday, 9:15am to midday"],
        ),
        (
            {"days": ["TU"], "every": "2", "opens": "10:00", "closes": "11:30", "off": ["--08"]},
            ["Every other Tuesday, 10am to 11:30am (not in August)"],
        ),
        (
            {"days": ["SA"], "every": "m1", "nth": ["1", "3"], "opens": "2pm"},
            ["First Saturday of the month, from 2pm", "Third Saturday of the month, from 2pm"],
        ),
        ({"days": ["SU"], "every": "m2", "nth": ["-1"]}, ["Last Sunday of every 2 months"]),
        (
            {"days": ["FR"], "opens": "7pm", "closes": "00:30", "term": "y"},
            ["Fridays, 7pm to 12:30am (term time only)"],
        ),
        (
            {
                "days": ["WE"],
                "ends": "3/3/2027",
                "off_days": "25 December 2026\n30 December 2026 to 6 January 2027",
            },
            [
                "Wednesdays (until 3 March 2027, not on 25 December 2026, "
                "not from 30 December 2026 to 6 January 2027)"
            ],
        ),
        (
            {"every": "dates", "dates": "12 December 2026\n2027-01-09", "opens": "13:00"},
            ["Saturday 12 December 2026, from 1pm", "Saturday 9 January 2027, from 1pm"],
        ),
        (
            {"every": "text", "text": "Tuesdays 10-11.30am; first Saturday 2pm to 4pm"},
            ["Tuesdays, 10am to 11:30am", "First Saturday of the month, 2pm to 4pm"],
        ),
        ({"every": "text", "text": "when the tide is out"}, ["when the tide is out"]),
        ({"text": "Tuesdays at 10:00"}, ["Tuesdays, from 10am"]),
        ({"dates": "1 May 2027"}, ["Saturday 1 May 2027"]),
    ],
)
def test_times_are_read_back_as_they_were_meant(row: dict[str, Any], words: list[str]) -> None:
    assert said(**row) == words


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        ({"opens": "10am"}, "days", "tick the days"),
        ({"days": ["TU"], "every": "m1"}, "nth", "tick which weeks of the month"),
        ({"days": ["TU"], "opens": "3pm", "closes": "2pm"}, "closes", "2pm is not after 3pm"),
        ({"days": ["TU"], "opens": "2"}, "opens", "Write 2pm or 2am"),
        ({"days": ["TU"], "starts": "soon"}, "starts", "write a date"),
        ({"days": ["TU"], "starts": "1/2/2027", "ends": "1/1/2027"}, "ends", "before the first"),
        ({"days": ["TU"], "off_days": "Christmas"}, "off_days", "“Christmas” is no date"),
        ({"every": "dates"}, "dates", "write the dates"),
        ({"every": "dates", "dates": "32 December"}, "dates", "“32 December” is no date"),
        ({"every": "text"}, "text", "write when it is on"),
        ({"days": ["SA"], "nth": ["1"]}, "every", "Choose “By the month”"),
        ({"days": ["SA"], "text": "or by chance"}, "every", "Choose one"),
        ({"days": ["SA"], "every": "text", "text": "Tue 10am"}, "every", "Choose one"),
        ({"days": ["SA"], "every": "dates", "dates": "1 May 2027"}, "every", "Choose one"),
        ({"every": "9999", "days": ["TU"]}, "every", "choose one of the answers"),
    ],
)
def test_what_is_wrong_with_a_time_is_said_at_its_field(row: dict[str, Any], field: str, words: str) -> None:
    found = problems(**row)
    assert words in found[f"sessions-0-{field}"]


def test_an_empty_row_is_no_time() -> None:
    assert said() == []


def test_another_day_leaves_what_the_source_wrote_of_the_others() -> None:
    monday = SessionRecord(
        "WEEKLY", byday="MO", opens_at="10:00", closes_at="12:00", original_text="Mon 10-12"
    )
    outcome = write(listing(monday), days_0=["MO", "WE"])
    wednesday = SessionRecord("WEEKLY", byday="WE", opens_at="10:00", closes_at="12:00")
    assert outcome.record.sessions == (monday, wednesday)


def test_days_with_the_same_times_share_a_row() -> None:
    record = listing(
        *(
            SessionRecord("WEEKLY", byday=day, opens_at="10:00", original_text=day)
            for day in ("MO", "TU", "WE")
        ),
        SessionRecord("WEEKLY", byday="FR", opens_at="11:00"),
    )
    section = section_of("when")
    assert section
    values = shown(section.parts(record), record)
    assert values["sessions-row"] == ["0", "1"] and values["sessions-0-days"] == ["MO", "TU", "WE"]


def test_weeks_of_a_month_that_no_ticks_can_say_have_rows_of_their_own() -> None:
    record = listing(SessionRecord("MONTHLY", byday="1SA"), SessionRecord("MONTHLY", byday="3SU"))
    section = section_of("when")
    assert section
    assert shown(section.parts(record), record)["sessions-row"] == ["0", "1"]


def test_a_time_that_no_row_can_say_is_kept_in_words_until_somebody_writes_it_anew() -> None:
    fifteenth = SessionRecord("MONTHLY", bymonthday="15", opens_at="10:00")
    tuesday = SessionRecord("WEEKLY", byday="TU", opens_at="10:00")
    kept = write(listing(fifteenth, tuesday), opens_1="11am")
    assert kept.record.sessions[0] == fifteenth and kept.record.sessions[1].opens_at == "11:00"
    anew = write(listing(fifteenth), every_0="1", days_0=["MO"])
    assert [(one.byday, one.bymonthday) for one in anew.record.sessions] == [("MO", None)]


def test_a_fortnight_s_anchor_stays_when_only_its_hours_change() -> None:
    session = SessionRecord("WEEKLY", 2, "TU", opens_at="10:00", closes_at="11:00", dtstart=date(2026, 11, 3))
    [after] = write(listing(session), closes_0="noon").record.sessions
    assert (after.dtstart, after.closes_at) == (date(2026, 11, 3), "12:00")


def test_times_of_a_place_that_goes_stay_at_the_one_that_is_left() -> None:
    hall, barn = PlaceRecord("hall", name="Hall"), PlaceRecord("barn", name="Barn")
    session = SessionRecord("WEEKLY", byday="TU", place_source_id="barn")
    record = listing(session, places=(hall, barn))
    section = section_of("where")
    assert section
    parts = section.parts(record)
    sent = shown(parts, record) | {"places-1-remove": ["y"]}
    after = read_form(parts, Reading(sent, TODAY, record), prints(parts, record)).record
    assert after.places == (hall,) and after.sessions == (SessionRecord("WEEKLY", byday="TU"),)
