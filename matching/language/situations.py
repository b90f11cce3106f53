"""The situations that a listing says it is for (loss, an illness, having served ...), and those that a person says are
theirs. Only what a listing says plainly counts: its name, its organization's, or its beginning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

from matching.language.ages import is_for_everybody
from matching.language.lexicon import Hit, Lexicon, settled
from matching.language.lexicons import NOT
from matching.language.negation import NEGATORS
from matching.language.tokens import EARLY, Form, forms, listing_words, raw_words
from matching.vocabulary import read

OPENING = 20
"""Words from the beginning among which one mention says whom it is for; up to EARLY it takes two."""
A_TIMETABLE = 2
"""A beginning with so many times of day says what is on, not whom all of it is for."""
_CLOCK = re.compile(r"\b\d{1,2}(?:[:.]\d{2})?\s?[ap]m\b|\b\d{1,2}[:.]\d{2}\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=\w{3}[.!?])\s")
AT_ONCE = 10
"""Who asks people to give says so in these first words."""
OF_ALL_KINDS = 3
"""A beginning that names so many situations, and so does its first sentence, is a service for everybody."""
NO_BEFORE = 4
"""So many words before it a "not" denies a situation."""
GIVING = Lexicon(
    (phrase, "giving", part)
    for part, phrases in (
        ("words", ("volunteer", "volunteers", "volunteering", "donate", "fundraising", "=mentors")),
        (NOT, ("volunteers of america",)),
    )
    for phrase in phrases
)
"""Who is asked to give is not asked to be in the situation."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation; `about` fits "It is for ...". `community`: the goal that says whose it is, `narrows`: the wider
    situation that it is part of, "" where there is none. The needs in `barriers` often come with it."""

    about: str
    community: str
    ask: bool
    """Nobody is taken to be in it without saying so, though a community says whose it is."""
    barriers: tuple[str, ...]
    narrows: str
    topics: tuple[str, ...]
    """Who would like one of these says that it is theirs."""
    once: bool
    """One mention is enough in the whole of a listing's beginning."""
    always: bool
    """It must be theirs whatever else a group is for ("disabled veterans", "parents of blind children")."""
    enough: bool
    """Who is in it, and in nothing else, need be in nothing else that it names: the families of those who are ill."""


@cache
def situations() -> Mapping[str, Situation]:
    """The situations of situations.toml."""
    return {key: _situation(raw) for key, raw in read("situations.toml").items()}


def _situation(raw: Mapping[str, Any]) -> Situation:
    return Situation(
        raw["about"],
        raw.get("community", ""),
        raw.get("ask", "community" not in raw),
        tuple(raw.get("barrier", ())),
        raw.get("narrows", ""),
        tuple(raw.get("topics", ())),
        raw.get("once", False),
        raw.get("always", False),
        raw.get("enough", False),
    )


def _phrases(key: str, raw: Mapping[str, Any], part: str) -> list[tuple[str, str, str]]:
    return [(phrase, key, "words") for phrase in raw.get(part, ())]


