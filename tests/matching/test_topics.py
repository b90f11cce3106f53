"""The narrow things that people name and places have: a diploma, a meal at a table, chess (topics.toml)."""

from __future__ import annotations

from typing import Any

import pytest

from matching.language import topics_of, topics_of_listing
from matching.profile import profile_from
from matching.reading import BROADER, ONLY_MENTIONED, read_profile
from matching.vocabulary import BrokenVocabulary, about, assets, build_topics, goals, topics


def _first(found: Any) -> list[str]:
    return [match.id.removeprefix("t:") for match in found.matches]


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("finish my GED", "diploma"),
        ("become a citizen", "citizenship"),
        ("a hot meal with people round the table", "meal_together"),
        ("talk to people who have lost someone", "grief"),
        ("learn to be a calmer parent, a parenting class maybe", "parenting"),
        ("somewhere warm to take my toddler", "baby_toddler"),
        ("sit with women who know what chemo is like", "cancer_group"),
        ("a job that don't care about my record", "after_prison"),
        ("shown how to use this phone", "computer_class"),
        ("finish the schooling I never got", "diploma"),
    ],
)
def test_a_wish_in_plain_words_names_its_topic(said: str, topic: str) -> None:
    assert topic in topics_of(said).weights


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("no bingo please", "bingo"),
        ("I don't like jigsaws", "jigsaws"),
    ],
)
def test_a_topic_that_is_refused_is_no_wish(said: str, topic: str) -> None:
    found = topics_of(said)
    assert topic not in found.weights
    assert topic in found.negated


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Open daily in Miami Gardens.", "gardening"),
        ("The centre runs a box scheme and a game park.", "boxing"),
        ("Parents must sign a form.", "parenting"),
        ("Our volunteers will meet you at the door.", "volunteer_role"),
        ("Swimming pool with a hoist.", "snooker"),
        ("There is a large car park.", "cars"),
        ("Credit counselling and housing counselling.", "talk_therapy"),
        ("Baby changing facilities.", "baby_toddler"),
    ],
)
def test_a_word_in_another_sense_makes_no_topic(text: str, topic: str) -> None:
    assert topic not in topics_of_listing("Any place", (), text)


def test_the_thing_itself_comes_before_another_of_its_kind(find: Any, offer: Any) -> None:
    bingo, chess = offer("a", "Bingo afternoon"), offer("b", "Chess club")
    assert _first(find({"assets": ["chess"]}, [bingo, chess])) == ["b", "a"]


def test_the_kind_of_a_topic_is_still_looked_for_and_counts_less(find: Any, offer: Any) -> None:
    reading = read_profile(profile_from({"assets": ["chess"]}))
    assert reading.assets[0].keys["chess"][0] == 1.0
    assert reading.assets[0].keys["cards_board_games"][0] == BROADER
    assert _first(find({"assets": ["chess"]}, [offer("a", "Bingo afternoon")])) == ["a"]


def test_what_other_words_say_of_a_kind_is_not_made_less_by_a_topic() -> None:
    wish = read_profile(profile_from({"goals": ["make friends over a hot meal"]})).goals[0]
    assert wish.types["friend"][0] == 1.0


def test_a_place_with_all_the_narrow_things_of_a_wish_comes_before_one_with_one_of_them(
    find: Any, offer: Any
) -> None:
    said = {"goals": ["get a job, I have been in prison"]}
    jobs = offer("a", "Job placement", description="Help to find employment.")
    both = offer("b", "Job placement for ex-offenders", description="Help to find employment.")
    [first, second] = [*find(said, [jobs, both]).matches, *find(said, [jobs, both]).check_first][:2]
    assert (first.id, second.id) == ("t:b", "t:a")
    assert first.score > second.score


def test_what_is_hard_to_live_with_is_looked_for_when_it_is_wished_and_hardly_when_it_is_mentioned() -> None:
    mentioned = read_profile(profile_from({"assets": ["I drew a lot after my stroke"]})).assets[0]
    wished = read_profile(profile_from({"goals": ["meet others who had a stroke"]})).goals[0]
    assert mentioned.keys["stroke"][0] == ONLY_MENTIONED
    assert wished.keys["stroke"][0] == 1.0


def test_what_is_only_ever_a_wish_is_not_read_from_what_somebody_brings() -> None:
    [asset] = read_profile(profile_from({"assets": ["I talked people through job interviews"]})).assets
    [goal] = read_profile(profile_from({"goals": ["get through a job interview"]})).goals
    assert "job_search" not in asset.keys
    assert "job_search" in goal.keys


def test_one_faith_is_not_another(find: Any, offer: Any) -> None:
    church = offer("a", "Sunday worship", description="Prayer and hymns in the parish church.")
    mandir = offer("b", "Hindu temple", description="Puja and a shared meal.")
    assert _first(find({"assets": ["I help at the temple"]}, [church, mandir])) == ["b"]


def test_the_reason_says_what_the_place_is_about(find: Any, offer: Any) -> None:
    [match] = find({"goals": ["finish my GED"]}, [offer("a", "GED classes")]).matches
    assert match.reasons[0].text == "You'd like “finish my GED”: it's about finishing school as a grown-up"


def test_what_somebody_would_rather_not_is_said_of_a_topic_too(find: Any, offer: Any) -> None:
    [match] = find({"assets": ["chess", "no bingo please"]}, [offer("a", "Chess and bingo")]).matches
    assert "You said you'd rather not: it's about bingo" in match.cautions


def test_a_topic_has_a_sentence_and_belongs_to_what_there_is() -> None:
    assert not topics().keys() & {**assets(), **goals()}.keys()
    assert all(about(key) and not about(key).endswith(".") for key in topics())


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        ({"chess": {"about": "chess", "of": ["no_such"], "words": ["chess"]}}, "'no_such' is not known"),
        (
            {"singing": {"about": "singing", "of": [], "words": ["sing"]}},
            "is the key of an asset or a goal already",
        ),
        ({"chess": {"about": "chess", "of": []}}, "words"),
        ({"chess": {"about": "chess", "of": [], "words": ["a", "a"]}}, "says 'a' twice"),
    ],
)
def test_a_broken_topic_is_named_with_what_is_wrong(raw: dict[str, Any], wrong: str) -> None:
    with pytest.raises(BrokenVocabulary, match=wrong):
        build_topics(raw, {**assets(), **goals()})
