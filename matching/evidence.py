"""What listings have of what a person brings and would like: every wish weighed against many listings at once.

For each wish one array of strengths (0-1), with how each came about, over the rows of the columns that are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from matching.columns import Columns, Rows
from matching.columns.part import NAMED, THOUSANDTHS, most_signs
from matching.reading import Evidence, Fit, Reading, Wish
from matching.vocabulary import assets, goals

NEIGHBOUR = 0.3
"""What a neighbouring asset is worth beside the asset itself: enough for "something different"."""
LEAST_NEIGHBOUR = 0.5
NAMED_BY_TEXT = 0.7
"""What the person's very words in a listing's text are worth beside a kind of place that they point to."""
LEAST_TEXT = 0.3
"""How much a listing must say of a wish for the bare words to count."""
MENTIONED = 0.6
"""Up to this strength a listing only mentions a thing; it is not said to be about it."""
OWN_WORDS = 0.15
"""Sharing the very words lifts a listing above others of the same kind, never into the kind."""
KIND_ALONE = 0.8
"""What the kind of a goal is worth by itself where the words name an interest too ("someone to talk to")."""
TELLING = 1.5
"""A word is fully telling from two thirds of the rarest on."""
LEAST_TOLD = 0.4
"""From this strength on a listing's own words (or a curator) say that it serves a kind of goal."""
LEAST_ASSET, LEAST_GOAL, LEAST_SOFT_GOAL = 0.2, 0.3, 0.25
"""Below these a listing has nothing to do with what was asked."""
REFUSED_FROM = 0.5

NO, ASSET, MENTION, TEXT, NEAR, GOAL, FAVOURS = range(7)
HOW = ("", "asset", "mention", "text", "neighbour", "goal", "favours")
"""How a fit came about, as `Fit.how` says it."""


