"""A misspelt word -> the vocabulary word surely meant. Careful: a wrong guess puts words in people's mouths."""

from __future__ import annotations

from collections.abc import Container
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.language.lexicon import Lexicon
from matching.language.tokens import STOP_WORDS
from matching.vocabulary import word_list

_SHORTEST, _LONG = 5, 8
_WORTH_MENDING = frozenset(("people", "something", "someone", "somewhere"))
"""Words that say little by themselves, and much within a phrase: "meet new poeple"."""


@cache
def lookalikes() -> frozenset[str]:
    """Real English words that lie a slip away from a vocabulary word ("cooing", "cooking") and mean themselves."""
    return word_list("lookalikes.txt")


@cache
def _by_initial(words: frozenset[str]) -> dict[str, list[str]]:
    """Vocabulary words worth correcting to, by first letter: people seldom miss that one."""
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        if len(word) >= _SHORTEST and word.isalpha() and word not in STOP_WORDS - _WORTH_MENDING:
            found.setdefault(word[0], []).append(word)
    return found


def corrected(word: str, lexicon: Lexicon, real_words: Container[str] = ()) -> str | None:
    """The vocabulary word meant by a folded, misspelt word; None where it is right, short, real or too far off.

    One slip (letter missing, doubled, wrong, or two swapped) from five letters on, two from eight on.
    """
    if len(word) < _SHORTEST or not word.isalpha() or word in STOP_WORDS:
        return None
    if lexicon.knows(word) or word in real_words or word in lookalikes():
        return None
    slips = 2 if len(word) >= _LONG else 1
    found = process.extractOne(
        word, _by_initial(lexicon.mends).get(word[0], []), scorer=OSA.distance, score_cutoff=slips
    )
    return str(found[0]) if found else None
