"""Does someone write that they want to die, or to hurt themselves? Then the first line is for them, not for places."""

from __future__ import annotations

import re
from functools import cache

from matching.language.tokens import fold
from matching.vocabulary import read


@cache
def _phrases() -> tuple[str, ...]:
    return tuple(f" {_plain(phrase)} " for phrase in read("urgent.toml")["phrases"])


def _plain(text: str) -> str:
    """Folded words with single spaces; apostrophes are left out, as people leave them out."""
    return " ".join(_NO_LETTER.sub(" ", fold(text).replace("'", "").replace("’", "")).split())


_NO_LETTER = re.compile(r"[^\w\s]|_")


def sounds_urgent(text: str) -> bool:
    """Whether the text has one of the phrases of urgent.toml. Never raises."""
    padded = f" {_plain(text[:20_000])} "
    return any(phrase in padded for phrase in _phrases())


def urgent_note() -> str:
    """What is said first, in plain words, with numbers to ring."""
    return str(read("urgent.toml")["note"])
