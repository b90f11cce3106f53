"""Generated directories and profiles, wide enough to reach every rule: what the laws are tried on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from matching import language
from matching.profile import CONTACT_WAYS, MODES
from matching.types import Fact, Opportunity, Point, Session
from matching.vocabulary import assets, goals
from matching.vocabulary.needs import barriers, facts

TODAY = date(2026, 11, 22)
HOME = {"lat": 53.38, "lon": -1.47}
NAMES = (
    "Comedy night", "Open mic", "Knit and natter", "Community choir", "Walking football", "Repair café", "Story circle",
    "Bingo", "Gentle yoga", "Allotment mornings", "Coffee morning", "Board games", "Men's shed", "Book group",
    "Carers' tea", "Volunteer drivers", "Chair dance", "Tuesday group",
)  # fmt: skip
TOLD = (
    "", "Jokes and stories, beginners welcome.", "We sing, we laugh, we have tea.", "Bring your own wool and needles.",
    "Metal detecting on the moor.", "Make new friends and build your confidence.",
)  # fmt: skip
SAID = ("making people laugh", "I love singing", "football", "knitting", "growing vegetables", "chess", "books",
        "loyal", "metal detecting", "no football please", "I'm a gay man", "my husband died")  # fmt: skip
WISHED = ("do stand-up comedy", "make a friend", "get fitter", "learn something", "get out of the house",
          "find a metal detecting club", "something with wool", "a fresh start after prison",
          "be with people who have been through it too")  # fmt: skip
FACT_KEYS = tuple(facts())
NEEDS = tuple(key for key in barriers() if key != "avoid")
POINTS = (None, Point(53.38, -1.47), Point(53.385, -1.47), Point(53.42, -1.47), Point(53.6, -1.5),
          Point(53.382, -1.479, rough=True))  # fmt: skip
SESSIONS = (
    Session(1, 600, 720), Session(5, 1200, 1320), Session(1, 1380, 1500), Session(0, None, None), Session(6, 600, None),
    Session(1, 600, 690, every=2), Session(4, 840, 930, nth=(1,)), Session(None, 600, 700, dates=(1, 15)),
    Session(1, 600, 720, until=TODAY - timedelta(days=3)), Session(2, 600, 720, begins=TODAY + timedelta(days=9)),
    Session(3, 610, 900, term_time=True), Session(None, None, None, dates=(-1,)),
)  # fmt: skip


def chance(draw: st.DrawFn, *values: Any) -> Any:
    return draw(st.sampled_from(values))


@st.composite
def offers(draw: st.DrawFn, number: int = 0) -> Opportunity:
    """Any opportunity; most of its fields may be unknown."""
    name, told = draw(st.sampled_from(NAMES)), draw(st.sampled_from(TOLD))
    held = {}
    for key in draw(st.lists(st.sampled_from(FACT_KEYS), max_size=10, unique=True)):
        held[key] = Fact(key, draw(st.sampled_from(facts()[key].values)))
    return Opportunity(
        id=f"t:{number:03d}",
        name=name,
        organization=chance(draw, "", "The Agency", "Old Mill Trust"),
        organization_ref=chance(draw, "", "t:org"),
        venue=chance(draw, "", "The Old Mill"),
        postcode=chance(draw, "", "S1 2HE", "S3 8AB"),
        outcode=chance(draw, "", "S1", "S3"),
        concepts=language.concepts_of_listing(name, (), told),
        topics=language.topics_of_listing(name, (), told),
        goal_signs=language.goals_of_listing(name, (), told),
        goals=tuple(
            draw(st.lists(st.sampled_from((*goals(), "been_there", "fresh_start")), max_size=2, unique=True))
        ),
        terms=language.weighted_terms(name, (), told),
        says_what_to_expect=draw(st.booleans()),
        formats=chance(
            draw, (), ("in_person",), ("online",), ("in_person", "online"), ("post",), ("home_visit",)
        ),
        point=draw(st.sampled_from(POINTS)),
        head_office=chance(draw, False, False, True),
        only_a_name=chance(draw, False, False, True),
        price=chance(draw, None, 0.0, 2.5, 8.0),
        donation=draw(st.booleans()),
        referral=chance(draw, None, "none", "self", "professional"),
        booking=chance(draw, (), ("none",), ("online",), ("email",), ("phone", "online")),
        contact_ways=chance(draw, (), ("phone",), ("email", "online")),
        wait_weeks=chance(draw, None, 1, 9),
        rungs=chance(draw, None, (1, 2), (4, 5), (5, 7), (7, 8), (8, 8)),
        minimum_age=chance(draw, None, 18, 50, 2),
        maximum_age=chance(draw, None, None, 25, 11),
        meant_for=chance(
            draw,
            "",
            "",
            "children",
            "children children_only",
            "older",
            "loss",
            "older sight",
            "grown_ups",
            "sight parents",
            "mental_illness relatives",
            "service prison",
        ),
        gender=chance(draw, None, "any", "women", "men"),
        languages=chance(draw, (), ("en",), ("fa", "en")),
        group_size=chance(draw, None, "2-5", "30+"),
        run_by=chance(draw, None, "agency", "open", "specialist", "peer"),
        audience=chance(draw, None, "public", "members"),
        service_area=chance(draw, (), (), ("S1",), ("S3", "S5")),
        sessions=tuple(draw(st.lists(st.sampled_from(SESSIONS), max_size=2, unique=True))),
        any_time=chance(draw, False, False, True),
        other_times=chance(draw, False, False, True),
        status=chance(draw, "active", "active", "active", "paused", "closed"),
        checked_on=chance(
            draw, None, *(TODAY - timedelta(days=days) for days in (30, 92, 93, 200, 365, 366, 500))
        ),
        facts=held,
    )


@st.composite
def directories(draw: st.DrawFn, most: int = 14) -> list[Opportunity]:
    """Some listings; now and then a second place of one, or another session of one group."""
    found: list[Opportunity] = []
    for number in range(draw(st.integers(1, most))):
        one = draw(offers(number))
        found.append(one)
        if chance(draw, True, False, False):
            found[-1] = replace(one, place="a")
            found.append(replace(draw(offers(number)), place="b"))
        elif chance(draw, True, False, False):
            found[-1] = replace(one, wording="w", organization="Old Mill Trust")
            found.append(
                replace(
                    found[-1],
                    id=f"t:{number:03d}-branch",
                    name=draw(st.sampled_from(NAMES)),
                    point=draw(st.sampled_from(POINTS)),
                    venue="Elsewhere",
                )
            )
        elif chance(draw, True, False, False):
            found.append(
                replace(one, id=f"t:{number:03d}-again", sessions=(draw(st.sampled_from(SESSIONS)),))
            )
    return found


@st.composite
def needs(draw: st.DrawFn) -> dict[str, Any]:
    key = draw(st.sampled_from(NEEDS))
    need: dict[str, Any] = {"key": key, "level": chance(draw, "must", "would_help")}
    if key in ("cost", "travel_range") and draw(st.booleans()):
        need["limit"] = chance(draw, 0, 3, 5.5)
    if key == "stamina" and draw(st.booleans()):
        need["limit"] = chance(draw, 1, 3)
    if key == "gender" and draw(st.booleans()):
        need["value"] = chance(draw, "women", "men")
    if key == "language" and draw(st.booleans()):
        need["value"] = chance(draw, "fa", "pl")
    if chance(draw, False, False, True):
        need["only_for"] = draw(
            st.lists(st.sampled_from(tuple(assets())), min_size=1, max_size=3, unique=True)
        )
    return need


@st.composite
def profiles(draw: st.DrawFn) -> dict[str, Any]:
    """Any profile of the contract; each key may be absent."""
    goal_list: list[Any] = draw(st.lists(st.sampled_from(WISHED), max_size=2, unique=True))
    if goal_list and draw(st.booleans()):
        goal_list[0] = {"say": goal_list[0], "focus": True}
    profile: dict[str, Any] = {
        "assets": draw(st.lists(st.sampled_from(SAID), max_size=3, unique=True)),
        "goals": goal_list,
        "barriers": draw(st.lists(needs(), max_size=4, unique_by=lambda need: need["key"])),
    }
    extras: dict[str, Any] = {
        "from": HOME,
        "travel": {
            "max_km": chance(draw, None, 1, 5, 30),
            "modes": draw(st.lists(st.sampled_from(MODES), max_size=2, unique=True)),
            "lift": draw(st.booleans()),
            "pass_from": chance(draw, None, "09:30"),
            "last_bus": chance(draw, None, "21:30", "00:15", "11:45"),
        },
        "rung": {"comfortable": draw(st.integers(0, 8))},
        "times": chance(
            draw,
            [{"days": "mon-fri", "from": "09:00", "to": "17:00"}],
            [{"days": "tue", "from": "10:30", "to": "11:00"}, {"days": "sat", "from": "18:00"}],
        ),
        "age": draw(st.sampled_from((12, 16, 34, 71))),
        "gender": chance(draw, "woman", "man", "non-binary"),
        "languages": chance(draw, ["fa", "en"], ["pl"]),
        "member": True,
        "prefers": [{"fact": draw(st.sampled_from(FACT_KEYS)), "level": chance(draw, "must", "would_help")}],
        "contact_by": draw(st.lists(st.sampled_from(CONTACT_WAYS), min_size=1, max_size=2, unique=True)),
        "done": [f"t:{draw(st.integers(0, 5)):03d}"],
        "avoid": {
            "photos": draw(st.booleans()),
            "results": draw(st.booleans()),
            **({"venues": ["the old mill"]} if draw(st.booleans()) else {"areas": ["S3"]}),
        },
    }
    for key in draw(st.lists(st.sampled_from(tuple(extras)), max_size=6, unique=True)):
        profile[key] = extras[key]
    if draw(st.booleans()):
        profile["from"], profile["travel"] = HOME, extras["travel"]
    return profile
