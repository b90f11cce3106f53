"""Where one listing stands for one person: matches, check first, later or hidden (design.md 5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from matching.types import FreeTime, Opportunity, Point, Session
from matching.vocabulary.needs import barriers

Offer = Callable[..., Opportunity]
Places = Callable[..., dict[str, list[str]]]

HOME = {"lat": 53.3795, "lon": -1.469}
FAR = Point(53.47, -1.48)
LAUGH = {"assets": ["making people laugh"]}


def must(key: str, **more: Any) -> dict[str, Any]:
    return {**LAUGH, "barriers": [{"key": key, "level": "must", **more}]}


def would_help(key: str, **more: Any) -> dict[str, Any]:
    return {**LAUGH, "barriers": [{"key": key, "level": "would_help", **more}]}


# barrier, facts, where it stands as a must
FACTS = [
    ("step_free", {"step_free": "yes"}, "matches"),
    ("step_free", {"step_free": "no"}, "hidden"),
    ("step_free", {"step_free": "partial"}, "check_first"),
    ("step_free", {}, "check_first"),
    ("toilet", {"accessible_toilet": "no"}, "hidden"),
    ("toilet", {"changing_place": "yes"}, "matches"),
    ("transport", {"near_stop": "yes"}, "matches"),
    ("transport", {"near_stop": "no"}, "check_first"),
    ("transport", {"near_stop": "no", "door_to_door": "no", "lift_offered": "no"}, "hidden"),
    ("stamina", {"effort": "4", "seated_option": "no"}, "hidden"),
    ("stamina", {"effort": "4", "seated_option": "yes"}, "matches"),
    ("stamina", {"effort": "1"}, "matches"),
    ("stamina", {"effort": "4"}, "check_first"),
    ("ups_downs", {"missed_ok": "no"}, "hidden"),
    ("ups_downs", {"drop_in": "yes"}, "matches"),
    ("hearing", {"hearing_loop": "yes"}, "matches"),
    ("hearing", {"hearing_loop": "no"}, "check_first"),
    ("bsl", {"bsl": "led"}, "matches"),
    ("bsl", {"bsl": "on_request"}, "matches"),
    ("bsl", {"bsl": "no"}, "hidden"),
    ("sight", {"audio_or_guide": "yes"}, "matches"),
    ("sight", {"audio_or_guide": "no", "large_print": "no"}, "hidden"),
    ("sensory", {"quiet": "yes"}, "matches"),
    ("sensory", {"quiet": "no", "quiet_slot": "no", "quiet_room": "no"}, "hidden"),
    ("new_people", {"buddy": "yes"}, "matches"),
    ("know_ahead", {"what_to_expect_page": "yes"}, "matches"),
    ("good_enough", {"beginners": "yes"}, "matches"),
    ("good_enough", {"beginners": "no", "watch_first": "no", "no_performing": "no", "free_taster": "no"}, "matches"),
    ("label", {"label_specialist": "yes"}, "hidden"),
    ("label", {"label_specialist": "no"}, "matches"),
    ("caring", {"sitting_help": "yes"}, "matches"),
    ("caring", {"sitting_help": "no", "bring_person_cared_for": "no"}, "hidden"),
    ("caring", {"sitting_help": "no"}, "check_first"),
    ("children", {"creche": "yes"}, "matches"),
    ("children", {"adults_only": "yes"}, "hidden"),
    ("children", {"children_welcome": "no", "creche": "no"}, "hidden"),
    ("safe_area", {"lit_route": "no"}, "hidden"),
    ("safe_area", {"lit_route": "no", "door_to_door": "yes"}, "matches"),
    ("language", {"interpreter": "yes"}, "matches"),
    ("reading", {"reading_needed": "yes"}, "hidden"),
    ("reading", {"reading_needed": "yes", "someone_fills_form": "yes"}, "matches"),
    ("reading", {"someone_fills_form": "no"}, "check_first"),
    ("dry", {"alcohol": "none"}, "matches"),
    ("dry", {"alcohol": "on_site"}, "matches"),
    ("dry", {"alcohol": "central"}, "hidden"),
    ("dry", {"alcohol": "none", "gambling": "yes"}, "hidden"),
    ("dry", {}, "check_first"),
    ("explain", {"supporter_welcome": "no"}, "hidden"),
    ("explain", {"plain_pace": "yes"}, "matches"),
    ("cost", {"fee_help": "yes"}, "matches"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "facts", "stands"), FACTS)
def test_a_must_follows_what_is_known(
    offer: Offer, places: Places, key: str, facts: dict[str, str], stands: str
) -> None:
    price = {"price": 9.0} if key == "cost" else {}
    found = places(must(key), [offer("a", facts=facts, **price)])
    assert len(found[stands]) == 1, found
    assert sum(len(found[name]) for name in ("matches", "check_first", "later", "hidden")) == 1


ALWAYS_QUIET = ("avoid", "times", "gender", "travel_range")
"""They need more than the key to say anything."""


@pytest.mark.parametrize("key", [key for key in barriers() if key not in ALWAYS_QUIET])
def test_nothing_known_is_asked_about_and_never_assumed(offer: Offer, places: Places, key: str) -> None:
    found = places(must(key), [offer("a", price=None, formats=())])
    assert found["check_first"] == ["a"], key
    assert found["hidden"] == []


@pytest.mark.parametrize("key", [key for key in barriers() if key not in ALWAYS_QUIET])
def test_what_would_help_never_hides(offer: Offer, places: Places, key: str) -> None:
    known_no = dict.fromkeys(barriers()[key].all_no, "no")
    assert places(would_help(key), [offer("a", facts=known_no, price=9.0)])["matches"] == ["a"]


def test_the_question_for_a_partly_step_free_place_asks_which_parts(offer: Offer, find: Any) -> None:
    [asked] = find(must("step_free"), [offer("a", facts={"step_free": "partial"})]).check_first
    assert asked.questions == ("It is partly step-free: which parts are not?",)


def test_venue_facts_are_not_asked_of_what_happens_from_home(offer: Offer, places: Places) -> None:
    profile = {
        **LAUGH,
        "barriers": [{"key": k, "level": "must"} for k in ("step_free", "toilet", "dry", "transport")],
    }
    assert places(profile, [offer("a", formats=("online",), point=None)])["matches"] == ["a"]


@pytest.mark.parametrize(
    ("key", "facts"),
    [("dry", {"gambling": "yes"}), ("dry", {"alcohol": "central"}), ("children", {"adults_only": "yes"})],
)
def test_what_is_known_of_the_session_counts_at_home_too(
    offer: Offer, places: Places, key: str, facts: dict[str, str]
) -> None:
    found = places(must(key), [offer("a", formats=("online",), point=None, facts=facts)])
    assert (found["matches"], len(found["hidden"])) == ([], 1)


def test_a_wish_for_a_venue_fact_is_not_asked_of_what_happens_from_home(offer: Offer, places: Places) -> None:
    profile = {**LAUGH, "prefers": [{"fact": "step_free", "level": "must"}]}
    found = places(profile, [offer("screen", formats=("online",), point=None), offer("hall")])
    assert (found["matches"], found["check_first"]) == (["screen"], ["hall"])


def test_a_known_wait_does_not_stand_for_an_unknown_referral(offer: Offer, places: Places) -> None:
    assert places(must("red_tape"), [offer("a", wait_weeks=30)])["check_first"] == ["a"]


def test_nobody_is_told_how_far_it_is_to_what_happens_from_home(offer: Offer, find: Any) -> None:
    offers = [offer("screen", formats=("online",)), offer("both", formats=("in_person", "online"))]
    found = {m.id: m.distance_km for m in find({**LAUGH, "from": HOME}, offers).matches}
    assert found["t:screen"] is None
    assert found["t:both"] is not None


def test_leaving_home_is_kept_for_later_as_a_must(offer: Offer, places: Places) -> None:
    offers = [offer("venue"), offer("ring", formats=("phone",), point=None)]
    found = places(must("home"), offers)
    assert (found["matches"], found["later"]) == (["ring"], ["venue"])


def test_a_women_only_must_for_exercise_says_nothing_of_choirs(offer: Offer, places: Places) -> None:
    profile = {
        "assets": ["yoga", "singing"],
        "barriers": [{"key": "gender", "level": "must", "value": "women", "only_for": ["gentle_movement"]}],
    }
    offers = [offer("yoga", "Gentle yoga", gender="any"), offer("choir", "Community choir", gender="any")]
    found = places(profile, offers)
    assert found["matches"] == ["choir"]
    assert len(found["hidden"]) == 1


# --- money, distance, times ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "limit", "stands"),
    [(3.0, 3.0, "matches"), (3.01, 3.0, "hidden"), (None, 3.0, "check_first"), (0.0, 0.0, "matches")],
)
def test_the_price_is_held_against_the_most_they_can_pay(
    offer: Offer, places: Places, price: float | None, limit: float, stands: str
) -> None:
    assert places(must("cost", limit=limit), [offer("a", price=price)])[stands]


def test_paying_what_you_like_is_never_too_dear(offer: Offer, places: Places) -> None:
    assert places(must("cost", limit=0), [offer("a", price=None, donation=True)])["matches"] == ["a"]


def test_the_distance_limit_hides_what_is_further(offer: Offer, places: Places) -> None:
    profile = {**LAUGH, "from": HOME, "travel": {"max_km": 5}}
    found = places(profile, [offer("near"), offer("far", point=FAR), offer("somewhere", point=None)])
    assert (found["matches"], found["check_first"], found["hidden"]) == (
        ["near"],
        ["somewhere"],
        ["Too far away"],
    )


@pytest.mark.parametrize(
    ("where", "start", "said"),
    [
        (Point(53.3812, -1.468), HOME, "just round the corner"),
        (Point(53.3812, -1.468, rough=True), HOME, "about 1 km from you, in a straight line"),
        (Point(53.3812, -1.468), {**HOME, "rough": True}, "about 1 km from you, in a straight line"),
        (Point(53.4, -1.468), HOME, "2.3 km from you, in a straight line"),
        (Point(53.4, -1.468, rough=True), HOME, "about 2 km from you, in a straight line"),
    ],
)
def test_how_far_is_told_roughly_where_an_end_is_the_middle_of_a_wider_area(
    offer: Offer, find: Any, where: Point, start: dict[str, Any], said: str
) -> None:
    [match] = find({**LAUGH, "from": start}, [offer("a", point=where)]).matches
    assert f"It is {said}" in [reason.text for reason in match.reasons]
    assert match.rough is ("about" in said)


@pytest.mark.parametrize("fact", ["lift_offered", "door_to_door"])
def test_a_lift_beats_the_distance_limit(offer: Offer, places: Places, fact: str) -> None:
    profile = {**LAUGH, "from": HOME, "travel": {"max_km": 5}}
    assert places(profile, [offer("far", point=FAR, facts={fact: "yes"})])["matches"] == ["far"]


@pytest.mark.parametrize("way", ["online", "phone", "post", "home_visit"])
def test_distance_does_not_count_for_what_comes_to_you(offer: Offer, find: Any, way: str) -> None:
    profile = {**LAUGH, "from": HOME, "travel": {"max_km": 1}}
    assert find(profile, [offer("a", formats=(way,), point=FAR)]).matches


def test_without_a_starting_point_nothing_is_hidden_for_distance_and_the_answer_says_so(
    offer: Offer, find: Any
) -> None:
    found = find({**LAUGH, "travel": {"max_km": 1}}, [offer("far", point=FAR)])
    assert [m.id for m in found.matches] == ["t:far"]
    assert any("where you start" in note for note in found.notes)


def test_the_widest_way_of_travelling_sets_the_limit(offer: Offer, places: Places) -> None:
    profile = {**LAUGH, "from": HOME, "travel": {"modes": {"walk": 1, "bus": 12}}}
    assert places(profile, [offer("far", point=FAR)])["matches"] == ["far"]


TIMES = {**LAUGH, "times": [{"days": "mon-fri", "from": "09:15", "to": "14:45"}]}
MUST_TIMES = {**TIMES, "barriers": [{"key": "times", "level": "must"}]}


@pytest.mark.parametrize(
    ("day", "start", "end", "stands"),
    [
        (1, 10 * 60, 12 * 60, "matches"),
        (1, 13 * 60, 16 * 60, "matches"),
        (1, 15 * 60, 16 * 60, "hidden"),
        (5, 10 * 60, 12 * 60, "hidden"),
        (1, 9 * 60 + 15, 14 * 60 + 45, "matches"),
    ],
)
def test_a_session_is_held_against_the_times_that_work(
    offer: Offer, places: Places, day: int, start: int, end: int, stands: str
) -> None:
    assert places(MUST_TIMES, [offer("a", sessions=(Session(day, start, end),))])[stands]


def test_a_session_partly_outside_is_lower_and_says_so(offer: Offer, find: Any) -> None:
    inside, partly = Session(1, 600, 720), Session(1, 13 * 60, 16 * 60)
    found = find(MUST_TIMES, [offer("partly", sessions=(partly,)), offer("inside", sessions=(inside,))])
    assert [m.id for m in found.matches] == ["t:inside", "t:partly"]
    assert "It goes on after you need to leave (to 16:00)" in found.matches[1].cautions


def test_unknown_times_are_asked_about_and_any_time_passes(offer: Offer, places: Places) -> None:
    found = places(MUST_TIMES, [offer("unknown"), offer("always", any_time=True)])
    assert (found["matches"], found["check_first"]) == (["always"], ["unknown"])


def test_a_session_nobody_knows_the_end_of_is_never_taken_to_be_inside(offer: Offer, find: Any) -> None:
    [match] = find(MUST_TIMES, [offer("a", sessions=(Session(1, 600, None),))]).matches
    assert "It begins at a time that works for you, but we don't know when it finishes" in match.cautions


def free(*windows: tuple[str, str, str]) -> dict[str, Any]:
    times = [{"days": days, "from": start, "to": end} for days, start, end in windows]
    return {**LAUGH, "times": times, "barriers": [{"key": "times", "level": "must"}]}


@pytest.mark.parametrize(
    ("windows", "session", "cautions"),
    [
        ([("tue", "09:00", "12:00"), ("tue", "12:00", "15:00")], Session(1, 660, 780), 0),
        ([("tue", "09:00", "12:00"), ("tue", "12:30", "15:00")], Session(1, 660, 780), 1),
        ([("fri", "18:00", "24:00"), ("sat", "00:00", "03:00")], Session(4, 1260, 1500), 0),
        ([("sun", "18:00", "24:00"), ("mon", "00:00", "03:00")], Session(6, 1260, 1500), 0),
        ([("sat", "00:00", "03:00")], Session(4, 1260, 1500), 1),
    ],
)
def test_free_times_that_meet_are_one_even_past_midnight(
    offer: Offer, find: Any, windows: list[tuple[str, str, str]], session: Session, cautions: int
) -> None:
    [match] = find(free(*windows), [offer("a", sessions=(session,))]).matches
    assert len(match.cautions) == cautions


def test_free_time_is_whole_days_when_no_hours_are_given() -> None:
    assert FreeTime((0,)).end == 24 * 60


# --- the group's own rules -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "group", "stands"),
    [
        ({"age": 34}, {"minimum_age": 50}, "hidden"),
        ({"age": 50}, {"minimum_age": 50}, "matches"),
        ({"age": 26}, {"maximum_age": 25}, "hidden"),
        ({}, {"minimum_age": 50}, "check_first"),
        ({}, {"minimum_age": 18}, "matches"),
        ({"gender": "man"}, {"gender": "women"}, "hidden"),
        ({"gender": "woman"}, {"gender": "women"}, "matches"),
        ({"gender": "non-binary"}, {"gender": "women"}, "check_first"),
        ({}, {"gender": "men"}, "matches"),
        ({}, {"audience": "members"}, "hidden"),
        ({"member": True}, {"audience": "members"}, "matches"),
        ({"from": {"postcode": "S1 2HE"}}, {"service_area": ("S1", "S2")}, "matches"),
        ({"from": {"postcode": "S9 1AA"}}, {"service_area": ("S1", "S2")}, "hidden"),
        ({}, {"service_area": ("S1",)}, "check_first"),
        ({}, {"status": "paused"}, "hidden"),
    ],
)
def test_the_groups_own_rules(
    offer: Offer, places: Places, person: dict[str, Any], group: dict[str, Any], stands: str
) -> None:
    assert places({**LAUGH, **person}, [offer("a", **group)])[stands]


@pytest.mark.parametrize(
    ("goals", "group", "stands"),
    [
        (["something for my son to do", "comedy"], {"maximum_age": 12}, "check_first"),
        (["something for my son to do", "comedy"], {"minimum_age": 50}, "hidden"),
        (["something for my son to do", "comedy"], {"minimum_age": 18, "maximum_age": 30}, "hidden"),
        (["comedy"], {"maximum_age": 12}, "hidden"),
    ],
)
def test_a_childs_ages_are_asked_about_where_a_grown_up_spoke_of_a_child(
    offer: Offer, find: Any, goals: list[str], group: dict[str, Any], stands: str
) -> None:
    found = find({**LAUGH, "age": 34, "goals": goals}, [offer("a", **group)])
    assert [name for name in ("matches", "check_first", "hidden") if getattr(found, name)] == [stands]
    for match in found.check_first:
        assert (
            match.questions[0] == "It is for people aged up to 12. Does that fit the child you have in mind?"
        )


@pytest.mark.parametrize("first", [{"maximum_age": 20}, {"minimum_age": 50}])
def test_a_group_for_older_people_is_left_out_beside_one_for_children_that_is_asked_about(
    offer: Offer, find: Any, first: dict[str, Any]
) -> None:
    """Both are for another age than the parent's, and must not be taken for alike."""
    [second] = [ages for ages in ({"maximum_age": 20}, {"minimum_age": 50}) if ages != first]
    said = {**LAUGH, "age": 34, "goals": ["something for my son to do", "comedy"]}
    found = find(said, [offer("a", "Comedy one", **first), offer("b", "Comedy two", **second)])
    [asked] = found.check_first
    assert (asked.id == "t:a") == ("maximum_age" in first)
    assert [hidden.count for hidden in found.hidden] == [1]


