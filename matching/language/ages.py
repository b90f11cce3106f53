"""Whom a listing's own words say it is for, where it gives no age: children and young people, older people, or nobody
in particular. Only the name and the beginning of a text count; what comes later is by the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from matching.language.lexicon import Lexicon, settled
from matching.language.lexicons import NOT
from matching.language.tokens import EARLY, Written, listing_words
from matching.vocabulary import read

CHILDREN, OLDER = "children", "older"
CHILDREN_ONLY, OLDER_ONLY = "children_only", "older_only"
WOMEN, MEN = "named_women", "named_men"
GROWN_UPS = "grown_ups"
ONLY = {CHILDREN: CHILDREN_ONLY, OLDER: OLDER_ONLY}
PARTS = ("words", "unless", "venues", "alone", "nobody_else")
OPENED = 2
"""So many times as often as what opens it to others must it be said ("family involvement" opens no middle school)."""
TWICE, THRICE = 2, 3
"""Said so often it is not said in passing: one toddler group in a list of what is on says nothing of the rest."""
IN_ITS_NAME = 2
"""So often more is it said whose name says it: "Children's bereavement group", for the loss of a parent."""
FIRST = 10
"""Words from the beginning in which one mention says it of all."""
AT_ONCE, LEAD = 2, 3
FOR_THEM = frozenset((
    "for", "to", "serves", "serving", "serve", "of", "helps", "help", "helping", "provides", "with", "our", "gives",
))  # fmt: skip
"""What stands before those that a service is for ("mentoring to youth"), and not in "discussions, kids activities"."""
PROVIDED = frozenset(("provides", "provide", "offers", "offer", "runs"))
"""What stands before all that a service is, and not before one thing of a week ("Tuesday after school club")."""
YOUNG = 25
_AGES = re.compile(r"\b(\d{1,2})\s*(?:-|–|to|and|through)\s*(\d{1,2})\b(?!\s*(?:am|pm|:))", re.IGNORECASE)
_SCHOOL = re.compile(
    r"\b(?:elementary|middle|k-8|senior high)(?:\s+(?:school|center|centre))*\s*$", re.IGNORECASE
)
"""A school's name: what goes on there is for its pupils, unless it says otherwise."""
_BEFORE = re.compile(r"\b(?:ages?|aged)\W+(?:of\W+)?$", re.IGNORECASE)
_AFTER = re.compile(r"\W{0,2}(?:years?|yrs?)\b", re.IGNORECASE)
"""What makes numbers ages: "aged" before them, or "years" after."""


@dataclass(frozen=True, slots=True)
class AgeWords:
    """The words of one group of ages; `about` fits "It is mainly for ..."."""

    about: str
    words: Lexicon
    unless: Lexicon
    venues: Lexicon
    alone: Lexicon
    nobody_else: Lexicon


@cache
def age_words() -> Mapping[str, AgeWords]:
    """The groups of ages.toml."""
    return {
        key: AgeWords(raw["about"], *(_lexicon(raw.get(part, [])) for part in PARTS))
        for key, raw in read("ages.toml").items()
        if key in ONLY
    }


def _lexicon(phrases: list[str]) -> Lexicon:
    return Lexicon((phrase, "ages", "words") for phrase in phrases)


_THEM = {
    WOMEN: r"(?:girls?|wom[ae]n|ladies|mums?|moms?|mother(?:s|hood)|sisters|daughters)",
    MEN: r"(?:boys?|m[ae]n|lads|blokes|dads?|father(?:s|hood)|brothers)",
}
_NAMED_FOR = {key: re.compile(rf"\b{them}\b", re.IGNORECASE) for key, them in _THEM.items()}
_SAID_FOR = {
    key: re.compile(
        rf"\b(?:for|to|empower\w*|serv\w+)\s+(?:\w+\s+)?{them}\b(?!\s+(?:and|or|&)\s+(?!their|her\b))",
        re.IGNORECASE,
    )
    for key, them in _THEM.items()
}
"""A text says whom something is for: "for young girls and their families", not "for women and youth"."""


