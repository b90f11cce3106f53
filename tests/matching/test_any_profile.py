"""Ten thousand people: no profile that can be read makes matching stumble, and one that cannot be read is told why."""

from __future__ import annotations

import json
import os
import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import language
from matching.answering import to_json
from matching.columns import Columns
from matching.profile import CONTACT_WAYS, DAYS, KEYS, MODES, profile_from
from matching.ranking import rank
from matching.types import Fact, InvalidProfile, Opportunity, Point, Session
from matching.vocabulary import assets, goals
from matching.vocabulary.needs import barriers, facts

LONG = os.environ.get("KITH_LONG_TESTS") == "1"
TODAY = date(2026, 11, 22)
LISTS = ("matches", "check_first", "later", "something_different")
many = settings(
    max_examples=10_000 if LONG else 300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _offer(number: int, name: str, facts_held: dict[str, str], **more: Any) -> Opportunity:
    return Opportunity(
        id=f"t:{number}",
        name=name,
        concepts=language.concepts_of_listing(name),
        topics=language.topics_of_listing(name),
        goal_signs=language.goals_of_listing(name),
        terms=language.weighted_terms(name),
        facts={key: Fact(key, value) for key, value in facts_held.items()},
        **more,
    )


HALL, MOOR = Point(53.38, -1.47), Point(53.47, -1.48)
TUESDAYS, LATE = Session(1, 600, 720), Session(4, 1320, 1500, nth=(1, -1))
TOWN = [
    _offer(0, "Comedy night", {"alcohol": "central", "competitive": "yes"}, point=HALL, price=8.0, sessions=(LATE,)),
    _offer(1, "Open mic", {"step_free": "partial", "named_host": "yes"}, point=HALL, rungs=(4, 5), run_by="agency"),
    _offer(2, "Joke share", {"photos_published": "yes"}, formats=("online",), any_time=True, rungs=(1, 2)),
    _offer(3, "Knit and natter", {"buddy": "yes", "small_groups": "no"}, formats=("in_person",), gender="women"),
    _offer(4, "Community choir", {}, point=MOOR, price=0.0, checked_on=TODAY - timedelta(days=500)),
    _offer(5, "Choir for carers", {"sitting_help": "no"}, goals=("break_from_caring",), donation=True),
    _offer(6, "Walking football", {"effort": "3", "seated_option": "no"}, minimum_age=50, sessions=(TUESDAYS,)),
    _offer(7, "Letters by post", {"reading_needed": "yes"}, formats=("post",), contact_ways=("post",)),
    _offer(8, "Deaf art club", {"bsl": "led", "interpreter": "yes"}, languages=("en",), group_size="2-5"),
    _offer(9, "Job club", {"form_needed": "yes", "id_needed": "yes"}, referral="professional", wait_weeks=9),
    _offer(10, "Members' lunch", {"halal": "yes"}, audience="members", postcode="S1 2HE", outcode="S1", venue="Hall"),
    _offer(11, "Allotment", {}, status="paused", service_area=("S1",), point=HALL),
    _offer(12, "", {}),
]  # fmt: skip

words = st.one_of(
    st.sampled_from(
        ("I like making people laugh", "football", "not church", "no singing", "loyal", "do stand-up", "I want to die")
    ),
    st.text(max_size=60),
)  # fmt: skip
level = st.sampled_from(("must", "would_help"))
number = st.one_of(st.integers(0, 100_000), st.floats(0, 100_000), st.just(None))
clock = st.builds(lambda hour, minute: f"{hour:02d}:{minute:02d}", st.integers(0, 23), st.integers(0, 59))
days = st.one_of(
    st.sampled_from(DAYS), st.sampled_from(("mon-fri", "sat-sun", "fri-mon", "mon;thu", "Tue, Wed"))
)
listing = st.sampled_from([offer.id for offer in TOWN] + ["t:none", "", "\0"])


def entry(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


def key_of(table: Any) -> st.SearchStrategy[str]:
    return st.sampled_from(list(table))


barrier = entry(
    {"key": key_of(barriers())},
    {
        "level": level,
        "limit": st.one_of(st.just(None), st.floats(1, 4)),
        "value": st.sampled_from(("women", "Men", "man")),
        "only_for": st.lists(key_of(assets()), max_size=3),
    },
)
profiles = entry(
    {},
    {
        "assets": st.lists(words | entry({"say": words, "key": key_of(assets())}, {}), max_size=4),
        "goals": st.lists(words | entry({"say": words, "type": key_of(goals())}, {"focus": st.booleans()}), max_size=4),
        "barriers": st.lists(barrier | key_of(barriers()), max_size=8),
        "avoid": entry(
            {},
            {
                "listings": st.lists(listing, max_size=2),
                "organizations": st.lists(words, max_size=2),
                "venues": st.lists(words | st.just("S1 2HE"), max_size=2),
                "areas": st.lists(words | st.just("S1"), max_size=2),
                "photos": st.booleans(),
                "results": st.booleans(),
            },
        ),
        "from": entry({"lat": st.floats(-90, 90), "lon": st.floats(-180, 180)}, {})
        | entry({}, {"postcode": st.text(max_size=12) | st.just("S1 2HE")}),
        "travel": entry(
            {},
            {
                "max_km": number,
                "modes": st.lists(st.sampled_from(MODES), max_size=3)
                | st.dictionaries(st.sampled_from(MODES), st.floats(0, 100), max_size=3),
                "lift": st.booleans(),
                "pass_from": clock,
            },
        ),
        "member": st.booleans(),
        "times": st.lists(
            entry({}, {"days": days, "from": st.just("00:00") | clock, "to": st.just("24:00")}), max_size=4
        ),
        "age": st.one_of(st.integers(0, 130), st.just(None)),
        "gender": st.one_of(st.sampled_from(("woman", "man", "non-binary")), st.text(max_size=10)),
        "languages": st.lists(st.sampled_from(("en", "fa", "BSL", "")) | st.text(max_size=4), max_size=3),
        "rung": st.integers(0, 8).flatmap(
            lambda now: entry({}, {"comfortable": st.just(now), "stretch": st.integers(now, 8)})
        ),
        "done": st.lists(listing, max_size=3),
        "prefers": st.lists(key_of(facts()) | entry({"fact": key_of(facts())}, {"level": level}), max_size=4),
        "contact_by": st.lists(st.sampled_from(CONTACT_WAYS), max_size=3),
    },
)  # fmt: skip
COLUMNS = Columns(TOWN)


@many
@given(profiles, st.booleans())
def test_no_profile_makes_matching_stumble(profile: dict[str, Any], staff: bool) -> None:
    told = to_json(rank(profile_from(profile), COLUMNS, TODAY, staff=staff), staff=staff)
    json.dumps(told, allow_nan=False)
    for name in LISTS:
        for one in told[name]:  # type: ignore[attr-defined]
            assert 0 <= one["score"] <= 1
            assert all(reason["text"].strip() for reason in one["reasons"])
            assert all(caution.strip() for caution in one["cautions"])
    assert all(hidden["reason"] and hidden["count"] > 0 for hidden in told["hidden"])  # type: ignore[attr-defined]
    assert all(one["questions"] for one in told["check_first"])  # type: ignore[attr-defined]


@many
@given(profiles, st.data())
def test_a_profile_that_is_nearly_right_names_the_key_that_is_not(
    profile: dict[str, Any], data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(list(KEYS)))
    wrong = data.draw(
        st.one_of(
            st.just(object()),
            st.floats(allow_nan=True).filter(lambda n: not (key == "age" and 0 <= n <= 130)),
            st.lists(st.just(12), min_size=1),
            st.just({"what is this": 1}),
        )
    )
    with pytest.raises(InvalidProfile) as refused:
        profile_from({**profile, key: wrong})
    assert refused.value.field.startswith(key)
    assert refused.value.message
    assert "\n" not in str(refused.value)


ALLOWED = [
    ({"asset": []}, "asset", "assets, goals, barriers"),
    ({"assets": "singing"}, "assets", "list"),
    ({"assets": [{"key": "juggling"}]}, "assets[0].key", "humour"),
    ({"assets": [{}]}, "assets[0]", "say"),
    ({"goals": [{"type": "rich"}]}, "goals[0].type", "friend"),
    ({"goals": [{"say": "x", "focus": "yes"}]}, "goals[0].focus", "true or false"),
    ({"barriers": [{"level": "must"}]}, "barriers[0].key", "is missing"),
    ({"barriers": [{"key": "cost", "level": "always"}]}, "barriers[0].level", "must, would_help"),
    ({"barriers": [{"key": "cost", "limit": float("nan")}]}, "barriers[0].limit", "number"),
    ({"barriers": [{"key": "cost", "limit": True}]}, "barriers[0].limit", "number"),
    ({"barriers": [{"key": "stamina", "limit": 9}]}, "barriers[0].limit", "1 (very little"),
    ({"barriers": [{"key": "gender", "value": "cats"}]}, "barriers[0].value", "women or men"),
    ({"barriers": [{"key": "gender", "only_for": ["knots"]}]}, "barriers[0].only_for[0]", "gentle_movement"),
    ({"avoid": {"people": []}}, "avoid.people", "listings"),
    ({"avoid": {"photos": 1}}, "avoid.photos", "true or false"),
    ({"from": {"lat": 91, "lon": 0}}, "from.lat", "-90 to 90"),
    ({"from": {"lat": 1}}, "from.lon", "-180 to 180"),
    ({"from": {"postcode": "S1 2HE", "rough": "very"}}, "from.rough", "true or false"),
    ({"from": "S1 2HE"}, "from", "postcode"),
    ({"travel": {"max_km": -1}}, "travel.max_km", "number from 0"),
    ({"travel": {"modes": ["horse"]}}, "travel.modes[0]", "walk"),
    ({"travel": {"pass_from": "half nine"}}, "travel.pass_from", "09:15"),
    ({"member": "yes"}, "member", "true or false"),
    ({"times": [{"days": "blursday"}]}, "times[0].days", "mon-fri"),
    ({"times": [{"days": "mon", "from": "14:00", "to": "09:00"}]}, "times[0].to", "later than from"),
    ({"age": "34"}, "age", "0 to 130"),
    ({"gender": 1}, "gender", "text"),
    ({"languages": "en"}, "languages", "list"),
    ({"rung": {"comfortable": 9}}, "rung.comfortable", "0 to 8"),
    ({"rung": {"comfortable": 5, "stretch": 3}}, "rung.stretch", "below comfortable"),
    ({"done": [1]}, "done[0]", "text"),
    ({"prefers": ["ice cream"]}, "prefers[0]", "halal"),
    ({"prefers": [{"level": "must"}]}, "prefers[0].fact", "is missing"),
    ({"contact_by": ["pigeon"]}, "contact_by[0]", "phone"),
]  # fmt: skip


@pytest.mark.parametrize(("profile", "field", "allowed"), ALLOWED, ids=lambda value: str(value)[:40])
def test_what_cannot_be_used_is_one_message_with_the_key_and_what_is_allowed(
    profile: dict[str, Any], field: str, allowed: str
) -> None:
    with pytest.raises(InvalidProfile) as refused:
        profile_from(profile)
    assert (refused.value.field, allowed in refused.value.message) == (field, True), refused.value
    assert len(re.findall(r"\n", str(refused.value))) == 0


def test_every_key_of_the_contract_is_among_the_generated_and_the_refused() -> None:
    refused = {re.split(r"[.\[]", field)[0] for _, field, _ in ALLOWED}
    assert set(KEYS) <= refused
