"""Whose group it is, and who says that it is theirs (docs/decisions/0062-one-community-is-not-another.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from matching.answering import to_json
from matching.language import concepts_of, goal_types_of, lives_of
from matching.profile import profile_from
from matching.reading import read_profile
from matching.types import Opportunity

Offer = Callable[..., Opportunity]

# --- whose life it is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "whose"),
    [
        ("I'm a gay man", "community_lgbtq"),
        ("I am a very proud old Polish man", "community_polish"),
        ("I've been blind since I was ten", "community_blind"),
        ("as a veteran I miss the lads", "community_veterans"),
        ("being Deaf, I sign", "community_deaf"),
    ],
)
def test_who_says_what_they_are_wishes_for_nothing_by_it(said: str, whose: str) -> None:
    assert lives_of(said) == {whose}
    assert not {key for key in goal_types_of(said).weights if key.startswith("community")}
    assert "languages_cultures" not in concepts_of(said).weights


@pytest.mark.parametrize(
    "said",
    ["I'm not gay", "I'm into Irish dancing", "I like Chinese food", "my son is autistic", "I'm good with blind people",
     "I'm a bland cook", "I'm polite", "the venetian blind", "a blind date", "black and white photos",
     "we have a Polish neighbour"],
)  # fmt: skip
def test_what_is_said_of_others_or_denied_is_nobodys_own_life(said: str) -> None:
    assert lives_of(said) == frozenset()


@pytest.mark.parametrize(
    ("wish", "whose"),
    [
        ("I'm gay and would like to meet other gay men", "community_lgbtq"),
        ("Somali women", "community_somali"), ("find a Polish club", "community_polish"),
        ("Deaf club", "community_deaf"),
        ("meet trans people", "community_trans"), ("other Muslims", "community_muslim"),
        ("be around other veterans", "community_veterans"), ("Black women to talk to", "community_black"),
    ],
)  # fmt: skip
def test_a_wish_for_ones_own_people_names_them_and_that_they_are_a_community(wish: str, whose: str) -> None:
    found = {key for key in goal_types_of(wish).weights if key.startswith("community")}
    assert found == {whose, "community_of_identity"}


@pytest.mark.parametrize(
    ("goals", "asset", "whose"),
    [
        (
            [{"say": "be with other Deaf people", "type": "community_of_identity"}],
            "chess",
            {"community_deaf"},
        ),
        ([{"say": "my own people", "type": "community_of_identity"}], "chess", {"community_of_identity"}),
        ([{"say": "my own people", "type": "community_of_identity"}], "I'm a gay man", {"community_lgbtq"}),
        ([{"say": "chess"}], "I'm a gay man", set()),
    ],
)
def test_a_community_is_looked_for_only_where_somebody_wishes_for_one(
    goals: list[Any], asset: str, whose: set[str]
) -> None:
    reading = read_profile(profile_from({"assets": [asset], "goals": goals}))
    assert {kind for wish in reading.goals for kind in wish.types} == whose


# --- whose group it is -----------------------------------------------------------------------------------------------

CANE = {"name": "White cane walking group", "facts": {"label_specialist": "yes"}}


@pytest.mark.parametrize(
    "said",
    [
        {"assets": ["walking", "I'm blind"]},
        {"assets": ["I'm a blind man and I like walking"]},
        {"assets": ["walking"], "goals": ["I've been blind since I was ten and would like a friend"]},
        {"assets": ["walking"], "goals": ["meet other blind people"]},
        {"assets": ["walking"], "barriers": [{"key": "sight"}]},
        {"assets": ["walking"], "barriers": [{"key": "sight", "level": "must"}]},
    ],
)
def test_someone_who_says_they_are_blind_is_not_asked_whether_a_group_for_blind_people_fits(
    said: dict[str, Any], offer: Offer, find: Any
) -> None:
    told = to_json(find(said, [offer("cane", **CANE)]))
    found = [one for stands in ("matches", "check_first") for one in told[stands]]
    assert found and not [caution for caution in found[0]["cautions"] if "does that fit?" in caution]


@pytest.mark.parametrize(
    "said",
    [{"assets": ["walking"]}, {"assets": ["walking", "I'm not blind"]}, {"assets": ["walking", "I'm Deaf"]}],
)
def test_someone_who_does_not_say_so_is_asked_whether_a_group_for_blind_people_fits(
    said: dict[str, Any], offer: Offer, find: Any
) -> None:
    told = find(said, [offer("cane", **CANE), offer("named", "Blind people's walk")])
    asked = {
        match.id: [one for one in match.cautions if one.endswith("does that fit?")] for match in told.matches
    }
    assert asked["t:cane"] == ["It is for people with a particular condition: does that fit?"]
    assert asked["t:named"] == ["It is mainly for blind and partially sighted people: does that fit?"]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("I'm a gay man", "Gay men's walk"),
        ("I am Polish", "Polish club walk"),
        ("being Deaf, I sign", "Deaf community walk"),
        ("I'm a very proud Somali woman", "Somali walk"),
        ("as a veteran I miss the lads", "Veterans' walk"),
        ("I'm disabled", "Disabled people's walk"),
    ],
)
def test_who_says_what_they_are_is_not_asked_and_who_is_something_else_is(
    said: str, named: str, offer: Offer, find: Any
) -> None:
    def asked(words: str) -> bool:
        found = find({"assets": ["walking", words]}, [offer("a", named)]).matches
        return any("does that fit?" in caution for caution in found[0].cautions)

    assert not asked(said) and asked("I'm a retired plumber")


def test_what_somebody_is_moves_no_group_that_is_open_to_all(offer: Offer, find: Any) -> None:
    """Swapping who somebody is changes nothing but the groups' own rules (design.md 5)."""
    groups = ("Chess club", "Language café", "World food supper", "Community choir", "Coffee morning")
    directory = [offer(str(number), name) for number, name in enumerate(groups)]

    def answered(who: str) -> Any:
        told = to_json(find({"assets": [f"I'm {who}", "chess", "cooking"]}, directory))
        return {
            key: [(one["id"], one["score"], one["reasons"]) for one in told[key]]
            for key in ("matches", "later")
        }

    plain = answered("a plain sort of person")
    for who in (
        "Polish",
        "a Somali woman",
        "an Irish man",
        "a gay man",
        "Deaf",
        "Black",
        "from India",
        "a trans woman",
    ):
        assert answered(who) == plain, who


