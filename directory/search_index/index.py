"""`SearchIndex`: add, remove, find, suggest, rebuild. Whoosh is behind it and only here (design.md 4,
Search)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from math import isfinite, isnan
from pathlib import Path
from typing import Any

import numpy as np
from geopy.distance import great_circle
from whoosh.index import LockError

from directory.search_index import outside, spelling
from directory.search_index.documents import Document
from directory.search_index.facets import distances, narrow
from directory.search_index.ranking import page_of, relevance
from directory.search_index.scoring import Scored, Scorer, Synonyms, prepare_synonyms
from directory.search_index.store import (
    BUSY,
    IndexBusy,
    IndexUnusable,
    Store,
    unusable_if_broken,
    write,
)
from directory.search_index.text import MAX_CHARACTERS, Query, parse, snippet
from directory.search_index.view import Floats, View
from matching.types import Criteria, Point


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `score` 0-1 relative to the best (0 when browsing); `distance_km` None: not on the map, or
    no place was given; `snippet_html` is safe HTML with <mark>."""

    listing_id: str
    ref: str
    name: str
    organization: str
    score: float
    distance_km: float | None
    snippet_html: str


@dataclass(frozen=True, slots=True)
class Found:
    """A page of results. `facets`: facet -> value -> count over all results (see `facets.narrow`)."""

    total: int
    hits: list[Hit] = field(default_factory=list)
    did_you_mean: str | None = None
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Weighed:
    """All results of a search: listing_id -> (score 0-1, kilometres or None); and what to say of the words."""

    found: dict[str, tuple[float, float | None]]
    did_you_mean: str | None = None
    notes: tuple[str, ...] = ()


Known = Mapping[str, Iterable[str]]
"""Synonyms as given: word or short phrase -> others."""


