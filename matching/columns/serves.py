"""How well some opportunities serve each kind of goal, and what is known of their facts: whole columns at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.types import YES, Opportunity, Session
from matching.vocabulary import GoalEntry, assets, goals
from matching.vocabulary.needs import facts

Rows = npt.NDArray[Any]
PERFORMS = 8
"""The rung of performing, leading or volunteering (ladder.toml)."""
FORTNIGHT = 2


def facts_known(offers: Sequence[Opportunity]) -> Rows:
    """(facts x offers): 0 unknown, then the values in the order of facts.toml; one it does not name is unknown."""
    numbers = {
        key: (row, {value: number for number, value in enumerate(entry.values, 1)})
        for row, (key, entry) in enumerate(facts().items())
    }
    known = np.zeros((len(numbers), len(offers)), dtype=np.uint8)
    for at, offer in enumerate(offers):
        for key, fact in offer.facts.items():
            if key in numbers:
                row, values = numbers[key]
                known[row, at] = values.get(fact.value, 0)
    return known


def told(kind: str, offer: Opportunity) -> float:
    """How plainly a curator (1) or its own words (up to 0.9) say that it serves a kind of goal."""
    return 1.0 if kind in offer.goals else 0.9 * offer.goal_signs.get(kind, 0.0)


class Serving:
    """Some opportunities as columns of all that counts for a goal. `known`: see `facts_known`."""

    def __init__(self, offers: Sequence[Opportunity], known: Rows):
        self._offers = offers
        self._yes = {
            key: known[row] == entry.values.index(YES) + 1
            for row, (key, entry) in enumerate(facts().items())
            if YES in entry.values
        }
        self._about = {key: np.zeros(len(offers)) for key in assets()}
        for at, offer in enumerate(offers):
            for key, strength in offer.concepts.items():
                if key in self._about:
                    self._about[key][at] = strength
        self._size = np.array([offer.group_size or "" for offer in offers])
        self._run_by = np.array([offer.run_by or "" for offer in offers])
        self._formats = {
            way: np.array([way in offer.formats for offer in offers], dtype=bool)
            for way in {way for offer in offers for way in offer.formats}
        }
        self._regular = np.array([any(map(_is_regular, offer.sessions)) for offer in offers], dtype=bool)
        self._role = np.array([bool(o.rungs and o.rungs[1] == PERFORMS) for o in offers], dtype=bool)

    def serves(self, kind: str) -> Rows:
        """0-1: what is told, lifted by what favours it: facts, sizes, roles and interests (0-0.6). Unknown adds
        nothing."""
        entry = goals()[kind]
        plainly = np.array([told(kind, offer) for offer in self._offers], dtype=np.float64)
        about = np.zeros(len(self._offers))
        for key in entry.assets:
            np.maximum(about, self._about[key], out=about)
        signs = self._signs(entry)
        share = sum(sign.astype(np.float64) for sign in signs) / max(len(signs), 1)
        soft = 0.35 * share + 0.25 * about
        lifted: Rows = np.maximum(plainly, np.maximum(np.minimum(1.0, 0.6 * plainly + soft), soft))
        return lifted

    def _signs(self, entry: GoalEntry) -> list[Rows]:
        """Facts, sizes, roles and rhythms that help with a kind of goal: a yes or no for each. Unknown is no."""
        none = np.zeros(len(self._offers), dtype=bool)
        signs = [self._yes.get(key, none) for key in entry.favours]
        if entry.group_size:
            signs.append(np.isin(self._size, entry.group_size))
        if entry.run_by:
            signs.append(np.isin(self._run_by, entry.run_by))
        if entry.formats:
            signs.append(np.any([none, *(self._formats.get(way, none) for way in entry.formats)], axis=0))
        if entry.regular:
            signs.append(self._regular)
        if entry.role:
            signs.append(self._role)
        return signs


def _is_regular(session: Session) -> bool:
    return session.every <= FORTNIGHT and not session.monthly
