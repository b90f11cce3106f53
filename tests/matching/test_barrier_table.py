"""Each barrier against domain.md 2.2: what excludes, what lowers and warns, what supports and is said as a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from matching.rules.barriers import lower_first
from matching.types import Opportunity, Session
from matching.vocabulary import assets, goals
from matching.vocabulary.needs import barriers, facts

Offer = Callable[..., Opportunity]

IN_ORDER = [
    "cost", "travel_range", "transport", "step_free", "toilet", "stamina", "ups_downs", "hearing", "bsl", "sight",
    "sensory", "new_people", "home", "know_ahead", "good_enough", "label", "caring", "children", "times", "safe_area",
    "avoid", "gender", "language", "reading", "offline", "dry", "explain", "red_tape",
]  # fmt: skip

# barrier, what is known, what is said as a caution
LOWERS: list[tuple[str, dict[str, Any], str]] = [
    ("cost", {"facts": {"kit_lent": "no"}}, "You need your own kit"),
    ("step_free", {"facts": {"step_free": "partial"}}, "Partly step-free"),
    ("stamina", {"facts": {"effort": "2", "seating": "no"}}, "Nowhere to sit"),
    ("ups_downs", {"facts": {"drop_in": "yes", "fixed_course": "yes"}}, "It is a course with a fixed number of weeks"),
    ("hearing", {"group_size": "30+"}, "It is a big group"),
    ("hearing", {"facts": {"quiet": "no"}}, "It can be loud"),
    ("bsl", {"facts": {"bsl": "on_request"}}, "A BSL interpreter can be booked"),
    ("sight", {"facts": {"large_print": "yes", "lit_route": "no"}}, "The way there is not lit"),
    ("sight", {"facts": {"large_print": "yes", "assistance_dog": "no"}}, "No assistance dogs"),
    ("sensory", {"facts": {"quiet": "no"}}, "It can be loud"),
    ("new_people", {"group_size": "30+"}, "It is a big group"),
    ("new_people", {"facts": {"named_host": "no"}}, "Nobody in particular to ask for"),
    ("know_ahead", {"facts": {"same_faces": "no"}}, "Different people each time"),
    ("good_enough", {"facts": {"audition": "yes"}}, "There is an audition"),
    ("good_enough", {"facts": {"competitive": "yes"}}, "It is competitive"),
    ("label", {"run_by": "open", "facts": {"no_disclosure": "no"}}, "They ask about your health"),
    ("label", {"run_by": "open", "referral": "professional"}, "It needs a referral from a professional"),
    ("caring", {"facts": {"bring_person_cared_for": "yes", "fixed_course": "yes"}},
     "It is a course with a fixed number of weeks"),
    ("children", {"facts": {"children_welcome": "yes", "step_free": "no"}}, "Steps to get in"),
    ("safe_area", {"facts": {"lit_route": "no"}}, "The way there is not lit"),
    ("language", {"facts": {"plain_pace": "no"}}, "It moves fast"),
    ("reading", {"facts": {"reading_needed": "no", "form_needed": "yes"}}, "There is a form to fill in"),
    ("offline", {"booking": ("email",)}, "You join by e-mail: we can write for you"),
    ("dry", {"facts": {"alcohol": "on_site"}}, "Alcohol is sold in the building"),
    ("explain", {"facts": {"plain_pace": "no"}}, "It moves fast"),
    ("red_tape", {"referral": "self", "wait_weeks": 9}, "There is a wait of about 9 weeks"),
    ("red_tape", {"referral": "self", "facts": {"id_needed": "yes"}}, "They ask for ID"),
    ("home", {}, "It means leaving home"),
]  # fmt: skip

# barrier, what is known: something in the way and what makes up for it, the reason that is said
SUPPORTS: list[tuple[str, dict[str, Any], str]] = [
    ("cost", {"price": 9.0, "facts": {"free_taster": "yes"}}, "The first time is free"),
    ("cost", {"price": 9.0, "facts": {"supporter_free": "yes"}}, "Someone who supports you comes free"),
    ("cost", {"price": 0.0, "facts": {"kit_lent": "no", "fares_help": "yes"}}, "It is free"),
    ("transport", {"facts": {"near_stop": "no", "buddy": "yes"}}, "Someone can go with you the first time"),
    ("transport", {"facts": {"near_stop": "no", "door_to_door": "yes"}}, "They fetch you from your door"),
    ("stamina", {"facts": {"effort": "4", "breaks": "yes"}}, "There are breaks"),
    ("ups_downs", {"facts": {"fixed_course": "yes", "missed_ok": "yes"}}, "It is fine to miss some"),
    ("hearing", {"group_size": "30+", "facts": {"hearing_loop": "yes"}}, "There is a hearing loop"),
    ("hearing", {"group_size": "2-5"}, "It is a small group"),
    ("sight", {"facts": {"lit_route": "no", "audio_or_guide": "yes"}}, "Someone describes or guides"),
    ("sight", {"facts": {"assistance_dog": "yes"}}, "Assistance dogs are welcome"),
    ("sensory", {"facts": {"quiet": "no", "step_out_space": "yes"}}, "You can step out whenever you need"),
    ("new_people", {"group_size": "30+", "facts": {"buddy": "yes"}}, "Someone can go with you the first time"),
    ("new_people", {"group_size": "2-5"}, "It is a small group"),
    ("know_ahead", {"facts": {"same_faces": "no", "step_out_space": "yes"}}, "You can step out whenever you need"),
    ("good_enough", {"facts": {"audition": "yes", "watch_first": "yes"}}, "You can just watch first"),
    ("label", {"run_by": "open", "facts": {"no_disclosure": "yes"}}, "It is an ordinary group, open to everyone"),
    ("caring", {"facts": {"fixed_course": "yes", "sitting_help": "yes", "missed_ok": "yes"}},
     "They can arrange someone to sit with the person you look after"),
    ("children", {"facts": {"children_welcome": "no", "creche": "yes"}}, "There is a crèche"),
    ("safe_area", {"facts": {"lit_route": "no", "buddy": "yes"}}, "Someone can go with you the first time"),
    ("language", {"goals": ("english",)}, "It is for people who are learning English"),
    ("reading", {"facts": {"form_needed": "yes", "someone_fills_form": "yes"}}, "Someone fills in the form with you"),
    ("explain", {"facts": {"plain_pace": "no", "supporter_free": "yes"}}, "Someone who supports you comes free"),
    ("red_tape", {"referral": "none", "facts": {"form_needed": "yes", "someone_fills_form": "yes"}},
     "Someone fills in the form with you"),
]  # fmt: skip

NEVER_EXCLUDES = ("hearing", "new_people", "know_ahead", "good_enough")
"""Nothing stands in their column of what excludes."""


def answer_to(find: Any, offer: Offer, key: str, level: str, known: dict[str, Any]) -> Any:
    barrier: dict[str, Any] = {"key": key, "level": level}
    if key == "cost":
        barrier["limit"] = 3.0
    profile = {"assets": ["making people laugh"], "languages": ["ur"], "barriers": [barrier]}
    return find(profile, [offer("a", **known)])


def test_the_barriers_are_the_twenty_eight_in_their_order() -> None:
    assert list(barriers()) == IN_ORDER


@pytest.mark.parametrize(("key", "known", "caution"), LOWERS)
def test_what_lowers_is_said_and_hides_nothing(
    offer: Offer, find: Any, key: str, known: dict[str, Any], caution: str
) -> None:
    [match] = answer_to(find, offer, key, "would_help", known).matches
    assert caution in match.cautions


@pytest.mark.parametrize(("key", "known", "reason"), SUPPORTS)
def test_what_supports_is_a_reason_and_takes_the_warning_away(
    offer: Offer, find: Any, key: str, known: dict[str, Any], reason: str
) -> None:
    [match] = answer_to(find, offer, key, "would_help", known).matches
    assert reason in [r.text for r in match.reasons]
    assert [c for c in match.cautions if "We don't know" in c or c == barriers()[key].hidden_as] == []


@pytest.mark.parametrize("key", NEVER_EXCLUDES)
def test_what_never_excludes_lowers_even_as_a_must(offer: Offer, find: Any, key: str) -> None:
    nothing_there = {c.key: "no" for c in barriers()[key].satisfied_by if c.key in facts()}
    found = answer_to(find, offer, key, "must", {"facts": nothing_there})
    assert found.hidden == ()
    assert len(found.matches) == 1 and found.matches[0].cautions


def test_every_barrier_that_excludes_has_a_plain_reason_and_names_its_change() -> None:
    for key, entry in barriers().items():
        if key not in ("avoid", *NEVER_EXCLUDES):
            assert entry.hidden_as and not entry.hidden_as.endswith("."), key
            assert entry.change.startswith("If "), key


def test_what_lowers_never_also_satisfies_and_every_barrier_has_a_question_or_a_rule_of_its_own() -> None:
    own = {"cost", "travel_range", "home", "times", "offline", "red_tape", "avoid"}
    for key, entry in barriers().items():
        assert key in own or entry.ask, key
        if key not in ("bsl", "dry"):
            assert not set(entry.lowered_by) & set(entry.satisfied_by), key
        assert not set(entry.broken_by) & set(entry.satisfied_by), key


def test_every_strength_has_words_kinds_and_neighbours_and_every_goal_kinds_and_a_first_step() -> None:
    for key, asset in assets().items():
        assert asset.words and asset.kinds and asset.neighbours, key
    for key, goal in goals().items():
        assert goal.words and goal.kinds and goal.first_step, key


@pytest.mark.parametrize(
    ("session", "warned"),
    [
        (Session(1, 540, 660), True),
        (Session(1, 630, 720), False),
        (Session(5, 540, 660), False),
        (Session(1, None, None), False),
    ],
)
def test_a_bus_pass_counts_from_half_past_nine_and_all_day_at_weekends(
    offer: Offer, find: Any, session: Session, warned: bool
) -> None:
    profile = {"assets": ["making people laugh"], "travel": {"modes": ["bus"], "pass_from": "09:30"}}
    [match] = find(profile, [offer("a", sessions=(session,))]).matches
    assert any("bus pass" in caution for caution in match.cautions) is warned


def test_what_a_wish_has_ended_with_is_not_said_again(offer: Offer, find: Any) -> None:
    profile = {
        "assets": ["making people laugh"],
        "goals": [{"say": "my boy to play", "type": "family_time"}],
        "barriers": [{"key": "children"}],
    }
    [match] = find(profile, [offer("a", facts={"children_welcome": "yes"})]).matches
    said = [reason.text.casefold() for reason in match.reasons]
    assert sum("children are welcome" in text for text in said) == 1, said


def test_nobody_is_warned_about_the_bus_to_where_they_can_walk(offer: Offer, find: Any) -> None:
    near = {"lat": 53.381, "lon": -1.469}
    travel = {"modes": ["walk", "bus"], "pass_from": "09:30"}
    profile = {"assets": ["making people laugh"], "travel": travel, "from": near}
    [match] = find(profile, [offer("a", sessions=(Session(1, 540, 660),))]).matches
    assert not any("bus pass" in caution for caution in match.cautions)


@pytest.mark.parametrize(
    "sentence, after_a_colon",
    [
        ("LGBTQ+ people say they are welcome", "LGBTQ+ people say they are welcome"),
        ("BSL is used", "BSL is used"),
        ("Someone will meet you", "someone will meet you"),
        ("A quiet room", "a quiet room"),
        ("", ""),
    ],
)
def test_an_abbreviation_keeps_its_capitals_after_a_colon(sentence: str, after_a_colon: str) -> None:
    assert lower_first(sentence) == after_a_colon
