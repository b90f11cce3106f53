"""The measures, against values worked out by hand; and that a must is read from the facts alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from matching.baselines import Bm25, nearer_first, words_of
from matching.evaluate import Misplaced, Offered, misplaced, ndcg, recall, standing
from matching.profile import profile_from
from matching.types import NO, YES, Opportunity, Profile

Offer = Callable[..., Opportunity]


def test_the_best_order_counts_as_one_and_an_answer_of_nothing_as_zero() -> None:
    grades = {"a": 3, "b": 2, "c": 0}
    assert ndcg(["a", "b", "c"], grades) == pytest.approx(1.0)
    assert ndcg(["c", "nobody judged it"], grades) == 0.0


def test_a_good_listing_in_second_place_counts_less() -> None:
    # gained 0/1 + 7/log2(3) = 4.4165; at best 7/1 + 3/log2(3) = 8.8928
    assert ndcg(["c", "a"], {"a": 3, "b": 2, "c": 0}) == pytest.approx(0.49664, abs=1e-5)


def test_only_the_first_places_count() -> None:
    assert ndcg(["x", "x", "a"], {"a": 1}, k=2) == 0.0
    assert ndcg(["x", "x", "a"], {"a": 1}, k=3) == pytest.approx(0.5)


def test_a_need_for_which_nothing_is_any_good_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="nothing is graded"):
        ndcg(["a"], {"a": 0})
    with pytest.raises(ValueError, match="nothing is graded"):
        recall(["a"], {"a": 1})


def test_recall_counts_what_would_be_offered_and_not_what_is_worth_a_mention() -> None:
    grades = {"a": 3, "b": 2, "c": 1}
    assert recall(["a", "c"], grades) == 0.5
    assert recall(["c", "b", "a"], grades, k=2) == 0.5


def test_more_good_listings_than_places_cannot_all_be_found() -> None:
    assert recall(["a", "b"], {"a": 2, "b": 2, "c": 2, "d": 3}, k=2) == 1.0


def person(*barriers: dict[str, Any], **more: Any) -> Profile:
    return profile_from({"barriers": [{"level": "must", **b} for b in barriers], **more})


@pytest.mark.parametrize(
    ("barrier", "known", "answer"),
    [
        ({"key": "step_free"}, {"facts": {"step_free": "yes"}}, YES),
        ({"key": "step_free"}, {"facts": {"step_free": "no"}}, NO),
        ({"key": "step_free"}, {"facts": {"step_free": "partial"}}, None),
        ({"key": "step_free"}, {}, None),
        ({"key": "step_free"}, {"formats": ("phone",)}, YES),
        ({"key": "cost", "limit": 3}, {"price": 2.5}, YES),
        ({"key": "cost", "limit": 3}, {"price": 4.0}, NO),
        ({"key": "cost", "limit": 3}, {"price": 4.0, "facts": {"fee_help": "yes"}}, YES),
        ({"key": "cost", "limit": 3}, {"price": None}, None),
        ({"key": "stamina", "limit": 2}, {"facts": {"effort": "4", "seated_option": "no"}}, NO),
        ({"key": "stamina", "limit": 2}, {"facts": {"effort": "4"}}, None),
        ({"key": "stamina", "limit": 2}, {"facts": {"effort": "1"}}, YES),
        ({"key": "home"}, {}, NO),
        ({"key": "home"}, {"formats": ("in_person", "online")}, YES),
        ({"key": "home"}, {"formats": ()}, None),
        ({"key": "gender", "value": "women"}, {"gender": "women"}, YES),
        ({"key": "gender", "value": "women"}, {"gender": None}, None),
        ({"key": "dry"}, {"facts": {"alcohol": "central"}}, NO),
        ({"key": "label"}, {"run_by": "open"}, YES),
        ({"key": "language", "value": "fa"}, {"languages": ("en", "fa")}, YES),
        ({"key": "language", "value": "fa"}, {"languages": ("en",)}, None),
        ({"key": "offline"}, {"formats": ("online",)}, NO),
        ({"key": "red_tape"}, {"referral": "professional"}, NO),
        ({"key": "red_tape"}, {"referral": None}, None),
        ({"key": "red_tape"}, {"referral": "none"}, YES),
    ],
)
def test_a_must_is_met_or_not_or_not_known(
    offer: Offer, barrier: dict[str, Any], known: dict[str, Any], answer: str | None
) -> None:
    assert standing(person(barrier), offer("a", **known), 1.0) == answer


@pytest.mark.parametrize(
    ("more", "known", "km", "answer"),
    [
        ({"age": 20}, {"minimum_age": 55}, 1.0, NO),
        ({}, {"minimum_age": 55}, 1.0, None),
        ({}, {"minimum_age": 18}, 1.0, YES),
        ({"age": 22, "barriers": [{"key": "children", "level": "must"}]}, {"maximum_age": 11}, 1.0, None),
        (
            {"age": 22, "barriers": [{"key": "children", "level": "must"}]},
            {"maximum_age": 60, "minimum_age": 30},
            1.0,
            NO,
        ),
        ({"gender": "man"}, {"gender": "women"}, 1.0, NO),
        ({}, {"audience": "members"}, 1.0, NO),
        ({"member": True}, {"audience": "members"}, 1.0, YES),
        ({"from": {"postcode": "S1 2HE"}}, {"service_area": ("S6",)}, 1.0, NO),
        ({}, {"status": "paused"}, 1.0, NO),
        ({"from": {"lat": 53.0, "lon": -1.0}, "travel": {"max_km": 5}}, {}, 9.0, NO),
        ({"from": {"lat": 53.0, "lon": -1.0}, "travel": {"max_km": 5}}, {}, None, None),
        (
            {"from": {"lat": 53.0, "lon": -1.0}, "travel": {"max_km": 5}},
            {"facts": {"lift_offered": "yes"}},
            9.0,
            YES,
        ),
    ],
)
def test_the_groups_own_rules_and_the_distance_count_too(
    offer: Offer, more: dict[str, Any], known: dict[str, Any], km: float | None, answer: str | None
) -> None:
    assert standing(person(**more), offer("a", **known), km) == answer


@pytest.mark.parametrize(("session_hours", "answer"), [((10, 12), YES), ((18, 20), NO)])
def test_a_session_wholly_outside_the_free_time_is_no(
    offer: Offer, session_hours: tuple[int, int], answer: str
) -> None:
    from matching.types import Session

    free = person({"key": "times"}, times=[{"days": "mon", "from": "09:00", "to": "13:00"}])
    session = Session(0, session_hours[0] * 60, session_hours[1] * 60)
    assert standing(free, offer("a", sessions=(session,)), 1.0) == answer
    assert standing(free, offer("a"), 1.0) is None


def test_an_unknown_place_is_misplaced_among_the_matches_but_not_when_it_is_checked_first(
    offer: Offer,
) -> None:
    yes, no, unknown = (offer(x, facts={"step_free": x} if x != "?" else {}) for x in ("yes", "no", "?"))
    needs = person({"key": "step_free"})

    def counted(*offered: Offered) -> Misplaced:
        return misplaced(needs, offered, lambda *_: 1.0)

    assert counted(Offered((yes,), True), Offered((unknown,), False)) == Misplaced(0, 0, 2)
    assert counted(Offered((unknown,), True), Offered((no,), False)) == Misplaced(1, 1, 2)
    assert counted(Offered((no, yes), True)) == Misplaced(0, 0, 1)


def test_bm25_prefers_the_rarer_word_and_the_shorter_text() -> None:
    found = Bm25(["choir", "choir and tea and biscuits and talk", "tea", "tea"]).scores("a choir with tea")
    assert found[0] > found[2] > 0
    assert found[1] > found[2]
    assert (
        Bm25(["choir practice", "choir", "tea"]).scores("choir")[1]
        > Bm25(["choir practice", "choir", "tea"]).scores("choir")[0]
    )


def test_bm25_agrees_with_the_formula() -> None:
    # df 1 of 2: idf = ln(1 + 1.5/1.5) = ln 2; both texts one word long: the length norm is 1, so tf part is 2.2/2.2
    assert Bm25(["chess", "tea"]).scores("chess").tolist() == pytest.approx([0.693147, 0.0], abs=1e-6)


def test_bm25_of_nothing_is_nothing() -> None:
    assert Bm25([]).scores("chess").tolist() == []
    assert Bm25(["tea"]).scores("the").tolist() == [0.0]


def test_distance_halves_at_the_furthest_the_person_would_go() -> None:
    scores = nearer_first(np.array([1.0, 1.0, 1.0, 1.0]), np.array([0.0, 8.0, 16.0, np.nan]), 8.0)
    assert scores.tolist() == [1.0, 0.5, 0.25, 0.5]


def test_a_baseline_gets_every_word_that_was_said() -> None:
    assert words_of(profile_from({"assets": ["chess"], "goals": ["get out"]})) == "chess get out"