@pytest.mark.parametrize(
    ("wish", "whose"),
    [
        ("to know other women, I came here as a refugee and I know nobody", "community_refugees"),
        ("make friends who don't mind that I'm gay", "community_lgbtq"),
    ],
)
def test_who_looks_for_friends_and_says_what_they_are_in_one_breath_may_find_their_own(
    wish: str, whose: str
) -> None:
    said = {"goals": [wish, "make a friend at the library"]}
    own, other = read_profile(profile_from(said)).goals
    assert {whose, "friend"} <= own.types.keys()
    assert whose not in other.types


def test_a_club_for_anybody_is_worth_less_to_who_looks_for_one_of_their_own(find: Any, offer: Offer) -> None:
    def scores(goal: str) -> dict[str, float]:
        clubs = [offer("a", "Swimming club"), offer("b", "LGBTQ swimming club")]
        return {match.id: match.score for match in find({"goals": [goal]}, clubs).matches}

    theirs = scores("swim with other gay people")
    assert theirs["t:a"] < 0.9 * theirs["t:b"]
    assert theirs["t:a"] < scores("learn to swim")["t:a"]


def test_who_looks_for_their_own_at_sixteen_is_not_given_any_friends(find: Any) -> None:
    [wish] = read_profile(profile_from({"goals": ["somewhere for gay kids like me"], "age": 16})).goals
    assert "friend" not in wish.types
    [others] = read_profile(profile_from({"goals": ["hang out with other kids"], "age": 16})).goals
    assert "friend" in others.types
