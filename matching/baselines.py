"""What the matcher is measured against: BM25 over the person's words, nearer first among equals. Pure; numpy."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matching.language.tokens import forms, is_content, raw_words, stem
from matching.types import Profile

K1, B = 1.2, 0.75
HALVED_AT_KM = 5.0
"""Where the person names no distance; otherwise a listing counts half at the furthest they would go."""

Column = npt.NDArray[np.float64]


def words_of(profile: Profile) -> str:
    """All that a person said of themselves, as one query; what they say that they do not want is in it too."""
    return " ".join((*(asset.say for asset in profile.assets), *(goal.say for goal in profile.goals)))


class Bm25:
    """Okapi BM25 over English stems of some texts; stop words are left out."""

    def __init__(self, texts: Sequence[str]):
        counts = [Counter(stems(text)) for text in texts]
        self._size = len(counts)
        lengths = np.array([sum(count.values()) for count in counts], dtype=np.float64)
        self._norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()) if counts else 0.0, 1.0))
        found: dict[str, list[tuple[int, int]]] = {}
        for row, count in enumerate(counts):
            for term, times in count.items():
                found.setdefault(term, []).append((row, times))
        self._postings = {term: np.array(rows, dtype=np.int64) for term, rows in found.items()}

    def scores(self, words: str) -> Column:
        """One score a text, 0 where they share nothing."""
        scores = np.zeros(self._size)
        for term in dict.fromkeys(stems(words)):
            if (postings := self._postings.get(term)) is None:
                continue
            rows, times = postings[:, 0], postings[:, 1]
            idf = math.log(1 + (self._size - len(rows) + 0.5) / (len(rows) + 0.5))
            scores[rows] += idf * times * (K1 + 1) / (times + self._norm[rows])
        return scores


def stems(text: str) -> list[str]:
    """Every content stem of a text, repeated as often as it is said."""
    return [stem(word) for word, _ in map(forms, raw_words(text)) if is_content(word)]


def nearer_first(scores: Column, km: Column, max_km: float | None) -> Column:
    """Scores halved at the furthest the person would go, and again as far beyond; nan kilometres count as there."""
    away = np.where(np.isnan(km), max_km or HALVED_AT_KM, km)
    return np.asarray(scores * 0.5 ** (away / (max_km or HALVED_AT_KM)), dtype=np.float64)
