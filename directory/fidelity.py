"""An agency's optional look at its own way of working, over time, beside the figures that Kith has anyway.

The team talks it over and a lead writes it down: one set of answers a day, the agency's and nobody's own. The features
and statements are in fidelity.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from sqlalchemy import select

from directory import audit, board, coverage, ideas, knowledge, listings, months
from directory.config import current_settings
from directory.database import db, now, writing
from directory.errors import Invalid
from directory.models import HandoverRecord, Idea, SelfCheck, Story, Tie, Tip, Visit, WorkerAsset
from directory.months import how_many
from importers.ids import stable_id
from matching.types import YES

__all__ = ["ANSWERS", "Feature", "Figure", "Round", "answer", "features", "figures", "rounds", "statements"]

ANSWERS: Final = (1, 2, 3, 4, 5)
"""From not at all to fully."""
YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature with its statements: {key: words}."""

    key: str
    label: str
    statements: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Round:
    """The answers of one day: by statement ("feature.statement": 1 to 5, None for "we do not know"), and the mean of
    each feature's (None where nothing of it is known)."""

    on: date
    answers: Mapping[str, int | None]
    means: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """Something that Kith knows by itself: what it is, and how much ("12", "3 of 5")."""

    label: str
    value: str


@cache
def features() -> tuple[Feature, ...]:
    """The features, in the order of the file."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return tuple(Feature(key, raw["label"], raw["statements"]) for key, raw in tomllib.loads(text).items())


def statements() -> list[str]:
    """Every statement as "feature.statement"."""
    return [f"{feature.key}.{key}" for feature in features() for key in feature.statements]


# --- answers --------------------------------------------------------------------------------------------------------


def answer(answers: Mapping[str, int | None], actor: str) -> None:
    """Keep today's answers; those of today from before are replaced. What is left out is not known. Raises Invalid."""
    known = statements()
    wrong = {
        key: "Choose one of the answers." for key, value in answers.items() if value not in (None, *ANSWERS)
    }
    wrong |= {key: "There is no such statement." for key in answers if key not in known}
    if not wrong and not any(answers.values()):
        wrong = {known[0]: "Answer at least one of them."}
    if wrong:
        raise Invalid(wrong)
    today = current_settings().today()
    key = stable_id("self_check", "day", today.isoformat())
    with writing():
        found = db.session.get(SelfCheck, key)
        if found is None:
            found = SelfCheck(id=key, checked_on=today)
            db.session.add(found)
        found.answers = {name: answers.get(name) for name in known}
        found.noted_by, found.noted_at = actor, now()
    audit.record(
        "self_check_kept", self_check_id=key, answers=sum(value is not None for value in answers.values())
    )


def rounds() -> list[Round]:
    """Every day's answers, the earliest first."""
    rows = db.session.scalars(select(SelfCheck).order_by(SelfCheck.checked_on))
    return [_round(row.checked_on, row.answers) for row in rows]


def _round(on: date, kept: Mapping[str, Any]) -> Round:
    answers = {key: kept.get(key) for key in statements()}
    means = {}
    for feature in features():
        given = [
            value for key in feature.statements if (value := answers[f"{feature.key}.{key}"]) is not None
        ]
        means[feature.key] = round(fmean(given), 1) if given else None
    return Round(on, answers, means)


# --- what Kith knows by itself --------------------------------------------------------------------------------------


def figures() -> dict[str, list[Figure]]:
    """By feature, of the last year or of today."""
    since = current_settings().today() - YEAR
    introduced = board.introductions_made(since)
    return {
        "good_practice": [
            Figure("Stories told in a year", str(how_many(Story.id, Story.told_on > since))),
            Figure("Times colleagues went along", str(sum(one.kind == "go_along" for one in introduced))),
        ],
        "skill_sharing": [
            Figure("Colleagues who say what they bring", _sharing()),
            Figure("Introductions in a year", str(sum(one.kind == "introduce" for one in introduced))),
        ],
        "community_engagement": [
            Figure(
                "Visits in a year", str(how_many(Visit.id, Visit.kind == "visit", Visit.visited_on > since))
            ),
            Figure(
                "Places visited",
                str(how_many(Visit.listing_id, Visit.kind == "visit", Visit.visited_on > since)),
            ),
            Figure("New people known in a year", str(_new_ties(since))),
            Figure("Ideas that became real", str(how_many(Idea.id, Idea.state == "real"))),
        ],
        "local_knowledge": [
            Figure("Places checked within a year", _checked()),
            Figure(
                "Tips given in a year", str(how_many(Tip.id, Tip.dated > since, Tip.user_id.is_not(None)))
            ),
            Figure("Areas with a place", str(len(coverage.areas()))),
        ],
        "physical_environment": _own_rooms(),
        "survives_leavers": _survives(),
    }


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}"


def _sharing() -> str:
    here = knowledge.colleagues()
    sharing = set(db.session.scalars(select(WorkerAsset.user_id).where(WorkerAsset.shared)))
    return _of(len(sharing & here.keys()), len(here))


def _new_ties(since: date) -> int:
    return how_many(Tie.id, Tie.dated > since, Tie.user_id.is_not(None), Tie.handed_from_id.is_(None))


def _checked() -> str:
    stale, never, active = months.stale(current_settings().today())
    return _of(active - stale - never, active)


def _own_rooms() -> list[Figure]:
    rooms = ideas.rooms()
    records = listings.records({room.listing_id for room in rooms})
    step_free = toilet = 0
    for room in rooms:
        places = (place for place in records[room.listing_id].places if place.source_id == room.source_id)
        known = {fact.key: fact.value for place in places for fact in place.facts}
        step_free += known.get("step_free") == YES
        toilet += known.get("accessible_toilet") == YES
    return [
        Figure("Rooms of our own in the directory", str(len(rooms))),
        Figure("Known to be step-free", _of(step_free, len(rooms))),
        Figure("Known to have an accessible toilet", _of(toilet, len(rooms))),
    ]


def _survives() -> list[Figure]:
    groups = knowledge.bus_factor()
    several = sum(len(group.knowers) >= knowledge.AIM for group in groups)
    single = sum(len(group.knowers) == 1 for group in groups)
    return [
        Figure("Places where two or more of us know somebody", _of(several, len(groups))),
        Figure("Places that hang on one of us", str(single)),
        Figure("Handovers on record", str(how_many(HandoverRecord.id))),
    ]