def named_for(name: str, told: str = "") -> str:
    """WOMEN or MEN, where a name names the one and not the other ("Girls Youth Club", "Men in Sheds"), or a text begins
    by saying that it is for them ("programs for young girls and their families"); else ""."""
    named = [key for key in _NAMED_FOR if names(key, name)]
    if not named:
        beginning = " ".join(told.split()[: EARLY // 2])
        named = [key for key in _NAMED_FOR if names(key, beginning)]
        named = named if len(named) == 1 and _SAID_FOR[named[0]].search(beginning) else []
    return named[0] if len(named) == 1 else ""


def names(key: str, text: str) -> bool:
    """Whether a text speaks of girls and WOMEN, or of boys and MEN."""
    return bool(_NAMED_FOR[key].search(text.replace("’", " ").replace("'", " ")))


def is_for_grown_ups(name: str, told: str = "") -> bool:
    """Its name or its first words say so, and its beginning speaks of nobody younger ("Adult art cafe"). Many places
    teach adults from sixteen on: that does not say so."""
    words = told.split()
    at_once, beginning = (f"{name} | {' '.join(words[:many])}" for many in (FIRST, EARLY))
    for_them, unless = _grown_up_words()
    return bool(settled(for_them.find_in(listing_words(at_once))[1], NOT)) and not _times(
        unless, listing_words(beginning)
    )


@cache
def _grown_up_words() -> tuple[Lexicon, Lexicon]:
    raw = read("ages.toml")[GROWN_UPS]
    said = [
        (phrase, GROWN_UPS, part)
        for part, name in (("words", "words"), (NOT, "not_words"))
        for phrase in raw[name]
    ]
    return Lexicon(said), _lexicon(raw["unless"])


def meant_for(name: str, told: str = "") -> str:
    """CHILDREN, OLDER or "". Said more often than the other, and far more often than what opens it to others.

    With CHILDREN_ONLY or OLDER_ONLY after a space, where it opens to nobody else.
    """
    group = _mainly_for(name, told)
    return f"{group} {ONLY[group]}" if group and _nobody_else(age_words()[group], name, told) else group


def _mainly_for(name: str, told: str) -> str:
    beginning = f"{name} | {' '.join(told.split()[:EARLY])}"
    raws = listing_words(beginning)
    said = {key: _times(group.words, raws) for key, group in age_words().items()}
    school = bool(_SCHOOL.search(name))
    said[CHILDREN] += _young_ages(beginning) + school
    called = listing_words(name)
    for key, group in age_words().items():
        if _times(group.words, called) and not _times(group.unless, called):
            said[key] += IN_ITS_NAME
    for key, group in age_words().items():
        others = max((count for other, count in said.items() if other != key), default=0)
        opened = said[key] <= max(others, OPENED * _times(group.unless, raws))
        if opened:
            continue
        named = _times(group.words, called) > 0 or (school and key == CHILDREN)
        if _is_for(group, said[key], named, raws, name, told):
            return key
    return ""


def _is_for(group: AgeWords, said: int, named: bool, raws: Written, name: str, told: str) -> bool:
    """It is mainly for a group of ages that its beginning names so many times, and its name or not."""
    if (said >= THRICE and _times(group.alone, raws)) or _provided_at_once(group, told):
        return True
    if not named and (_times(group.venues, listing_words(name)) or said <= _times(group.nobody_else, raws)):
        return False
    return named or said >= TWICE or _times(group.alone, raws) > 0 or not _in_passing(group, told)


def _provided_at_once(group: AgeWords, told: str) -> bool:
    """Its first words provide what is for nobody else ("provides out of school programmes")."""
    words, hits = group.alone.find_in(listing_words(" ".join(told.split()[:FIRST])))
    return any(
        not PROVIDED.isdisjoint(word for word, _ in words[max(0, hit.start - LEAD) : hit.start])
        for hit in hits
    )


def is_for_everybody(name: str) -> bool:
    """It is called what a place for everybody is called: a library, a church, a village hall."""
    return _times(age_words()[CHILDREN].venues, listing_words(name)) > 0


def _in_passing(group: AgeWords, told: str) -> bool:
    """One mention, not as of those it is for, and not at once; or the rest of the text speaks of others."""
    words, hits = group.words.find_in(listing_words(" ".join(told.split()[:FIRST])))
    if not hits:
        return _times(group.nobody_else, listing_words(told)) > 0
    before = {word for word, _ in words[max(0, hits[0].start - LEAD) : hits[0].start]}
    return hits[0].start > AT_ONCE and before.isdisjoint(FOR_THEM)


def _young_ages(text: str) -> int:
    """How often it names ages that end before YOUNG: "between the ages of 16 and 24", "6-14 years old"."""
    return sum(
        int(ages[1]) < int(ages[2]) < YOUNG
        and bool(_BEFORE.search(text[: ages.start()]) or _AFTER.match(text[ages.end() :]))
        for ages in _AGES.finditer(text)
    )


def _nobody_else(group: AgeWords, name: str, told: str) -> bool:
    """Its name says so, or its beginning says it twice, and nothing there opens it to others; or nothing in all of its
    text does, where it is said as of nobody else."""
    beginning = listing_words(f"{name} | {' '.join(told.split()[:EARLY])}")
    if _times(group.unless, beginning) or _times(group.nobody_else, beginning):
        return False
    if _times(group.words, listing_words(name)) or _times(group.words, beginning) >= TWICE:
        return True
    return _times(group.alone, beginning) > 0 and not _times(group.nobody_else, listing_words(told))


def _times(words: Lexicon, raws: Written) -> int:
    return len(words.find_in(raws)[1])
