"""What a listing is read as: its words, and not the codes that stand where words are missing."""

from __future__ import annotations

import pytest

from directory.listings import Listing
from directory.opportunities import opportunities_of, point_of
from importers.records import ListingRecord, PlaceRecord, SessionRecord, TermRecord
from matching.types import Opportunity, Point


def test_the_code_of_an_activity_without_a_name_says_nothing_about_it() -> None:
    terms = ("Term FC-8000.1800-330", "Term J", "BD", "Five-a-side")
    record = ListingRecord(
        source="s", source_id="1", name="Court of appeal", activities=tuple(map(TermRecord, terms))
    )
    [offer] = opportunities_of(Listing("x", 1, record, (), None), lambda _: None)  # type: ignore[arg-type]
    assert offer.activities == ("Five-a-side",)
    named = ListingRecord(
        source="s", source_id="2", name="Court of appeal", activities=(TermRecord("Term FC-8000.1800-330"),)
    )
    [offer] = opportunities_of(Listing("x", 1, named, (), None), lambda _: None)  # type: ignore[arg-type]
    assert "team_sport" not in offer.concepts


def _read(**given: object) -> Opportunity:
    record = ListingRecord(source="s", source_id="1", **{"name": "Group", **given})  # type: ignore[arg-type]
    [offer] = opportunities_of(Listing("x", 1, record, (), None), lambda _: None)  # type: ignore[arg-type]
    return offer


def test_the_ages_that_its_words_tell_count_where_nobody_entered_any() -> None:
    assert _read(description="For women 40 years and younger.").maximum_age == 40
    entered = _read(description="For women 40 years and younger.", minimum_age=18)
    assert (entered.minimum_age, entered.maximum_age) == (18, None)


def test_what_begins_by_saying_that_it_is_not_running_is_paused() -> None:
    assert _read(description="CURRENTLY NOT ACTIVE. Mentoring for grandparents.").status == "paused"
    assert _read(name="Choir (temporarily closed)").status == "paused"
    assert _read(description="Helps people who are currently not working.").status == "active"
    assert _read(description="Currently closed.", status="closed").status == "closed"


@pytest.mark.parametrize(
    ("place", "rough"),
    [
        ({"latitude": 53.38, "longitude": -1.47, "postal_code": "S1 2HE"}, False),
        ({"postal_code": "S1 2HE"}, False),
        ({"postal_code": "S1 9ZZ"}, True),
        ({"latitude": 53.38, "longitude": -1.47, "postal_code": "S1 2HE", "withheld": True}, True),
    ],
)
def test_a_place_without_a_point_of_its_own_lies_where_its_postcode_does(
    place: dict[str, object], rough: bool
) -> None:
    known = {"S1 2HE": Point(53.3785, -1.4626), "S1": Point(53.382, -1.479, rough=True)}
    where = point_of(PlaceRecord(source_id="p", **place), lambda code: known.get(code, known["S1"]))  # type: ignore[arg-type]
    assert where is not None and where.rough is rough


def _at(*texts: str) -> dict[str, object]:
    return {"sessions": tuple(SessionRecord(original_text=text) for text in texts)}


def test_what_is_on_may_be_written_beside_the_times_alone() -> None:
    church = _read(
        name="Bethel Chapel", **_at("Monday Bad Bikes (Youth) 5pm", "Wed: knit and natter 2pm - 4pm")
    )
    assert {"cycling", "textile_crafts"} <= church.concepts.keys() and not church.only_a_name
    assert {"bike", "knit", "natter"} <= church.terms.keys()


def test_hours_alone_say_nothing_of_what_is_on() -> None:
    hours = _at("Monday 9am - 5pm, Tues & Thurs from 10:00 until noon", "Every 2nd Saturday, term time only")
    shut = _read(name="Bethel Chapel", **hours)
    assert shut.only_a_name and shut.concepts == _read(name="Bethel Chapel").concepts
    assert shut.terms == _read(name="Bethel Chapel").terms


def test_what_is_closed_on_some_days_is_running_and_hours_are_no_ages() -> None:
    offer = _read(name="Tea room", **_at("Temporarily closed on Mondays, cake 11-18"))
    assert (offer.status, offer.minimum_age, offer.maximum_age) == ("active", None, None)