def _void(key: str, raw: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [(phrase, key, NOT) for phrase in raw.get("not_words", ())]


@cache
def _as_shown() -> Lexicon:
    """How listings say for which situation they are, all of them in one."""
    raws = read("situations.toml").items()
    return Lexicon([one for key, raw in raws for one in (*_phrases(key, raw, "words"), *_void(key, raw))])


@cache
def _as_said() -> Lexicon:
    """How people say that a situation is theirs, all of them in one."""
    phrases = (
        one
        for key, raw in read("situations.toml").items()
        for one in (*_phrases(key, raw, "words"), *_phrases(key, raw, "said"), *_void(key, raw))
    )
    return Lexicon([*dict.fromkeys(phrases)])


def situations_of_listing(
    name: str, told: str = "", organization: str = "", venues: Sequence[str] = ()
) -> tuple[str, ...]:
    """Keys of the situations that a listing plainly is for, the narrowest; none where it asks people to give. What the
    place is called where it is done counts where its text says so too ("Housing for Veterans")."""
    if _asks_to_give(name):
        return ()
    plainly = _plainly_for(name, told, organization)
    if venues and (called := _where(" | ".join(venues))):
        said = _where(told)
        plainly = tuple(key for key in situations() if key in plainly or (key in called and key in said))
    wider = {situations()[key].narrows for key in plainly}
    return tuple(key for key in plainly if key not in wider)


def _plainly_for(name: str, told: str, organization: str) -> tuple[str, ...]:
    words = told.split()
    at_once, opening = " ".join(words[:AT_ONCE]), " ".join(words[:EARLY])
    if named := tuple(_where(f"{name} | {organization}")):
        return (*named, *(key for key in _where(opening) if situations()[key].always and key not in named))
    if is_for_everybody(name) or _asks_to_give(at_once) or len(_CLOCK.findall(opening)) >= A_TIMETABLE:
        return ()
    told_at = _where(opening)
    if _of_all_kinds(told_at):
        told_at = _where(_SENTENCE.split(opening, maxsplit=1)[0])
    if _of_all_kinds(told_at):
        return ()
    return tuple(
        key for key, at in told_at.items() if at[0] < OPENING or len(at) > 1 or situations()[key].once
    )


def _of_all_kinds(told_at: Iterable[str]) -> bool:
    return sum(not situations()[key].always for key in told_at) >= OF_ALL_KINDS


def _asks_to_give(text: str) -> bool:
    return bool(settled(GIVING.find_in(listing_words(text))[1], NOT))


def situations_said(text: str) -> frozenset[str]:
    """Keys of the situations that a person's own words name as theirs, or as that of somebody close; with each narrow
    one the wider."""
    return situations_and_communities_said(text)[0]


def communities_said(text: str) -> frozenset[str]:
    """Communities (goal keys) whose life a person says is theirs by its situation ("twenty years in the army"), unless
    they say that it is not ("I'm not deaf")."""
    return situations_and_communities_said(text)[1]


def situations_and_communities_said(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Both, from one look at the text. A person's words go past the cache that a lexicon keeps of listings' words."""
    words = [forms(raw) for raw in raw_words(text)]
    said: set[str] = set()
    denied: set[str] = set()
    for hit, key, _ in settled(_as_said().find(words), NOT):
        (denied if _denied(words, hit.start) else said).add(key)
    return _with_wider(said | denied)[0], _with_wider(said)[1]


def situations_and_communities_wished(topics: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Both, of who would like something that is of some topics ("manage with bad eyes")."""
    return _with_wider(key for topic in topics for key in _of_topics().get(topic, ()))


@cache
def _of_topics() -> Mapping[str, tuple[str, ...]]:
    named = {topic for one in situations().values() for topic in one.topics}
    return {topic: tuple(key for key, one in situations().items() if topic in one.topics) for topic in named}


def _with_wider(keys: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """(situations with the wider ones, the communities whose they are)."""
    told = {key: situations()[key] for key in keys}
    wider = {one.narrows for one in told.values() if one.narrows}
    return frozenset((*told, *wider)), frozenset(one.community for one in told.values() if one.community)


def _denied(words: Sequence[Form], at: int) -> bool:
    return not NEGATORS.isdisjoint(word for word, _ in words[max(0, at - NO_BEFORE) : at])


def _where(text: str) -> dict[str, list[int]]:
    """The situations that a text names, in the order of the file, with the words at which it does, without those that
    a longer phrase of the same situation voids."""
    raws = listing_words(text)
    _, hits = _as_shown().find_in(raws)
    of: dict[str, list[Hit]] = {}
    for hit in hits:
        for key, part in hit.says:
            of.setdefault(key, []).append(hit._replace(says=((key, part),)))
    before = list(accumulate((len(raw) > 1 for raw in raws), initial=0))  # neither marks nor initials
    found = {key: sorted({before[hit.start] for hit, _, _ in settled(mine, NOT)}) for key, mine in of.items()}
    return {key: found[key] for key in situations() if found.get(key)}
