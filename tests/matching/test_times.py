"""When it is, against when a person is free, can get home, has cover, or has children with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from matching.answering import to_json
from matching.profile import profile_from
from matching.rules.window import for_children, hours_of, last_day
from matching.types import InvalidProfile, Opportunity, Session

Offer = Callable[..., Opportunity]
Places = Callable[..., dict[str, list[str]]]

LAUGH = {"assets": ["making people laugh"]}
TEN, NOON = 600, 720
DAYTIME = {**LAUGH, "times": [{"days": "mon-fri", "from": "09:15", "to": "14:45"}]}
MUST = {**DAYTIME, "barriers": [{"key": "times", "level": "must"}]}
LAST_YEAR, CHRISTMAS, NEW_YEAR = date(2025, 12, 31), date(2026, 12, 25), date(2027, 1, 5)


def said(find: Any, profile: dict[str, Any], offer: Opportunity) -> Any:
    """The one suggestion, wherever it stands."""
    found = find(profile, [offer])
    [match] = (*found.matches, *found.check_first)
    return match


# --- over, and not begun ----------------------------------------------------------------------------------------------


def test_what_has_had_its_last_day_is_left_out(offer: Offer, places: Places) -> None:
    ended, other = Session(1, TEN, NOON, until=LAST_YEAR), Session(2, TEN, NOON)
    found = places(LAUGH, [offer("over", sessions=(ended,)), offer("on", sessions=(ended, other))])
    assert (found["matches"], found["hidden"]) == (["on"], ["Its dates have passed"])


def test_its_last_day_still_counts(offer: Offer, places: Places) -> None:
    today = date(2026, 11, 22)
    assert places(LAUGH, [offer("a", sessions=(Session(6, TEN, NOON, until=today),))])["matches"] == ["a"]


@pytest.mark.parametrize("more", [{"other_times": True}, {"any_time": True}])
def test_what_may_have_other_times_is_never_said_to_be_over(
    offer: Offer, places: Places, more: dict[str, bool]
) -> None:
    ended = Session(1, TEN, NOON, until=LAST_YEAR)
    assert places(LAUGH, [offer("a", sessions=(ended,), **more)])["matches"] == ["a"]


def test_what_has_not_begun_says_when_it_starts(offer: Offer, find: Any) -> None:
    later = Session(1, TEN, NOON, begins=date(2027, 1, 1))
    assert "Starts on 5 January 2027" in said(find, LAUGH, offer("a", sessions=(later,))).cautions
    assert not said(find, LAUGH, offer("a", sessions=(later, Session(2, TEN, NOON)))).cautions


def test_a_single_day_is_named(offer: Offer, find: Any) -> None:
    party = Session(4, TEN, NOON, begins=CHRISTMAS, until=CHRISTMAS)
    assert "It is on Friday 25 December 2026" in said(find, LAUGH, offer("a", sessions=(party,))).cautions


def test_a_match_says_on_which_day_it_is_next(offer: Offer, find: Any) -> None:
    tuesdays, unsure = offer("a", sessions=(Session(1, TEN, NOON),)), Session(3, TEN, NOON, 2)
    [known] = to_json(find(LAUGH, [tuesdays]))["matches"]  # type: ignore[misc]
    [unknown] = to_json(find(LAUGH, [offer("b", sessions=(unsure,))]))["matches"]  # type: ignore[misc]
    assert (known["next_on"], unknown["next_on"]) == ("2026-11-24", None)


def test_what_has_ended_is_no_longer_among_the_times(offer: Offer, find: Any) -> None:
    ended, on = Session(1, TEN, NOON, until=LAST_YEAR), Session(2, TEN, NOON)
    assert said(find, LAUGH, offer("a", sessions=(ended, on))).times == ("Wednesdays 10:00 to 12:00",)


# --- the person's window ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("session", "caution"),
    [
        (Session(1, 840, 930), "It goes on after you need to leave (to 15:30)"),
        (Session(1, 540, 660), "It begins before you are free (09:00)"),
        (
            Session(1, 540, 960),
            "It begins before you are free (09:00) and goes on after you need to leave (to 16:00)",
        ),
        (Session(1, TEN, None), "It begins at a time that works for you, but we don't know when it finishes"),
        (Session(None, TEN, NOON, dates=(15,)), "Only part of it is at a time that works for you"),
    ],
)
def test_a_session_partly_inside_says_which_part(
    offer: Offer, find: Any, places: Places, session: Session, caution: str
) -> None:
    here = offer("a", sessions=(session,))
    assert said(find, MUST, here).cautions == (caution,)
    assert places(MUST, [here])["matches"] == ["a"]


def test_of_several_sessions_the_best_is_the_one_that_is_named(offer: Offer, find: Any) -> None:
    here = offer("a", sessions=(Session(5, TEN, NOON), Session(1, TEN, 690)))
    match = said(find, MUST, here)
    assert "Tuesdays 10:00 to 11:30 is at a time that works for you" in [r.text for r in match.reasons]
    assert match.cautions == ()


def test_a_session_that_has_ended_does_not_make_the_times_right(offer: Offer, places: Places) -> None:
    ended, evening = Session(1, TEN, NOON, until=LAST_YEAR), Session(1, 1140, 1260)
    assert places(MUST, [offer("a", sessions=(ended, evening))])["hidden"] == [
        "At times that don't work for you"
    ]


def test_times_that_only_words_tell_are_asked_about(offer: Offer, find: Any, places: Places) -> None:
    evening = Session(1, 1140, 1260)
    here = offer("a", sessions=(evening,), other_times=True)
    assert places(MUST, [here])["check_first"] == ["a"]
    assert said(find, MUST, here).questions == ("What other days and times is it?",)


def test_a_day_without_an_hour_is_asked_about(offer: Offer, find: Any, places: Places) -> None:
    here, weekend = (
        offer("a", sessions=(Session(1, None, None),)),
        offer("b", sessions=(Session(5, None, None),)),
    )
    found = places(MUST, [here, weekend])
    assert (found["check_first"], len(found["hidden"])) == (["a"], 1)
    assert said(find, MUST, here).questions == ("What time of day is it?",)
    assert "We don't know what time of day it is" in said(find, DAYTIME, here).cautions


def test_a_date_of_the_month_is_outside_only_when_no_weekday_fits(offer: Offer, places: Places) -> None:
    evening = Session(None, 1140, 1260, dates=(15,))
    assert len(places(MUST, [offer("a", sessions=(evening,))])["hidden"]) == 1
    week = {**MUST, "times": [{"days": "mon-sun", "from": "18:00", "to": "22:00"}]}
    assert places(week, [offer("a", sessions=(evening,))])["matches"] == ["a"]


# --- the last bus -----------------------------------------------------------------------------------------------------


def by_bus(level: str | None = None, last: str = "21:30", **travel: Any) -> dict[str, Any]:
    barriers = [{"key": "transport", "level": level}] if level else []
    return {**LAUGH, "barriers": barriers, "travel": {"modes": ["bus", "tram"], "last_bus": last, **travel}}


NEAR_A_STOP = {"near_stop": "yes"}
LATE, EARLY, OPEN_ENDED = Session(1, 1200, 1320), Session(2, 1080, 1200), Session(1, 1200, None)


@pytest.mark.parametrize(
    ("profile", "sessions", "stands"),
    [
        (by_bus("must"), (LATE,), "hidden"),
        (by_bus("must"), (LATE, EARLY), "matches"),
        (by_bus("must"), (EARLY,), "matches"),
        (by_bus("must"), (OPEN_ENDED,), "check_first"),
        (by_bus("must", "21:30", modes=["bus", "taxi"]), (LATE,), "matches"),
        (by_bus("must", "21:30", modes=[]), (LATE,), "matches"),
        (by_bus("must", "21:30", lift=True), (LATE,), "matches"),
        (by_bus("would_help"), (LATE,), "matches"),
        (by_bus(), (LATE,), "matches"),
        (by_bus("must", "00:15"), (LATE,), "matches"),
        (by_bus("must", "00:15"), (Session(4, 1260, 1500),), "hidden"),
        (by_bus("must", "00:15"), (Session(5, 30, 120),), "hidden"),
        (by_bus("must"), (Session(1, 1300, None),), "hidden"),
        (by_bus("must"), (), "matches"),
    ],
)
def test_a_session_is_held_against_the_last_bus(
    offer: Offer, places: Places, profile: dict[str, Any], sessions: tuple[Session, ...], stands: str
) -> None:
    here = offer("a", sessions=sessions, facts=NEAR_A_STOP)
    found = places(profile, [here])
    assert len(found[stands]) == 1, found
    assert found["hidden"] in ([], ["Runs past the last bus"])


@pytest.mark.parametrize(
    ("profile", "sessions", "facts", "caution"),
    [
        (by_bus(), (LATE,), {}, "It runs past your last bus (21:30)"),
        (by_bus("must"), (LATE, EARLY), {}, "Not every session is over by your last bus (21:30)"),
        (
            by_bus("would_help"),
            (OPEN_ENDED,),
            {},
            "We don't know whether it is over by your last bus (21:30)",
        ),
        (
            by_bus("must"),
            (LATE,),
            {"leave_any_time": "yes"},
            "Your last bus is at 21:30, but you can leave whenever you like",
        ),
        (by_bus(), (LATE,), {"lift_offered": "yes"}, None),
        (by_bus(), (LATE,), {"door_to_door": "yes"}, None),
        (by_bus(), (EARLY,), {}, None),
    ],
)
def test_running_past_the_last_bus_is_said(
    offer: Offer,
    find: Any,
    profile: dict[str, Any],
    sessions: tuple[Session, ...],
    facts: dict[str, str],
    caution: str | None,
) -> None:
    match = said(find, profile, offer("a", sessions=sessions, facts=NEAR_A_STOP | facts))
    assert match.cautions == ((caution,) if caution else ())


def test_an_end_nobody_knows_is_asked_about(offer: Offer, find: Any) -> None:
    match = said(find, by_bus("must"), offer("a", sessions=(OPEN_ENDED,), facts=NEAR_A_STOP))
    assert match.questions == ("When does it finish? Your last bus is at 21:30.",)


def test_being_home_in_time_stands_higher(offer: Offer, find: Any) -> None:
    offers = [
        offer("late", sessions=(LATE,), facts=NEAR_A_STOP),
        offer("early", sessions=(EARLY,), facts=NEAR_A_STOP),
    ]
    assert [m.id for m in find(by_bus("would_help"), offers).matches] == ["t:early", "t:late"]


def test_what_can_be_done_from_home_needs_no_bus(offer: Offer, find: Any) -> None:
    match = said(find, by_bus("must"), offer("a", formats=("online",), point=None, sessions=(LATE,)))
    assert match.cautions == ()


def test_a_bus_pass_is_a_caution_and_leaves_nothing_out(offer: Offer, find: Any) -> None:
    profile = by_bus("must", pass_from="09:30")
    match = said(find, profile, offer("a", sessions=(Session(1, 540, TEN),), facts=NEAR_A_STOP))
    assert match.cautions == ("To be there in time, you'd set out before your bus pass is valid (9:30)",)


@pytest.mark.parametrize("wrong", ["late", "25:00", 21.5, "9pm"])
def test_a_last_bus_that_is_no_time_says_what_to_write(wrong: Any) -> None:
    with pytest.raises(InvalidProfile, match=r"travel\.last_bus: must be a time like 21:30, or 00:15"):
        profile_from({"travel": {"last_bus": wrong}})


def test_a_last_bus_in_the_small_hours_is_after_the_evening() -> None:
    found = [profile_from({"travel": {"last_bus": at}}).travel.last_bus for at in ("21:30", "24:00", "00:15")]
    assert found == [1290, 1440, 1455]


# --- caring for someone -----------------------------------------------------------------------------------------------

COVERED = {**DAYTIME, "barriers": [{"key": "caring", "level": "must"}]}
NO_HELP = {"sitting_help": "no", "bring_person_cared_for": "no"}
INSIDE, OUTSIDE, PARTLY = Session(1, TEN, NOON), Session(1, 1140, 1260), Session(1, 840, 930)


@pytest.mark.parametrize(
    ("session", "facts", "stands"),
    [
        (INSIDE, {}, "matches"),
        (INSIDE, NO_HELP, "matches"),
        (OUTSIDE, {}, "check_first"),
        (OUTSIDE, NO_HELP, "hidden"),
        (OUTSIDE, {"sitting_help": "yes"}, "matches"),
        (PARTLY, {}, "check_first"),
        (PARTLY, NO_HELP, "hidden"),
    ],
)
def test_someone_who_cares_can_go_in_the_hours_with_cover(
    offer: Offer, places: Places, session: Session, facts: dict[str, str], stands: str
) -> None:
    assert len(places(COVERED, [offer("a", sessions=(session,), facts=facts)])[stands]) == 1


def test_what_can_be_done_at_any_time_is_in_the_hours_with_cover(offer: Offer, places: Places) -> None:
    assert places(COVERED, [offer("a", any_time=True)])["matches"] == ["a"]
    uncovered = {**LAUGH, "barriers": COVERED["barriers"]}
    assert places(uncovered, [offer("a", any_time=True)])["check_first"] == ["a"]


def test_the_hours_with_cover_are_given_as_the_reason(offer: Offer, find: Any) -> None:
    match = said(find, COVERED, offer("a", sessions=(INSIDE,)))
    assert "It is in the hours you have free" in [reason.text for reason in match.reasons]


# --- children ---------------------------------------------------------------------------------------------------------

WITH_CHILDREN = {**LAUGH, "age": 34, "barriers": [{"key": "children", "level": "must"}]}
FAMILY = {"goals": ("family_time",)}


@pytest.mark.parametrize(
    ("ages", "stands"),
    [
        ({"maximum_age": 5, **FAMILY}, "matches"),
        ({"maximum_age": 17}, "check_first"),
        ({"minimum_age": 2, **FAMILY}, "matches"),
        ({"minimum_age": 2}, "check_first"),
        ({"maximum_age": 30}, "hidden"),
        ({"maximum_age": 5, "facts": {"adults_only": "yes"}, **FAMILY}, "hidden"),
        ({}, "check_first"),
    ],
)
def test_a_group_for_children_suits_someone_who_comes_with_children(
    offer: Offer, places: Places, ages: dict[str, Any], stands: str
) -> None:
    found = places(WITH_CHILDREN, [offer("a", **ages)])
    assert len(found[stands]) == 1, found


def test_a_group_for_children_stays_left_out_for_someone_who_comes_alone(
    offer: Offer, places: Places
) -> None:
    assert places({**LAUGH, "age": 34}, [offer("a", maximum_age=5, **FAMILY)])["hidden"] == [
        "For another age group"
    ]


def test_whether_a_grown_up_may_stay_is_asked(offer: Offer, find: Any) -> None:
    match = said(find, WITH_CHILDREN, offer("a", maximum_age=11))
    assert "It is for people aged up to 11. Can a grown-up stay with them?" in match.questions


def test_term_time_only_is_lower_for_someone_with_children(offer: Offer, find: Any) -> None:
    welcome = {"children_welcome": "yes"}
    term, always = Session(1, TEN, NOON, term_time=True), Session(1, TEN, NOON)
    offers = [
        offer("term", sessions=(term,), facts=welcome),
        offer("always", sessions=(always,), facts=welcome),
        offer("both", sessions=(term, always), facts=welcome),
    ]
    found = {match.id: match for match in find(WITH_CHILDREN, offers).matches}
    assert found["t:term"].cautions == ("In term time only",)
    assert found["t:term"].score < found["t:always"].score == found["t:both"].score


# --- what the rules look at -------------------------------------------------------------------------------------------


def test_the_last_day_is_known_only_where_everything_ends(offer: Offer) -> None:
    ends, later, open_ended = (Session(1, TEN, NOON, until=day) for day in (LAST_YEAR, CHRISTMAS, None))
    assert last_day(offer("a", sessions=(later, ends))) == CHRISTMAS
    assert last_day(offer("a", sessions=(later, open_ended))) is None
    assert last_day(offer("a")) is None


def test_alike_hours_are_one(offer: Offer) -> None:
    assert hours_of(offer("a", sessions=(LATE, Session(4, 1200, 1320), EARLY))) == {
        (1200, 1320, None),
        (1080, 1200, None),
    }


def test_ages_from_birth_are_for_children_only_where_families_are_meant(offer: Offer) -> None:
    assert not for_children(offer("a", minimum_age=0))
    assert for_children(offer("a", minimum_age=0, **FAMILY))
    assert not for_children(offer("a", maximum_age=18))
