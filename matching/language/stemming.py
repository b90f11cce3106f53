"""English Snowball stems, for the index and for matching."""

from __future__ import annotations

import threading

import Stemmer

_of_this_thread = threading.local()


def english_stem(word: str) -> str:
    """The stem of one lower-case word: "singing" -> "sing".

    A stemmer holds the word it is working on, so each thread has its own: one shared by threads gives now and
    then the stem of another's word.
    """
    try:
        stemmer = _of_this_thread.stemmer
    except AttributeError:
        stemmer = _of_this_thread.stemmer = Stemmer.Stemmer("english")
    return str(stemmer.stemWord(word))
