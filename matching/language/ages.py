"""Whom a listing's own words say it is for, where it gives no age: children and young people, older people, or nobody
in particular. Only the name and the beginning of a text count; what comes later is by the way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from matching.language.lexicon import Lexicon
from matching.language.tokens import EARLY, raw_words
from matching.vocabulary import read

CHILDREN, OLDER, CHILDREN_ONLY = "children", "older", "children_only"
PARTS = ("words", "unless", "alone", "nobody_else")
OPENED = 2
"""So many times as often as what opens it to others must it be said ("family involvement" opens no middle school)."""
TWICE = 2
"""Said so often it is not said in passing: one toddler group in a list of what is on says nothing of the rest."""
FIRST = 10
"""Words from the beginning in which one mention says it of all."""
YOUNG = 25
_AGES = re.compile(r"\b(\d{1,2})\s*(?:-|–|to|and|through)\s*(\d{1,2})\b(?!\s*(?:am|pm|:))", re.IGNORECASE)
_BEFORE = re.compile(r"\b(?:ages?|aged)\W+(?:of\W+)?$", re.IGNORECASE)
_AFTER = re.compile(r"\W{0,2}(?:years?|yrs?)\b", re.IGNORECASE)
"""What makes numbers ages: "aged" before them, or "years" after."""


@dataclass(frozen=True, slots=True)
class AgeWords:
    """The words of one group of ages; `about` fits "It is mainly for ..."."""

    about: str
    words: Lexicon
    unless: Lexicon
    alone: Lexicon
    nobody_else: Lexicon


@cache
def age_words() -> Mapping[str, AgeWords]:
    """The groups of ages.toml."""
    return {
        key: AgeWords(raw["about"], *(_lexicon(raw.get(part, [])) for part in PARTS))
        for key, raw in read("ages.toml").items()
    }


def _lexicon(phrases: list[str]) -> Lexicon:
    return Lexicon((phrase, "ages", "words") for phrase in phrases)


def meant_for(name: str, told: str = "") -> str:
    """CHILDREN, OLDER or "". Said more often than the other, and far more often than what opens it to others.

    CHILDREN with CHILDREN_ONLY after a space, where nothing in all of its text opens it to anybody else.
    """
    group = _mainly_for(name, told)
    return f"{CHILDREN} {CHILDREN_ONLY}" if group == CHILDREN and _only_children(name, told) else group


def _mainly_for(name: str, told: str) -> str:
    beginning = f"{name} | {' '.join(told.split()[:EARLY])}"
    raws = raw_words(beginning)
    said = {key: _times(group.words, raws) for key, group in age_words().items()}
    said[CHILDREN] += _young_ages(beginning)
    for key, group in age_words().items():
        others = max((count for other, count in said.items() if other != key), default=0)
        if said[key] <= others or said[key] <= OPENED * _times(group.unless, raws):
            continue
        if said[key] >= TWICE or not _in_passing(group, name, told):
            return key
    return ""


def _in_passing(group: AgeWords, name: str, told: str) -> bool:
    """One mention, not at once, where the rest of the text speaks of others."""
    at_once = raw_words(f"{name} | {' '.join(told.split()[:FIRST])}")
    return not _times(group.words, at_once) and _times(group.nobody_else, raw_words(told)) > 0


def _young_ages(text: str) -> int:
    """How often it names ages that end before YOUNG: "between the ages of 16 and 24", "6-14 years old"."""
    return sum(
        int(ages[1]) < int(ages[2]) < YOUNG
        and bool(_BEFORE.search(text[: ages.start()]) or _AFTER.match(text[ages.end() :]))
        for ages in _AGES.finditer(text)
    )


def _only_children(name: str, told: str) -> bool:
    """Its name says so, or its beginning does and speaks of children besides, and neither its beginning nor all of its
    text opens it to others."""
    group, beginning = age_words()[CHILDREN], raw_words(f"{name} | {' '.join(told.split()[:EARLY])}")
    if _times(group.unless, beginning) or _times(group.nobody_else, raw_words(f"{name} | {told}")):
        return False
    if _times(group.alone, raw_words(name)):
        return True
    return _times(group.alone, beginning) > 0 and _times(group.words, beginning) >= TWICE


def _times(words: Lexicon, raws: Sequence[str]) -> int:
    return len(words.find_in(raws)[1])
