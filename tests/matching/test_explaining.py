"""Why one listing stands where it stands: whole, adding up, and silent about what is avoided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from matching.columns import Columns
from matching.explaining import DONE, NOBODY_KNOWS_WHERE, NOTHING_TO_DO, explain, to_json
from matching.profile import profile_from
from matching.ranking import RULES, WEIGHTS, describe_weights, rank
from matching.types import Opportunity, Point
from tests.matching.conftest import HOME, TODAY

Offer = Callable[..., Opportunity]
LAUGH: dict[str, Any] = {"assets": ["making people laugh"], "from": HOME}
FAR = Point(53.9, -1.4)


def explained(profile: dict[str, Any], offers: list[Opportunity], id: str = "t:a") -> Any:
    return explain(profile_from(profile), Columns(offers), TODAY, id)


def test_what_each_part_adds_makes_the_score(offer: Offer) -> None:
    offers = [offer("a"), offer("b", name="Joke writing", price=None)]
    found = explained(LAUGH, offers)
    [place] = found.places
    assert sum(part.adds for part in place.parts) == pytest.approx(place.score)
    [match, _] = sorted(rank(profile_from(LAUGH), Columns(offers), TODAY).matches, key=lambda m: m.id)
    assert place.score == pytest.approx(match.score)
    assert {part.name for part in place.parts} <= set(WEIGHTS)


def test_every_rule_that_is_asked_is_told_even_with_nothing_to_say(offer: Offer) -> None:
    [place] = explained(LAUGH, [offer("a")]).places
    told = {said.rule.partition(":")[0] for said in place.said}
    assert {rule.name for rule in RULES if rule.subjects is None} <= told


def test_a_hidden_one_says_which_rule_hides_it(offer: Offer) -> None:
    profile = {**LAUGH, "travel": {"max_km": 5}}
    found = explained(profile, [offer("a", point=FAR), offer("b")])
    assert found.stands == "hidden"
    hides = [said for place in found.places for said in place.said if said.verdict == "hidden"]
    assert [(said.rule, said.words) for said in hides] == [("within_distance", ("Too far away",))]


def test_a_need_is_named_with_its_rule(offer: Offer) -> None:
    profile = {**LAUGH, "barriers": [{"key": "step_free", "level": "must"}]}
    [place] = explained(profile, [offer("a")]).places
    [said] = [said for said in place.said if said.rule == "what_gets_in_the_way: step_free"]
    assert (said.verdict, said.words) == ("unknown", ("Is it step-free from the street to the room?",))


def test_it_says_in_which_list_and_at_what_rank(offer: Offer) -> None:
    offers = [offer("a", point=Point(53.40, -1.46)), offer("b")]
    assert explained(LAUGH, offers).stands == "fits, number 2 of 2"
    assert explained(LAUGH, offers, "t:b").stands == "fits, number 1 of 2"


def test_what_has_nothing_to_do_with_the_person_says_so_and_is_still_explained(offer: Offer) -> None:
    found = explained(LAUGH, [offer("a", name="Bridge club"), offer("b")])
    assert NOTHING_TO_DO in found.stands
    assert found.places[0].said


def test_what_was_done_already_says_so(offer: Offer) -> None:
    assert explained({**LAUGH, "done": ["t:a"]}, [offer("a"), offer("b")]).stands == f"in no list: {DONE}"


def test_what_nobody_can_find_far_from_all_that_is_known_says_so(offer: Offer) -> None:
    offers = [
        offer("a", point=None),
        *(offer(f"far{number}", point=Point(57.0, -4.0)) for number in range(9)),
    ]
    assert explained(LAUGH, offers).stands == f"in no list: {NOBODY_KNOWS_WHERE}"


def test_one_on_the_avoid_list_is_as_unknown_as_one_that_never_was(offer: Offer) -> None:
    avoiding = {**LAUGH, "avoid": {"listings": ["t:a"]}}
    assert explained(avoiding, [offer("a"), offer("b")]) is None
    assert explained(LAUGH, [offer("b")], "t:a") is None


def test_two_people_are_explained_one_after_the_other(offer: Offer) -> None:
    pair = [profile_from(LAUGH), profile_from({"assets": ["football"]})]
    found = explain(pair, Columns([offer("a")]), TODAY, "t:a")
    assert found is not None
    assert {part.person for part in found.places[0].parts} == {1, 2}


def test_it_can_be_told_as_json(offer: Offer) -> None:
    told = to_json(explained(LAUGH, [offer("a")]))
    assert told["id"] == "t:a"
    assert told["places"][0]["parts"][0]["weight"] > 0


def test_the_public_weights_name_every_part_and_make_a_whole() -> None:
    shares = [int(share.rstrip("%")) for _, share in describe_weights()]
    assert len(shares) == len(WEIGHTS)
    assert 98 <= sum(shares) <= 102
    assert shares == sorted(shares, reverse=True)
