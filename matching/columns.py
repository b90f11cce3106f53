"""Arrays over all opportunities: the fast, wide search for candidates before the exact rules.

The wide pass only ever leaves out what has nothing to do with the person's wishes, is not running, or is on the avoid
list. It never judges distance, times or facts, so it cannot turn "unknown" into "no" (design.md 4).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.reading import Reading
from matching.types import Avoid, Opportunity
from matching.vocabulary import assets, goals

Rows = npt.NDArray[Any]
"""One value a row: a mask, a column, or row numbers."""
SHOWN = ("active", "paused")


class Columns:
    """All opportunities of a directory, once, as values and as arrays. Rows are positions in `opportunities`."""

    def __init__(self, opportunities: Iterable[Opportunity]):
        self.opportunities = tuple(sorted(opportunities, key=lambda o: (o.id, o.place)))
        self.running = np.array([o.status in SHOWN for o in self.opportunities], dtype=bool)
        self._assets = self._strengths(tuple(assets()), [o.concepts for o in self.opportunities])
        self._goals = self._strengths(tuple(goals()), [_goal_strengths(o) for o in self.opportunities])
        self._postings = _postings(self.opportunities)

    def _strengths(self, keys: tuple[str, ...], held: list[Mapping[str, float]]) -> dict[str, Rows]:
        """One float column per key, zero where a listing has nothing of it."""
        columns = {key: np.zeros(len(held), dtype=np.float32) for key in keys}
        for row, strengths in enumerate(held):
            for key, strength in strengths.items():
                if key in columns:
                    columns[key][row] = strength
        return columns

    def visible(self, avoid: Avoid) -> Rows:
        """Mask of what this person may be shown at all: running, and not on the avoid list."""
        mask = self.running.copy()
        if avoid.listings or avoid.organizations or avoid.venues or avoid.areas:
            shunned = _Shunned(avoid)
            for row in np.flatnonzero(mask):
                mask[row] = not shunned(self.opportunities[row])
        return mask

    def idf(self, terms: Iterable[str], mask: Rows) -> dict[str, float]:
        """How rare each term is among what may be shown: BM25's idf, scaled so that a term nobody uses weighs 1."""
        total = int(mask.sum())
        most = math.log(1 + (total + 0.5) / 0.5)
        return {term: self._rarity(term, mask, total) / most for term in terms}

    def _rarity(self, term: str, mask: Rows, total: int) -> float:
        rows = self._postings.get(term)
        found = int(mask[rows].sum()) if rows is not None else 0
        return math.log(1 + (total - found + 0.5) / (found + 0.5))

    def candidates(self, reading: Reading, mask: Rows) -> Rows:
        """Rows that have anything at all of what the person brings or would like; all of them where nothing is said."""
        wishes = (*reading.assets, *reading.goals)
        if not any(w.points_somewhere or w.terms for w in wishes):
            return np.flatnonzero(mask)
        touched = np.zeros(len(self.opportunities), dtype=bool)
        for wish in wishes:
            for key in (*wish.keys, *wish.neighbours):
                touched |= self._assets[key] > 0
            for kind in wish.types:
                touched |= self._goal_rows(kind)
            for term in wish.terms:
                if (rows := self._postings.get(term)) is not None:
                    touched[rows] = True
        return np.flatnonzero(touched & mask)

    def _goal_rows(self, kind: str) -> Rows:
        """What shows the goal itself; goals such as "make a friend" are served by facts, so every row may count."""
        entry = goals()[kind]
        if entry.favours or entry.group_size or entry.regular or entry.role or entry.run_by or entry.formats:
            return np.ones(len(self.opportunities), dtype=bool)
        rows = self._goals[kind] > 0
        for key in entry.assets:
            rows = rows | (self._assets[key] > 0)
        return np.asarray(rows, dtype=bool)


def _goal_strengths(opportunity: Opportunity) -> dict[str, float]:
    return {**opportunity.goal_signs, **dict.fromkeys(opportunity.goals, 1.0)}


def _postings(opportunities: tuple[Opportunity, ...]) -> dict[str, Rows]:
    """Term -> the rows whose text has it."""
    found: dict[str, list[int]] = {}
    for row, opportunity in enumerate(opportunities):
        for term in opportunity.terms:
            found.setdefault(term, []).append(row)
    return {term: np.array(rows, dtype=np.int32) for term, rows in found.items()}


class _Shunned:
    """Whether an opportunity is on the avoid list: by listing, organization, venue name or postcode, or area."""

    def __init__(self, avoid: Avoid):
        self.listings = frozenset(avoid.listings)
        self.organizations = frozenset(map(plain, avoid.organizations))
        self.venues = frozenset(map(plain, avoid.venues))
        self.areas = frozenset(plain(area) for area in (*avoid.areas, *avoid.venues))
        self.sectors = tuple(spaced(area) for area in avoid.areas if " " in area.strip())

    def __call__(self, offer: Opportunity) -> bool:
        return (
            offer.id in self.listings
            or _named(
                self.organizations, offer.organization, offer.organization_id, *_refs(offer.organization_ref)
            )
            or _named(self.venues, offer.venue)
            or _named(self.areas, offer.postcode, offer.outcode, offer.town)
            or bool(self.sectors and spaced(offer.postcode).startswith(self.sectors))
        )


def _refs(ref: str) -> tuple[str, str]:
    """An organization may be named by its public id, or by the id alone that its source knows it by."""
    return ref, ref.partition(":")[2]


def _named(names: frozenset[str], *candidates: str) -> bool:
    return bool(names) and any(candidate and plain(candidate) in names for candidate in candidates)


def spaced(code: str) -> str:
    """ "s3  8ab" -> "S3 8AB": a sector ("S3 8") is then a plain beginning, and S3 is not the beginning of S35."""
    return " ".join(code.upper().split())


def plain(text: str) -> str:
    """Letters and digits only, case folded: how names are compared."""
    return "".join(c for c in text.casefold() if c.isalnum())