@dataclass(frozen=True, slots=True)
class Fits:
    """One wish against many rows: strength 0-1, how (HOW), and which key or goal (numbers of `names`; -1 none)."""

    wish: Wish
    score: Rows
    how: Rows
    key: Rows
    led: Rows
    """The key whose words led there: for "do stand-up comedy" the interest, though the key is the kind of goal."""
    names: tuple[str, ...]
    because: Mapping[str, str]
    """Key -> the person's words that led to it."""

    @property
    def direct(self) -> Rows:
        """It answers the wish itself, not only a neighbouring interest or by soft signs."""
        return np.asarray((self.how != NO) & (self.how != NEAR) & (self.how != FAVOURS))

    def only(self, some: Rows) -> Fits:
        """The same for some of the rows."""
        arrays = {name: getattr(self, name)[some] for name in ("score", "how", "key", "led")}
        return replace(self, **arrays)

    def each(self, words: list[str]) -> list[Fit | None]:
        """What each row has of the wish, if anything; `words`: the term that each row's text says most of."""
        arrays = (self.score, self.how, self.key, self.led)
        values = zip(*(array.tolist() for array in arrays), words, strict=True)
        return [self._fit(*one) for one in values]

    def _fit(self, score: float, how: int, key: int, led: int, word: str) -> Fit | None:
        if how == NO:
            return None
        if how == TEXT:
            return Fit(self.wish, score, True, "", self.wish.written(word), HOW[how])
        direct, because = how not in (NEAR, FAVOURS), self.because.get(self._name(led), self.wish.say)
        return Fit(self.wish, score, direct, self._name(key), because, HOW[how])

    def _name(self, number: int) -> str:
        return self.names[number] if number >= 0 else ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """All wishes of one person against some rows of the columns."""

    reading: Reading
    rows: Rows
    assets: tuple[Fits, ...]
    goals: tuple[Fits, ...]
    refused: Mapping[str, Rows]
    """Asset key that the person refuses -> which rows are about it."""
    columns: Columns
    idf: Mapping[str, float]

    @property
    def relevant(self) -> Rows:
        """Mask of what has anything to do with what the person brings or would like. Saying nothing: everything."""
        wishes = (*self.reading.assets, *self.reading.goals)
        if not any(wish.points_somewhere or wish.terms for wish in wishes):
            return np.ones(len(self.rows), dtype=bool)
        found = np.zeros(len(self.rows), dtype=bool)
        for fits in self.assets:
            found |= fits.score >= LEAST_ASSET
        for fits in self.goals:
            found |= fits.direct & (fits.score >= np.where(fits.how == TEXT, LEAST_ASSET, LEAST_GOAL))
        if not brings(self.reading):
            for fits in self.goals:
                found |= fits.score >= LEAST_SOFT_GOAL
        return found

    @property
    def direct(self) -> Rows:
        found = np.zeros(len(self.rows), dtype=bool)
        for fits in (*self.assets, *self.goals):
            found |= fits.direct
        return found

    @property
    def beside(self) -> Rows:
        """It answers no wish itself, but is next door to something the person brings."""
        near = np.zeros(len(self.rows), dtype=bool)
        for fits in self.assets:
            near |= fits.how == NEAR
        return near & ~self.direct

    @property
    def about_refused(self) -> Rows:
        found = np.zeros(len(self.rows), dtype=bool)
        for about in self.refused.values():
            found |= about
        return found

    def only(self, some: Rows) -> Weighed:
        """The same for some of the rows (a mask, or positions in order)."""
        if some.dtype == bool:
            some = np.flatnonzero(some)
        return Weighed(
            self.reading,
            self.rows[some],
            tuple(fits.only(some) for fits in self.assets),
            tuple(fits.only(some) for fits in self.goals),
            {key: about[some] for key, about in self.refused.items()},
            self.columns,
            self.idf,
        )

    def _words(self, fits: Fits) -> list[str]:
        """For each row the wish's term that its text says most of, "" where that is not how it fits."""
        words, most = [""] * len(self.rows), np.zeros(len(self.rows))
        if not (fits.how == TEXT).any():
            return words
        for term in fits.wish.terms:
            for rows, weight in self.columns.postings(term):
                place = _at(rows, self.rows)
                said = np.where(place >= 0, telling(self.idf[term]) * weight[np.maximum(place, 0)], 0.0)
                for at in np.flatnonzero(said > most).tolist():
                    words[at], most[at] = term, said[at]
        return words

    def evidence(self) -> list[Evidence]:
        """What each row has, best first."""
        assets, goals = (
            [fits.each(self._words(fits)) for fits in found] for found in (self.assets, self.goals)
        )
        refused = {key: about.tolist() for key, about in sorted(self.refused.items())}
        return [
            Evidence(
                assets=_best_first(fits[at] for fits in assets),
                goals=_best_first(fits[at] for fits in goals),
                refused=tuple(key for key, about in refused.items() if about[at]),
            )
            for at in range(len(self.rows))
        ]


def _at(rows: Rows, wanted: Rows) -> Rows:
    """For each wanted row its place in `rows` (in order), -1 where it is not there."""
    place = np.searchsorted(rows, wanted)
    there = place < len(rows)
    there[there] = rows[place[there]] == wanted[there]
    return np.where(there, place, -1)


def _best_first(found: Iterable[Fit | None]) -> tuple[Fit, ...]:
    return tuple(sorted((fit for fit in found if fit), key=lambda fit: -fit.score))


def brings(reading: Reading) -> bool:
    """Whether something the person brings points to a kind of place."""
    return any(wish.points_somewhere for wish in reading.assets)


def candidates(reading: Reading, columns: Columns, mask: Rows) -> Rows:
    """Rows that may have to do with what the person brings or would like; all of them where nothing is said."""
    wishes = (*reading.assets, *reading.goals)
    if not any(wish.points_somewhere or wish.terms for wish in wishes):
        return np.flatnonzero(mask)
    if not brings(reading) and any(wish.types for wish in reading.goals):
        return np.flatnonzero(mask)  # what favours a goal may be known of any of them
    touched = np.zeros(columns.size, dtype=bool)
    for key in {key for wish in wishes for key in wish.keys} | {
        k for w in reading.assets for k in w.neighbours
    }:
        touched |= columns.line("concepts", _asset_number(key)) > 0
    for wish in wishes:
        for kind in wish.types:
            touched |= columns.line("told", _goal_number(kind)) > 0
        for term in wish.terms:
            for rows, _ in columns.postings(term):
                touched[rows] = True
    return np.flatnonzero(touched & mask)


