"""GeoJSON, JSON arrays and CSV by a mapping (standards.md section 4, rows 1, 8, 15, 16, 21, 24, 25, 27, 28, 30)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importers import formats, mapped
from importers.records import ListingRecord, Problem, UnreadableSource

Read = Callable[..., tuple[list[ListingRecord], list[Problem]]]

HUB: dict[str, Any] = {
    "_source": "a_council",
    "title": "St Mark&#8217;s Hall",
    "address": "1 Church Lane , Sheffield, England, S6 3BS",
    "description": "<p>Soup &amp; games</p>",
    "contact": "Ellen Owen, 0114 496 0000 , hall@example.org",
    "hours": {
        "_text": "Tuesday: 9:00 - 12:00, Thursday: 9:00 - 1:00",
        "opening": "Tu 09:00-12:00; Th 09:00-01:00",
    },
    "lat": 53.41,
    "lon": -1.49,
    "url": "www.example.org",
    "loc_pcd": True,
}


@pytest.fixture
def read(file_of: Any, parted: Any) -> Read:
    def reading(
        *records: dict[str, Any], name: str = "places.json", chosen: str | None = None
    ) -> tuple[list[ListingRecord], list[Problem]]:
        found: tuple[list[ListingRecord], list[Problem]] = parted(
            formats.read(file_of(name, json.dumps(records)), "hubs", chosen)
        )
        return found

    return reading


def test_a_warm_space_becomes_a_listing(read: Read) -> None:
    [found], problems = read(HUB)
    place = found.places[0]
    assert problems == []
    assert (found.name, found.description, found.url, found.email) == (
        "St Mark’s Hall",
        "Soup & games",
        "https://www.example.org",
        "hall@example.org",
    )
    assert [p.number for p in found.phones] == ["0114 496 0000"]
    assert [(c.name, c.visibility) for c in found.contacts] == [("Ellen Owen", "staff")]
    assert (place.address_1, place.postal_code, place.latitude) == (
        "1 Church Lane, Sheffield",
        "S6 3BS",
        53.41,
    )
    assert [(s.byday, s.opens_at, s.closes_at) for s in found.sessions] == [
        ("TU", "09:00", "12:00"),
        ("TH", "09:00", "13:00"),
    ]
    assert found.sessions[0].original_text == HUB["hours"]["_text"]
    assert found.extra == {"_source": "a_council"}


def test_somebody_else_s_reading_of_the_hours_is_used_where_ours_fails(read: Read) -> None:
    hours = {"_text": "mornings, see poster", "opening": "Mo 09:00-12:00"}
    [found], _ = read(HUB | {"hours": hours})
    assert [(s.byday, s.original_text) for s in found.sessions] == [("MO", "mornings, see poster")]


def test_geojson_of_that_shape_reads_the_same_and_knows_that_longitude_comes_first(
    file_of: Any, parted: Any
) -> None:
    properties = {k: v for k, v in HUB.items() if k not in {"lat", "lon"}}
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Point", "coordinates": [-1.49, 53.41]},
    }
    path = file_of("hubs.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert formats.recognise(path) == "warm_spaces"
    [found], problems = parted(formats.read(path, "hubs"))
    assert (found.places[0].latitude, found.places[0].longitude) == (53.41, -1.49)
    assert problems == []


def test_the_same_record_has_the_same_id_whatever_else_changes(read: Read) -> None:
    first, again = read(HUB)[0][0], read(HUB | {"description": "New words"})[0][0]
    assert first.source_id == again.source_id


def test_an_exact_repeat_is_taken_once_and_said_so(read: Read) -> None:
    [_], [problem] = read(HUB, HUB)
    assert (problem.where, problem.field) == ("record 2", "record")


def test_two_groups_in_one_building_are_two_listings(read: Read) -> None:
    found, problems = read(HUB, HUB | {"title": "St Mark's Café"})
    assert len(found) == 2 and problems == []


def test_one_place_described_twice_is_kept_twice_and_pointed_out(read: Read) -> None:
    found, [problem] = read(HUB, HUB | {"description": "Other words"})
    assert len({r.source_id for r in found}) == 2
    assert "same place twice" in problem.message


def test_a_point_in_connecticut_is_not_enfield(read: Read) -> None:
    [found], [problem] = read(
        HUB | {"address": "66 Church Street, Enfield, EN2 6AX", "lat": 42.002, "lon": -72.6}
    )
    assert not found.places[0].point_trusted
    assert problem.field == "point" and "EN2 6AX" in problem.message


def test_a_key_that_the_mapping_does_not_name_is_reported_once_and_kept(read: Read) -> None:
    found, [problem] = read(HUB | {"wifi": "yes"}, HUB | {"title": "Other Hall", "wifi": "no"})
    assert (problem.where, problem.field) == ("headings", "wifi")
    assert "2 records" in problem.message
    assert [r.extra["wifi"] for r in found] == ["yes", "no"]


def test_a_record_with_another_schema_in_the_same_file_is_read_too(read: Read) -> None:
    other = {
        "_source": "b",
        "name": "Leisure Centre",
        "address": "Pool Road",
        "monday": "09:00 - 17:00",
        "sunday": "Closed",
        "hours": None,
    }
    found, _ = read(HUB, other)
    assert found[1].name == "Leisure Centre"
    assert [(s.byday, s.opens_at) for s in found[1].sessions] == [("MO", "09:00")]


def test_a_record_without_a_name_takes_the_first_words_of_its_address(read: Read) -> None:
    [found], _ = read(HUB | {"title": None, "address": "Caffi Siop,\nSY25 6TL"})
    assert found.name == "Caffi Siop"


def test_a_record_with_nothing_to_call_it_by_is_a_problem_that_counts_as_present(read: Read) -> None:
    found, [problem] = read(HUB, {"_source": "empty"})
    assert len(found) == 1
    assert problem.field == "name" and problem.source_id


def test_a_web_address_that_is_none_is_a_problem_and_the_place_is_kept(read: Read) -> None:
    [found], [problem] = read(HUB | {"url": "/cwmdonkin"})
    assert found.url is None and problem.field == "url"


LIBRARIES = (
    "name,id,authority_id,address,postcode,lat,lng,statutory2010,closed,url,email,notes\n"
    'Oak Town,7,1,"2 Square, Oak",IG117NB,51.53,0.08,t,,www.oak.example.org\n'
    'Old Library,8,1,,IG11 7NB,51.53,0.08,t,XLR,na,"a@example.org\nb@example.org",Moved\n'
)


def test_a_closed_library_comes_in_as_closed(file_of: Any, parted: Any) -> None:
    path = file_of("libraries.csv", LIBRARIES)
    assert formats.recognise(path) == "england_libraries"
    (oak, old), problems = parted(formats.read(path, "libraries"))
    assert (oak.name, oak.alternate_name, oak.status, oak.places[0].postal_code) == (
        "Oak Town Library",
        "Oak Town",
        "active",
        "IG11 7NB",
    )
    assert (old.name, old.status, old.url, old.email) == ("Old Library", "closed", None, "a@example.org")
    assert old.extra == {"notes": "Moved", "other e-mail addresses": "b@example.org"}
    assert problems == []


def test_a_file_named_json_with_one_object_a_line_is_read(file_of: Any, parted: Any) -> None:
    path = file_of("groups.json", '{"name": "Chess", "id": 1},\n{"name": "Bowls", "id": 2},\n')
    found, _ = parted(formats.read(path, "x"))
    assert [(r.source_id, r.name) for r in found] == [("1", "Chess"), ("2", "Bowls")]


def test_a_mapping_of_your_own_is_used_by_its_path(file_of: Any, parted: Any) -> None:
    mapping = file_of(
        "mine.toml",
        '[id]\nfield = "nr"\n[fields]\nname = "what"\n"place.latitude" = "latlong"\n'
        '[constants]\nactivities = ["food"]\n',
    )
    data = file_of("mine.json", json.dumps([{"nr": 5, "what": "Pantry", "latlong": "52.06,-1.35"}]))
    [found], _ = parted(formats.read(data, "x", str(mapping)))
    assert (found.source_id, found.name, found.places[0].latitude) == ("5", "Pantry", 52.06)
    assert [t.name for t in found.activities] == ["food"]


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[fields]\nnonsense = 'x'\n", "nonsense"),
        ("[fields]\nname = { from = 'x', use = 'magic' }\n", "magic"),
        ("name = 1\n", "fields"),
        ("=", "read"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused_in_plain_words(file_of: Any, toml: str, words: str) -> None:
    with pytest.raises(UnreadableSource, match=words):
        mapped.load_mapping(file_of("bad.toml", toml))


def test_every_shipped_mapping_loads() -> None:
    assert set(mapped.shipped()) == {"warm_spaces", "england_libraries", "generic"}
    assert all(path.suffix == ".toml" for path in Path(mapped.SHIPPED).iterdir())


def test_a_confidential_postcode_keeps_the_address_too(read: Read) -> None:
    refuge = {
        "name": "Refuge",
        "address": "12 Hope Street",
        "postcode": "Confidential",
        "lat": 53.4,
        "lon": -1.5,
    }
    [found], _ = read(refuge)
    assert found.places[0].private
    assert found.places[0].address_1 is None and found.places[0].latitude is None


def test_what_another_key_says_already_is_kept_and_reported(read: Read) -> None:
    [found], problems = read(
        {
            "name": "Club",
            "title": "Club",
            "description": "Long.",
            "summary": "Short.",
            "min_age": "eighteen",
            "phone": "N/A",
        }
    )
    assert (found.name, found.description, found.minimum_age) == ("Club", "Long.", None)
    assert found.extra == {"summary": "Short.", "min_age": "eighteen"}
    assert sorted(p.field for p in problems) == ["min_age", "summary"]


@pytest.mark.parametrize(
    ("written", "status"), [("Inactive", "closed"), ("CLOSED", "closed"), ("Suspended", "paused")]
)
def test_a_status_is_known_however_it_is_written(read: Read, written: str, status: str) -> None:
    [found], problems = read({"name": "Club", "status": written})
    assert (found.status, problems) == (status, [])


def test_a_status_that_nobody_knows_is_said_so(read: Read) -> None:
    [found], [problem] = read({"name": "Club", "status": "wintering"})
    assert found.status == "active"
    assert "'wintering' is not a status" in problem.message


@pytest.mark.parametrize("flag", ["Yes", True, 1, "TRUE"])
def test_a_place_flagged_private_loses_its_address(read: Read, flag: object) -> None:
    [found], _ = read(
        {
            "name": "Refuge",
            "address": "12 Hope Street, S1 2HE",
            "lat": 53.4,
            "lon": -1.5,
            "PhysicalAddressIsPrivate": flag,
        }
    )
    assert found.places[0].private
    assert found.places[0].address_1 is None and found.places[0].latitude is None
    assert found.extra == {}


def test_a_flag_that_says_no_hides_nothing(read: Read) -> None:
    [found], problems = read({"name": "Hall", "address": "12 Hope Street", "PhysicalAddressIsPrivate": "No"})
    assert (found.places[0].address_1, found.places[0].private, problems) == ("12 Hope Street", False, [])


def test_a_street_of_openstreetmap_has_its_number(file_of: Any, parted: Any) -> None:
    tags = {"name": "Hall", "addr:housenumber": "12", "addr:street": "Hope Street"}
    feature = {
        "type": "Feature",
        "properties": tags,
        "geometry": {"type": "Point", "coordinates": [-1.5, 53.4]},
    }
    path = file_of("a.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}))
    [found], problems = parted(formats.read(path, "osm"))
    assert (found.places[0].address_1, problems) == ("12 Hope Street", [])


def test_days_beside_empty_hours_are_all_read(read: Read) -> None:
    week = {"hours": {"_text": "", "opening": None}, "monday": "09:00 - 12:00", "friday": "10:00 - 13:00"}
    [found], problems = read(HUB | week)
    assert [(s.byday, s.opens_at) for s in found.sessions] == [("MO", "09:00"), ("FR", "10:00")]
    assert problems == []


@pytest.mark.parametrize(
    ("description", "code"),
    [
        ("Libraries Christmas opening times Dunns Lane, Mumbles SA3 4AA, 01792 368380 Monday: 9am to 1pm.", "SA3 4AA"),
        ("A warm welcome, hot drinks and games on Mondays and Thursdays. We are at Hall One, S6 3TF, and on Fridays at "
         "Hall Two, S8 0TN, where there is soup as well.", None),
        ("A warm welcome.", None),
    ],
)  # fmt: skip
def test_the_only_postcode_of_a_longer_text_is_the_places(
    read: Read, description: str, code: str | None
) -> None:
    [found], _ = read({"title": "Library", "description": description}, chosen="warm_spaces")
    assert [place.postal_code for place in found.places][:1] == [code]
