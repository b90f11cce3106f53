"""Children, the young, the old and those who bring up children: whom a place is for by its own words."""

from __future__ import annotations

from typing import Any

import pytest

from matching.language import (
    is_for_grown_ups,
)
from matching.profile import profile_from
from matching.reading import read_profile


@pytest.mark.parametrize(("age", "stands"), [(72, "check_first"), (15, "matches"), (None, "matches")])
def test_a_club_whose_words_are_for_children_is_asked_about_for_somebody_grown_up(
    age: int | None, stands: str, places: Any, offer: Any
) -> None:
    club = [offer("club", "Woodwork club", meant_for="children")]
    assert places({"assets": ["woodwork"], "age": age}, club)[stands] == ["club"]


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ({"age": 72}, "hidden"), ({"age": 23}, "check_first"), ({"age": 15}, "matches"), ({}, "matches"),
        ({"age": 66, "goals": ["help out, volunteer a bit"]}, "hidden"),
    ],
)  # fmt: skip
def test_what_is_only_for_children_is_left_out_for_a_grown_up_who_speaks_of_none(
    said: Any, stands: str, find: Any, offer: Any
) -> None:
    camp = [offer("camp", "Woodwork camp", meant_for="children children_only")]
    found = find({"assets": ["woodwork"], **said}, camp)
    where = {"matches": found.matches, "check_first": found.check_first}
    assert [name for name, some in where.items() if some] == ([] if stands == "hidden" else [stands])
    assert [(h.reason, h.count) for h in found.hidden] == (
        [("Only for children and young people", 1)] if stands == "hidden" else []
    )


def test_who_speaks_of_their_children_is_offered_a_club_for_children(places: Any, offer: Any) -> None:
    club = [offer("club", "Football club", meant_for="children")]
    wants = {"assets": ["football"], "goals": ["do things with my little boy"], "age": 30}
    assert places(wants, club)["matches"] == ["club"]


@pytest.mark.parametrize(
    "said",
    [
        {"goals": ["do things with my little boy"]},
        {"barriers": [{"key": "children", "level": "must"}]},
    ],
)
def test_what_is_only_for_children_answers_a_grown_ups_wishes_about_children_and_no_others(
    said: Any, find: Any, offer: Any
) -> None:
    camp = offer("camp", "Woodwork camp", meant_for="children children_only")
    toddlers = offer("toddlers", "Toddler group", meant_for="children children_only")
    found = find({"age": 34, "assets": ["woodwork"], **said}, [camp, toddlers])
    assert "t:camp" not in {match.id for match in (*found.matches, *found.check_first)}
    wish = {"age": 34, "assets": ["woodwork", "stay and play with my toddler"], **said}
    found = find(wish, [camp, toddlers])
    assert {match.id for match in (*found.matches, *found.check_first)} == {"t:toddlers"}
    young = find({"age": 15, "assets": ["woodwork"], **said}, [camp])
    assert [match.id for match in (*young.matches, *young.check_first)] == ["t:camp"]


@pytest.mark.parametrize(
    ("said", "wanted", "stands"),
    [
        ({"assets": ["I used to teach little ones", "dominoes"]}, "", "check_first"),
        ({"assets": ["I used to teach little ones", "dominoes"]}, "Volunteers needed.", "matches"),
        ({"assets": ["dominoes"], "goals": ["be of use to little ones"]}, "", "check_first"),
        ({"assets": ["dominoes"], "goals": ["be of use to little ones"]}, "Volunteers needed.", "matches"),
        ({"assets": ["dominoes"], "goals": ["do things with my little boy"]}, "", "matches"),
    ],
)  # fmt: skip
def test_who_is_good_with_children_is_asked_about_a_place_for_them_that_wants_no_help(
    said: Any, wanted: str, stands: str, places: Any, offer: Any
) -> None:
    park = offer("park", "Park programme", description=f"Dominoes and games. {wanted}", meant_for="children")
    assert places({"age": 74, **said}, [park])[stands] == ["park"]


@pytest.mark.parametrize(
    ("name", "told", "for_them"),
    [
        ("Adult art cafe", "Paint and tea.", True), ("Art cafe", "Catering for over 18s.", True),
        ("Adult art cafe", "Young people welcome.", False), ("Adult Learning Centre", "Maths and computers.", False),
        ("Adult General Education", "Finish school from sixteen.", False), ("Art cafe", "Paint and tea.", False),
    ],
)  # fmt: skip
def test_a_place_that_says_it_is_for_adults_is_known(name: str, told: str, for_them: bool) -> None:
    assert is_for_grown_ups(name, told) is for_them


def test_somebody_of_fifteen_is_asked_about_a_place_for_adults_and_nobody_of_eighteen(
    find: Any, offer: Any
) -> None:
    cafe = offer("a", "Adult painting cafe", meant_for="grown_ups")
    [asked] = find({"assets": ["painting"], "age": 15}, [cafe]).check_first
    assert asked.questions == ("It says that it is for adults. Does that fit?",)
    for age in ({"age": 18}, {}):
        assert len(find({"assets": ["painting"], **age}, [cafe]).matches) == 1


