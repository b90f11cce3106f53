"""A whole answer: the ladder and its path, groups and their sessions, what opens most, pairs, words that are quoted."""

from __future__ import annotations

from typing import Any

import pytest

from matching.types import Session
from tests.matching.test_standing import FAR, HOME, LAUGH, Offer, Places, must

# --- the ladder ------------------------------------------------------------------------------------------------------


def test_up_to_comfortable_is_offered_a_stretch_says_so_and_more_is_later(offer: Offer, find: Any) -> None:
    offers = [
        offer("four", rungs=(4, 5)),
        offer("five", rungs=(5, 7)),
        offer("six", rungs=(6, 7)),
        offer("none"),
    ]
    found = find({**LAUGH, "rung": {"comfortable": 4}}, offers)
    assert [m.id for m in found.matches] == ["t:four", "t:five", "t:none"]
    assert [m.stretch for m in found.matches] == [False, True, False]
    assert [m.id for m in found.later] == ["t:six"]


def test_steps_taken_open_the_next_and_are_named(offer: Offer, find: Any) -> None:
    offers = [offer("mic", "Open mic comedy", rungs=(4, 5)), offer("night", rungs=(5, 7))]
    before = {
        **LAUGH,
        "goals": [{"say": "stand-up comedy", "type": "show_work", "focus": True}],
        "rung": {"comfortable": 3},
    }
    assert [m.id for m in find(before, offers).later] == ["t:night"]
    after = find({**before, "done": ["t:mic"]}, offers)
    assert [m.id for m in after.matches] == ["t:night"]
    assert any("after Open mic comedy" in reason.text for reason in after.matches[0].reasons)
    assert [(step.rung, step.after) for step in after.path] == [(5, "t:mic")]


def test_a_step_taken_is_named_wherever_the_next_one_stands(offer: Offer, find: Any) -> None:
    offers = [offer("mic", "Open mic comedy", rungs=(4, 5)), offer("night", rungs=(7, 8))]
    profile = {**LAUGH, "goals": ["do stand-up comedy"], "rung": {"comfortable": 4}, "done": ["t:mic"]}
    found = find(profile, offers)
    for match in (*found.later, *(step.match for step in found.path)):
        assert any("after Open mic" in reason.text for reason in match.reasons)
    unsure = find({**must("step_free"), "done": ["t:mic"]}, offers).check_first
    assert any("after Open mic" in reason.text for reason in unsure[0].reasons)


def test_a_step_one_of_two_has_taken_is_not_named_when_the_other_avoids_it(offer: Offer, find: Any) -> None:
    offers = [offer("mic", "Open mic comedy", rungs=(4, 5)), offer("night", rungs=(5, 7))]
    done, avoids = {**LAUGH, "done": ["t:mic"]}, {**LAUGH, "avoid": {"listings": ["t:mic"]}}
    assert find(done, offers, other=avoids) == find(done, offers[1:], other=LAUGH)


def test_the_path_shows_one_option_a_rung_each_after_the_one_before(offer: Offer, find: Any) -> None:
    offers = [
        offer("thread", "Joke swap thread", formats=("online",), rungs=(1, 2), point=None),
        offer("mic", "Open mic comedy", rungs=(4, 5)),
        offer("mic2", "Comedy open mic", rungs=(4, 5), price=12.0, point=FAR),
        offer("night", rungs=(5, 7)),
        offer("knit", "Knit and natter", rungs=(3, 5)),
    ]
    goal = {"say": "do stand-up comedy", "type": "show_work", "focus": True}
    steps = find({**LAUGH, "goals": [goal], "from": HOME, "rung": {"comfortable": 2}}, offers).path
    assert [(s.rung, s.match.id, s.after) for s in steps] == [
        (1, "t:thread", None), (4, "t:mic", "t:thread"), (5, "t:night", "t:mic"),
    ]  # fmt: skip


