"""What a listing looks like to search: everything findable, nothing that would betray a withheld place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from directory.search_index import cost_band, days_of, document_from
from importers.records import (
    CostRecord,
    FactRecord,
    ListingRecord,
    OrganizationRecord,
    PlaceRecord,
    Provenance,
    SessionRecord,
    TermRecord,
)

HALL = PlaceRecord(
    source_id="p1",
    name="Mill Hall",
    address_1="4 Mill Lane",
    city="Sheffield",
    postal_code="S6 4AB",
    latitude=53.4,
    longitude=-1.5,
    facts=(FactRecord("step_free", "yes"), FactRecord("parking", "no"), FactRecord("lift", "partial")),
)
CHOIR = ListingRecord(
    source="demo",
    source_id="7",
    name="Mill Choir",
    alternate_name="The Millers",
    organization=OrganizationRecord("o1", "Mill Arts"),
    description="We sing.",
    what_to_expect="Tea first.",
    activities=(TermRecord("singing"), TermRecord("Choirs", "ukcat")),
    formats=("in_person",),
    places=(HALL,),
    sessions=(SessionRecord("WEEKLY", byday="TU"), SessionRecord("MONTHLY", byday="1SA")),
    costs=(CostRecord(amount=2.5),),
    facts=(FactRecord("beginners", "yes"), FactRecord("bsl", "interpreter"), FactRecord("audition", "no")),
    checked=Provenance(date(2026, 10, 1), "visited"),
)


def test_a_listing_becomes_a_document_with_all_that_can_be_searched():
    document = document_from("id-7", CHOIR)
    assert (document.listing_id, document.ref, document.name) == ("id-7", "demo:7", "Mill Choir")
    assert document.organization == "Mill Arts"
    assert document.activities == ("singing", "Choirs", "The Millers")
    assert document.description == "We sing.\n\nTea first."
    assert document.place == "Mill Hall, 4 Mill Lane, Sheffield, S6 4AB"
    assert document.points == ((53.4, -1.5),)
    assert (document.cost, document.days) == ("up_to_3", ("tue", "sat"))
    assert document.access == {"step_free", "beginners", "bsl"}
    assert document.checked_on == date(2026, 10, 1)
    assert document.public


@pytest.mark.parametrize("hidden", [{"withheld": True}, {"private": True}])
def test_a_withheld_place_gives_its_town_and_no_point(hidden):
    document = document_from("id", replace(CHOIR, places=(replace(HALL, **hidden),)))
    assert document.place == "Sheffield"
    assert document.points == ()


@pytest.mark.parametrize(
    "wrong", [{"point_trusted": False}, {"location_type": "postal"}, {"longitude": None}]
)
def test_a_point_that_is_not_where_it_happens_is_not_used(wrong):
    assert document_from("id", replace(CHOIR, places=(replace(HALL, **wrong),))).points == ()


def test_a_head_offices_point_is_not_used():
    assert document_from("id", replace(CHOIR, remote=True)).points == ()


def test_a_made_up_organization_and_members_only_are_told_apart():
    placeholder = OrganizationRecord("o", "Unknown organization", placeholder=True)
    document = document_from("id", replace(CHOIR, organization=placeholder, audience="members"))
    assert document.organization == ""
    assert not document.public


@pytest.mark.parametrize(
    ("costs", "band"),
    [
        ([], None),
        ([CostRecord()], None),
        ([CostRecord(amount=0.0)], "free"),
        ([CostRecord(option="donation")], "donation"),
        ([CostRecord(amount=3.0)], "up_to_3"),
        ([CostRecord(amount=3.01)], "3_to_6"),
        ([CostRecord(amount=6.01)], "over_6"),
        ([CostRecord(amount=8.0), CostRecord(amount=2.0)], "up_to_3"),
    ],
)
def test_the_cheapest_way_in_is_the_cost_band(costs, band):
    assert cost_band(costs) == band


def test_days_are_in_the_order_of_the_week_whatever_the_rule():
    sessions = [
        SessionRecord(byday="-1FR"),
        SessionRecord(byday="MO,we"),
        SessionRecord(original_text="Thursdays"),
    ]
    assert days_of(sessions) == ("mon", "wed", "fri")


def test_a_bare_listing_is_a_document_too():
    document = document_from("id", ListingRecord(source="s", source_id="1", name="Tea"))
    assert (document.place, document.points, document.cost, document.access) == ("", (), None, frozenset())


def test_what_is_written_beside_the_times_is_searched_and_hours_are_not():
    times = ("Thursday: youth club 7pm", "Monday 9am to 5pm", "Thursday: youth club 7pm")
    found = document_from(
        "x", replace(CHOIR, sessions=tuple(SessionRecord(original_text=text) for text in times))
    )
    assert found.description == "We sing.\n\nTea first.\n\nThursday: youth club 7pm"
