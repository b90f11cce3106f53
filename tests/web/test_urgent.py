"""Someone who writes that they want to die is answered with numbers to ring, before anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

NUMBERS = {"tel:116123", "tel:111", "tel:999"}
CHEERFUL = (
    "Nothing fits",
    "Nothing here fits",
    "Start something",
    "good to know",
    "Did you mean",
    "plainer words",
)


def first_words(found: Any) -> Any:
    """The first thing in the main part of the page."""
    return found.soup.find("main").find(True, recursive=False)


def assert_help_comes_first(found: Any) -> None:
    banner = first_words(found)
    assert banner["class"] == ["kith-urgent"]
    assert {a["href"] for a in banner.find_all("a")} == NUMBERS
    assert "Samaritans" in banner.get_text()
    assert found.text.count("Samaritans are there day and night") == 1
    assert not [words for words in CHEERFUL if words in found.text]


@pytest.mark.parametrize("field", ["assets", "goals"])
def test_an_answer_begins_with_help(field: str, match: Callable[..., Any]) -> None:
    assert_help_comes_first(match({field: "I want to die"}))


def test_an_answer_with_places_begins_with_help_too(match: Callable[..., Any]) -> None:
    found = match(assets="comedy", goals="I don’t want to be here any more")
    assert_help_comes_first(found)
    assert "Tuesday Open Mic" in found.text


def test_an_answer_without_any_place_is_not_a_cheerful_one(match: Callable[..., Any]) -> None:
    everywhere = "\n".join(("Moor House", "The Crown", "Night Line"))
    found = match(goals="kill myself", avoid_groups=everywhere, limit_cost="0", need_cost="must", max_km="0.1",
                  place="S99 9ZZ", need_transport="must")  # fmt: skip
    assert not found.soup.find("article", class_="kith-match--top")
    assert_help_comes_first(found)


def test_a_form_to_mend_begins_with_help(match: Callable[..., Any]) -> None:
    assert_help_comes_first(match(status=422, goals="I want to die", place="Atlantis"))


def test_the_form_to_change_answers_begins_with_help(match: Callable[..., Any]) -> None:
    assert_help_comes_first(match(start=match(goals="I want to die"), action="change"))


@pytest.mark.parametrize("words", ["i want to die", "suicide", "comedy suicidal"])
def test_a_search_begins_with_help(words: str, page: Callable[..., Any]) -> None:
    assert_help_comes_first(page("/", q=words))


@pytest.mark.parametrize("words", ["comedy", "xyzzyplugh", ""])
def test_other_searches_have_no_such_banner(words: str, page: Callable[..., Any]) -> None:
    assert not page("/", q=words).soup.find(class_="kith-urgent")


def test_other_answers_have_no_such_banner(match: Callable[..., Any]) -> None:
    assert not match(assets="comedy").soup.find(class_="kith-urgent")
