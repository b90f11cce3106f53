"""The page of an answer: what is open, what is folded, and what is said once (made answers, no rules)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from directory import matchmaking
from matching.types import HiddenCount, Match, Matches, Opportunity, Reason, Step

DOES_IT_FIT = "It is for people with a particular condition: does that fit?"
LATER = "You join by e-mail: we can write for you"
MINDS = (DOES_IT_FIT, "It is 4 km away", LATER)


def made(number: int, *cautions: str, questions: tuple[str, ...] = ()) -> Match:
    one = Opportunity(id=f"town:n{number}", name=f"Group {number}")
    return Match(
        opportunity=one,
        score=1.0,
        rung=None,
        distance_km=None,
        reasons=(
            Reason("asset", "You said “laugh”: it's about laughing"),
            Reason("goal", f"Reason {number}"),
        ),
        cautions=cautions,
        questions=questions,
    )


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch, match: Callable[..., Any]) -> Callable[..., Any]:
    """The page of an answer that we made up."""

    def show(**parts: Any) -> Any:
        monkeypatch.setattr(matchmaking, "find_matches", lambda *_, **__: Matches(**parts))
        return match()

    return show


def cards(found: Any) -> dict[str, Any]:
    return {one.find("a").get_text(): one for one in found.soup.find_all("article")}


def in_sight(part: Any) -> str:
    """What a card says before anything is opened."""
    folded = [fold.get_text(" ", strip=True) for fold in part.find_all("details")]
    text = part.get_text(" ", strip=True)
    for one in folded:
        text = text.replace(one, "")
    return str(text)


@pytest.mark.parametrize("kind", ["matches", "check_first"])
def test_a_small_card_shows_what_may_get_in_the_way(kind: str, answer: Callable[..., Any]) -> None:
    found = answer(**{kind: tuple(made(n, *MINDS) for n in range(1, 5))})
    card = cards(found)["Group 4"]
    assert DOES_IT_FIT in in_sight(card) and "It is 4 km away" in in_sight(card)
    assert LATER not in in_sight(card) and LATER in card.find("details").get_text()


def test_what_the_badge_says_already_is_no_caution(answer: Callable[..., Any]) -> None:
    found = answer(check_first=(made(1, "Nobody here has checked it yet: ring first", DOES_IT_FIT),))
    assert "Nobody here" not in found.text and "Not checked by us yet" in found.text
    assert DOES_IT_FIT in in_sight(cards(found)["Group 1"])


def test_two_more_places_and_two_to_check_are_open_and_the_rest_folded(answer: Callable[..., Any]) -> None:
    found = answer(
        matches=tuple(made(n) for n in range(1, 11)), check_first=tuple(made(n) for n in range(11, 21))
    )
    assert len(found.soup.find_all(class_="kith-match--top")) == 3
    open_ones = [
        name for name, card in cards(found).items() if not card.find_parent("details", class_="kith-rest")
    ]
    assert open_ones == [f"Group {n}" for n in (1, 2, 3, 4, 5, 11, 12)]
    summaries = [rest.find("summary").get_text() for rest in found.soup.find_all(class_="kith-rest")]
    assert summaries == ["Show 5 more places", "Show 8 more places to check"]


def test_i_have_done_this_is_on_top_cards_and_inside_small_ones(answer: Callable[..., Any]) -> None:
    found = answer(matches=tuple(made(n) for n in range(1, 5)))
    assert "I have done this" in in_sight(cards(found)["Group 1"])
    assert "I have done this" not in in_sight(cards(found)["Group 4"])
    button = cards(found)["Group 4"].find("button", attrs={"name": "done", "value": "town:n4"})
    assert button.find_parent("details")


def test_the_path_does_not_say_again_what_stands_above(answer: Callable[..., Any]) -> None:
    matches = tuple(made(n) for n in range(1, 3))
    found = answer(matches=matches, path=tuple(Step(n, one) for n, one in enumerate(matches, 2)))
    path = found.soup.find(class_="kith-path")
    assert [li.find("a").get_text() for li in path.find_all("li")] == ["Group 1", "Group 2"]
    assert "You said" not in path.get_text()


def test_a_step_of_the_path_that_stands_nowhere_above_says_why(answer: Callable[..., Any]) -> None:
    matches = tuple(made(n) for n in range(1, 5))
    last = Match(
        opportunity=matches[3].opportunity, score=1.0, rung=None, distance_km=None,
        reasons=(Reason("asset", "You said “sing”: it's about singing"),),
    )  # fmt: skip
    path = (Step(2, matches[0]), Step(3, last))
    found = answer(matches=(*matches[:3], last), path=path)
    assert "You said “sing”" in found.soup.find(class_="kith-path").get_text()


@pytest.mark.parametrize(("count", "says"), [(1, "1 place is not shown:"), (9, "9 places are not shown:")])
def test_what_is_left_out_is_counted_without_blaming_anyone(
    count: int, says: str, answer: Callable[..., Any]
) -> None:
    found = answer(hidden=(HiddenCount("Only for people who belong to the agency", count),))
    assert says in found.text and "Because of what you said" not in found.text
    assert f"{count}: Only for people who belong to the agency" in found.text


def test_help_comes_before_everything_else(answer: Callable[..., Any]) -> None:
    found = answer(urgent=True, notes=("Please ring someone: Samaritans.", "Ranked without distance."))
    banner = found.soup.find("main").find(True, recursive=False)
    assert banner["class"] == ["kith-urgent"] and "Please ring someone" in banner.get_text()
    assert found.text.count("Please ring someone") == 1 and "Nothing fits" not in found.text
    assert "Ranked without distance." in found.text