def test_who_is_under_sixteen_is_asked_about_a_place_that_speaks_of_nobody_young(
    find: Any, offer: Any
) -> None:
    cafe, club = offer("a", "Painting table"), offer("b", "Painting club", meant_for="children")
    found = find({"assets": ["painting"], "age": 12}, [cafe, club])
    assert [match.id for match in found.matches] == [club.id]
    assert found.check_first[0].questions == ("Does it take somebody of your age?",)
    families = offer("f", "Painting for families", goal_signs={"family_time": 1.0})
    toddlers = offer("t", "Toddler painting", meant_for="children")
    asked = find({"assets": ["painting"], "age": 12}, [families, toddlers]).check_first
    assert [match.questions for match in asked] == [("Does it take somebody of your age?",)] * 2
    assert len(find({"assets": ["painting"], "age": 16}, [cafe]).matches) == 1
    assert (
        len(find({"assets": ["painting"], "age": 12}, [offer("c", "Painting", maximum_age=14)]).matches) == 1
    )


def test_what_a_child_lives_with_counts_for_all_that_a_parent_would_like_for_the_child() -> None:
    said = {"goals": ["meet other moms of an autistic kid", "something for my son after school", "find work"]}
    _, club, work = read_profile(profile_from(said)).goals
    assert "autism" in club.keys and "autism" not in work.keys


def test_what_a_child_lives_with_counts_wherever_a_parent_says_it() -> None:
    said = {
        "assets": ["my boy Nico is nine and autistic, he knows every train"],
        "goals": ["other moms who get it", "something he can do after school", "find work"],
    }
    reading = read_profile(profile_from(said))
    moms, club, work = reading.goals
    assert {"autism", "childs_disability"} <= moms.keys.keys() & club.keys.keys()
    assert "autism" not in work.keys
    assert "lived_experience" not in reading.named, "it is the boy's, not hers"


def test_what_is_somebodys_own_is_no_childs() -> None:
    said = {
        "assets": ["I'm autistic and I know every train"],
        "goals": ["something on after school", "people who get it"],
    }
    club, people = read_profile(profile_from(said)).goals
    assert not {"autism", "childs_disability"} & {*club.keys, *people.keys}
    assert "community_autistic" in people.types


def test_people_my_age_are_young_people_in_a_young_ones_mouth() -> None:
    said = {"goals": ["somewhere to go of an evening with people my own age"]}
    assert "youth_club" in read_profile(profile_from({**said, "age": 15})).named
    for age in (8, 30, 70):
        assert "youth_club" not in read_profile(profile_from({**said, "age": age})).named


def test_a_youth_club_answers_a_young_person_before_any_place_to_get_out_to(places: Any, offer: Any) -> None:
    said = {"goals": ["somewhere to go of an evening with people my own age"], "age": 15}
    club = offer("club", "Youth club", topics={"youth_club": 1.0}, meant_for="children")
    cafe = offer("cafe", "Family cafe", goal_signs={"get_out": 1.0}, meant_for="children")
    found = places(said, [cafe, club])
    assert (found["matches"] + found["check_first"])[0] == "club"


def test_people_my_age_are_older_people_only_in_an_older_persons_mouth() -> None:
    said = {"goals": ["make friends my own age"]}
    assert "older_club" in read_profile(profile_from({**said, "age": 70})).named
    assert "older_club" not in read_profile(profile_from({**said, "age": 12})).named
    kids = {"goals": ["play with other kids"]}
    assert "family_time" in read_profile(profile_from({**kids, "age": 40})).named
    named = read_profile(profile_from({**kids, "age": 12})).named
    assert "family_time" not in named and "friend" in named


@pytest.mark.parametrize(("age", "stands"), [(24, "hidden"), (45, "check_first"), (60, "matches")])
def test_what_is_only_for_older_people_is_left_out_for_somebody_under_forty(
    age: int, stands: str, places: Any, offer: Any
) -> None:
    found = places({"assets": ["bingo"], "age": age}, [offer("a", "Bingo", meant_for="older older_only")])
    assert [group for group in ("matches", "check_first", "hidden") if found[group]] == [stands]
    assert found["hidden"] == (["Only for older people"] if stands == "hidden" else [])


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("Board games on Mondays.", "Can children come too?"),
        ("Board games on Mondays; a toddler group for families on Tuesdays.", "Some of it is for families"),
    ],
)
def test_where_something_is_for_families_nobody_asks_whether_children_can_come_at_all(
    told: str, asked: str, find: Any, offer: Any
) -> None:
    profile = {"assets": ["board games"], "barriers": [{"key": "children", "level": "must"}]}
    [match] = find(profile, [offer("hub", "Hub", description=told)]).check_first
    [question] = match.questions
    assert question.startswith(asked)
