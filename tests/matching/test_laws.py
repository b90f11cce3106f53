"""The laws of design.md 5, over generated directories and profiles."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matching import language
from matching.answering import to_json
from matching.columns import Columns
from matching.profile import profile_from
from matching.ranking import rank
from matching.types import Fact, Opportunity, Point, Session
from matching.vocabulary import assets, goals
from matching.vocabulary.needs import barriers, facts

TODAY = date(2026, 11, 22)
NAMES = (
    "Comedy night", "Open mic", "Knit and natter", "Community choir", "Walking football", "Repair café", "Story circle",
    "Bingo", "Gentle yoga", "Allotment mornings", "Coffee morning", "Board games", "Men's shed", "Book group",
)  # fmt: skip
SAID = (
    "making people laugh",
    "I love singing",
    "football",
    "knitting",
    "growing vegetables",
    "chess",
    "books",
    "loyal",
)
WISHED = ("do stand-up comedy", "make a friend", "get fitter", "learn something", "get out of the house")
FACT_KEYS = ("step_free", "accessible_toilet", "quiet", "buddy", "beginners", "drop_in", "children_welcome", "alcohol",
             "missed_ok", "hearing_loop", "no_performing", "audition", "lift_offered", "photos_published")  # fmt: skip
NEED_KEYS = tuple(key for key in barriers() if key != "avoid")
laws = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@st.composite
def offers(draw: st.DrawFn, number: int = 0) -> Opportunity:
    name = draw(st.sampled_from(NAMES))
    known = draw(st.dictionaries(st.sampled_from(FACT_KEYS), st.sampled_from(("yes", "no", "?")), max_size=8))
    held = {}
    for key, value in known.items():
        values = facts()[key].values
        held[key] = Fact(key, values[0] if value == "yes" else values[-1])
    return Opportunity(
        id=f"t:{number:03d}",
        name=name,
        concepts=language.concepts_of_listing(name),
        topics=language.topics_of_listing(name),
        goal_signs=language.goals_of_listing(name),
        terms=language.weighted_terms(name),
        formats=draw(st.sampled_from(((), ("in_person",), ("online",), ("in_person", "online")))),
        point=draw(st.sampled_from((None, Point(53.38, -1.47), Point(53.42, -1.47), Point(53.6, -1.5)))),
        price=draw(st.sampled_from((None, 0.0, 2.5, 8.0))),
        rungs=draw(st.sampled_from((None, (1, 2), (4, 5), (5, 7), (7, 8)))),
        minimum_age=draw(st.sampled_from((None, 18, 50))),
        gender=draw(st.sampled_from((None, "any", "women"))),
        group_size=draw(st.sampled_from((None, "2-5", "30+"))),
        sessions=draw(st.sampled_from(((), (Session(1, 600, 720),), (Session(5, 1200, 1320),)))),
        checked_on=draw(st.sampled_from((None, TODAY - timedelta(days=30), TODAY - timedelta(days=200)))),
        facts=held,
    )


@st.composite
def directories(draw: st.DrawFn) -> list[Opportunity]:
    size = draw(st.integers(1, 12))
    return [draw(offers(number)) for number in range(size)]


@st.composite
def profiles(draw: st.DrawFn) -> dict[str, Any]:
    profile: dict[str, Any] = {
        "assets": draw(st.lists(st.sampled_from(SAID), max_size=3, unique=True)),
        "goals": draw(st.lists(st.sampled_from(WISHED), max_size=2, unique=True)),
        "barriers": [
            {"key": key, "level": draw(st.sampled_from(("must", "would_help")))}
            for key in draw(st.lists(st.sampled_from(NEED_KEYS), max_size=3, unique=True))
        ],
    }
    if draw(st.booleans()):
        profile["from"] = {"lat": 53.38, "lon": -1.47}
    if draw(st.booleans()):
        profile["rung"] = {"comfortable": draw(st.integers(0, 8))}
    if draw(st.booleans()):
        profile["times"] = [{"days": "mon-fri", "from": "09:00", "to": "17:00"}]
    return profile


def answer(profile: dict[str, Any], directory: list[Opportunity], *, staff: bool = False) -> dict[str, Any]:
    return to_json(rank(profile_from(profile), Columns(directory), TODAY, staff=staff))


def ids(told: dict[str, Any], name: str) -> list[str]:
    return [one["id"] for one in told[name]]


@laws
@given(profiles(), directories(), st.sampled_from(NEED_KEYS))
def test_adding_a_must_adds_nothing_to_the_matches(
    profile: dict[str, Any], directory: list[Opportunity], key: str
) -> None:
    assume(all(b["key"] != key for b in profile["barriers"]))
    before = set(ids(answer(profile, directory), "matches"))
    stricter = {**profile, "barriers": [*profile["barriers"], {"key": key, "level": "must"}]}
    assert set(ids(answer(stricter, directory), "matches")) <= before


GOOD = tuple(
    key
    for key in FACT_KEYS
    if (facts()[key].good and facts()[key].values == ("yes", "no")) or key == "step_free"
)


@laws
@given(profiles(), directories(), st.sampled_from(GOOD), st.data())
def test_finding_out_a_yes_never_lowers(
    profile: dict[str, Any], directory: list[Opportunity], key: str, data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(directory) - 1))
    target = directory[number]
    without = {k: f for k, f in target.facts.items() if k != key}
    unknown, yes = replace(target, facts=without), replace(target, facts={**without, key: Fact(key, "yes")})

    def told(offer: Opportunity) -> tuple[str, float]:
        found = answer(profile, [*directory[:number], offer, *directory[number + 1 :]], staff=True)
        for where in ("matches", "check_first", "later"):
            for one in found[where]:
                if one["id"] == offer.id:
                    return where, one["score"]
        return "nowhere", 0.0

    (where_before, before), (where_after, after) = told(unknown), told(yes)
    assert after >= before
    if where_before == "matches":
        assert where_after == "matches"


@laws
@given(profiles(), directories(), st.sampled_from(GOOD))
def test_an_unknown_is_never_above_an_equal_yes(
    profile: dict[str, Any], directory: list[Opportunity], key: str
) -> None:
    target = replace(directory[0], rungs=(1, 2), sessions=())
    without = {k: f for k, f in target.facts.items() if k != key}
    pair = [
        replace(target, id="t:a-unknown", facts=without),
        replace(target, id="t:b-yes", facts={**without, key: Fact(key, "yes")}),
    ]
    for where in ("matches", "check_first", "later"):
        found = ids(answer(profile, pair), where)
        if len(found) == 2:
            assert found == ["t:b-yes", "t:a-unknown"]
    assert ids(answer(profile, pair), "matches") != ["t:a-unknown"]


@laws
@given(profiles(), directories())
def test_the_same_question_gets_the_same_answer_in_any_order_of_listings(
    profile: dict[str, Any], directory: list[Opportunity]
) -> None:
    assert json.dumps(answer(profile, directory)) == json.dumps(answer(profile, directory[::-1]))


@laws
@given(profiles(), directories())
def test_each_listing_stands_in_exactly_one_place_and_the_rest_point_there(
    profile: dict[str, Any], directory: list[Opportunity]
) -> None:
    told = answer(profile, directory)
    listed = [*ids(told, "matches"), *ids(told, "check_first"), *ids(told, "later")]
    assert len(listed) == len(set(listed))
    pointed = [*ids(told, "something_different"), *(step["match"]["id"] for step in told["path"])]
    assert set(pointed) <= set(listed)
    assert len(listed) + sum(hidden["count"] for hidden in told["hidden"]) <= len(directory)


@laws
@given(profiles(), directories(), st.floats(0.5, 40), st.floats(0.5, 40))
def test_moving_the_distance_limit_never_reorders_the_survivors(
    profile: dict[str, Any], directory: list[Opportunity], one: float, other: float
) -> None:
    narrow, wide = sorted((one, other))
    near = ids(answer({**profile, "travel": {"max_km": narrow}}, directory), "matches")
    far = ids(answer({**profile, "travel": {"max_km": wide}}, directory), "matches")
    assert [id for id in far if id in near] == near


@laws
@given(profiles(), directories(), st.sampled_from(("woman", "man", "non-binary")))
def test_saying_your_gender_or_age_changes_nothing_but_the_groups_own_rules(
    profile: dict[str, Any], directory: list[Opportunity], gender: str
) -> None:
    assume(all(barrier["key"] != "gender" for barrier in profile["barriers"]))
    open_to_all = [replace(offer, gender=None, minimum_age=None) for offer in directory]
    assert answer({**profile, "gender": gender, "age": 71}, open_to_all) == answer(profile, open_to_all)


@laws
@given(profiles(), directories(), st.data())
def test_an_avoided_listing_leaves_no_trace(
    profile: dict[str, Any], directory: list[Opportunity], data: st.DataObject
) -> None:
    shunned = data.draw(st.sampled_from(directory)).id
    avoiding = answer({**profile, "avoid": {"listings": [shunned]}}, directory)
    without = answer(profile, [offer for offer in directory if offer.id != shunned])
    assert json.dumps(avoiding) == json.dumps(without)


@laws
@given(profiles(), directories())
def test_saying_nothing_never_puts_a_listing_above_its_well_described_twin(
    profile: dict[str, Any], directory: list[Opportunity]
) -> None:
    target = replace(directory[0], checked_on=TODAY, rungs=(1, 2), price=0.0)
    good = {k: f for k, f in target.facts.items() if facts()[k].good and f.value == "yes"}
    told = replace(target, id="t:b-told", facts=good)
    silent = replace(
        told, id="t:a-silent", facts={}, price=None, rungs=None, sessions=(), checked_on=None, group_size=None
    )
    assume(not told.sessions and told.group_size is None)
    for where in ("matches", "check_first", "later"):
        found = ids(answer(profile, [told, silent]), where)
        assert found in ([], ["t:b-told"], ["t:a-silent"], ["t:b-told", "t:a-silent"])


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    (
                        "assets",
                        "goals",
                        "barriers",
                        "avoid",
                        "from",
                        "travel",
                        "times",
                        "rung",
                        "key",
                        "level",
                        "say",
                        "days",
                        "x",
                    )
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_a_profile_or_one_clear_message(data: Any) -> None:
    from matching.types import InvalidProfile

    try:
        profile_from(data)
    except InvalidProfile as error:
        assert error.field
        assert error.message


def test_every_key_of_the_vocabularies_can_be_asked_for() -> None:
    profile = profile_from(
        {
            "assets": [{"key": key} for key in assets()],
            "goals": [{"type": key} for key in goals()],
            "barriers": [{"key": key} for key in barriers()],
            "prefers": list(facts()),
        }
    )
    assert [asset.key for asset in profile.assets] == list(assets())
    assert [goal.type for goal in profile.goals] == list(goals())
    assert [barrier.key for barrier in profile.barriers] == list(barriers())
    assert [preference.fact for preference in profile.prefers] == list(facts())