def test_a_womens_group_is_lower_for_someone_who_did_not_say_and_not_for_someone_who_asks(
    offer: Offer, find: Any
) -> None:
    offers = [offer("a-women", gender="women"), offer("b-open", gender="any")]
    said_nothing = find(LAUGH, offers).matches
    assert [m.id for m in said_nothing] == ["t:b-open", "t:a-women"]
    assert "It is a women's group" in said_nothing[1].cautions
    asks = find(must("gender", value="women"), offers)
    assert [m.id for m in asks.matches] == ["t:a-women"]


@pytest.mark.parametrize("status", ["closed", "do_not_list"])
def test_closed_and_unlisted_groups_are_nowhere_not_even_counted(
    offer: Offer, places: Places, status: str
) -> None:
    assert not any(places(LAUGH, [offer("a", status=status)]).values())


def test_what_nobody_checked_for_over_a_year_is_for_staff(offer: Offer, places: Places) -> None:
    from datetime import date

    old = [offer("old", checked_on=date(2025, 11, 1))]
    assert places(LAUGH, old)["hidden"] == ["Not checked for over a year"]
    assert places(LAUGH, old, staff=True)["matches"] == ["old"]


def test_a_referral_is_no_red_tape_for_someone_we_can_refer(offer: Offer, places: Places) -> None:
    professional = [offer("a", referral="professional")]
    assert places(must("red_tape"), professional)["hidden"]
    assert places({**must("red_tape"), "member": True}, professional)["matches"] == ["a"]


