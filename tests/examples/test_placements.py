"""The demo town as a wise worker knows it: for each person, what belongs among the first, what belongs nowhere, and
what must be asked before anyone's hopes are raised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from directory import matchmaking
from matching.answering import to_json

PEOPLE = Path(__file__).resolve().parents[2] / "examples" / "profiles"
LISTS = ("matches", "check_first", "later")
FIRST = 3

# person: what stands among the first three, in the matches, in check first, on the path; what stands nowhere;
# reasons that must be counted; {listing: a part of a question that must be asked of it}
WISE: dict[str, dict[str, Any]] = {
    "femi_engines": {
        "first": ["tram-shed-men", "netherwell-repair-cafe"],
        "listed": ["bike-kitchen"],
        "nowhere": ["women-learn-to-ride", "sourdough-and-scones", "stitch-in-time"],
        "hidden": ["A women's group"],
        "asks": {"tram-shed-men": "reading or writing", "netherwell-repair-cafe": "reading or writing"},
    },
    "arthur_garden_by_touch": {
        "listed": ["brightside-garden", "plot-41", "calders-walled-garden", "white-cane-social"],
        "path": ["brightside-garden"],
        "nowhere": ["ukulele-usual-suspects", "rain-or-shine-sketchers", "netherfold-quiet-swim"],
        "asks": {"plot-41": "describe", "calders-walled-garden": "describe"},
    },
    "robin_just_moved": {
        "matches": ["out-loud-choir", "dragons-and-biscuits", "prism-social"],
        "nowhere": ["polish-elders-dominoes", "breathing-space-course", "grandmates-reading"],
        "hidden": ["Only for people who belong to the agency"],
        "asks": {"rowan-womens-group": "how they welcome you"},
    },
    "nadia_not_found": {
        "first": ["wren-womens-circle"],
        "listed": ["brightside-friday-kitchen"],
        "nowhere": ["s4-foodbank-volunteers", "stitch-in-time", "burnfold-in-bloom", "tram-shed-men"],
        "hidden": ["They publish photos of people"],
        "asks": {"brightside-friday-kitchen": "publish photos"},
    },
    "tomasz_nights": {
        "first": ["meeples-board-game-cafe", "tongues-conversation-exchange"],
        "nowhere": ["brightside-friday-kitchen", "crookfold-model-rail", "polish-elders-dominoes"],
        "hidden": ["At times that don't work for you"],
    },
    "june_two_hours": {
        "first": ["netherfold-quiet-swim", "carers-breather"],
        "nowhere": ["beighfold-womens-swim", "steelford-camera-club", "young-carers-night"],
        "hidden": ["At times that don't work for you"],
    },
    "kev_newly_sober": {
        "first": ["dry-quiz-cup-and-saucer"],
        "matches": ["dusty-fingers-jam", "dry-dock-cafe", "clear-heads-sober-socials"],
        "nowhere": ["tally-arms-quiz", "rose-and-crown-darts", "folk-session-tup", "wharf-bingo-social"],
        "hidden": ["Drinking or gambling is part of it"],
    },
    "dot_doorstep": {
        "first": ["windowsill-post-bag"],
        "matches": ["telephone-tea-circle", "kettle-line-calls"],
        "later": ["brightside-garden"],
        "nowhere": ["chuckle-thread", "soft-start-online-yoga"],
        "hidden": ["Online only"],
    },
    "halima_toddler": {
        "first": ["toddlers-and-tea", "crossways-stay-play"],
        "matches": ["stitch-in-time"],
        "nowhere": ["late-laughs-club", "tally-arms-quiz", "steelford-dads-saturday"],
        "hidden": ["Costs more than you can pay"],
    },
    "priya_wheels": {
        "first": ["meeples-board-game-cafe", "steel-chargers-powerchair"],
        "listed": ["steelford-wheelchair-basketball"],
        "nowhere": ["crookfold-model-rail", "steelford-dads-saturday"],
        "hidden": ["Steps at the door"],
        "asks": {"steelford-wheelchair-basketball": ""},
    },
    "ray_bsl": {
        "first": ["steelford-deaf-club", "deaf-art-club"],
        "listed": ["tram-shed-men", "halfmile-mens-shed"],
        "nowhere": ["harrow-bank-memories"],
        "asks": {"tram-shed-men": "BSL", "halfmile-mens-shed": "BSL"},
    },
    "owen_widower": {
        "first": ["bereavement-walk-carter-knoll", "tram-shed-men"],
        "listed": ["halfmile-mens-shed"],
        "nowhere": ["late-laughs-club", "crookfold-shed", "chuckle-thread"],
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def answers(town: Flask) -> dict[str, dict[str, Any]]:
    return {
        name: to_json(
            matchmaking.find_matches(
                json.loads((PEOPLE / f"{name}.json").read_text(encoding="utf-8")), limit=60
            )
        )
        for name in WISE
    }


def ids(answer: dict[str, Any], *lists: str) -> list[str]:
    return [one["id"].removeprefix("demo:") for name in lists for one in answer[name]]


@pytest.mark.parametrize("person", WISE)
def test_what_a_wise_worker_would_suggest_stands_where_they_would_put_it(
    answers: dict[str, dict[str, Any]], person: str
) -> None:
    answer, wise = answers[person], WISE[person]
    top, matches = ids(answer, "matches")[:FIRST], ids(answer, "matches")
    first_asked = ids(answer, "check_first")[:FIRST]
    assert [one for one in wise.get("first", ()) if one not in (*top, *first_asked)] == [], (top, first_asked)
    assert [one for one in wise.get("matches", ()) if one not in matches] == [], matches
    assert [one for one in wise.get("later", ()) if one not in ids(answer, "later")] == []
    assert [one for one in wise.get("listed", ()) if one not in ids(answer, *LISTS)] == []
    steps = [step["match"]["id"].removeprefix("demo:") for step in answer["path"]]
    assert [one for one in wise.get("path", ()) if one not in steps] == [], steps


@pytest.mark.parametrize("person", WISE)
def test_what_a_wise_worker_would_not_suggest_stands_nowhere(
    answers: dict[str, dict[str, Any]], person: str
) -> None:
    answer = answers[person]
    shown = ids(answer, *LISTS, "something_different") + [
        s["match"]["id"].removeprefix("demo:") for s in answer["path"]
    ]
    assert [one for one in WISE[person]["nowhere"] if one in shown] == []
    counted = [one["reason"] for one in answer["hidden"]]
    assert [one for one in WISE[person].get("hidden", ()) if one not in counted] == [], counted


@pytest.mark.parametrize("person", [name for name in WISE if "asks" in WISE[name]])
def test_what_is_not_known_is_asked_in_the_words_to_use(
    answers: dict[str, dict[str, Any]], person: str
) -> None:
    for listing, part in WISE[person]["asks"].items():
        [asked] = [one for one in answers[person]["check_first"] if one["id"] == f"demo:{listing}"]
        assert any(part in question and question.endswith("?") for question in asked["questions"]), asked[
            "questions"
        ]


@pytest.mark.parametrize("person", WISE)
def test_the_first_three_differ_and_each_says_why(answers: dict[str, dict[str, Any]], person: str) -> None:
    top = answers[person]["matches"][:FIRST]
    assert len({(one["name"], one["organization"]) for one in top}) == len(top)
    for one in top:
        assert one["reasons"][0]["kind"] in ("asset", "goal"), one


@pytest.mark.parametrize("person", WISE)
def test_nothing_is_said_twice_and_nothing_is_left_unfinished(
    answers: dict[str, dict[str, Any]], person: str
) -> None:
    for name in LISTS:
        for one in answers[person][name]:
            said = [reason["text"] for reason in one["reasons"]] + one["cautions"]
            assert len(said) == len(set(said)), said
            assert all(line.strip() and "None" not in line for line in said)
            clipped = [line.removesuffix(": does that fit?") for line in one["cautions"]]
            assert len(clipped) == len(set(clipped)), one["cautions"]


def test_every_listing_a_person_is_held_against_is_of_the_town(town: Flask) -> None:
    from importers import sheet
    from importers.records import ListingRecord

    known = {
        r.source_id
        for r in sheet.read(PEOPLE.parent / "demo_town.csv", "demo", lambda code: None)
        if isinstance(r, ListingRecord)
    }
    named = {
        one
        for wise in WISE.values()
        for key in ("first", "matches", "listed", "later", "path", "nowhere", "asks")
        for one in wise.get(key, ())
    }
    assert named <= known, named - known
