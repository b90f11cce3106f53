"""Remakes matching/vocabulary/lookalikes.txt from a list of real English words, one "word count" or "word" a line.

    python bench/lookalikes.py WORDS.txt > matching/vocabulary/lookalikes.txt

Keeps the words that misspelling correction could mistake for a word of the vocabulary. Run it after adding many words.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from rapidfuzz.distance import OSA

from matching.language.lexicons import asset_words, goal_words
from matching.language.tokens import STOP_WORDS, lemma

RARE = 150


def words_of(path: Path) -> Iterator[str]:
    """Plain words of five letters or more that are not rare (by count, where the file gives counts)."""
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, count = line.strip().partition(" ")
        if len(word) >= 5 and word.isascii() and word.isalpha() and int(count or RARE) >= RARE:
            yield word.lower()


def main() -> None:
    lexicons = (asset_words(), goal_words())
    near: dict[str, set[str]] = {}
    for target in (
        word for lexicon in lexicons for word in lexicon.words if len(word) >= 5 and word.isalpha()
    ):
        near.setdefault(target[0], set()).add(target)
    kept = set()
    for word in words_of(Path(sys.argv[1])):
        if word in STOP_WORDS or all(word in x.words or lemma(word) in x.known for x in lexicons):
            continue
        slips = 2 if len(word) >= 8 else 1
        if any(OSA.distance(word, target, score_cutoff=slips) <= slips for target in near.get(word[0], ())):
            kept.add(word)
    print("\n".join(sorted(kept)))


if __name__ == "__main__":
    main()
