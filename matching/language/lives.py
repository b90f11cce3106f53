"""The situations that a listing says it is for (loss, an illness, having served ...), and those that a person says are
theirs. Only what a listing says plainly counts: its name, its organization's, or its beginning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from matching.language.lexicon import Lexicon, settled
from matching.language.lexicons import NOT
from matching.language.tokens import EARLY, raw_words
from matching.vocabulary import read

OPENING = 16
"""Words from the beginning among which one mention says whom it is for; up to EARLY it takes two."""
OF_ALL_KINDS = 3
"""A beginning that names so many situations is a service for everybody."""
GIVING = Lexicon(
    (phrase, "giving", "words")
    for phrase in ("volunteer", "volunteers", "volunteering", "donate", "fundraising", "=mentors")
)
"""Who is asked to give is not asked to be in the situation."""


@dataclass(frozen=True, slots=True)
class Life:
    """One situation; `about` fits "It is for ...". The facts in `prefers` say that it is theirs as well; the needs in
    `barriers` often come with it."""

    about: str
    shown: Lexicon
    said: Lexicon
    prefers: tuple[str, ...]
    barriers: tuple[str, ...]


@cache
def lives() -> Mapping[str, Life]:
    """The situations of lives.toml."""
    return {key: _life(key, raw) for key, raw in read("lives.toml").items()}


def _life(key: str, raw: Mapping[str, list[str]]) -> Life:
    void = [(phrase, key, NOT) for phrase in raw.get("not_words", ())]
    shown = [(phrase, key, "words") for phrase in raw["words"]]
    said = [(phrase, key, "words") for phrase in (*raw["words"], *raw["said"])]
    return Life(
        str(raw["about"]),
        Lexicon([*shown, *void]),
        Lexicon([*dict.fromkeys(said), *void]),
        tuple(raw.get("prefers", ())),
        tuple(raw.get("barrier", ())),
    )


def lives_of_listing(name: str, told: str = "", organization: str = "") -> tuple[str, ...]:
    """Keys of the situations that a listing plainly is for; none where it asks people to give."""
    if _asks_to_give(name):
        return ()
    named = tuple(key for key, life in lives().items() if _where(life.shown, f"{name} | {organization}"))
    opening = " ".join(told.split()[:EARLY])
    if named or _asks_to_give(opening):
        return named
    told_at = {key: at for key, life in lives().items() if (at := _where(life.shown, opening))}
    if len(told_at) >= OF_ALL_KINDS:
        return ()
    return tuple(key for key, at in told_at.items() if at[0] < OPENING or len(at) > 1)


def _asks_to_give(text: str) -> bool:
    return bool(GIVING.find_in(raw_words(text))[1])


@lru_cache(maxsize=256)
def lives_said(texts: tuple[str, ...]) -> frozenset[str]:
    """Keys of the situations that a person's own words name as theirs, or as that of somebody close."""
    return frozenset(key for key, life in lives().items() if any(_where(life.said, text) for text in texts))


def _where(lexicon: Lexicon, text: str) -> list[int]:
    """At which words of a text the phrases of a lexicon begin, without those that a longer phrase voids."""
    _, hits = lexicon.find_in(raw_words(text))
    return sorted({hit.start for hit, _, _ in settled(hits, NOT)})
