"""What some rows of the columns hold: of which assets, topics, goals and terms how much, and where a wish touches them.
matching/evidence.py weighs it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, cached_property
from itertools import chain

import numpy as np

from matching.columns import Columns, Posted, Rows
from matching.columns.part import FULL, asset_name, goal_name
from matching.language.ages import CHILDREN_ONLY
from matching.vocabulary import goals, is_form

MENTIONED = 0.6
"""Up to this strength a listing only mentions a thing; it is not said to be about it."""
LEAST_TOLD = 0.4
"""From this strength on a listing's own words (or a curator) say that it serves a kind of goal."""
TELLING = 1.5
"""A word is fully telling from two thirds of the rarest on."""


class Held:
    """What the rows hold, each posting list read once."""

    def __init__(self, columns: Columns, rows: Rows, posted: Posted):
        self.columns, self.rows, self._posted = columns, rows, posted
        self._place = np.full(columns.size, -1, dtype=np.intp)
        self._place[rows] = np.arange(len(rows))
        self._read: dict[str, tuple[Rows, Rows]] = {}

    def of(self, name: str) -> tuple[Rows, Rows]:
        """(positions in order, strength 0-1 there) of an asset, a goal or a term."""
        if name not in self._read:
            rows, strength = self._posted(name)
            place = self._place.take(rows)
            some = (place >= 0).nonzero()[0]
            if len(some) < len(place):
                place, strength = place.take(some), strength.take(some)
            self._read[name] = place, strength
        return self._read[name]

    def all_of(self, key: str) -> Rows:
        """Strength 0-1 of an asset, of all rows."""
        found = np.zeros(len(self.rows))
        at, strength = self.of(asset_name(key))
        found[at] = strength
        return found

    @cached_property
    def for_children(self) -> Rows:
        """Whether each is for nobody but children."""
        return np.asarray(self.columns.told("meant_for", self.rows, _for_children_only) > 0)

    def serves(self, kind: str) -> Rows:
        """How well each row serves a kind of goal, 0-1: what is told of it, and what favours it."""
        return self.columns.take("serves", self.rows, _goal_number(kind)) / FULL

    def told(self, kind: str) -> Rows:
        """Whether a curator, or its own words, say so."""
        found = np.zeros(len(self.rows), dtype=bool)
        at, strength = self.of(goal_name(kind))
        found[at[strength >= LEAST_TOLD]] = True
        return found


def _for_children_only(meant_for: str) -> float:
    return 1.0 if CHILDREN_ONLY in meant_for.split() else 0.0


class Touched:
    """The rows that a wish's interests and words have to do with: few of them all."""

    def __init__(self, held: Held, keys: Iterable[str], terms: Iterable[str]):
        self._held = held
        touched = np.zeros(len(held.rows), dtype=bool)
        for name in (*map(asset_name, keys), *terms):
            touched[held.of(name)[0]] = True
        self.at = touched.nonzero()[0]
        """Positions among the rows, in order."""
        self._place = np.zeros(len(held.rows), dtype=np.intp)
        self._place[self.at] = np.arange(len(self.at))

    def strongest(self, keys: Mapping[str, float], names: tuple[str, ...]) -> tuple[Rows, Rows, Rows]:
        """Of some assets, each with its weight: (the largest strength 0-1, the number of the asset among `names` that
        it comes from, -1 where there is none of them, whether the listing is plainly about it). The later wins a tie;
        what a thing is about wins over its form.
        """
        best = np.zeros(len(self.at))
        which, plainly = np.full(len(best), -1, dtype=np.int16), np.zeros(len(best), dtype=bool)
        for number, key in enumerate(sorted(keys, key=lambda key: (not is_form(key), key))):
            at, strength = self._held.of(asset_name(key))
            at, weighed = self._place.take(at), keys[key] * strength
            if number:
                better = (weighed >= best.take(at)).nonzero()[0]
                at, weighed, strength = at.take(better), weighed.take(better), strength.take(better)
            best[at], which[at], plainly[at] = weighed, names.index(key), strength > MENTIONED
        return best, which, plainly

    def serves(self, kind: str) -> Rows:
        """How well each serves a kind of goal, 0-1."""
        return self._held.serves(kind).take(self.at)

    def every(self, keys: Mapping[str, float], named: Sequence[Collection[str]]) -> Rows:
        """How much each row has of all the things that are named, 0-1, each of them being several topics that the same
        words name."""
        held = np.zeros(len(self.at))
        for several in named:
            held += self.most(keys, [several]) / len(named)
        return held

    def most(self, keys: Mapping[str, float], named: Iterable[Collection[str]]) -> Rows:
        """The most that each row has of any of them."""
        best = np.zeros(len(self.at))
        for key in chain.from_iterable(named):
            at, strength = self._held.of(asset_name(key))
            at = self._place.take(at)
            best[at] = np.maximum(best[at], keys[key] * strength)
        return best

    def text(self, terms: tuple[str, ...], idf: Mapping[str, float]) -> Rows:
        """How much each row says of what a person said, 0-1. Each term weighs its idf, a common word less still: a rare
        word shared says much, "take" and "ago" nothing."""
        says = np.zeros(len(self.at))
        for term in terms:
            at, weight = self._held.of(term)
            says[self._place[at]] += telling(idf[term]) * weight
        return np.minimum(1.0, says)


def telling(idf: float) -> float:
    """What sharing a word that rare says."""
    return idf * min(1.0, TELLING * idf)


@cache
def _goal_number(kind: str) -> int:
    return tuple(goals()).index(kind)
