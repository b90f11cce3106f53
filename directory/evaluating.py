"""The judged set against this directory: Kith, and two plain ways of searching, measured alike (docs/judging.md)."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from geopy.distance import great_circle
from whoosh import query
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.index import create_in

from directory import listings, matchmaking
from directory.errors import CannotStart
from directory.opportunities import opportunities_of
from directory.resources import folder
from directory.serving import INDEXED, engines
from importers.records import ListingRecord
from matching.baselines import Bm25, nearer_first, words_of
from matching.evaluate import GOOD, Grades, Misplaced, Offered, misplaced, ndcg, recall
from matching.types import Opportunity, Profile

DEPTH = 50
PLACES = 20
"""Misplaced is counted over as many places as recall."""
MOST_MISSING = 0.1
KITH, PLAIN, NEAR = "Kith", "Plain Whoosh OR query", "BM25 and distance"

Ranking = list[Offered]
System = Callable[["Need"], Ranking]


@dataclass(frozen=True, slots=True)
class Need:
    """One person's profile (as JSON, and read), and what each listing is worth to them."""

    id: str
    told: Mapping[str, Any]
    profile: Profile
    grades: Grades


@dataclass(frozen=True, slots=True)
class JudgedSet:
    name: str
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """One system over all needs; `each` has the nDCG@10 of every need."""

    system: str
    ndcg_at_10: float
    recall_at_20: float
    misplaced: Misplaced
    each: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Report:
    name: str
    graded: int
    systems: tuple[Measured, ...]
    notes: tuple[str, ...] = ()


def shipped() -> Path:
    """The judgements for the demo town."""
    return folder("examples") / "judged" / "demo_town.json"


