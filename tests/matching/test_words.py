"""An agency's own words count like the shipped ones, change nothing else, and are refused with a reason that helps."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.language import (
    SHIPPED,
    Addition,
    BadWord,
    concepts_of,
    concepts_of_listing,
    goal_types_of,
    goals_of_listing,
    words_of,
)
from matching.language.tokens import Written, raw_words
from matching.language.words import LONGEST_PHRASE, Words, checked, tidied
from matching.profile import profile_from
from matching.reading import read_profile
from matching.vocabulary import synonyms

SANGERS = Addition("asset", "singing", "hollers")


def one(kind: str, key: str, phrase: str, part: str = "words") -> Words:
    return words_of([checked(Addition(kind, key, phrase, part), SHIPPED)])


def test_an_added_word_counts_with_people_and_with_listings() -> None:
    known = words_of([SANGERS])
    assert not concepts_of("I love hollers").weights
    assert concepts_of("I love hollers", words=known).because == {"singing": "hollers"}
    assert concepts_of_listing("Hollers", words=known) == {"singing": 1.0}
    assert concepts_of_listing("Hollers") == {}


def test_an_added_word_is_refused_like_any_other() -> None:
    assert concepts_of("no hollers please", words=words_of([SANGERS])).negated == {"singing"}


@pytest.mark.parametrize(
    ("part", "person", "named", "described"),
    [
        ("words", True, True, True), ("said", True, False, False), ("shown", False, True, True),
        ("named", False, True, False), ("weak", True, True, False), ("not_words", False, False, False),
    ],
)  # fmt: skip
def test_an_added_word_counts_where_its_part_says(
    part: str, person: bool, named: bool, described: bool
) -> None:
    known = one("asset", "singing", "hollers", part)
    assert ("singing" in concepts_of("hollers", words=known).weights) is person
    assert ("singing" in concepts_of_listing("Hollers", words=known)) is named
    assert ("singing" in concepts_of_listing("Tuesdays", (), "Hollers.", words=known)) is described


def test_a_shipped_word_can_be_switched_off_for_its_asset_alone() -> None:
    known = one("asset", "humour", "open mic", "not_words")
    assert "humour" in concepts_of_listing("Open mic")
    found = concepts_of_listing("Open mic", words=known)
    assert "humour" not in found and "singing" in found


def test_an_added_goal_word_counts_with_people_and_an_added_sign_with_listings() -> None:
    said = one("goal", "friend", "marras")
    shown = one("goal", "friend", "marras", "shown")
    assert goal_types_of("some marras", words=said).because == {"friend": "marras"}
    assert "friend" in goals_of_listing("Find your marras", words=shown)
    assert "friend" not in goals_of_listing("Find your marras", words=said)


def test_a_profile_is_read_by_the_words_that_are_given() -> None:
    profile = profile_from({"assets": [{"say": "hollers"}], "goals": [{"say": "marras"}]})
    known = words_of([SANGERS, Addition("goal", "friend", "marras")])
    reading = read_profile(profile, known)
    assert reading.assets[0].keys == {"singing": (1.0, "hollers")}
    assert reading.goals[0].types == {"friend": (1.0, "marras")}
    assert not read_profile(profile).assets[0].keys


def test_the_marks_of_the_vocabulary_files_work_in_added_phrases() -> None:
    exact, gap = one("asset", "singing", "=belters"), one("asset", "singing", "belt _ out")
    assert "singing" in concepts_of("belters", words=exact).weights
    assert "singing" not in concepts_of("belter", words=exact).weights
    assert "singing" in concepts_of("I belt old ones out", words=gap).weights


def test_an_emoji_can_be_a_word_too() -> None:
    known = one("asset", "humour", "😂", "said")
    assert concepts_of("me 😂", words=known).because == {"humour": "😂"}
    assert not concepts_of("me 😂").weights


def test_nobodys_spelling_is_mended_towards_an_added_word() -> None:
    known = one("asset", "running_fitness", "planking")
    assert "running_fitness" in concepts_of("planking", words=known).weights
    assert not concepts_of("flanking blanking pranking plonking", words=known).weights.get("running_fitness")
    assert concepts_of("comdey", words=known).because == {"humour": "comdey"}


# --- the value ------------------------------------------------------------------------------------------------------


def test_nothing_added_is_the_shipped_vocabulary_itself() -> None:
    assert words_of([]) is SHIPPED
    assert SHIPPED.synonyms is synonyms()
    assert len(SHIPPED.fingerprint) == 16


def test_the_same_words_are_the_same_value_in_any_order() -> None:
    some = [SANGERS, Addition("goal", "friend", "marras"), Addition("synonym", "choir", "hollers")]
    assert words_of(some) == words_of([*reversed(some), SANGERS])
    assert words_of(some).fingerprint == words_of(reversed(some)).fingerprint
    assert hash(words_of(some)) == hash(words_of(reversed(some)))


@pytest.mark.parametrize(
    "other",
    [
        Addition("asset", "singing", "holler"), Addition("asset", "dance", "hollers"),
        Addition("asset", "singing", "hollers", "said"), Addition("goal", "singing", "hollers"),
    ],
)  # fmt: skip
def test_other_words_have_another_fingerprint(other: Addition) -> None:
    assert len({words_of([SANGERS]).fingerprint, words_of([other]).fingerprint, SHIPPED.fingerprint}) == 3


def test_a_value_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        SHIPPED.fingerprint = "0"  # type: ignore[misc]


def test_only_the_lexicons_that_differ_are_made_anew() -> None:
    known = words_of([Addition("synonym", "choir", "hollers"), Addition("goal", "friend", "marras")])
    assert known.asset_words is SHIPPED.asset_words and known.asset_signs is SHIPPED.asset_signs
    assert known.goal_words is not SHIPPED.goal_words


def test_a_stored_word_whose_asset_is_no_longer_there_does_no_harm_and_is_named() -> None:
    gone = Addition("asset", "alchemy", "hollers")
    odd = Addition("goal", "friend", "marras", "loud")
    known = words_of([gone, odd])
    assert known.unusable == (gone, odd)
    assert concepts_of("hollers", words=known).weights == {}
    assert goal_types_of("marras", words=known).weights == {}


def test_added_words_cost_a_listing_no_time() -> None:
    known = words_of(Addition("asset", "singing", f"zz{n} song") for n in range(300))
    draw = random.Random(4)
    common = [
        "we",
        "meet",
        "on",
        "tuesdays",
        "for",
        "tea",
        "chess",
        "singing",
        "and",
        "a",
        "chat",
        "everyone",
    ]
    texts = [" ".join(draw.choices(common, k=80)) for _ in range(1500)]

    def seconds(words: Words | None) -> float:
        began = time.perf_counter()
        for text in texts:
            concepts_of_listing("Group", (), text, words=words)
        return time.perf_counter() - began

    seconds(None), seconds(known)
    assert min(seconds(known) for _ in range(3)) < 1.5 * min(seconds(None) for _ in range(3)) + 0.02


# --- synonyms -------------------------------------------------------------------------------------------------------


def test_an_added_synonym_joins_the_words_that_mean_the_same_both_ways() -> None:
    found = one("synonym", "football", "futsal").synonyms
    assert {"football", "footy", "soccer"} <= found["futsal"]
    assert "futsal" in found["football"] and "futsal" in found["footy"]
    assert "futsal" not in synonyms()["football"], "the shipped ones stay as they are"


def test_another_form_of_a_known_word_is_that_word() -> None:
    found = one("synonym", "Footballs", "futsal").synonyms
    assert "futsal" in found["footy"]


def test_two_groups_do_not_become_one_through_a_word_that_is_in_both() -> None:
    found = one("synonym", "choir", "ukulele").synonyms
    assert "ukulele" in found["choir"] and "ukulele" in found["singing group"]
    assert "uke" in found["choir"] and "uke" not in found["singing group"]


def test_synonyms_of_added_words_hang_together() -> None:
    chain = words_of(
        [Addition("synonym", "football", "kickabout"), Addition("synonym", "kickabout", "kicky")]
    )
    assert {"kickabout", "kicky"} <= chain.synonyms["football"]
    assert {"kickabout", "football"} <= chain.synonyms["kicky"]


_PAIRS = st.lists(
    st.tuples(*[st.sampled_from(["football", "footy", "choir", "aa", "bb", "cc", "dd"])] * 2), max_size=6
)


@given(_PAIRS, st.randoms())
def test_synonyms_go_both_ways_whatever_is_added_in_whatever_order(
    pairs: list[tuple[str, str]], draw: random.Random
) -> None:
    some = [Addition("synonym", key, phrase) for key, phrase in pairs if key != phrase]
    found = words_of(some).synonyms
    for word, others in found.items():
        assert word not in others
        assert all(word in found[other] for other in others), (word, others)
    draw.shuffle(some)
    assert words_of(some).synonyms == found


# --- what cannot be added -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        (("thing", "humour", "gurning"), "kind", "no kind 'thing'"),
        (("asset", "humor", "gurning"), "key", "Did you mean humour"),
        (("asset", "friend", "gurning"), "key", "no asset 'friend'"),
        (("goal", "humour", "gurning"), "key", "no goal 'humour'"),
        (("asset", "humour", "gurning", "loud"), "part", "it is one of words, said, shown, named, weak, not_words"),
        (("goal", "friend", "marras", "loud"), "part", "no part 'loud'"),
        (("synonym", "choir", "hollers", "said"), "part", "no part"),
        (("asset", "humour", ""), "phrase", "empty"),
        (("asset", "humour", " \t\n "), "phrase", "empty"),
        (("asset", "humour", "g" * (LONGEST_PHRASE + 1)), "phrase", "longer than 80"),
        (("asset", "humour", "and the"), "phrase", "say nothing by themselves"),
        (("asset", "humour", "€€"), "phrase", "begin and end with a word"),
        (("asset", "humour", "_ laugh"), "phrase", "begin and end with a word"),
        (("asset", "humour", "laugh _"), "phrase", "begin and end with a word"),
        (("asset", "humour", "gurn, gurn"), "phrase", "Leave out ,"),
        (("asset", "humour", "gur\x00ning"), "phrase", "control character"),
        (("asset", "humour", "gur\u202ening"), "phrase", "control character"),
        (("asset", "humour", "stand up"), "phrase", "among the words of humour"),
        (("asset", "humour", "Stand-Up"), "phrase", "among the words of humour"),
        (("asset", "humour", "stand up", "said"), "phrase", "among the words of humour"),
        (("asset", "humour", "pranks", "said"), "phrase", "among the said of humour"),
        (("asset", "humour", "stand up paddle"), "phrase", "there it never counts"),
        (("synonym", "footy", "football"), "phrase", "mean the same already, in Kith's own synonyms"),
        (("synonym", "footballs", "footy"), "phrase", "mean the same already"),
        (("synonym", "choir", "Choirs"), "phrase", "the same word"),
        (("synonym", "", "hollers"), "key", "empty"),
        (("synonym", "the", "hollers"), "key", "say nothing by themselves"),
    ],
)  # fmt: skip
def test_what_cannot_be_added_is_refused_with_a_plain_reason(
    given: tuple[str, ...], field: str, says: str
) -> None:
    with pytest.raises(BadWord, match=says) as refused:
        checked(Addition(*given), SHIPPED)
    assert refused.value.field == field


def test_a_word_that_the_agency_has_added_is_not_added_twice() -> None:
    known = words_of([SANGERS])
    for again in (
        SANGERS,
        Addition("asset", "singing", "Holler"),
        Addition("asset", "singing", "hollers", "weak"),
    ):
        with pytest.raises(BadWord, match="added to singing already, among its words"):
            checked(again, known)
    assert checked(Addition("asset", "dance", "hollers"), known), "another asset may have it too"


def test_a_word_may_come_to_say_more_than_it_did() -> None:
    assert checked(Addition("asset", "humour", "pranks", "words"), SHIPPED)
    assert checked(Addition("asset", "humour", "pranks", "shown"), SHIPPED)


def test_a_chain_of_synonyms_never_comes_back_to_where_it_began() -> None:
    known = words_of(
        [Addition("synonym", "football", "kickabout"), Addition("synonym", "kickabout", "kicky")]
    )
    for key, phrase in (("kicky", "football"), ("football", "kicky"), ("kicky", "footy")):
        with pytest.raises(BadWord, match="through words that you added"):
            checked(Addition("synonym", key, phrase), known)


def test_what_is_kept_is_tidy() -> None:
    assert checked(Addition("asset", "humour", "  pulling \n faces "), SHIPPED).phrase == "pulling faces"
    assert checked(Addition("synonym", "Choir", "HOLLERS"), SHIPPED) == Addition(
        "synonym", "choir", "hollers"
    )
    assert checked(Addition("asset", "cooking_baking", "pâtisserie"), SHIPPED).phrase == "pâtisserie"


@given(st.text(max_size=100), st.text(max_size=30))
def test_any_text_is_either_refused_with_a_reason_or_can_be_found(phrase: str, key: str) -> None:
    for addition in (Addition("asset", "humour", phrase), Addition("synonym", key, phrase)):
        try:
            kept = checked(addition, SHIPPED)
        except BadWord as refused:
            assert refused.message and refused.field in {"kind", "key", "phrase", "part"}
            continue
        assert tidied(kept) == kept
        known = words_of([kept])
        if kept.kind == "asset" and "_" not in phrase:
            assert known.asset_signs.find_in(Written(raw_words(kept.phrase)))[1], kept


def test_an_exact_word_with_marks_about_it_is_found_without_them() -> None:
    signs = words_of([Addition("asset", "humour", "=haha<")]).asset_signs
    assert signs.find_in(Written(raw_words("Haha!")))[1]
