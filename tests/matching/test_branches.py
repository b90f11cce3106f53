"""The same thing at five addresses is one suggestion, the nearest, that says where else it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from matching.answering import to_json
from matching.types import Opportunity, Point

HOME = {"lat": 53.3795, "lon": -1.469}
SINGING: dict[str, Any] = {"assets": ["singing"], "from": HOME}
Offer = Callable[..., Opportunity]
Find = Callable[..., Any]


def branch(offer: Offer, name: str, km: float | None, **more: Any) -> Opportunity:
    """A choir of one body, so far north of home."""
    point = None if km is None else Point(HOME["lat"] + km / 111.2, HOME["lon"])
    given = {"organization": "Sing Out", "wording": "the same words", "point": point, "venue": name, **more}
    return offer(name, f"Choir at {name}", **given)


def told(answer: Any) -> dict[str, list[str]]:
    """Each suggestion with the names of its other places."""
    return {match.id: [one.name for one in match.also_at] for match in answer.matches}


def test_the_nearest_branch_is_told_with_the_others_behind_it(offer: Offer, find: Find) -> None:
    choirs = [branch(offer, "a", 9.0), branch(offer, "b", 2.0), branch(offer, "c", 5.0)]
    other = offer("solo", "Another choir", organization="Elsewhere")
    assert told(find(SINGING, [*choirs, other])) == {"t:solo": [], "t:b": ["Choir at c", "Choir at a"]}


def test_its_other_places_are_in_the_json_with_how_far_they_are(offer: Offer, find: Find) -> None:
    [match] = to_json(find(SINGING, [branch(offer, "a", 9.0), branch(offer, "b", 2.0)]))["matches"]  # type: ignore[misc, call-overload]
    assert match["also_at"] == [
        {"id": "t:a", "name": "Choir at a", "distance_km": pytest.approx(9.0, abs=0.02)}
    ]


def test_one_that_nobody_can_place_comes_last(offer: Offer, find: Find) -> None:
    profile = {"assets": ["singing"]}
    choirs = [branch(offer, "a", None), branch(offer, "b", 2.0)]
    [match] = find(profile, choirs).matches
    assert [(one.id, one.distance_km) for one in match.also_at] == [("t:b", None)]


@pytest.mark.parametrize(
    "differs",
    [
        {"wording": "other words"}, {"wording": ""}, {"organization": "Someone else"}, {"price": 4.0},
        {"facts": {"step_free": "yes"}}, {"minimum_age": 18}, {"rungs": (7, 8)}, {"gender": "women"},
    ],
)  # fmt: skip
def test_what_differs_in_anything_but_where_it_is_stands_for_itself(
    differs: dict[str, Any], offer: Offer, find: Find
) -> None:
    choirs = [branch(offer, "a", 9.0), branch(offer, "b", 2.0, **differs)]
    assert sorted(told(find(SINGING, choirs))) == ["t:a", "t:b"]


def test_what_the_person_avoids_is_no_branch_of_anything(offer: Offer, find: Find) -> None:
    choirs = [branch(offer, "a", 9.0), branch(offer, "b", 2.0)]
    assert told(find({**SINGING, "avoid": {"listings": ["t:b"]}}, choirs)) == {"t:a": []}


def test_a_branch_too_far_away_is_counted_as_hidden_and_not_named(offer: Offer, find: Find) -> None:
    found = find({**SINGING, "travel": {"max_km": 4}}, [branch(offer, "a", 9.0), branch(offer, "b", 2.0)])
    assert told(found) == {"t:b": []}
    assert [(one.reason, one.count) for one in found.hidden] == [("Too far away", 1)]


def test_the_libraries_of_a_council_that_nobody_named_are_branches(offer: Offer, find: Find) -> None:
    """They say the same at length, and are called the same sort of place."""
    given: dict[str, Any] = {"wording": "the same words", "concepts": {"reading": 1.0}}
    ham, kew = (offer(name, f"{name} Library", **given, venue=name) for name in ("Ham", "Kew"))
    hall = offer("Hall", "Ham Hall", **given, venue="Hall")
    assert told(find({"assets": ["reading"]}, [ham, kew, hall])) == {"t:Hall": [], "t:Ham": ["Kew Library"]}


def test_a_place_that_was_written_down_twice_is_told_once(offer: Offer, find: Find) -> None:
    """Nobody says whose it is: one name at one spot."""
    once = {"name": "Food for thought", "wording": "a hot meal and a song", "activities": ["singing"]}
    [found] = find(SINGING, [offer("a", **once), offer("b", **once)]).matches
    assert found.id == "t:a"
    other = offer("b", **{**once, "wording": "songs of the sea"})
    assert len(find(SINGING, [offer("a", **once), other]).matches) == 1
    assert (
        len(find(SINGING, [offer("a", **once), offer("b", **{**once, "name": "Songs of the sea"})]).matches)
        == 2
    )
