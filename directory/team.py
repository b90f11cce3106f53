""" "Who in the team knows choirs?": answered from what colleagues bring (if they share it) and from whom they know."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from directory import words
from directory._recalling import GONE, colleagues, knowers_of, rank_of
from directory.database import db
from directory.listings import records
from directory.models import Service, Tie, WorkerAsset
from directory.opportunities import words_in
from matching.language import Words, concepts_of, concepts_of_listing, terms_of

LONGEST_QUESTION = 200
_ASKING = re.compile(
    r"\b(who|does|do|is|anyone|anybody|someone|in|on|of|the|our|team|colleagues?|knows?|about|has|have|got)\b",
    re.I,
)
"""The words that ask, and are not what is asked for."""
FIRST_HAND = 4
"""Doing it oneself comes before knowing any number of places."""
ENOUGH = 0.5
"""A listing that is less about something than this does not answer a question about it (see concepts_of_listing)."""


@dataclass(slots=True)
class Answer:
    """A colleague and why they come to mind."""

    user_id: str
    name: str
    brings: list[str] = field(default_factory=list)
    """Their own words."""
    knows: list[tuple[str, str, str | None]] = field(default_factory=list)
    """(listing's public id, its name, how warm), warmest first."""

    @property
    def weight(self) -> tuple[float, int]:
        warmest = max((rank_of(warmth) for _, _, warmth in self.knows), default=-1.0)
        return warmest + FIRST_HAND * bool(self.brings), len(self.knows)


def team_assets(question: str) -> list[Answer]:
    """Colleagues who bring what is asked for, or know a place that is about it; likeliest first. Nobody for words that
    mean nothing here."""
    question = _ASKING.sub(" ", question[:LONGEST_QUESTION])
    known = words.current()
    wanted = {key for key, weight in concepts_of(question, words=known).weights.items() if weight >= ENOUGH}
    stems = set(terms_of(question))
    here = colleagues()
    answers: dict[str, Answer] = {}
    for user_id, text in _shared(here):
        if _about(text, wanted, stems, known):
            _answer(answers, user_id, here).brings.append(text)
    for user_id, ref, name, warmth in _ties_about(wanted, stems, here, known):
        _answer(answers, user_id, here).knows.append((ref, name, warmth))
    for one in answers.values():
        one.knows.sort(key=lambda tie: (-rank_of(tie[2]), tie[1]))
    return sorted(answers.values(), key=lambda one: (*(-part for part in one.weight), one.name))


def _answer(answers: dict[str, Answer], user_id: str, here: Mapping[str, str]) -> Answer:
    if user_id not in answers:
        answers[user_id] = Answer(user_id, here[user_id])
    return answers[user_id]


def _shared(here: Collection[str]) -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(WorkerAsset.user_id, WorkerAsset.text)
        .where(WorkerAsset.shared, WorkerAsset.user_id.in_(here))
        .order_by(WorkerAsset.added_on, WorkerAsset.id)
    )
    return [(user_id, text) for user_id, text in rows]


def _about(text: str, wanted: Collection[str], stems: Collection[str], known: Words) -> bool:
    said = concepts_of(text, words=known)
    return any(said.weights.get(key, 0) >= ENOUGH for key in wanted) or not set(stems).isdisjoint(
        said.all_terms
    )


def _ties_about(
    wanted: Collection[str], stems: Collection[str], here: Collection[str], known: Words
) -> list[tuple[str, str, str, str | None]]:
    tied = db.session.scalars(
        select(Tie.listing_id)
        .join(Service, Service.id == Tie.listing_id)
        .where(Tie.active, Tie.user_id.in_(here), Service.listing_status.not_in(GONE))
        .distinct()
    ).all()
    found = []
    about = {}
    for listing_id, record in records(tied).items():
        name, activities, told, run_by = words_in(record)
        concepts = concepts_of_listing(name, activities, told, run_by, words=known)
        named = set(terms_of(" ".join((name, *activities))))
        if any(concepts.get(key, 0) >= ENOUGH for key in wanted) or not named.isdisjoint(stems):
            about[listing_id] = record
    knowers = knowers_of(list(about))
    for key, record in about.items():
        found += [
            (one.user_id, record.ref, record.name, one.warmth) for one in knowers.get(key, ()) if one.user_id
        ]
    return found