@pytest.mark.parametrize(("value", "stands"), [("yes", "hidden"), ("no", "matches"), (None, "check_first")])
@pytest.mark.parametrize("what", ["photos", "results"])
def test_publishing_photos_or_results_is_an_ordinary_must(
    offer: Offer, places: Places, what: str, value: str | None, stands: str
) -> None:
    facts = {f"{what}_published": value} if value else {}
    assert places({**LAUGH, "avoid": {what: True}}, [offer("a", facts=facts)])[stands]


@pytest.mark.parametrize(("value", "stands"), [("yes", "matches"), ("no", "hidden"), (None, "check_first")])
def test_a_preference_that_must_be_met_gates(
    offer: Offer, places: Places, value: str | None, stands: str
) -> None:
    facts = {"vegetarian": value} if value else {}
    profile = {**LAUGH, "prefers": [{"fact": "vegetarian", "level": "must"}]}
    assert places(profile, [offer("a", facts=facts)])[stands]


def test_an_unusable_way_of_getting_in_touch_lowers_and_offers_help(offer: Offer, find: Any) -> None:
    offers = [offer("ring", contact_ways=("phone",)), offer("write", contact_ways=("email",))]
    found = find({**LAUGH, "contact_by": ["email"]}, offers)
    assert [m.id for m in found.matches] == ["t:write", "t:ring"]
    assert "We can contact them for you" in found.matches[1].cautions