def weigh(reading: Reading, columns: Columns, rows: Rows, idf: Mapping[str, float]) -> Weighed:
    """Every wish weighed against some rows (in order). idf weighs the directory's rare words above its common ones."""
    held = _Held(columns, rows)
    return Weighed(
        reading,
        rows,
        tuple(_asset_fits(wish, held, idf) for wish in reading.assets),
        tuple(_goal_fits(wish, held, idf) for wish in reading.goals),
        {key: held.concept(key) >= REFUSED_FROM for key in sorted(reading.refused)},
        columns,
        idf,
    )


class _Held:
    """What the rows hold, each column read once."""

    def __init__(self, columns: Columns, rows: Rows):
        self.columns, self.rows = columns, rows
        self._concepts: dict[str, Rows] = {}

    def concept(self, key: str) -> Rows:
        """Strength 0-1 of an asset."""
        if key not in self._concepts:
            taken = self.columns.take("concepts", self.rows, _asset_number(key))
            self._concepts[key] = taken / THOUSANDTHS
        return self._concepts[key]

    def told(self, kind: str) -> Rows:
        """How plainly a curator (1) or its own words (up to 0.9) say that it serves a goal."""
        taken = self.columns.take("told", self.rows, _goal_number(kind))
        return np.where(taken == NAMED, 1.0, 0.9 * (taken / THOUSANDTHS))

    def favours(self, kind: str) -> Rows:
        """0-0.6: facts, sizes, roles and interests that help with a kind of goal. Unknown adds nothing."""
        entry = goals()[kind]
        signs = self.columns.take("favours", self.rows, _goal_number(kind))
        about = np.zeros(len(self.rows))
        for key in entry.assets:
            np.maximum(about, self.concept(key), out=about)
        return 0.35 * (signs / max(most_signs(entry), 1)) + 0.25 * about

    def text(self, terms: tuple[str, ...], idf: Mapping[str, float]) -> Rows:
        """How much each row says of what a person said, 0-1. Each term weighs its idf, a common word less still: a rare
        word shared says much, "take" and "ago" nothing."""
        says = np.zeros(self.columns.size)
        for term in terms:
            for rows, weight in self.columns.postings(term):
                says[rows] += telling(idf[term]) * weight
        return np.minimum(1.0, says[self.rows])


def telling(idf: float) -> float:
    """What sharing a word that rare says."""
    return idf * min(1.0, TELLING * idf)


@cache
def _asset_number(key: str) -> int:
    return tuple(assets()).index(key)


@cache
def _goal_number(kind: str) -> int:
    return tuple(goals()).index(kind)


def _because(wish: Wish) -> dict[str, str]:
    """Key -> the words that led there; a goal's own words before an interest of the same name."""
    near = {key: wish.keys[by][1] for key, by in wish.neighbours.items()}
    return {**near, **{k: words for k, (_, words) in (*wish.keys.items(), *wish.types.items())}}


def _strongest(found: Iterable[tuple[int, Rows]], size: int) -> tuple[Rows, Rows]:
    """(the largest of some arrays, the number of the one it came from; -1 where all are 0). The later wins a tie."""
    best, which = np.zeros(size), np.full(size, -1, dtype=np.int16)
    for number, strength in found:
        better = (strength >= best) & (strength > 0)
        np.copyto(best, strength, where=better)
        np.copyto(which, np.int16(number), where=better)
    return best, which


def _interest(wish: Wish, held: _Held, names: tuple[str, ...]) -> tuple[Rows, Rows]:
    keys = sorted(wish.keys)
    strengths = ((names.index(key), wish.keys[key][0] * held.concept(key)) for key in keys)
    return _strongest(strengths, len(held.rows))


