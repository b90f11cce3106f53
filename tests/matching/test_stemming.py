"""Stems, whoever else is stemming."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from directory.search_index.text import stem as stem_of_the_index
from matching.language.stemming import english_stem
from matching.language.tokens import stem as stem_for_matching
from matching.vocabulary import assets

WORDS = sorted(
    {
        word
        for entry in assets().values()
        for phrase in entry.words
        for word in phrase.split()
        if word.isalpha()
    }
)


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads take turns as often as Python lets them."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize(
    "stem",
    [english_stem, stem_of_the_index.__wrapped__, stem_for_matching.__wrapped__],
    ids=["alone", "of the index", "for matching"],
)
def test_threads_that_stem_at_once_never_get_each_others_stems(
    stem: Callable[[str], str], restless: None
) -> None:
    right = {word: stem(word) for word in WORDS}
    wrong: list[object] = []

    def go(start: int) -> None:
        try:
            wrong.extend(word for word in WORDS[start:] + WORDS[:start] if stem(word) != right[word])
        except Exception as error:  # a thread's own error would be lost
            wrong.append(error)

    threads = [threading.Thread(target=go, args=(start * len(WORDS) // 4,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(right) > 300 and not wrong
