"""The demo town: whole, lifelike in its gaps, and nobody real can be rung or found by it."""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from importers import sheet
from importers.records import ListingRecord, Problem
from importers.sheet_columns import CHOICES, COLUMNS, FACTS
from matching.language import concepts_of_listing
from matching.profile import profile_from
from matching.vocabulary import assets, goals

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PROFILES = [EXAMPLES / "simon.json", *sorted((EXAMPLES / "profiles").glob("*.json"))]
TODAY, YEAR_AGO = "2026-11-22", "2025-11-22"
FICTIONAL_PHONES = re.compile(r"01144960\d{3}|07700900\d{3}|01632960\d{3}|08081570\d{3}")
SEVERAL = ("format", "booking")

Row = dict[str, str]
Points = dict[str, tuple[float, float]]


def read_csv(name: str) -> tuple[list[str], list[Row]]:
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return list(reader.fieldnames or ()), list(reader)


@pytest.fixture(scope="module")
def town() -> list[Row]:
    return read_csv("demo_town.csv")[1]


@pytest.fixture(scope="module")
def gazetteer() -> list[Row]:
    return read_csv("gazetteer.csv")[1]


@pytest.fixture(scope="module")
def points(gazetteer: list[Row]) -> Points:
    return {
        row["name"]: (float(row["lat"]), float(row["lon"])) for row in gazetteer if row["kind"] != "place"
    }


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    north = (a[0] - b[0]) * 111.2
    east = (a[1] - b[1]) * 111.2 * math.cos(math.radians(a[0]))
    return math.hypot(north, east)


def by_id(town: list[Row], listing: str) -> Row:
    return next(row for row in town if row["id"] == listing)


# --- the sheet -------------------------------------------------------------------------------------------------------


def test_the_sheet_has_exactly_the_columns_of_the_contract_in_its_order() -> None:
    headings, rows = read_csv("demo_town.csv")
    assert headings == [*(column for column in COLUMNS if column != "returns_on"), *FACTS]
    assert len(rows) >= 180


def test_every_listing_has_a_name_and_an_id_of_its_own(town: list[Row]) -> None:
    assert all(row["name"] for row in town)
    ids = [row["id"] for row in town]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9-]+", i) for i in ids)


def test_every_value_is_one_the_contract_allows(town: list[Row]) -> None:
    odd = []
    for row in town:
        for column, allowed in CHOICES.items():
            values = row[column].split("; ") if column in SEVERAL else [row[column]]
            odd += [(row["id"], column, v) for v in values if v and v not in allowed]
        odd += [
            (row["id"], key, row[key])
            for key, (_, allowed) in FACTS.items()
            if row[key] not in ("", *allowed)
        ]
        odd += [(row["id"], "goals", g) for g in row["goals"].split("; ") if g and g not in goals()]
    assert odd == []


def test_the_importer_reads_the_sheet_without_a_single_problem(points: Points) -> None:
    found = list(sheet.read(EXAMPLES / "demo_town.csv", "demo", points.get))
    assert [f for f in found if isinstance(f, Problem)] == []
    assert sum(isinstance(f, ListingRecord) for f in found) == len(read_csv("demo_town.csv")[1])


def test_nobody_real_can_be_rung_or_written_to(town: list[Row]) -> None:
    for row in town:
        digits = re.sub(r"\D", "", row["phone"])
        assert not digits or FICTIONAL_PHONES.fullmatch(digits), (row["id"], row["phone"])
        assert not row["email"] or re.search(r"@(?:[\w-]+\.)*example\.org$", row["email"]), row["id"]
        assert not row["url"] or re.match(r"https://(?:[\w-]+\.)*example\.org(?:/|$)", row["url"]), row["id"]


def test_a_contact_is_a_first_name_only(town: list[Row]) -> None:
    names = {row["contact_name"] for row in town if row["contact_name"]}
    assert [n for n in names if len(n.split()) > 1 and n.split()[0] not in {"Miss", "Auntie"}] == []


# --- places ----------------------------------------------------------------------------------------------------------


def test_every_point_lies_near_its_postcode(town: list[Row], points: Points) -> None:
    for row in town:
        if row["latitude"]:
            here = float(row["latitude"]), float(row["longitude"])
            assert kilometres(here, points[row["postcode"]]) <= 1, row["id"]


