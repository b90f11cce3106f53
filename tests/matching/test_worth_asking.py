"""What is worth a question, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from matching.language import named_for
from matching.types import Point

HOME = {"from": {"lat": 53.38, "lon": -1.47}}
NOWHERE: dict[str, Any] = {"point": None, "postcode": "", "outcode": ""}


def test_a_place_that_nobody_can_find_is_asked_about_where_it_answers_something_plainly(
    find: Any, offer: Any
) -> None:
    hardly: dict[str, Any] = {"concepts": {"cards_board_games": 0.4}, "topics": {"chess": 0.4}}
    named = offer("named", "Chess club", **NOWHERE)
    passing = offer("passing", "Great hall", **hardly, **NOWHERE)
    placed = offer("placed", "Grand hall", **hardly)
    said = {"assets": ["chess"], **HOME, "travel": {"max_km": 5}}
    found = find(said, [named, passing, placed])
    assert [match.id for match in found.matches] == ["t:placed"]
    assert [match.id for match in found.check_first] == ["t:named"]
    anywhere = find({"assets": ["chess"]}, [named, passing, placed])
    assert {match.id for match in anywhere.matches} == {"t:named", "t:passing", "t:placed"}


def test_in_a_directory_of_a_whole_country_what_nobody_can_find_is_most_likely_elsewhere(
    find: Any, offer: Any
) -> None:
    far = [offer(f"far{at}", "Church hall", point=Point(50.0 + at / 5, -3.5)) for at in range(9)]
    lost, kept = offer("lost", "Chess club", **NOWHERE), offer("kept", "Chess club", withheld=True, **NOWHERE)
    said = {"assets": ["chess"], **HOME, "travel": {"max_km": 5}}
    assert [match.id for match in find(said, [lost, kept, *far]).check_first] == ["t:kept"]
    near = [offer(f"near{at}", "Church hall") for at in range(3)]
    asked = find(said, [lost, kept, *far, *near]).check_first
    assert {match.id for match in asked} == {"t:kept", "t:lost"}
    assert len(find({"assets": ["chess"]}, [lost, kept, *far]).matches) == 2


@pytest.mark.parametrize(
    ("name", "for_whom"),
    [
        ("Girls Youth Club", "named_women"),
        ("Women's Workshop", "named_women"),
        ("Men in Sheds", "named_men"),
        ("Lads and Dads", "named_men"),
        ("Fatherhood Task Force", "named_men"),
        ("New Motherhood", "named_women"),
        ("Boys and girls club", ""),
        ("Manchester Museum", ""),
        ("Womble House", ""),
    ],
)
def test_a_name_tells_whom_it_is_for(name: str, for_whom: str) -> None:
    assert named_for(name) == for_whom


@pytest.mark.parametrize(
    ("named", "gender", "stands"),
    [
        ("named_women", "man", "check_first"),
        ("named_women", "woman", "matches"),
        ("named_women", "", "matches"),
        ("named_men", "woman", "check_first"),
        ("named_men", "non-binary", "matches"),
    ],
)
def test_somebody_of_another_gender_is_asked_where_only_the_name_says_whom_it_is_for(
    named: str, gender: str, stands: str, places: Any, offer: Any
) -> None:
    who = {"gender": gender} if gender else {}
    found = places({"assets": ["chess"], **who}, [offer("a", "Chess club", meant_for=named)])
    assert [group for group in ("matches", "check_first") if found[group]] == [stands]


@pytest.mark.parametrize(
    ("told", "for_whom"),
    [
        (
            "Offers several programs to young girls and their families, with tutoring and a choir.",
            "named_women",
        ),
        ("A support group for fathers who bring up children by themselves.", "named_men"),
        ("Help for women and youth without a home.", ""),
        ("A choir for men, women and children.", ""),
        ("The Center for Women and Infants at the hospital.", ""),
        ("Named after the mother of the founder. All are welcome.", ""),
    ],
)
def test_a_text_may_begin_by_saying_whom_it_is_for(told: str, for_whom: str) -> None:
    assert named_for("Richmond Middle", told) == for_whom


def test_who_has_not_told_their_gender_is_told_whom_it_is_for_unless_they_look_for_them(
    find: Any, offer: Any
) -> None:
    mums = [offer("a", "Chess", meant_for="named_women")]
    says = "It says that it is for women: does that fit?"

    def told(profile: Any) -> bool:
        return says in find(profile, mums).matches[0].cautions

    assert told({"assets": ["chess"]})
    assert told({"assets": ["chess"], "goals": ["meet other dads"]})
    assert not told({"assets": ["chess"], "goals": ["meet other mums"]})
    assert not told({"assets": ["chess"], "gender": "woman"})


def test_a_group_that_says_its_gender_needs_no_question(find: Any, offer: Any) -> None:
    found = find({"assets": ["chess"], "gender": "man"}, [offer("a", "Women's chess", gender="women")])
    assert [h.reason for h in found.hidden] == ["A women's group"]
