"""How well each document answers a query: BM25F over Whoosh's postings, in one pass of arrays.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3.6: a word's
frequencies in all fields are weighted and summed first, then saturated once, so a word in the name *and* the
description does not count double. (Whoosh's own BM25F adds up one BM25 a field, in Python, one document at a
time.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log1p
from typing import Any, cast

import numpy as np
from whoosh.query import Or, Phrase

from directory.search_index.store import TEXT_FIELDS, unusable_if_broken
from directory.search_index.text import Query, parse, terms
from directory.search_index.view import Bools, Floats, View

BOOSTS = (5.0, 2.0, 3.0, 1.0, 1.5)
"""For name, organization, activities, description, place."""
LENGTH_WEIGHTS = (0.6, 0.5, 0.3, 0.7, 0.3)
"""BM25's b for each field: how much a long text counts for less. Activities are lists: many is not worse."""
SATURATION = 1.2
"""BM25's k1."""
SYNONYM = 0.5
"""A synonym is worth half the word itself."""
LONGEST_SYNONYM = 3
"""Words in the longest phrase that is looked up in the synonyms."""

Synonyms = Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True)
class Scored:
    """`matched` which documents answer; `score` >= 0 each; `partial`: none has every word, these have
    some."""

    matched: Bools
    score: Floats
    partial: bool = False


def prepare_synonyms(synonyms: Mapping[str, Iterable[str]]) -> Synonyms:
    """Words or short phrases -> words or phrases, both as stems. A synonym equal to its word is dropped.

    What is looked up has lost its little words, as a search has ("knit and natter"); what is looked for has not.
    """
    prepared: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
    for word, others in synonyms.items():
        key = parse(word).stems
        values = {tuple(terms(other)) for other in others} - {key, tuple(terms(word)), ()}
        if 0 < len(key) <= LONGEST_SYNONYM and values:
            prepared[key] = tuple(sorted(values | set(prepared.get(key, ()))))
    return prepared


class Scorer:
    """Scores over one view; `searcher` is Whoosh's, of the same generation."""

    def __init__(self, view: View, searcher: Any, synonyms: Synonyms) -> None:
        self.view, self.searcher, self.synonyms = view, searcher, synonyms
        self.reader = searcher.reader()
        self.living = int(np.count_nonzero(view.alive))
        self._terms: dict[str, tuple[Floats, float]] = {}

    def score(self, query: Query) -> Scored:
        """All words wanted; where no document has them all, documents with at least half of them, as
        `partial`."""
        living = self.view.alive & ~self._excluded(query)
        if query.browsing:
            return Scored(living, np.zeros(self.view.size, np.float32))
        wanted = self._wanted(query)
        having = np.sum([score > 0 for score in wanted], axis=0)
        matched = living & (having == len(wanted))
        total = np.sum(wanted, axis=0, dtype=np.float32)
        if matched.any() or len(wanted) == 1:
            return Scored(matched, np.where(matched, total, 0))
        some = living & (having >= max(1, len(wanted) / 2))
        share = having / len(wanted)
        return Scored(some, np.where(some, total * share * share, 0).astype(np.float32), partial=True)

    def _wanted(self, query: Query) -> list[Floats]:
        """One array of scores for each word and each phrase."""
        singles = self._with_synonyms(query)
        for phrase in query.phrases:
            docs = self._phrase(phrase)
            singles.append(np.where(docs, sum(self.term(t) for t in phrase), 0).astype(np.float32))
        return singles

    def _with_synonyms(self, query: Query) -> list[Floats]:
        stems = query.stems
        scores = [self.term(t) for t in stems]
        for start in range(len(stems)):
            for end in range(start + 1, min(start + LONGEST_SYNONYM, len(stems)) + 1):
                for other in self.synonyms.get(stems[start:end], ()):
                    for at in range(start, end):
                        scores[at] = np.maximum(scores[at], self._instead(other, stems[at]))
        return scores

    def _instead(self, other: tuple[str, ...], word: str) -> Floats:
        """Score of documents that have a synonym (all its words) instead of a word of the search.

        Counted as no rarer than the word itself: else "tearoom" would beat "cafe" for who searched "cafe".
        """
        parts = [self._saturated(t) for t in other]
        present = np.min([amount for amount, _ in parts], axis=0)
        rarest = max(rarity for _, rarity in parts)
        found, rarity = self._saturated(word)
        if found.any():
            rarest = min(rarest, rarity)
        return cast(Floats, (SYNONYM * rarest * present).astype(np.float32))

    def _excluded(self, query: Query) -> Bools:
        out = np.zeros(self.view.size, np.bool_)
        for stems in query.excluded:
            out |= self.term(stems[0]) > 0 if len(stems) == 1 else self._phrase(stems)
        return out

    def term(self, term: str) -> Floats:
        """BM25F of one stem in every document."""
        present, rarity = self._saturated(term)
        return cast(Floats, present * np.float32(rarity))

    def _saturated(self, term: str) -> tuple[Floats, float]:
        """(how much of the stem is in each document: 0 to SATURATION + 1, how rare it is: inverse
        frequency)."""
        if term not in self._terms:
            frequency = self._weighted_frequency(term)
            n = int(np.count_nonzero((frequency > 0) & self.view.alive))
            rarity = log1p((max(self.living - n, 0) + 0.5) / (n + 0.5))
            amount = frequency * (SATURATION + 1) / (SATURATION + frequency)
            self._terms[term] = amount.astype(np.float32), rarity
        return self._terms[term]

    def _weighted_frequency(self, term: str) -> Floats:
        view = self.view
        frequency = np.zeros(view.size, np.float32)
        for at, field in enumerate(TEXT_FIELDS):
            docs, freqs = view.postings(self.reader, field, term)
            if len(docs):
                b = LENGTH_WEIGHTS[at]
                longer = (1 - b) + b * view.lengths[docs, at] / view.average_lengths[at]
                frequency[docs] += BOOSTS[at] * freqs / longer
        return frequency

    def _phrase(self, stems: tuple[str, ...]) -> Bools:
        """Documents that have the stems side by side in one field. Whoosh checks the positions."""
        docs = np.zeros(self.view.size, np.bool_)
        together = np.min([self.term(t) for t in stems], axis=0) > 0
        if (together & self.view.alive).any():
            query = Or([Phrase(field, list(stems)) for field in TEXT_FIELDS])
            with unusable_if_broken():
                found = np.fromiter(self.searcher.docs_for_query(query), np.int64)
            docs[found] = True
        return docs
