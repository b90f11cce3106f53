"""Postcodes, points and private addresses (standards.md section 4, rows 1 to 7 and 24)."""

from __future__ import annotations

import dataclasses

import pytest

from importers import clean
from importers.records import PlaceRecord


def sheffield(code: str) -> tuple[float, float] | None:
    """A gazetteer of one town."""
    return (53.40, -1.50) if code.startswith("S6") else None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("s63bs", "S6 3BS"),
        ("S6  3BS", "S6 3BS"),
        ("IG117NB", "IG11 7NB"),
        ("ec1a 1bb", "EC1A 1BB"),
        ("S6", None),
        ("33157", None),
    ],
)
def test_postcodes_get_their_usual_form(written: str, code: str | None) -> None:
    assert clean.postcode(written) == code


def test_a_postcode_is_found_in_an_address() -> None:
    assert clean.find_postcode("East Street, Rye, East Sussex TN316QJ") == "TN31 6QJ"
    assert clean.find_postcode("East Street, Rye") is None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Lichfield Road P03 6DE", "PO3 6DE"),
        ("Square Tower, PO4 OLQ", "PO4 0LQ"),
        ("Watchet TA23 OAU", "TA23 0AU"),
        ("Hope Church. TW4 GHJ", None),
        ("Turn OFF the A50 OFF the M1 OFF the roundabout", None),
        ("Call box P03 6DE or TW3 3DA", "TW3 3DA"),
    ],
)
def test_an_o_for_a_nought_is_put_right_where_nothing_else_is_a_postcode(
    written: str, code: str | None
) -> None:
    assert clean.find_postcode(written) == code
    assert clean.outcode_of("S6 3BS") == "S6"
    assert clean.outcode_of("s6") == "S6"
    assert clean.outcode_of("Rye") is None


def test_zip_codes_keep_the_zeros_that_a_spreadsheet_took() -> None:
    assert clean.zip_code("501") == "00501"
    assert clean.zip_code("00501.0") == "00501"
    assert clean.zip_code("33157-1234") == "33157-1234"
    assert clean.zip_code("Rye") is None


def test_a_swapped_point_is_turned_round() -> None:
    where, problem = clean.point("-1.5", "53.4", "S6 3BS")
    assert where == (53.4, -1.5)
    assert problem is not None and "wrong way round" in problem
    assert clean.point("-122.4", "37.7")[0] is None or clean.point("-122.4", "37.7")[0] == (37.7, -122.4)


@pytest.mark.parametrize(
    ("lat", "lon"), [("0", "0"), ("100", "201"), ("north", "west"), ("nan", "1"), ("53.4", "")]
)
def test_a_point_that_cannot_be_is_dropped_with_a_reason(lat: str, lon: str) -> None:
    where, problem = clean.point(lat, lon)
    assert where is None
    assert problem


def test_no_point_is_no_problem() -> None:
    assert clean.point("", None) == (None, None)


def test_two_numbers_in_one_cell_are_a_point() -> None:
    assert clean.point("52.06,-1.35", "")[0] == (52.06, -1.35)
    assert clean.pair("Geolocation is 42.108547, -87.974705") == (42.108547, -87.974705)


def test_a_point_far_from_its_postcode_is_not_trusted() -> None:
    assert clean.point_agrees_with_postcode((53.41, -1.49), "S6 3BS", sheffield) is True
    assert clean.point_agrees_with_postcode((51.5, -0.1), "S6 3BS", sheffield) is False
    assert clean.point_agrees_with_postcode((42.0, -72.6), "EN2 6AX") is False, (
        "Connecticut is not in Enfield"
    )
    assert clean.point_agrees_with_postcode((51.5, -0.1), "ZE1 0AA", sheffield) is None, (
        "nobody knows this postcode"
    )
    place, problem = clean.checked_place(
        PlaceRecord(source_id="1", latitude=51.5, longitude=-0.1, postal_code="S6 3BS"), sheffield
    )
    assert not place.point_trusted
    assert problem is not None and "S6 3BS" in problem


@pytest.mark.parametrize(
    "line",
    [
        "Confidential",
        "Confidential Address",
        " confidential location",
        "Address withheld",
        "Undisclosed",
        "Address: Confidential",
        "Location: undisclosed",
        "The address is kept secret",
        "Address not disclosed",
        "12 Hope Street (confidential)",
        "Private",
    ],
)
def test_a_confidential_address_loses_street_and_point(line: str) -> None:
    shelter = PlaceRecord(
        source_id="1",
        name="Shelter",
        address_1=line,
        city="Sheffield",
        postal_code="S6 3BS",
        latitude=53.4,
        longitude=-1.5,
    )
    place, _ = clean.checked_place(shelter)
    assert place.private
    assert place.name is None, "the name of the building leads to its door"
    assert (place.address_1, place.postal_code, place.latitude, place.longitude) == (None, None, None, None)
    assert place.city == "Sheffield"


def test_a_street_of_a_like_name_is_not_private() -> None:
    assert not clean.is_private("1 Withheld Lane")
    assert not clean.is_private("Private Road, Rye")
    assert not clean.is_private("Secret Garden, Rye")
    assert not clean.is_private("Address Lane 3")


@pytest.mark.parametrize("part", ["postal_code", "city", "name"])
def test_any_part_of_an_address_may_say_that_it_is_confidential(part: str) -> None:
    written = PlaceRecord(source_id="1", address_1="12 Hope Street", latitude=53.4, longitude=-1.5)
    place, _ = clean.checked_place(dataclasses.replace(written, **{part: "CONFIDENTIAL"}))
    assert place.private
    assert place.address_1 is None and place.latitude is None and place.postal_code is None


def test_a_confidential_enquiry_room_is_a_venue_like_another() -> None:
    place, _ = clean.checked_place(
        PlaceRecord(source_id="1", name="Confidential Enquiry Room", address_1="2 High St")
    )
    assert not place.private
