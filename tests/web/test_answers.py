"""The match form's answers become the Profile JSON that matching knows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from directory.web import seal
from directory.web.answers import NEEDS, avoid_of, avoid_written, codes_in, companion_of, profile_of
from directory.web.forms import (
    ASKED_ELSEWHERE,
    ONLY_FOR,
    PREFERENCES,
    match_form_class,
    minutes_of,
    number_of,
)
from matching.profile import profile_from
from matching.vocabulary import assets, needs


def answers(app: Any, *pairs: tuple[str, str], **fields: str) -> dict[str, Any]:
    with app.test_request_context():
        form = match_form_class()(formdata=MultiDict([*fields.items(), *pairs]), meta={"csrf": False})
        assert form.validate(), form.errors
        return dict(form.data)


def test_an_empty_form_is_an_empty_profile(app: Any) -> None:
    assert profile_of(answers(app), None, []) == {}


def test_every_need_of_the_vocabulary_is_asked_once() -> None:
    assert sorted([*NEEDS, *ASKED_ELSEWHERE]) == sorted(needs.barriers())


def test_every_need_on_the_form_may_count_only_for_some_activities(app: Any) -> None:
    with app.test_request_context():
        form = match_form_class()(formdata=None, meta={"csrf": False})
    for need, kinds in ONLY_FOR:
        assert sorted(value for value, *_ in form[need].iter_choices()) == sorted(["", *NEEDS])
        assert [value for value, *_ in form[kinds].iter_choices()] == list(assets())


def test_every_preference_is_a_fact() -> None:
    assert {key for key, _ in PREFERENCES} <= set(needs.facts())


def test_each_line_is_one_thing_said_and_ticks_follow(app: Any) -> None:
    profile = profile_of(
        answers(app, assets="I make people laugh\n\nI used to sing", asset_keys="growing"), None, []
    )
    assert profile["assets"] == [
        {"say": "I make people laugh"},
        {"say": "I used to sing"},
        {"key": "growing"},
    ]


def test_the_goal_to_start_with_carries_the_focus_ticked_or_not(app: Any) -> None:
    own = profile_of(answers(app, goals="stand-up", focus="own"), None, [])
    assert own["goals"] == [{"say": "stand-up", "focus": True}]
    ticked = profile_of(answers(app, goals="stand-up", focus="friend"), None, [])
    assert ticked["goals"] == [{"say": "stand-up"}, {"type": "friend", "focus": True}]


def test_a_need_carries_its_level_and_its_limit(app: Any) -> None:
    given_ = answers(app, need_cost="must", limit_cost="£3.50", need_step_free="would_help", need_gender="must",
                     value_gender="women", need_language="must", value_language="Farsi")  # fmt: skip
    assert profile_of(given_, None, [])["barriers"] == [
        {"key": "cost", "level": "must", "limit": 3.5},
        {"key": "step_free", "level": "would_help"},
        {"key": "language", "level": "must", "value": "fa"},
        {"key": "gender", "level": "must", "value": "women"},
    ]


def test_a_limit_without_a_level_would_help(app: Any) -> None:
    assert profile_of(answers(app, limit_cost="2"), None, [])["barriers"] == [
        {"key": "cost", "level": "would_help", "limit": 2.0}
    ]


def test_a_need_may_count_only_for_some_kinds_of_activity(app: Any) -> None:
    kinds = [("only_kinds", "gentle_movement"), ("only_kinds", "water"), ("also_kinds", "cooking_baking")]
    given_ = answers(app, *kinds, need_gender="must", value_gender="women", only_need="gender",
                     need_sensory="would_help", also_need="sensory", need_cost="must")  # fmt: skip
    profile = profile_of(given_, None, [])
    assert profile["barriers"] == [
        {"key": "cost", "level": "must"},
        {"key": "sensory", "level": "would_help", "only_for": ["cooking_baking"]},
        {"key": "gender", "level": "must", "value": "women", "only_for": ["gentle_movement", "water"]},
    ]
    profile_from(profile)


def test_the_same_need_said_twice_counts_for_the_activities_of_both(app: Any) -> None:
    kinds = [("only_kinds", "water"), ("also_kinds", "water"), ("also_kinds", "walking")]
    given_ = answers(app, *kinds, need_gender="must", only_need="gender", also_need="gender")
    assert profile_of(given_, None, [])["barriers"][0]["only_for"] == ["water", "walking"]


def test_neighbouring_parts_of_a_day_are_one_time_and_limits_trim_it(app: Any) -> None:
    free = [("free", "mon-morning"), ("free", "mon-afternoon"), ("free", "thu-evening")]
    times = profile_of(answers(app, *free, not_before="10am", not_after="8pm"), None, [])["times"]
    assert times == [
        {"days": "mon", "from": "10:00", "to": "17:00"},
        {"days": "thu", "from": "17:00", "to": "20:00"},
    ]


def test_limits_alone_hold_for_every_day(app: Any) -> None:
    times = profile_of(answers(app, not_after="3pm"), None, [])["times"]
    assert len(times) == 7 and times[0] == {"days": "mon", "from": "00:00", "to": "15:00"}


def test_travel_rung_and_contact_become_their_parts(app: Any) -> None:
    given_ = answers(app, ("modes", "walk"), ("modes", "bus"), max_km="5 km", lift="y", bus_pass="y",
                     comfortable="4", stretch="3", contact_by="email", member="y", age="34")  # fmt: skip
    profile = profile_of(given_, {"lat": 1.0, "lon": 2.0}, ["town:open-mic"])
    assert profile["travel"] == {"max_km": 5.0, "modes": ["walk", "bus"], "lift": True, "pass_from": "09:30"}
    assert profile["rung"] == {"comfortable": 4, "stretch": 4}
    assert profile["contact_by"] == ["email"] and profile["member"] is True and profile["age"] == 34
    assert profile["from"] == {"lat": 1.0, "lon": 2.0} and profile["done"] == ["town:open-mic"]
    profile_from(profile)


def test_the_last_bus_is_a_time_of_the_evening_or_the_night(app: Any) -> None:
    for written, meant in (("9:30pm", "21:30"), ("00:15", "00:15"), ("12:15am", "00:15")):
        travel = profile_of(answers(app, last_bus=written), None, [])["travel"]
        assert travel == {"last_bus": meant}
    assert "travel" not in profile_of(answers(app, last_bus=""), None, [])


def test_a_name_to_avoid_stands_for_group_organisation_and_venue(app: Any) -> None:
    given_ = answers(
        app, avoid_groups="The Crown; Pat", avoid_venues="S1 2HE", avoid_areas="s3", avoid_photos="y"
    )
    avoid = avoid_of(avoid_written(given_, {}), given_)
    assert avoid["organizations"] == ["The Crown", "Pat"]
    assert avoid["venues"] == ["S1 2HE", "The Crown", "Pat"]
    assert avoid["areas"] == ["S3"] and avoid["photos"] is True


def test_what_was_avoided_before_still_counts_until_it_is_forgotten(app: Any) -> None:
    earlier = {"groups": ["The Crown"], "venues": [], "areas": []}
    assert avoid_written(answers(app, avoid_groups="Pat"), earlier)["groups"] == ["The Crown", "Pat"]
    assert avoid_written(answers(app, avoid_groups="Pat", forget="y"), earlier)["groups"] == ["Pat"]


def test_languages_are_known_by_name_and_kept_when_not() -> None:
    assert codes_in("Farsi, English and Klingon") == ["fa", "en", "klingon"]


@pytest.mark.parametrize(
    ("said", "minutes"),
    [("10am", 600), ("2:30 pm", 870), ("14.30", 870), ("12am", 0), ("25:00", None), ("soon", None)],
)
def test_times_are_read_as_people_write_them(said: str, minutes: int | None) -> None:
    assert minutes_of(said) == minutes


@pytest.mark.parametrize(
    ("said", "number"),
    [("£3", 3.0), ("2,5", 2.5), ("5 km", 5.0), ("lots", None), ("", None), ("1e5", None), ("٣", None)],
)
def test_numbers_are_read_as_people_write_them(said: str, number: float | None) -> None:
    assert number_of(said) == number


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=30))
def test_whatever_is_written_makes_a_profile_that_matching_accepts(
    app: Any, said: str, goal: str, other: str
) -> None:
    with app.test_request_context():
        written = MultiDict({"assets": said, "goals": goal, "languages": other, "value_language": other,
                             "avoid_groups": other, "gender": other})  # fmt: skip
        form = match_form_class()(formdata=written, meta={"csrf": False})
        if not form.validate():
            assert form.errors
            return
        profile = profile_of(form.data, None, [])
        accepted = profile_from({**profile, "avoid": avoid_of(avoid_written(form.data, {}), form.data)})
        assert len(accepted.assets) == len(profile.get("assets", ()))


def test_a_sealed_list_opens_again_and_its_length_says_nothing() -> None:
    avoided = {"groups": ["The Crown"], "venues": [], "areas": ["S3"]}
    sealed, empty = seal.shut(avoided, "secret"), seal.shut({}, "secret")
    assert seal.opened(sealed, "secret") == avoided
    assert len(sealed) == len(empty) and "Crown" not in sealed


def test_a_seal_of_another_key_or_an_altered_one_does_not_open() -> None:
    sealed = seal.shut({"groups": ["The Crown"]}, "secret")
    for bad, secret in ((sealed, "other"), (sealed[:-4] + "AAAA", "secret"), ("rubbish é", "secret")):
        with pytest.raises(seal.Unreadable):
            seal.opened(bad, secret)


def test_more_than_the_seal_holds_is_refused() -> None:
    with pytest.raises(seal.TooLong):
        seal.shut({"groups": ["x" * seal.SIZE]}, "secret")


def test_each_sentence_of_what_someone_writes_is_a_thing_of_its_own(app: Any) -> None:
    written = "I make people laugh. I know about football\nI sing; I bake."
    profile = profile_of(answers(app, assets=written), None, [])
    assert [asset["say"] for asset in profile["assets"]] == [
        "I make people laugh", "I know about football", "I sing", "I bake",
    ]  # fmt: skip


def test_somebody_who_goes_along_has_a_profile_of_their_own_from_the_same_place(app: Any) -> None:
    place = {"postcode": "S97 1AA"}
    assert companion_of(answers(app, assets="chess"), place) is None
    given_ = answers(app, with_assets="chess", with_needs="step_free", with_max_km="3")
    other = companion_of(given_, place)
    assert other == {
        "assets": [{"say": "chess"}],
        "barriers": [{"key": "step_free", "level": "must"}],
        "travel": {"max_km": 3.0},
        "from": place,
    }
    assert profile_from(other)
