"""Of what somebody said, nothing is left unanswered after the first three while there is a good answer to it."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def games(offer: Any) -> list[Any]:
    """Six good answers to one wish."""
    return [offer(f"g{n}", f"Chess club number {n}") for n in range(6)]


def _told(matches: Any) -> list[str]:
    return [match.id.removeprefix("t:") for match in matches]


SAID = {"assets": ["chess"], "goals": ["finish my GED"]}


def test_six_answers_to_one_wish_do_not_push_out_the_answer_to_another(
    find: Any, offer: Any, games: list[Any]
) -> None:
    school = offer("school", "Adult school", description="GED classes in the evening.", price=8.0)
    assert _told(find(SAID, [*games, school]).matches)[3] == "school"
    scores = {match.id: match.score for match in find(SAID, [*games, school]).matches}
    assert scores["t:school"] < scores["t:g5"]


def test_a_place_that_hardly_answers_a_wish_does_not_come_first_for_it(
    find: Any, offer: Any, games: list[Any]
) -> None:
    near = offer("near", "Storytelling circle", price=8.0)
    told = _told(find({"assets": ["chess", "making people laugh"]}, [*games, near]).matches)
    assert told[-1] == "near"


def test_what_the_best_place_answers_already_needs_no_other_place(find: Any, offer: Any) -> None:
    both = offer("both", "Chess club and GED classes")
    school = offer("school", "GED classes", price=8.0)
    other = offer("other", "Chess club")
    more = [offer(f"m{n}", f"Chess club number {n}") for n in range(3)]
    assert _told(find(SAID, [both, school, other, *more]).matches)[0] == "both"
    assert _told(find(SAID, [both, school, other, *more]).matches)[-1] == "school"


def test_a_place_for_others_or_one_that_nobody_can_find_does_not_come_first_for_a_wish(
    find: Any, offer: Any, games: list[Any]
) -> None:
    veterans = offer("veterans", "GED classes for veterans", price=8.0)
    nowhere = offer("nowhere", "GED classes", point=None, postcode="", price=8.0)
    said = {**SAID, "from": {"lat": 53.38, "lon": -1.47}}
    assert all(one.startswith("g") for one in _told(find(said, [*games, veterans, nowhere]).matches)[:6])


def test_an_answer_stands_after_the_best_that_are_no_further_away(
    find: Any, offer: Any, games: list[Any]
) -> None:
    """What is far and answers everything does not keep the near answer from its place where the limit leaves it out."""
    from matching.types import Point

    far = [
        offer(f"far{n}", "Chess club and GED classes", point=Point(53.6 + n / 100, -1.47)) for n in range(3)
    ]
    school = offer("school", "Adult school", description="GED classes in the evening.", price=8.0)
    said = {**SAID, "from": {"lat": 53.38, "lon": -1.47}, "travel": {"max_km": 10}}
    assert _told(find(said, [*far, *games, school]).matches)[3] == "school"
    assert _told(find(said, [*games, school]).matches)[3] == "school"


def test_a_much_better_answer_further_away_has_its_place_too(find: Any, offer: Any, games: list[Any]) -> None:
    from matching.types import Point

    near = offer("near", "Adult school", description="Art, music, and GED classes.", price=8.0)
    better = offer("better", "GED classes", point=Point(53.42, -1.47), price=8.0)
    said = {**SAID, "from": {"lat": 53.38, "lon": -1.47}}
    assert {"near", "better"} <= set(_told(find(said, [*games, near, better]).matches)[:5])


def test_an_answer_beyond_the_limit_gives_its_place_to_nobody_else(
    find: Any, offer: Any, games: list[Any]
) -> None:
    """Moving the limit reorders nothing that is left."""
    from matching.types import Point

    far = offer("far", "GED classes", point=Point(53.6, -1.47))
    near = offer("near", "Adult school", description="GED classes in the evening.", price=8.0)
    said = {**SAID, "from": {"lat": 53.38, "lon": -1.47}}
    everything = _told(find(said, [*games, far, near]).matches)
    left = _told(find({**said, "travel": {"max_km": 10}}, [*games, far, near]).matches)
    assert left == [one for one in everything if one != "far"]