def _asset_fits(wish: Wish, held: _Held, idf: Mapping[str, float]) -> Fits:
    names = (*sorted(wish.keys), *sorted(wish.neighbours))
    shared = held.text(wish.terms, idf)
    strength, key = _interest(wish, held, names)
    has = strength > 0
    score = np.where(has, np.minimum(1.0, (1 - OWN_WORDS) * strength + OWN_WORDS * shared), 0.0)
    plain = np.zeros(len(held.rows), dtype=bool)
    for number, name in enumerate(names[: len(wish.keys)]):
        plain |= (key == number) & (held.concept(name) > MENTIONED)
    how = np.where(has, np.where(plain, ASSET, MENTION), NO)
    near, which = _strongest(
        ((names.index(name), held.concept(name)) for name in sorted(wish.neighbours)), len(held.rows)
    )
    beside = ~has & (near >= LEAST_NEIGHBOUR)
    score, key = np.where(beside, NEIGHBOUR * near, score), np.where(beside, which, key)
    how = np.where(beside, NEAR, how)
    return _or_by_text(Fits(wish, score, how.astype(np.int8), key, key, names, _because(wish)), shared)


def _or_by_text(fits: Fits, shared: Rows) -> Fits:
    """Where the bare words say more for a listing than what they point to, they count."""
    better = (shared >= LEAST_TEXT) & (NAMED_BY_TEXT * shared > fits.score)
    return replace(
        fits,
        score=np.where(better, NAMED_BY_TEXT * shared, fits.score),
        how=np.where(better, TEXT, fits.how).astype(np.int8),
        key=np.where(better, -1, fits.key),
        led=np.where(better, -1, fits.led),
    )


def _goal_fits(wish: Wish, held: _Held, idf: Mapping[str, float]) -> Fits:
    """ "do stand-up comedy": the interest counts first, the kind of goal sharpens it."""
    names = (*sorted(wish.keys), *wish.types)
    kind, kind_strength, told = _best_type(wish, held, names)
    has_kind = kind >= 0
    shared = held.text(wish.terms, idf)
    if wish.keys:
        interest, key = _interest(wish, held, names)
        has = key >= 0
        score = np.where(
            has, interest * (0.5 + 0.5 * kind_strength), np.where(has_kind, 0.25 * kind_strength, 0.0)
        )
        how = np.where(has, np.where(has_kind, GOAL, ASSET), np.where(has_kind, FAVOURS, NO))
        which, led = np.where(has_kind, kind, key), np.where(has, key, -1)
        free = np.array([not goals()[name].of_interest if name in wish.types else False for name in names])
        shown = told & has_kind & free[kind] & (KIND_ALONE * kind_strength > score)
        score, how = np.where(shown, KIND_ALONE * kind_strength, score), np.where(shown, GOAL, how)
        which, led = np.where(shown, kind, which), np.where(shown, kind, led)
        fits = Fits(wish, score, how.astype(np.int8), which, led, names, _because(wish))
        return _or_by_text(fits, shared)
    how = np.where(has_kind, np.where(told, GOAL, FAVOURS), NO)
    score = np.where(has_kind, kind_strength, 0.0)
    fits = Fits(wish, score, how.astype(np.int8), kind, kind, names, _because(wish))
    return _or_by_text(fits, shared)


def _best_type(wish: Wish, held: _Held, names: tuple[str, ...]) -> tuple[Rows, Rows, Rows]:
    """(number of the goal type or -1, strength, whether a curator or the listing's own words say so)."""
    best = np.zeros(len(held.rows))
    kind = np.full(len(held.rows), -1, dtype=np.int16)
    plainly = np.zeros(len(held.rows), dtype=bool)
    for name, (weight, _) in wish.types.items():
        told, soft = held.told(name), held.favours(name)
        strength = weight * np.maximum(np.maximum(told, np.minimum(1.0, 0.6 * told + soft)), soft)
        better = strength > best
        np.copyto(best, strength, where=better)
        np.copyto(kind, np.int16(names.index(name)), where=better)
        np.copyto(plainly, told >= LEAST_TOLD, where=better)
    return kind, best, plainly