# --- whole answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "apart", [{"gender": "women"}, {"formats": ("online",)}, {"minimum_age": 16}, {"languages": ("fa",)}]
)
def test_sessions_for_different_people_are_two_suggestions(
    offer: Offer, places: Places, apart: dict[str, Any]
) -> None:
    same = {"organization": "Laughing Gear", "venue": "The Hall"}
    offers = [
        offer("tue", "Improv jam", sessions=(Session(1, 1140, 1260),), **same),
        offer("wed", "Improv jam", sessions=(Session(2, 1140, 1260),), **same, **apart),
    ]
    assert sorted(places({**LAUGH, "gender": "woman", "age": 40}, offers)["matches"]) == ["tue", "wed"]


@pytest.mark.parametrize("named", ["Moor House", "moor house ", "hsds:17", "17", "0b9c7a52-uuid"])
def test_an_organization_is_avoided_by_its_name_or_any_of_its_ids(
    offer: Offer, find: Any, named: str
) -> None:
    moor = {"organization": "Moor House", "organization_ref": "hsds:17", "organization_id": "0b9c7a52-uuid"}
    found = find({**LAUGH, "avoid": {"organizations": [named]}}, [offer("a", **moor), offer("b")])
    assert [m.id for m in found.matches] == ["t:b"]


def test_three_sessions_of_one_group_are_one_suggestion_with_three_times(offer: Offer, find: Any) -> None:
    same = {"organization": "Laughing Gear", "venue": "The Hall"}
    offers = [
        offer(day, f"Improv jam ({day})", sessions=(Session(number, 1140, 1260),), **same)
        for number, day in ((1, "Tuesday"), (2, "Wednesday"), (3, "Thursday"))
    ]
    [match] = find(LAUGH, offers).matches
    assert match.times == ("Tuesdays 19:00 to 21:00", "Wednesdays 19:00 to 21:00", "Thursdays 19:00 to 21:00")


def test_a_listing_with_two_places_stands_once_at_the_place_that_suits(offer: Offer, find: Any) -> None:
    offers = [
        offer("a", place="far", point=FAR, facts={"step_free": "yes"}),
        offer("a", place="near", facts={"step_free": "no"}),
    ]
    found = find({**must("step_free"), "from": HOME}, offers)
    assert [m.opportunity.place for m in found.matches] == ["far"]
    assert found.hidden == ()


def test_the_one_change_that_opens_most_counts_what_only_it_keeps_out(offer: Offer, find: Any) -> None:
    offers = [
        offer("a", facts={"step_free": "no"}),
        offer("b", facts={"step_free": "no"}),
        offer("c", point=FAR, facts={"step_free": "yes"}),
        offer("d", point=FAR, facts={"step_free": "no"}),
    ]
    found = find({**must("step_free"), "from": HOME, "travel": {"max_km": 5}}, offers)
    assert (found.opens_most.change, found.opens_most.count) == ("If steps could be managed", 2)
    assert sum(hidden.count for hidden in found.hidden) == 4


def test_a_pair_gets_the_stricter_must_without_saying_whose_it_is(offer: Offer, find: Any) -> None:
    offers = [offer("a", facts={"step_free": "no"}), offer("b", facts={"step_free": "yes"})]
    friend = {"barriers": [{"key": "step_free", "level": "must"}], "assets": ["comedy"]}
    for one, two in ((LAUGH, friend), (friend, LAUGH)):
        found = find(one, offers, other=two)
        assert [m.id for m in found.matches] == ["t:b"]
        assert [h.reason for h in found.hidden] == ["Steps at the door"]


def test_an_empty_profile_is_answered_with_everything_that_is_open(offer: Offer, places: Places) -> None:
    assert sorted(places({}, [offer("a"), offer("b", "Knit and natter")])["matches"]) == ["a", "b"]


