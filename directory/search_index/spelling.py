"""Help with words: "did you mean", and suggestions while someone types."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from directory.search_index.text import Query, fold, tidy, words
from directory.search_index.view import View

SHORTEST = 4
"""Shorter words are not corrected: almost everything is one letter away from them."""
LONG = 8
RARE = 2
"""A word in at most so many documents may be a misspelling in the data itself."""


def did_you_mean(query: Query, known: dict[str, int], works: Callable[[str], bool]) -> str | None:
    """The search with its unlikely words replaced by known ones, if that finds something. None otherwise.

    `known`: word as written (folded) -> documents that have it. `works` runs a search and says if all words
    are found.
    """
    replaced = {word: best for word in query.words if (best := _correction(fold(word), known))}
    if not replaced:
        return None
    plain = [replaced.get(word, word) for word in query.words]
    phrases = [f'"{" ".join(phrase)}"' for phrase in query.phrases]
    excluded = ["-" + (stems[0] if len(stems) == 1 else f'"{" ".join(stems)}"') for stems in query.excluded]
    corrected = " ".join([*plain, *phrases, *excluded])
    return corrected if works(corrected) else None


def _correction(word: str, known: dict[str, int]) -> str | None:
    """The most likely word that was meant: one slip (two in words of LONG letters), the more frequent the
    likelier."""
    own = known.get(word, 0)
    if len(word) < SHORTEST or word.isdigit() or own > RARE:
        return None
    slips = 1 if len(word) < LONG else 2
    near = process.extract(word, known.keys(), scorer=OSA.distance, score_cutoff=slips, limit=None)
    better = [(distance, other) for other, distance, _ in near if distance and known[other] > own * 10]
    if not better:
        return None
    return min(better, key=lambda found: (found[0], found[1][0] != word[0], -known[found[1]], found[1]))[1]


def suggest(view: View, prefix: str, limit: int) -> list[str]:
    """Names, then activities, in which a word starts with the last word typed and the other words are there
    too.

    Names that begin with what was typed come first; then shorter ones; then by name.
    """
    wanted = [fold(word) for word in words(tidy(prefix)[:100])]
    if not wanted or limit < 1:
        return []
    typed = " ".join(wanted)
    parts = [f" {word}" for word in wanted]
    found: dict[str, tuple[bool, bool, int, str]] = {}
    for number in np.flatnonzero(view.alive).tolist():
        line = view.name_lines[number]
        if all(part in line for part in parts):
            name = view.told(number).name
            found[name] = (not line.startswith(f" {typed}"), False, len(name), name)
    for name in _activities(view):
        line = " " + " ".join(fold(word) for word in words(name))
        if name not in found and all(part in line for part in parts):
            found[name] = (not line.startswith(f" {typed}"), True, len(name), name)
    return sorted(found, key=found.__getitem__)[:limit]


def _activities(view: View) -> set[str]:
    return {
        name
        for segment in view.segments
        for told in segment.sides.all_told()
        for name in told.activities.split("\x01")
        if name
    }