def test_every_postcode_lies_near_its_outcode(points: Points) -> None:
    for name, where in points.items():
        if " " in name:
            assert kilometres(where, points[name.split()[0]]) <= 1.5, name


def test_a_place_whose_address_is_withheld_cannot_be_found_from_the_sheet(town: list[Row]) -> None:
    withheld = [row for row in town if row["withheld_location"] == "yes"]
    assert len(withheld) >= 2
    for row in withheld:
        assert not (row["address"] or row["latitude"] or row["longitude"] or " " in row["postcode"]), row[
            "id"
        ]


def test_the_gazetteer_holds_two_places_of_one_name(gazetteer: list[Row]) -> None:
    places = [row for row in gazetteer if row["kind"] == "place"]
    assert {row["kind"] for row in gazetteer} == {"outcode", "postcode", "place"}
    assert {"Steelford", "Hillsborough"} <= {row["name"] for row in places}
    assert len({(row["name"], row["qualifier"]) for row in places}) == len(places) >= 20
    assert max(Counter(row["name"] for row in places).values()) == 2


# --- lifelike in its gaps --------------------------------------------------------------------------------------------


def test_the_town_has_closed_paused_stale_and_never_checked_listings(town: list[Row]) -> None:
    states = Counter(row["status"] or "active" for row in town)
    assert states["closed"] >= 6
    assert states["paused"] >= 3
    assert states["do_not_list"] >= 1
    checked = [row["checked_on"] for row in town]
    assert sum(not day for day in checked) >= 15
    assert sum(bool(day) and day < YEAR_AGO for day in checked) >= 8
    assert all(not day or date.fromisoformat(day) <= date.fromisoformat(TODAY) for day in checked)


def test_twelve_colleagues_know_people_and_some_things_only_one_of_them_knows(town: list[Row]) -> None:
    knowers = [row["known_by"].split("; ") for row in town if row["known_by"]]
    assert len({name for names in knowers for name in names}) >= 12
    assert sum(len(names) == 1 for names in knowers) >= 10


def test_listings_are_unevenly_described(town: list[Row]) -> None:
    known = [sum(bool(row[key]) for key in FACTS) for row in town]
    assert sum(n >= 12 for n in known) >= len(town) // 4
    assert sum(n < 4 for n in known) >= len(town) // 7


def test_every_kind_of_strength_has_at_least_two_listings(town: list[Row]) -> None:
    found: Counter[str] = Counter()
    for row in town:
        if (row["status"] or "active") == "active":
            found.update(
                concepts_of_listing(row["name"], row["activities"].split("; "), row["description"]).keys()
            )
    assert [key for key in assets() if found[key] < 2] == []


# --- Simon's path and the other people -------------------------------------------------------------------------------


def test_simons_path_leads_from_a_screen_to_a_room_near_home(town: list[Row]) -> None:
    first, second, third = (
        by_id(town, i) for i in ("chuckle-thread", "brightside-open-mic", "hillview-comedy-night")
    )
    assert (first["rungs"], second["rungs"], third["rungs"]) == ("1-2", "4-5", "5-7")
    words = f"{first['description']} {first['what_to_expect']} {first['activities']}".lower()
    assert "stand-up" not in words
    assert (first["format"], first["venue"]) == ("online", "")
    assert (second["run_by"], second["audience"]) == ("agency", "agency_and_public")
    assert float(third["price"]) == 2.5
    assert third["alcohol"] == "on_site"


def test_the_late_club_is_far_late_dear_and_wet(town: list[Row], points: Points) -> None:
    club = by_id(town, "late-laughs-club")
    assert kilometres((float(club["latitude"]), float(club["longitude"])), points["S1 2HE"]) > 9
    assert (club["alcohol"], club["competitive"], club["price"], club["rungs"]) == (
        "central",
        "yes",
        "8",
        "7-8",
    )


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_a_profile_is_valid_and_starts_from_a_postcode_of_the_town(path: Path, points: Points) -> None:
    profile = profile_from(json.loads(path.read_text(encoding="utf-8")))
    assert profile.postcode in points


def test_the_steps_already_taken_are_listings_of_the_town(town: list[Row]) -> None:
    ids = {f"demo:{row['id']}" for row in town}
    for path in PROFILES:
        assert set(json.loads(path.read_text(encoding="utf-8")).get("done", [])) <= ids
