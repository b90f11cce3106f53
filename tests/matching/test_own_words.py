"""What a person's very words are worth in a listing's text, in a directory large enough for words to be rare."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def town(offer: Any) -> list[Any]:
    """Sixty places that have nothing to do with anybody here."""
    return [offer(f"z{n}", f"Hall number {n}", description="Open on most days.") for n in range(60)]


def _first(found: Any) -> list[str]:
    return [match.id.removeprefix("t:") for match in found.matches]


def test_a_place_that_says_the_persons_own_craft_comes_before_one_that_is_about_its_kind(
    find: Any, offer: Any, town: list[Any]
) -> None:
    kind = offer("a", "Sunday circle", description="Sewing and quilting.")
    craft = offer("b", "Tuesday circle", description="We crochet together.")
    assert _first(find({"assets": ["crochet"]}, [*town, kind, craft])) == ["b", "a"]


def test_words_that_no_listing_uses_cost_none_of_them_anything(
    find: Any, offer: Any, town: list[Any]
) -> None:
    choir = offer("a", "Community choir")
    [plain] = find({"assets": [{"say": "choir", "key": "singing"}]}, [*town, choir]).matches
    [wordy] = find({"assets": [{"say": "yodelling", "key": "singing"}]}, [*town, choir]).matches
    assert wordy.score == pytest.approx(plain.score)


def test_a_word_that_was_understood_in_one_sense_counts_less_in_another(
    find: Any, offer: Any, town: list[Any]
) -> None:
    """A point guard plays basketball; the National Guard's dentist is no sport."""
    dentist = offer("a", "National Guard dental cover", description="For the guard and the reserve.")
    [bare] = find({"assets": ["point guard"]}, [*town, dentist]).matches
    [meant] = find({"assets": ["basketball, point guard"]}, [*town, dentist]).matches
    assert meant.score < bare.score


def test_no_fact_is_said_to_answer_what_somebody_named(find: Any, offer: Any) -> None:
    """ "Nobody asks about your health" is a help on the way to people who have been there, and no other veteran."""
    said = {"assets": ["singing"], "goals": ["other vets to talk to"]}
    choir = offer("choir", "Community choir", facts={"no_disclosure": "yes"})
    [match] = find(said, [choir]).matches
    assert not [reason.text for reason in match.reasons if "vets" in reason.text]
