from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from directory import accounts, catalog, ideas, listings
from directory.errors import Conflict, Invalid, NotFound
from importers.records import FactRecord, ListingRecord, Provenance

TODAY = date(2026, 11, 22)


@pytest.fixture
def ama(either_app: Flask) -> str:
    return accounts.create("ama@example.org", "Ama", ["worker"]).id


@pytest.fixture
def hall(either_app: Flask, choir: ListingRecord) -> ideas.Room:
    """A room of the agency's own, known to be step-free."""
    place = replace(
        choir.places[0], facts=(FactRecord("step_free", "yes", Provenance(date(2026, 5, 14), "visited")),)
    )
    catalog.add(replace(choir, run_by="agency", places=(place,)), "cli")
    [room] = ideas.rooms()
    return room


def think(ama: str, **more: Any) -> str:
    return ideas.think_of({"title": "Open mic", "concept": "humour", **more}, ama, token=uuid4().hex)


def test_the_same_form_sent_twice_is_one_idea(ama: str) -> None:
    first = ideas.think_of({"title": "Open mic"}, ama, token="form-1")
    assert ideas.think_of({"title": "Open mic"}, ama, token="form-1") == first
    assert len(ideas.all_of()) == 1


def test_only_the_agencys_own_rooms_are_offered_each_once(
    ama: str, hall: ideas.Room, choir: ListingRecord
) -> None:
    catalog.add(replace(choir, source_id="other", run_by="open"), "cli")
    catalog.add(replace(choir, source_id="second", run_by="agency"), "cli")
    secret = replace(choir.places[0], source_id="home", name="Somebody's home", private=True)
    catalog.add(replace(choir, source_id="third", run_by="agency", places=(secret,), sessions=()), "cli")
    assert [room.name for room in ideas.rooms()] == ["Community Hall"]


def test_an_idea_that_is_real_becomes_a_listing_with_what_is_known_and_no_more(
    ama: str, hall: ideas.Room
) -> None:
    key = think(
        ama,
        room=hall.id,
        audience="agency_and_public",
        host_id=ama,
        starts_on=date(2026, 12, 3),
        notes="Ask Wendy",
    )
    listing_id = ideas.make_real(key, ama)
    record = listings.records([listing_id])[listing_id]
    assert (record.ref, record.name, record.run_by, record.audience) == (
        f"here:{key}", "Open mic", "agency", "agency_and_public",
    )  # fmt: skip
    [place] = record.places
    assert (place.name, place.postal_code, [(one.key, one.value) for one in place.facts]) == (
        "Community Hall", "MB1 2AB", [("step_free", "yes")],
    )  # fmt: skip
    assert place.facts[0].provenance.checked_on == date(2026, 5, 14), (
        "the building was checked then, not today"
    )
    [contact] = record.contacts
    assert (contact.name, contact.visibility) == ("Ama", "staff")
    assert record.sessions[0].dtstart == date(2026, 12, 3)
    assert record.activities[0].name == "Making people laugh"
    assert "Wendy" not in repr(record), "notes stay with the team"
    assert (record.costs, record.facts, record.description) == ((), (), None)


def test_making_it_real_twice_makes_one_listing(ama: str) -> None:
    key = think(ama, venue="The Crown")
    assert ideas.make_real(key, ama) == ideas.make_real(key, ama)
    assert ideas.one(key).state == "real"
    assert listings.count() == 1


def test_a_listing_cut_off_from_its_idea_is_found_again(ama: str) -> None:
    key = think(ama)
    listing_id = catalog.add(ideas.listing_of(ideas.one(key), TODAY), "cli")
    assert ideas.make_real(key, ama) == listing_id
    assert ideas.one(key).listing_id == listing_id


def test_an_idea_that_is_a_listing_is_changed_there(ama: str) -> None:
    key = think(ama)
    ideas.make_real(key, ama)
    with pytest.raises(Conflict):
        ideas.change(key, {"title": "Something else"})


def test_an_idea_is_planned_set_aside_and_taken_up_again(ama: str) -> None:
    key = think(ama)
    for state in ("planned", "dropped", "idea"):
        ideas.change(key, {"title": "Open mic", "concept": "humour"}, state=state)
        assert [one.id for one in ideas.all_of(state)] == [key]
    with pytest.raises(Invalid):
        ideas.change(key, {"title": "Open mic"}, state="real")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"concept": "astrology"}, "concept"),
        ({"room": "not a room"}, "room"),
        ({"audience": "everyone"}, "audience"),
        ({"host_id": "somebody"}, "host_id"),
        ({"notes": "x" * 2001}, "notes"),
    ],
)
def test_what_cannot_be_kept_is_told_by_its_field(ama: str, said: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        ideas.think_of({"title": "Open mic", **said}, ama, token="x")
    assert list(caught.value.fields) == [field]
    assert ideas.all_of(*ideas.STATES) == []


def test_an_idea_whose_host_left_needs_another_and_they_cannot_be_chosen(ama: str) -> None:
    accounts.create("lea@example.org", "Lea", ["lead"])
    key = think(ama, host_id=ama)
    accounts.disable(ama)
    assert ideas.one(key).host == ""
    with pytest.raises(Invalid):
        ideas.think_of({"title": "Open mic", "host_id": ama}, ama, token="x")


def test_there_is_no_idea_of_that_id(ama: str) -> None:
    with pytest.raises(NotFound):
        ideas.one(str(uuid4()))
