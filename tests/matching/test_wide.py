"""The wide pass says what asking every rule about everything would say; how the columns came to be changes nothing."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import answering
from matching.answering import to_json
from matching.classes import Classes
from matching.columns import Columns, build, united
from matching.picking import pick
from matching.profile import profile_from
from matching.ranking import RULES, Asking, questions_for, rank
from matching.reading import Evidence, read_profile
from matching.rules.view import View
from matching.types import Opportunity, Verdict
from matching.vocabulary.needs import barriers, facts
from matching.wide import MET, STANDING, UNKNOWN, kilometres
from tests.matching import exhaustive
from tests.matching.generated import TODAY, directories, profiles

laws = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def told(matches: Any) -> Any:
    """Everything of an answer, scores rounded to where two ways of adding up may differ."""
    return json.dumps(to_json(matches, staff=True), indent=1)


@laws
@given(profiles(), directories(), st.booleans(), st.sampled_from((None, 1, 3)))
def test_the_wide_pass_says_what_every_rule_asked_about_everything_says(
    profile: dict[str, Any], directory: list[Opportunity], staff: bool, limit: int | None
) -> None:
    columns, person = Columns(directory), profile_from(profile)
    quick = rank(person, columns, TODAY, staff=staff, limit=limit)
    assert told(quick) == told(exhaustive.rank([person], columns, TODAY, staff=staff, limit=limit))


@laws
@given(profiles(), profiles(), directories())
def test_the_wide_pass_says_the_same_for_two_people(
    one: dict[str, Any], other: dict[str, Any], directory: list[Opportunity]
) -> None:
    columns, pair = Columns(directory), [profile_from(one), profile_from(other)]
    quick = rank(pair, columns, TODAY)
    assert told(quick) == told(exhaustive.rank(pair, columns, TODAY, staff=False, limit=None))


@laws
@given(profiles(), directories(), directories(), st.data())
def test_a_changed_directory_answers_as_one_made_anew(
    profile: dict[str, Any], before: list[Opportunity], after: list[Opportunity], data: st.DataObject
) -> None:
    """Some listings change, some go, some come; united or side by side, the answer is that of a fresh start."""
    person = profile_from(profile)
    gone = data.draw(st.sets(st.sampled_from(sorted({offer.id for offer in before}))))
    changed = {offer.id for offer in after}
    living = [offer for offer in before if offer.id not in gone | changed] + after
    fresh = told(rank(person, Columns(living), TODAY))
    base = build((offer.id, offer) for offer in before)
    first = build(((offer.id, offer) for offer in after[:2]), replaces=gone)
    second = build(((offer.id, offer) for offer in after), replaces=changed)
    assert told(rank(person, Columns(parts=[base, united([first, second])]), TODAY)) == fresh
    assert told(rank(person, Columns(parts=[united([base, first, second])]), TODAY)) == fresh


def relaxed(profile: dict[str, Any], change: str) -> dict[str, Any]:
    """The profile without the one barrier or limit that a change stands for."""
    without = dict(profile)
    without["barriers"] = [need for need in profile["barriers"] if barriers()[need["key"]].change != change]
    if change == barriers()["travel_range"].change:
        without["travel"] = {k: v for k, v in profile.get("travel", {}).items() if k != "max_km"}
    without["prefers"] = [
        one
        for one in profile.get("prefers", [])
        if change != f"If {facts()[one['fact']].name} did not matter"
    ]
    kept_private = {"photos": "photos_published", "results": "results_published"}
    without["avoid"] = {
        key: value
        for key, value in profile.get("avoid", {}).items()
        if key not in kept_private or change != f"If {facts()[kept_private[key]].name} did not matter"
    }
    return without


@laws
@given(profiles(), directories())
def test_the_change_that_opens_most_opens_that_many_and_no_other_change_opens_more(
    profile: dict[str, Any], directory: list[Opportunity]
) -> None:
    columns = Columns(directory)

    def standing(given: dict[str, Any]) -> dict[str, set[str]]:
        field = answering.field_of(Asking.of(profile_from(given), columns, TODAY, False))
        places = pick(field, limit=None, path=False)
        shown = {
            name: {
                columns.id(int(field.rows[at]))
                for at in range(len(field.rows))
                if field.standing[at] == stands
            }
            for name, stands in (("matches", MET), ("asked", UNKNOWN))
        }
        assert places.field is field
        return {"matches": shown["matches"], "asked": shown["asked"] - shown["matches"]}

    before = standing(profile)
    shown = before["matches"] | before["asked"]
    changes = {barriers()[need["key"]].change for need in profile["barriers"] if need["level"] == "must"}
    changes |= {barriers()["travel_range"].change}
    opened = {change: len(standing(relaxed(profile, change))["matches"] - shown) for change in changes}
    most = rank(profile_from(profile), columns, TODAY).opens_most
    if most is not None and most.change in opened:
        assert opened[most.change] == most.count
    assert max(opened.values(), default=0) <= (most.count if most else 0)


@laws
@given(profiles(), directories())
def test_opportunities_alike_in_what_a_rule_depends_on_are_told_the_same(
    profile: dict[str, Any], directory: list[Opportunity]
) -> None:
    """Each rule keeps to what it says it depends on: same class, same verdict, score and count, or the same silence;
    and the same words where it says that they depend on nothing else."""
    reading = read_profile(profile_from(profile))
    columns = Columns(directory)
    rows = np.arange(columns.size)
    km = kilometres(reading.profile, columns, rows)
    classes = Classes(reading, columns, rows, km, TODAY)
    for question in questions_for(reading.profile):
        if question.depends is None:
            continue
        codes = classes.of(question.depends).codes
        said: dict[int, Any] = {}
        for at, code in enumerate(codes.tolist()):
            view = View(
                reading, columns.offer(at), Evidence(), None if np.isnan(km[at]) else float(km[at]), TODAY
            )
            answer = question.answer(view)
            counts = [
                (STANDING[f.verdict], f.kind, f.score, f.hidden_as, f.change, f.for_others)
                for f in answer
                if f.verdict not in (Verdict.MET, Verdict.LOWER) or f.score is not None or f.for_others
            ]
            found = answer if question.rule.settled else (bool(answer), counts)
            assert said.setdefault(code, found) == found, question.rule.name


@laws
@given(directories(), st.integers(0, 3), st.sampled_from((0, 16)), st.data())
def test_rows_are_of_one_class_exactly_where_all_that_is_told_is_the_same(
    directory: list[Opportunity], cut: int, scattered: int, data: st.DataObject
) -> None:
    """However the columns came to be, and in either way of finding the classes."""
    names = data.draw(st.lists(st.sampled_from(["status", "ages", "out", "fact:step_free"]), unique=True))
    base = build((offer.id, offer) for offer in directory)
    later = build(((offer.id, offer) for offer in directory[:cut]), replaces={o.id for o in directory[:cut]})
    columns = Columns(parts=[base, later])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matching.columns.SCATTERED", scattered)
        codes, one_of = columns.alike(tuple(names))
    assert codes[one_of].tolist() == list(range(len(one_of)))
    told = [[columns.codes(name, np.array([row]))[0][0] for name in names] for row in range(columns.size)]
    for row, code in enumerate(codes.tolist()):
        assert told[row] == told[one_of[code]]
    assert len({tuple(mine) for mine in told}) == len(one_of)


@laws
@given(profiles(), directories())
def test_what_a_rule_says_to_whoever_asks_it_says_to_everybody(
    profile: dict[str, Any], directory: list[Opportunity]
) -> None:
    reading, columns = read_profile(profile_from(profile)), Columns(directory)
    km = kilometres(reading.profile, columns, np.arange(columns.size)).tolist()
    for question in questions_for(reading.profile):
        if question.rule.whoever:
            for row, way in enumerate(km):
                view = View(reading, columns.offer(row), Evidence(), way, TODAY, staff=True)
                assert columns.said(question.rule, row, TODAY) == question.answer(view), question.name


def test_only_words_that_never_count_may_look_at_anything() -> None:
    """A rule that declares nothing to depend on gives neither a standing nor a score."""
    for rule in RULES:
        if rule.depends is None:
            assert rule.part == ""
            assert rule.subjects is None
