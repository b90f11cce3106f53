"""The agency sheet of design.md section 6, read and written."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importers import sheet, sheet_write
from importers.records import ListingRecord, PlaceRecord, Problem, Provenance, UnreadableSource
from importers.sheet_columns import CHOICES, COLUMNS, FACTS, GOALS

FileOf = Callable[..., Path]
Parted = Callable[..., tuple[list[ListingRecord], list[Problem]]]

FULL = {
    "id": "open-mic",
    "name": "Joke Night",
    "organization": "Corner House",
    "description": "Five minutes each.\nKind crowd.",
    "what_to_expect": "Someone meets you at the door.",
    "activities": "comedy; open mic",
    "run_by": "peer",
    "audience": "agency_and_public",
    "status": "active",
    "format": "in_person; online",
    "venue": "Corner House Café",
    "address": "2 High Street, Sheffield",
    "postcode": "s12he",
    "latitude": "53.379",
    "longitude": "-1.47",
    "withheld_location": "no",
    "sessions": "Tue 19:00-21:00 fortnightly; 1st Sat 10:00-13:00",
    "price": "2.50",
    "price_note": "Free for members",
    "referral": "none",
    "booking": "phone; email",
    "wait_weeks": "2",
    "min_age": "18",
    "max_age": "99",
    "gender": "any",
    "languages": "en; fa",
    "group_size": "6-12",
    "rungs": "5-7",
    "contact_name": "Jo",
    "contact_role": "Host",
    "contact_visibility": "public",
    "phone": "0114 496 0000 ext 2",
    "email": "jo@example.org",
    "url": "www.example.org",
    "checked_on": "03/11/2026",
    "checked_how": "visited",
    "checked_by_role": "support worker",
    "tips": "Ask for Jo; she is kind | Sit near the door",
    "known_by": "Ann; Bob",
    "service_area": "s1; S2",
    "goals": "friend; show_work",
    "step_free": "partial",
    "parking": "no",
    "quiet": "yes",
    "alcohol": "on_site",
    "effort": "1",
}


def csv_of(*rows: dict[str, str]) -> str:
    """Rows as CSV with every cell quoted."""
    headings = list(dict.fromkeys(key for row in rows for key in row))
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in headings)]
    lines += [",".join('"' + row.get(h, "").replace('"', '""') + '"' for h in headings) for row in rows]
    return "\r\n".join(lines) + "\r\n"


@pytest.fixture
def read(file_of: FileOf, parted: Parted) -> Callable[..., tuple[list[ListingRecord], list[Problem]]]:
    """read(row, ...) or read("text of a CSV") -> listings, problems."""

    def reading(*rows: Any) -> tuple[list[ListingRecord], list[Problem]]:
        content = rows[0] if isinstance(rows[0], (str, bytes)) else csv_of(*rows)
        return parted(sheet.read(file_of("sheet.csv", content), "ours"))

    return reading


def test_every_column_arrives_where_it_belongs(read: Any) -> None:
    [found], problems = read(FULL)
    assert problems == []
    place = found.places[0]
    assert (found.source, found.source_id, found.name) == ("ours", "open-mic", "Joke Night")
    assert found.organization.source_id == "corner-house"
    assert found.description == "Five minutes each.\nKind crowd."
    assert [a.name for a in found.activities] == ["comedy", "open mic"]
    assert (found.run_by, found.audience, found.status) == ("peer", "agency_and_public", "active")
    assert found.formats == ("in_person", "online")
    assert (place.source_id, place.name, place.postal_code) == (
        "open-mic:place",
        "Corner House Café",
        "S1 2HE",
    )
    assert (place.latitude, place.longitude, place.withheld) == (53.379, -1.47, False)
    assert [(s.byday, s.interval) for s in found.sessions] == [("TU", 2), ("1SA", 1)]
    assert (found.costs[0].amount, found.costs[0].currency, found.fees_description) == (
        2.5,
        "GBP",
        "Free for members",
    )
    assert (found.referral, found.booking, found.wait_weeks) == ("none", ("phone", "email"), 2)
    assert (found.minimum_age, found.maximum_age, found.gender, found.group_size) == (18, 99, "any", "6-12")
    assert [spoken.code for spoken in found.languages] == ["en", "fa"]
    assert found.rungs == (5, 7)
    assert (found.contacts[0].name, found.contacts[0].title, found.contacts[0].visibility) == (
        "Jo",
        "Host",
        "public",
    )
    assert (found.phones[0].number, found.phones[0].extension) == ("0114 496 0000", "2")
    assert (found.email, found.url) == ("jo@example.org", "https://www.example.org")
    assert found.checked == Provenance(date(2026, 11, 3), "visited", "support worker", "ours")
    assert found.tips == ("Ask for Jo; she is kind", "Sit near the door")
    assert found.known_by == ("Ann", "Bob")
    assert (found.service_area, found.goals) == (("S1", "S2"), ("friend", "show_work"))


def test_venue_facts_stand_with_the_place_and_session_facts_with_the_listing(read: Any) -> None:
    [found], _ = read(FULL)
    assert {f.key: f.value for f in found.places[0].facts} == {"step_free": "partial", "parking": "no"}
    assert {f.key: f.value for f in found.facts} == {"quiet": "yes", "alcohol": "on_site", "effort": "1"}
    assert {f.provenance for f in found.facts} == {found.checked}


def test_a_blank_fact_is_unknown_and_so_is_a_question_mark(read: Any) -> None:
    [found], problems = read({"name": "Club", "quiet": "", "step_free": "?", "lift": "unknown"})
    assert found.facts == () and found.places == ()
    assert problems == []


def test_two_rows_at_one_venue_say_nothing_of_each_other(read: Any) -> None:
    rows = [
        {"id": "a", "name": "Art", "venue": "Hall", "step_free": "yes"},
        {"id": "b", "name": "Bowls", "venue": "Hall"},
    ]
    found, _ = read(*rows)
    assert [p.source_id for r in found for p in r.places] == ["a:place", "b:place"]
    assert found[1].places[0].facts == ()


def test_headings_may_be_in_any_order_case_and_with_spaces(read: Any) -> None:
    [found], problems = read(
        {"Price": "free", "STEP FREE": "Yes", "What to expect": "Tea", " Name ": "Club", "Post code": "s63bs"}
    )
    assert problems == []
    assert (found.name, found.what_to_expect, found.costs[0].amount) == ("Club", "Tea", 0.0)
    assert found.places[0].postal_code == "S6 3BS"
    assert found.places[0].facts[0].value == "yes"


def test_an_unknown_heading_is_reported_and_its_values_kept(read: Any) -> None:
    [found], [problem] = read({"name": "Club", "colour of door": "blue"})
    assert (problem.where, problem.field) == ("headings", "colour of door")
    assert found.extra == {"colour of door": "blue"}


def test_a_bad_value_is_a_problem_and_the_rest_of_the_row_is_imported(read: Any) -> None:
    bad = FULL | {
        "alcohol": "loads",
        "min_age": "eighteen",
        "price": "a bit",
        "rungs": "9",
        "checked_on": "soon",
        "goals": "fame",
        "email": "jo at home",
        "phone": "ask",
        "url": "/club",
        "gender": "robots",
        "latitude": "north",
    }
    [found], problems = read(bad)
    assert {p.field for p in problems} == {
        "alcohol",
        "min_age",
        "price",
        "rungs",
        "checked_on",
        "goals",
        "email",
        "phone",
        "url",
        "gender",
        "latitude",
    }
    assert {p.where for p in problems} == {"line 2"}
    assert {p.source_id for p in problems} == {"open-mic"}
    assert "none, on_site, central" in next(p.message for p in problems if p.field == "alcohol")
    assert found.name == "Joke Night" and found.run_by == "peer" and found.minimum_age is None


def test_the_line_of_a_problem_is_the_line_in_the_file(read: Any) -> None:
    text = 'id,name,description,gender\n1,A,"two\nlines",any\n2,B,x,robots\n'
    _, [problem] = read(text)
    assert problem.where == "line 4"


def test_a_row_without_a_name_is_a_problem_and_still_counts_as_present(read: Any) -> None:
    found, [problem] = read({"id": "7", "name": "", "venue": "Hall"})
    assert found == []
    assert (problem.field, problem.source_id) == ("name", "7")


def test_a_row_without_an_id_gets_the_same_one_every_time(read: Any) -> None:
    row = {"name": "Café Chess", "venue": "Hall", "postcode": "S6 3BS", "price": "free"}
    [first], _ = read(row)
    [again], _ = read(row | {"price": "3"})
    assert first.source_id == again.source_id == "cafe-chess-s6-3bs"


def test_rows_of_one_name_and_place_without_ids_are_both_kept(read: Any) -> None:
    found, problems = read(
        {"name": "Chess", "venue": "Hall", "sessions": "Mon 10:00-12:00"}, {"name": "Chess", "venue": "Hall"}
    )
    assert [r.source_id for r in found] == ["chess-hall", "chess-hall-2"]
    assert [p.field for p in problems] == ["id"]


def test_an_id_used_twice_is_reported_and_the_first_row_kept(read: Any) -> None:
    found, [problem] = read({"id": "1", "name": "Art"}, {"id": "1", "name": "Bowls"})
    assert [r.name for r in found] == ["Art"]
    assert problem.where == "line 3" and "line 2" in problem.message


@pytest.mark.parametrize(
    ("price", "amount", "option"),
    [
        ("free", 0.0, None),
        ("None", 0.0, None),
        ("£2", 2.0, None),
        ("2.5", 2.5, None),
        ("Donation", None, "donation"),
    ],
)
def test_prices(read: Any, price: str, amount: float | None, option: str | None) -> None:
    [found], problems = read({"name": "Club", "price": price})
    assert (found.costs[0].amount, found.costs[0].option, problems) == (amount, option, [])


def test_a_contact_is_for_staff_unless_the_sheet_says_otherwise(read: Any) -> None:
    [found], _ = read({"name": "Club", "contact_name": "Jo"})
    assert found.contacts[0].visibility == "staff"


def test_a_confidential_address_never_leaves_the_reader(read: Any) -> None:
    [found], _ = read(
        {
            "name": "Refuge",
            "address": "Confidential",
            "postcode": "S6 3BS",
            "latitude": "53.4",
            "longitude": "-1.5",
        }
    )
    place = found.places[0]
    assert place.private and place.postal_code is None and place.latitude is None
    assert "S6" not in sheet_write.text([found], staff=True)


def test_a_point_far_from_the_postcode_is_reported_and_not_trusted(file_of: FileOf, parted: Parted) -> None:
    path = file_of(
        "s.csv",
        csv_of(
            {"name": "Club", "venue": "Hall", "postcode": "S6 3BS", "latitude": "51.5", "longitude": "-0.1"}
        ),
    )
    [found], [problem] = parted(sheet.read(path, "ours", lambda code: (53.4, -1.5)))
    assert not found.places[0].point_trusted
    assert problem.where == "line 2" and "S6 3BS" in problem.message


def test_shouting_is_calmed_and_kept(read: Any) -> None:
    [found], _ = read({"name": "CHESS CLUB", "organization": "TOWN CHESS LEAGUE", "price": "free"})
    assert (found.name, found.alternate_name) == ("Chess Club", "CHESS CLUB")
    assert found.organization.name == "Town Chess League"


# Files from many programs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffid,name,venue\n1,Café,Hall\n".encode(),
        "id,name,venue\n1,Café,Hall\n".encode("cp1252"),
        "id,name,venue\r1,Café,Hall\r".encode(),
        "id;name;venue\n1;Café;Hall\n".encode(),
        "id\tname\tvenue\n1\tCafé\tHall\n".encode(),
        "id,name,venue\n1,Café,Hall\n".encode("utf-16"),
        '"id", "name", "venue"\n"1", "Café", "Hall"\n'.encode(),
        "\n\nid,name,venue\n1,Café,Hall\n,,\n".encode(),
    ],
    ids=[
        "bom",
        "cp1252",
        "carriage returns",
        "semicolons",
        "tabs",
        "utf-16",
        "spaces after commas",
        "blank lines",
    ],
)
def test_a_sheet_reads_the_same_whatever_program_wrote_it(read: Any, content: bytes) -> None:
    [found], problems = read(content)
    assert (found.source_id, found.name, found.places[0].name, problems) == ("1", "Café", "Hall", [])


def test_an_excel_sheet_gives_whole_numbers_dates_and_times_as_typed(tmp_path: Path, parted: Parted) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["id", "name", "min_age", "checked_on", "price", "rungs", "group_size", "quiet", "phone"])
    page.append([12, "Club", 18.0, date(2026, 11, 3), 2.5, "5-7", date(2026, 5, 2), True, "0114 496 0000"])
    page.append([None, None, None, None, None, None, None, None, None])
    page.append([13, "", 1, None, None, None, None, None, None])
    book.save(tmp_path / "sheet.xlsx")
    [found], [problem] = parted(sheet.read(tmp_path / "sheet.xlsx", "ours"))
    assert (found.source_id, found.minimum_age, found.checked.checked_on) == ("12", 18, date(2026, 11, 3))
    assert (found.costs[0].amount, found.group_size, found.facts[0].value) == (2.5, "2-5", "yes")
    assert problem.where == "line 4"


def test_a_row_with_more_cells_than_headings_is_reported_and_kept(read: Any) -> None:
    [found], [problem] = read("id,name\n1,Club,stray\n")
    assert "more cells" in problem.message
    assert found.extra == {"beyond the headings 1": "stray"}


def test_a_huge_cell_is_a_plain_sentence(file_of: FileOf) -> None:
    path = file_of("s.csv", "id,name\n1," + "x" * 2_000_000 + "\n")
    with pytest.raises(UnreadableSource, match="line 2"):
        list(sheet.read(path, "ours"))


# Writing ----------------------------------------------------------------------------------------------------------


def round_trip(
    records: list[ListingRecord], file_of: FileOf, parted: Parted, *, staff: bool
) -> list[ListingRecord]:
    path = file_of("back.csv", "")
    sheet.write(records, path, staff=staff)
    return parted(sheet.read(path, "ours"))[0]


def test_what_is_written_reads_back_equal(read: Any, file_of: FileOf, parted: Parted) -> None:
    rows = [
        FULL,
        {"id": "2", "name": "Plain", "sessions": "24/7", "price": "free"},
        {"id": "3", "name": "=cmd|x", "price": "donation", "door": "@red"},
    ]
    found, _ = read(*rows)
    assert round_trip(found, file_of, parted, staff=True) == found


def test_the_public_sheet_leaves_out_what_staff_alone_may_see(read: Any) -> None:
    [found], _ = read(
        FULL
        | {
            "contact_visibility": "staff",
            "contact_name": "Jo Bloggs",
            "withheld_location": "yes",
            "secret": "hush",
        }
    )
    public = sheet_write.text([found], staff=False)
    for word in (
        "Jo Bloggs",
        "Sit near the door",
        "Ann",
        "High Street",
        "S1 2HE",
        "53.379",
        "hush",
        "tips",
        "known_by",
    ):
        assert word not in public
    assert "Joke Night" in public
    staff = sheet_write.text([found], staff=True)
    assert "Jo Bloggs" in staff and "High Street" in staff


def test_no_cell_of_a_written_sheet_runs_as_a_formula(read: Any) -> None:
    [found], _ = read({"id": "1", "name": "=1+1", "description": "@SUM(A1)", "phone": "+44 114 496 0000"})
    for line in sheet_write.text([found], staff=True).splitlines()[1:]:
        assert not any(cell.lstrip('"').startswith(("=", "+", "@")) for cell in line.split(","))


def test_writing_to_an_open_file_works_too(read: Any) -> None:
    found, _ = read(FULL)
    buffer = io.StringIO()
    assert sheet.write(found, buffer, staff=False) == 1
    assert buffer.getvalue().startswith("id,name")


_WORDS = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=20)


@given(
    st.fixed_dictionaries(
        {
            "name": st.text("abc XYZ'=+@-é", min_size=3, max_size=20).map(lambda t: "Club " + t),
            "description": _WORDS,
            "run_by": st.sampled_from(CHOICES["run_by"]),
            "price": st.sampled_from(["free", "donation", "3", "2.55", ""]),
            "activities": st.lists(st.sampled_from(["chess", "tea", "walks"]), max_size=3).map("; ".join),
            "goals": st.lists(st.sampled_from(GOALS), max_size=2).map("; ".join),
            "sessions": st.sampled_from(["Mon 10:00-11:00", "any time", ""]),
            **{
                key: st.sampled_from(["", *FACTS[key][1]])
                for key in ("step_free", "bsl", "alcohol", "effort", "quiet")
            },
        }
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_listing_survives_the_round_trip(file_of: FileOf, parted: Parted, row: dict[str, str]) -> None:
    found, _ = parted(sheet.read(file_of("in.csv", csv_of(row | {"id": "1"})), "ours"))
    assert round_trip(found, file_of, parted, staff=True) == found


# The lists --------------------------------------------------------------------------------------------------------


def test_the_columns_are_those_of_the_contract() -> None:
    assert len(COLUMNS) == len(set(COLUMNS))
    assert len(set(COLUMNS) - {"returns_on"}) == 41  # returns_on is ours
    assert len(FACTS) == 71
    assert not set(COLUMNS) & set(FACTS)
    assert FACTS["step_free"] == ("venue", ("yes", "partial", "no"))
    assert FACTS["bsl"] == ("session", ("led", "interpreter", "on_request", "no"))


def test_every_field_the_sheet_carries_is_a_field_of_a_listing() -> None:
    names = {f.name for f in dataclasses.fields(ListingRecord)}
    assert {"what_to_expect", "run_by", "audience", "tips", "known_by", "rungs", "goals"} <= names


def test_confidential_in_the_postcode_or_as_the_venue_keeps_the_address_too(read: Any) -> None:
    for cells in ({"postcode": "Confidential"}, {"venue": "Confidential", "postcode": "S1 2HE"}):
        [found], _ = read(FULL | {"address": "12 Hope Street"} | cells)
        assert found.places[0].private
        assert found.places[0].address_1 is None and found.places[0].latitude is None


def test_a_heading_that_stands_twice_hides_nothing(file_of: FileOf, parted: Parted) -> None:
    path = file_of(
        "a.csv",
        "name,phone,phone,Phone\nClub,0114 496 0001,0114 496 0002,0114 496 0003\nDuo,,,0114 496 0004\n",
    )
    [club, duo], problems = parted(sheet.read(path, "ours"))
    assert [p.number for p in club.phones] == ["0114 496 0001"]
    assert sorted(club.extra.values()) == ["0114 496 0002", "0114 496 0003"]
    assert [p.number for p in duo.phones] == ["0114 496 0004"]
    assert any("Several columns are phone" in p.message for p in problems)


def test_a_second_sheet_of_listings_is_not_passed_over_in_silence(tmp_path: Path, parted: Parted) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Town"
    for row in (["name", "venue"], ["Club", "Hall"]):
        book.active.append(row)
    for title, rows in (
        ("Villages", [["name", "venue"], ["Duo", "Barn"]]),
        ("Notes", [["ask Jo"]]),
        ("Empty", [["name"]]),
    ):
        other = book.create_sheet(title)
        for row in rows:
            other.append(row)
    book.save(tmp_path / "a.xlsx")
    [found], [problem] = parted(sheet.read(tmp_path / "a.xlsx", "ours"))
    assert found.name == "Club"
    assert problem.field == "Villages"


def test_an_address_of_several_lines_is_written_whole() -> None:
    place = PlaceRecord(source_id="1", address_1="14301 SW 180th Street", address_2="Room 2", city="Miami")
    [row] = csv.DictReader(
        io.StringIO(
            sheet_write.text(
                [ListingRecord(source="x", source_id="1", name="A", places=(place,))], staff=False
            )
        )
    )
    assert row["address"] == "14301 SW 180th Street, Room 2, Miami"
    town = dataclasses.replace(place, address_1="1 High Street, Miami", address_2=None)
    [row] = csv.DictReader(
        io.StringIO(
            sheet_write.text(
                [ListingRecord(source="x", source_id="1", name="A", places=(town,))], staff=False
            )
        )
    )
    assert row["address"] == "1 High Street, Miami"


def test_an_e_mail_address_in_the_phone_cell_is_not_lost(read: Any) -> None:
    [found], problems = read({"name": "Club", "phone": "T: 01536 496000 E: jo@example.org"})
    assert ([p.number for p in found.phones], found.email, problems) == (
        ["01536 496000"],
        "jo@example.org",
        [],
    )


def test_a_paused_group_says_when_it_is_back_and_says_it_again_when_written(read: Any) -> None:
    rows, problems = read("id,name,status,returns_on\n1,Choir,paused,03/03/2027\n2,Band,paused,soon\n")
    assert [row.returns_on for row in rows] == [date(2027, 3, 3), None]
    assert [(problem.field, "not a date" in problem.message) for problem in problems] == [
        ("returns_on", True)
    ]
    again, _ = read(sheet_write.text(rows, staff=True))
    assert [row.returns_on for row in again] == [date(2027, 3, 3), None]