def test_a_blank_line_says_nothing(offer: Offer, find: Any) -> None:
    offers = [offer("mic", "Open mic comedy", rungs=(4, 5))]
    assert find({"goals": [" ", "do stand-up comedy"]}, offers) == find(
        {"goals": ["do stand-up comedy"]}, offers
    )


def test_a_quality_is_kept_and_forces_no_kind_of_place(offer: Offer, find: Any) -> None:
    found = find({"assets": ["loyal"]}, [offer("a")])
    assert any("loyal" in note for note in found.notes)


def test_something_different_comes_from_a_neighbouring_interest(offer: Offer, find: Any) -> None:
    offers = [offer("comedy"), offer("story", "Storytelling circle"), offer("knit", "Knit and natter")]
    found = find(LAUGH, offers)
    assert [m.id for m in found.something_different] == ["t:story"]
    assert [m.id for m in found.matches] == ["t:comedy", "t:story"]


@pytest.mark.parametrize("said", ["I don't drink", "not church", "can't stand crowds", "no football please"])
def test_what_someone_does_not_want_is_not_an_interest(offer: Offer, places: Places, said: str) -> None:
    offers = [
        offer("comedy"),
        offer("pub", "Real ale evening"),
        offer("church", "Church social"),
        offer("ball", "Football"),
    ]
    assert places({"assets": ["making people laugh", said]}, offers)["matches"] == ["comedy"]


def test_reasons_quote_the_persons_own_words(offer: Offer, find: Any) -> None:
    [match] = find({"assets": ["I like a good joke, me"]}, [offer("a")]).matches
    assert "I like a good joke, me" in match.reasons[0].text


def test_of_a_longer_text_only_the_sentence_that_led_there_is_quoted(offer: Offer, find: Any) -> None:
    [match] = find({"assets": ["I was a baker. I like a good joke, me. Tea is nice."]}, [offer("a")]).matches
    assert match.reasons[0].text.startswith("You said “I like a good joke, me”")


def test_a_group_for_people_in_a_situation_is_lower_for_someone_who_never_said_it_was_theirs(
    offer: Offer, find: Any
) -> None:
    offers = [
        offer("a-carers", "Comedy hour for carers", description="A break from caring"),
        offer("b-open", "Comedy hour"),
    ]
    found = find(LAUGH, offers).matches
    assert [m.id for m in found] == ["t:b-open", "t:a-carers"]
    assert any("people who look after someone" in caution for caution in found[1].cautions)
    theirs = find({**LAUGH, "barriers": [{"key": "caring"}]}, offers).matches
    assert not any("mainly for" in caution for match in theirs for caution in match.cautions)


@pytest.mark.parametrize(
    "said",
    [
        "I'm rubbish at everything and I want to die",
        "dont want to live",
        "I keep thinking about suicide",
        "I cut myself",
    ],
)
def test_someone_who_wants_to_die_is_answered_first_and_never_cheerfully(
    offer: Offer, find: Any, said: str
) -> None:
    for profile in ({"assets": [said]}, {"goals": [said]}):
        found = find(profile, [offer("a")])
        assert found.urgent
        assert "116 123" in found.notes[0]
        assert not any("good to know" in note or "start something" in note for note in found.notes)


@pytest.mark.parametrize("said", ["I could die laughing", "I hurt my knee playing football", "life drawing"])
def test_ordinary_words_are_no_emergency(offer: Offer, find: Any, said: str) -> None:
    assert not find({"assets": [said]}, [offer("a")]).urgent


def test_a_goal_that_leads_nowhere_is_said(offer: Offer, find: Any) -> None:
    found = find({"assets": ["chess"], "goals": ["be myself around folk"]}, [offer("a", "Chess club")])
    assert [note for note in found.notes if "“be myself around folk”" in note]
    found = find({"assets": ["chess"], "goals": ["make a friend"]}, [offer("a", "Chess club")])
    assert not [note for note in found.notes if "make a friend" in note]
