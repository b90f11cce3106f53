"""What a directory's own words say of whom a group is for, and what a telephone line is a place for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from directory.listings import Listing
from directory.opportunities import opportunities_of
from importers.records import ListingRecord, OrganizationRecord
from matching.language import meant_for


@pytest.mark.parametrize(
    ("name", "told", "group"),
    [
        ("Hilltop Middle School", "After school and summer camp, with family involvement.", "children"),
        ("Girls who code", "For teen girls of the estate.", "children"),
        ("Sunday football", "Children and parents play together.", ""),
        ("Reading helpers", "Volunteers read with children.", ""),
        ("Lunch club", "For seniors.", "older"),
        ("Job centre", "Training for those between the ages of 16 and 24.", "children"),
        ("Skills hub", "Open 10 to 16, in the year 2019 to 2020.", ""),
        (
            "The Furnace",
            "A kitchen, a dining room, a toy library, a place for children. A craft cafe too.",
            "",
        ),
        ("English cafe", "Speak English over tea. Children can come.", ""),
        ("Corner cafe", "Tea and toast, a kids corner, bring your children.", ""),
        (
            "Star girls",
            "Mentoring and a choir for young girls and their families, after school and in summer camp.",
            "children",
        ),
    ],
)
def test_what_opens_a_group_to_others_counts_unless_it_is_said_in_passing(
    name: str, told: str, group: str
) -> None:
    assert meant_for(name, told).split()[:1] == group.split()


@pytest.mark.parametrize(
    ("name", "told", "alone"),
    [
        ("Hilltop after school club", "Homework help, games and a snack.", True),
        ("Sun camp", "Summer camp for children aged five and up, with music.", True),
        ("Harbour studio", "Arts for children. " + "We paint. " * 30 + "Adults have Thursdays.", False),
        ("Youth orchestra", "Parents sit in on Fridays.", False),
        ("Homework cafe", "Students are helped by volunteers.", False),
    ],
)
def test_a_group_is_for_children_alone_where_nothing_in_all_its_words_opens_it(
    name: str, told: str, alone: bool
) -> None:
    assert ("children_only" in meant_for(name, told).split()) == alone


@pytest.mark.parametrize(
    ("name", "told", "group"),
    [
        ("St Mary's Church", "Toys for younger children, a toddler group on Mondays, jigsaws.", ""),
        ("Holt Village Hall", "Youth club on Fridays, and a children's party in December.", ""),
        ("Holt Youth Centre", "Warm drinks and games.", "children"),
        ("Fabrica", "Workshops, discussions, kids art activities and film screenings.", ""),
        ("Fair play", "Provides mentoring to youth in the evenings.", "children"),
        ("Children's bereavement group", "For the loss of a parent, a sibling or a friend.", "children"),
        ("Children and families hub", "For the loss of a parent, a sibling or a friend.", ""),
        (
            "Side by side",
            "Ladies only gym, dance for women, holidays for kids, preschool, language school.",
            "",
        ),
    ],
)
def test_a_room_for_children_makes_no_church_or_hall_a_place_for_children(
    name: str, told: str, group: str
) -> None:
    assert meant_for(name, told).partition(" ")[0] == group


@pytest.mark.parametrize(
    ("name", "told", "only"),
    [
        ("Sunset camp", "Children meet, children play.", True),
        ("Corner club", "For children and their parents.", False),
        ("Golden club", "For pensioners.", False),
        ("Seniors centre", "Lunch and dominoes.", True),
        ("Seniors centre", "Lunch and dominoes; families welcome.", False),
    ],
)
def test_what_is_for_nobody_else_says_so_twice_or_in_its_name(name: str, told: str, only: bool) -> None:
    assert meant_for(name, told).endswith("_only") is only


def a_record(name: str, description: str, **more: Any) -> ListingRecord:
    return ListingRecord(source="t", source_id="1", name=name, description=description, **more)


def goals_of(record: ListingRecord) -> Mapping[str, float]:
    [offer] = opportunities_of(Listing("x", 1, record, (), datetime.now(UTC)), lambda _: None)
    return offer.goal_signs


def test_whose_group_it_plainly_is_counts_as_described_at_length() -> None:
    record = a_record("Beyond", "A peer-led group for transgender people. Tea, a film.")
    assert goals_of(record)["community_trans"] == 0.85
    passing = replace(record, description="Tea, films, chess, and now and then a trans group.")
    assert goals_of(passing).get("community_trans", 0.0) < 0.85


def test_nobody_meets_at_the_head_office_of_a_body_for_a_whole_country() -> None:
    record = a_record("Homes for all", "Volunteer with us. Make friends.")
    assert {"friend", "give_back"} <= goals_of(record).keys()
    assert not {"friend", "give_back"} & goals_of(replace(record, remote=True)).keys()
    assert "give_back" in goals_of(replace(record, name="Harbour Helpline"))


def test_what_comes_to_the_home_is_no_company_and_may_be_a_break_for_who_cares_for_somebody() -> None:
    run_by = OrganizationRecord("1", "United Home Care")
    told = "Companionship, meals and respite for people who are isolated."
    record = a_record("Home-based services", told, organization=run_by)
    assert "friend" not in goals_of(record)
    assert "break_from_caring" in goals_of(record)
    assert "friend" in goals_of(replace(record, name="Saturday centre"))


def test_a_telephone_line_about_wildlife_is_no_place_to_be_outdoors() -> None:
    record = a_record("Wildlife walks", "Reading circle too.", formats=("phone",))

    def about(one: ListingRecord) -> set[str]:
        [offer] = opportunities_of(Listing("x", 1, one, (), datetime.now(UTC)), lambda _: None)
        return set(offer.concepts)

    assert {"nature", "walking"} <= about(replace(record, formats=("in_person",)))
    assert not {"nature", "walking"} & about(record) and "reading" in about(record)
    assert "nature" in about(replace(record, formats=("phone", "in_person")))