class SearchIndex:
    """The full text of the directory in one folder. One instance serves all threads; any process may write.

    `synonyms`: word or short phrase -> others that also count (at half weight). A function is asked for them at every
    search, and should give the same mapping until something changed. Reading verbs raise IndexUnusable when the
    folder holds no usable index, writing verbs IndexBusy when another writer does not finish.
    """

    def __init__(self, folder: Path | str, synonyms: Known | Callable[[], Known] | None = None) -> None:
        self._store = Store(Path(folder))
        known: Known = {} if synonyms is None or callable(synonyms) else synonyms
        self._ask = synonyms if callable(synonyms) else lambda: known
        self._prepared: tuple[Known, Synonyms] = known, prepare_synonyms(known)
        self._view: View | None = None
        self._loading = threading.Lock()

    # --- writing ---

    def add(self, documents: Iterable[Document]) -> int:
        """Add documents, replacing those with the same listing_id. Returns how many. One commit."""
        latest = {document.listing_id: document for document in documents}
        if latest:
            self._change(latest.values(), latest)
        return len(latest)

    def remove(self, listing_ids: Iterable[str]) -> int:
        """Take listings out; unknown ids are no error. Returns how many were there."""
        return self._change((), tuple(listing_ids))

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Make a new index and swap it in at once; readers see the old one until then. Returns how many.

        Documents are drawn while the writer's lock is held, so a lazy iterator over the database misses no
        edit that another writer has already indexed.
        """
        with self._writing():
            index = self._store.create()
            added = write(index, _unique(documents))
            self._store.point_to(index)
        return added

    def _change(self, documents: Iterable[Document], listing_ids: Iterable[str]) -> int:
        with self._writing():
            self._store.ensure()
            with self._reading() as (view, _):
                found = (view.number(listing_id) for listing_id in set(listing_ids))
                replaced = [number for number in found if number is not None]
            if replaced or documents:
                write(self._store.index(), documents, replaced)
        return len(replaced)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with self._store.writing():
                yield
        except LockError as error:
            raise IndexBusy(BUSY) from error

    # --- reading ---

    @contextmanager
    def _reading(self) -> Iterator[tuple[View, Any]]:
        """The current view and a Whoosh searcher of the same commit, opened for this request alone."""
        with self._store.searcher() as (generation, searcher):
            view = self._view
            if view is None or view.generation != generation:
                with self._loading, unusable_if_broken():
                    view = self._view
                    if view is None or view.generation != generation:
                        view = View(generation, searcher.reader(), view.segments if view else ())
                        self._view = view
            yield view, searcher

    def count(self) -> int:
        """How many listings are in."""
        with self._reading() as (view, _):
            return int(np.count_nonzero(view.alive))

    def ids(self) -> frozenset[str]:
        """The listing_ids that are in."""
        with self._reading() as (view, _):
            return frozenset(view.living_ids())

    def suggest(self, prefix: str, limit: int = 8) -> list[str]:
        """Names and activities that go on from what was typed, best first."""
        with self._reading() as (view, _):
            return spelling.suggest(view, prefix, limit)

    def check(self) -> list[str]:
        """What is wrong with the index, in plain words; empty = every part of it can be read."""
        try:
            with self._reading() as (view, searcher):
                return _faults(view, searcher)
        except IndexUnusable as error:
            return [error.message]

    def find(self, criteria: Criteria, *, today: date, public_only: bool = False) -> Found:
        """One search. Any text is fine: it never raises for what a person typed.

        `today` is the day that freshness counts from; `public_only` leaves out what is for members only.
        """
        criteria = _sane(criteria)
        query = parse(criteria.words)
        synonyms = self._synonyms()
        marked = _marked(query, synonyms)
        with self._reading() as (view, searcher):
            scorer = Scorer(view, searcher, synonyms)
            scored = scorer.score(query)
            if public_only:
                scored = replace(scored, matched=scored.matched & view.public)
            km = distances(view, criteria.origin)
            narrowed = narrow(view, criteria, scored.matched, km)
            among = np.flatnonzero(narrowed.mask).astype(np.int32)
            score = relevance(view, criteria, scored, km, today)
            score = score / max(float(score[among].max(initial=0)), 1e-9)
            page = page_of(view, criteria, query, among, score, km)
            hits = [self._hit(view, searcher, n, score, marked, criteria.origin) for n in page]
            meant = self._meant(view, scorer, query, scored)
        notes = _query_notes(query, scored, len(among)) + narrowed.notes
        return Found(len(among), hits, meant, narrowed.counts, notes)

    def weigh(self, criteria: Criteria, *, today: date, also: Iterable[Document] = ()) -> Weighed:
        """Every result of a search, for who filters and sorts by what the index does not know. Pages do not matter.

        `also`: documents that are not in the index, asked the same; they score nothing.
        """
        criteria = _sane(criteria)
        query = parse(criteria.words)
        synonyms = self._synonyms()
        with self._reading() as (view, searcher):
            scorer = Scorer(view, searcher, synonyms)
            scored = scorer.score(query)
            km = distances(view, criteria.origin)
            among = np.flatnonzero(narrow(view, criteria, scored.matched, km).mask)
            score = relevance(view, criteria, scored, km, today)[among]
            shares = (score / max(float(score.max(initial=0)), 1e-9)).tolist()
            found = {
                view.told(number).listing_id: (share, None if isnan(far) else far)
                for number, share, far in zip(among.tolist(), shares, km[among].tolist(), strict=True)
            }
            meant = self._meant(view, scorer, query, scored)
        for document in also:
            if outside.answers(document, query, synonyms) and outside.passes(document, criteria):
                found[document.listing_id] = 0.0, outside.nearest_km(document, criteria.origin)
        return Weighed(found, meant, tuple(_query_notes(query, scored, len(among))))

    def saying(self, phrases: Iterable[str]) -> dict[str, int]:
        """How many listings have each of the phrases, its words side by side; synonyms do not count."""
        with self._reading() as (view, searcher):
            scorer = Scorer(view, searcher, {})
            found = ((phrase, scorer.score(_as_phrase(phrase))) for phrase in dict.fromkeys(phrases))
            return {
                phrase: 0 if scored.partial else int(np.count_nonzero(scored.matched))
                for phrase, scored in found
            }

    def answering(self, documents: Iterable[Document], words: str) -> frozenset[str]:
        """The listing_ids of those of some documents, in the index or not, that have the words of a search."""
        query, synonyms = parse(words), self._synonyms()
        return frozenset(one.listing_id for one in documents if outside.answers(one, query, synonyms))

    def _hit(
        self,
        view: View,
        searcher: Any,
        number: int,
        score: Floats,
        marked: frozenset[str],
        origin: Point | None,
    ) -> Hit:
        with unusable_if_broken():
            organization, activities, description = searcher.stored_fields(number)["shown"]
        told = view.told(number)
        shown = description or activities.replace("\n", ", ") or organization
        return Hit(
            listing_id=told.listing_id,
            ref=told.ref,
            name=told.name,
            organization=organization,
            score=round(float(score[number]), 3),
            distance_km=_shown_km(view, number, origin),
            snippet_html=snippet(shown, marked),
        )

    def _synonyms(self) -> Synonyms:
        """The synonyms of this moment, made ready once for each mapping that is given."""
        known, prepared = self._ask(), self._prepared
        if prepared[0] is not known:
            prepared = self._prepared = known, prepare_synonyms(known)
        return prepared[1]

    def _meant(self, view: View, scorer: Scorer, query: Query, scored: Scored) -> str | None:
        few = np.count_nonzero(scored.matched) <= spelling.RARE
        if query.browsing or not (scored.partial or few):
            return None

        def works(words: str) -> bool:
            return bool(scorer.score(parse(words)).matched.any())

        return spelling.did_you_mean(query, view.surfaces(scorer.reader), works)


# --- parts of find ---


def _as_phrase(phrase: str) -> Query:
    """A phrase of the vocabulary as a search: "_" stands for words between, which a search cannot ask for."""
    if "_" in phrase.split():
        return parse(" ".join(part for part in phrase.split() if part != "_"))
    return parse('"' + phrase.replace('"', " ") + '"')


def _marked(query: Query, synonyms: Synonyms) -> frozenset[str]:
    """Stems to mark in a snippet: what was asked for, and synonyms of one word (parts of others say little)."""
    stems = query.stems
    found = set(stems) | {stem for phrase in query.phrases for stem in phrase}
    for start in range(len(stems)):
        for end in range(start + 1, len(stems) + 1):
            others = synonyms.get(stems[start:end], ())
            found |= {other[0] for other in others if len(other) == 1}
    return frozenset(found)


def _shown_km(view: View, number: int, origin: Point | None) -> float | None:
    """Kilometres to the nearest point by geopy, to 10 m. None: no origin, or not on the map."""
    if origin is None or not view.point_counts[number]:
        return None
    start = int(view.point_counts[:number].sum())
    points = np.degrees(view.points[start : start + int(view.point_counts[number])])
    return round(min(float(great_circle((origin.lat, origin.lon), (p[0], p[1])).km) for p in points), 2)


def _sane(criteria: Criteria) -> Criteria:
    """Criteria with impossible numbers made harmless (a page 0, a point off the globe, an endless page)."""
    origin = criteria.origin
    if origin and not (isfinite(origin.lat) and isfinite(origin.lon) and abs(origin.lat) <= 90):
        origin = None
    page, per_page = max(criteria.page, 1), min(max(criteria.per_page, 1), 1000)
    return replace(criteria, origin=origin, page=page, per_page=per_page)


def _query_notes(query: Query, scored: Scored, total: int) -> list[str]:
    notes = []
    if query.cut:
        notes.append(f"Your search is very long. We used its first words (up to {MAX_CHARACTERS} letters).")
    if scored.partial and total:
        notes.append("Nothing has all of your words. These have some of them.")
    return notes


# --- upkeep -------------------------------------------------------------------------------------------------


def _unique(documents: Iterable[Document]) -> Iterator[Document]:
    seen: set[str] = set()
    for document in documents:
        if document.listing_id not in seen:
            seen.add(document.listing_id)
            yield document


def _faults(view: View, searcher: Any) -> list[str]:
    faults = []
    for leaf, segment, _ in view.leaves(searcher.reader()):
        segment.surfaces(leaf)
        for number in range(segment.count):
            leaf.stored_fields(number)
        for term in leaf.lexicon("name"):
            segment.postings(leaf, "name", term.decode("utf-8"))
    living = view.living_ids()
    if len(set(living)) != len(living):
        faults.append("Some listings are in the search index twice: run kith reindex.")
    return faults