def read(path: Path) -> JudgedSet:
    """A judged set from its file. Raises CannotStart naming what is wrong, Invalid for a profile that is not one."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CannotStart(f"{path.name} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CannotStart(f"{path.name} is not JSON: {error}.") from error
    try:
        needs = tuple(_need(one) for one in raw["needs"])
        name = str(raw["name"])
    except (KeyError, TypeError, AttributeError) as error:
        raise CannotStart(
            f"{path.name} is not a judged set: it needs a name, and needs with id, profile and grades."
        ) from error
    if not needs:
        raise CannotStart(f"{path.name} has no needs in it.")
    return JudgedSet(name, needs)


def _need(raw: Mapping[str, Any]) -> Need:
    grades = {str(id): int(grade) for id, grade in raw["grades"].items()}
    if not any(grade >= GOOD for grade in grades.values()) or not set(grades.values()) <= {0, 1, 2, 3}:
        raise CannotStart(f"The need {raw['id']} must have grades from 0 to 3, and at least one of 2 or 3.")
    return Need(str(raw["id"]), raw["profile"], matchmaking.read(raw["profile"]), grades)


def evaluate(judged: JudgedSet) -> Report:
    """Kith and both baselines over one judged set. Raises CannotStart where it is about another directory."""
    town = _Town()
    needs, notes = _present(judged, town)
    with TemporaryDirectory(prefix="kith-") as aside:
        systems: tuple[tuple[str, System], ...] = (
            (KITH, town.kith),
            (PLAIN, town.plain(aside)),
            (NEAR, town.near()),
        )
        measured = tuple(_measure(name, system, needs) for name, system in systems)
    return Report(judged.name, sum(len(need.grades) for need in needs), measured, notes)


def _present(judged: JudgedSet, town: _Town) -> tuple[list[Need], tuple[str, ...]]:
    """The needs with the grades of listings that are here, and a note where a few are not."""
    wanted = {id for need in judged.needs for id in need.grades}
    gone = wanted - town.all_ids
    if len(gone) > MOST_MISSING * len(wanted):
        raise CannotStart(
            f"{judged.name} was judged on another directory: {len(gone)} of its {len(wanted)} listings are not in "
            "this one. Name the right data folder with --data, or another judged set with --judged."
        )
    needs = [
        Need(need.id, need.told, need.profile, {k: v for k, v in need.grades.items() if k not in gone})
        for need in judged.needs
    ]
    kept = [need for need in needs if any(grade >= GOOD for grade in need.grades.values())]
    note = f"{len(gone)} judged listings are not in this directory any more, and are left out."
    return kept, (note,) if gone else ()


def _measure(name: str, system: System, needs: Sequence[Need]) -> Measured:
    each, recalls, wrong = {}, [], Misplaced()
    for need in needs:
        offered = system(need)
        ids = [one.opportunities[0].id for one in offered]
        each[need.id] = ndcg(ids, need.grades)
        recalls.append(recall(ids, need.grades, PLACES))
        wrong += misplaced(_placed(need.profile), offered[:PLACES], kilometres)
    return Measured(name, sum(each.values()) / len(needs), sum(recalls) / len(needs), wrong, each)


def _placed(profile: Profile) -> Profile:
    return matchmaking.placed(profile)[0]


def kilometres(profile: Profile, offer: Opportunity) -> float | None:
    """From where the person starts to where it happens, in a straight line."""
    if profile.origin is None or offer.point is None:
        return None
    home, place = profile.origin, offer.point
    return float(great_circle((home.lat, home.lon), (place.lat, place.lon)).km)


class _Town:
    """This directory's listings as every system sees them."""

    def __init__(self) -> None:
        locate = cache(engines().places.spot_of_code)
        self.all_ids: set[str] = set()
        self.offers: dict[str, tuple[Opportunity, ...]] = {}
        self._texts: dict[str, str] = {}
        for listing in listings.iterate():
            self.all_ids.add(listing.ref)
            if listing.record.status in INDEXED:
                self.offers[listing.ref] = tuple(opportunities_of(listing, locate))
                self._texts[listing.ref] = _text(listing.record)
        self.ids = sorted(self.offers)
        self.texts = [self._texts[id] for id in self.ids]

    def kith(self, need: Need) -> Ranking:
        """Matches, then what to check first; a listing once."""
        found = matchmaking.find_matches(need.told, limit=DEPTH)
        both = [(m, True) for m in found.matches] + [(m, False) for m in found.check_first]
        return [Offered((match.opportunity,), sure) for match, sure in both]

    def plain(self, aside: str) -> System:
        """Any of the words, in the order of Whoosh's own scores; its index in a folder of its own (Whoosh's storage in
        memory shares one temporary folder with every other process)."""
        analyser = StemmingAnalyzer()
        built = create_in(aside, Schema(id=ID(stored=True), text=TEXT(analyser)))
        with built.writer() as writer:
            for id, text in zip(self.ids, self.texts, strict=True):
                writer.add_document(id=id, text=text)

        def find(need: Need) -> Ranking:
            terms = [query.Term("text", token.text) for token in analyser(words_of(need.profile))]
            with built.searcher() as searcher:
                hits = [hit["id"] for hit in searcher.search(query.Or(terms), limit=DEPTH)]
            return self._as_matches(hits)

        return find

    def near(self) -> System:
        """BM25 over the same texts, halved with distance."""
        bm25 = Bm25(self.texts)

        def find(need: Need) -> Ranking:
            scores = bm25.scores(words_of(need.profile))
            person = _placed(need.profile)
            if person.origin is not None:
                km = np.array([self._km(person, id) for id in self.ids])
                scores = nearer_first(scores, km, person.travel.limit_km)
            order = sorted(np.flatnonzero(scores > 0), key=lambda row: (-scores[row], self.ids[row]))
            return self._as_matches(self.ids[row] for row in order[:DEPTH])

        return find

    def _km(self, person: Profile, id: str) -> float:
        """To the nearest of its places; 0 where nobody has to go anywhere, nan where nobody knows."""
        if any(offer.from_home or not offer.has_venue for offer in self.offers[id]):
            return 0.0
        away = [km for offer in self.offers[id] if (km := kilometres(person, offer)) is not None]
        return min(away, default=math.nan)

    def _as_matches(self, ids: Iterable[str]) -> Ranking:
        """A plain search knows no "check first": whatever it offers, it offers."""
        return [Offered(self.offers[id], True) for id in ids]


def _text(record: ListingRecord) -> str:
    return " ".join((record.name, *(term.name for term in record.activities), record.description or ""))


def to_json(report: Report) -> dict[str, Any]:
    """What `kith evaluate --json` prints."""
    return {
        "name": report.name,
        "needs": len(report.systems[0].each),
        "graded": report.graded,
        "systems": [
            {
                "system": one.system,
                "ndcg_at_10": round(one.ndcg_at_10, 4),
                "recall_at_20": round(one.recall_at_20, 4),
                "misplaced": {
                    "excluded": one.misplaced.excluded,
                    "unknown": one.misplaced.unknown,
                    "places": one.misplaced.places,
                },
                "each": {id: round(value, 4) for id, value in one.each.items()},
            }
            for one in report.systems
        ],
        "notes": list(report.notes),
    }
