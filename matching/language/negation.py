"""What a text does not want or does not offer: which words stand under a "not", and which only seem to.

Works on folded words and gives each a weight: 1 plainly meant, 0 refused, between for the lukewarm. Small word lists
and a few plain rules about where a refusal ends; a parser would be heavier and, on fragments people type, no surer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from matching.language.tokens import BREAKS, fold

REFUSED, LUKEWARM, LAPSED, MEANT = 0.0, 0.5, 0.7, 1.0

_CANT = ("cant", "can not", "cannot", "couldnt", "could not", "can never", "could never", "never")
_DONT = ("dont", "do not", "doesnt", "does not", "didnt", "did not", "wont", "will not", "wouldnt", "would not")


def _split(phrases: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(fold(phrase).split()) for phrase in phrases)


def _pairs(firsts: Iterable[str], seconds: Iterable[str]) -> frozenset[tuple[str, ...]]:
    return _split(f"{first} {second}" for first, second in product(firsts, seconds))


_NOT_A_REFUSAL = (
    _pairs(_CANT, ("stop", "resist", "get enough", "have enough", "live without", "do without", "go without", "wait",
                   "help", "beat", "miss", "tire of", "get tired of", "be without", "give up"))  # fmt: skip
    | _pairs(("never",), ("missed", "stopped", "tired of", "far from", "happier", "bored", "too", "turn down",
                          "without", "been happier", "say no to", "mind"))  # fmt: skip
    | _pairs(_DONT, ("want to stop", "want to give up", "want to lose", "want to miss", "get to", "get out to",
                     "have anyone to", "have anywhere to", "have time to", "have time for", "have the time",
                     "have the money", "have enough", "get enough", "get much", "get the chance", "have a chance",
                     "have the kit", "have the confidence", "have anybody to", "have someone to", "go a day",
                     "just"))  # fmt: skip
    | _pairs(("no one", "noone", "nobody", "no-one", "nowhere"), ("to", "else to", "else", "i know", "near", "local"))
    | _pairs(("no",), ("time to", "time for", "money to", "money for", "chance to", "space to", "room to", "place to",
                       "problem", "doubt", "matter", "stranger to", "end of", "better", "greater", "friends to",
                       "mates to", "one like"))  # fmt: skip
    | _pairs(("not",), ("bad", "bad at", "too bad", "too bad at", "half bad", "bad with", "too shabby", "just", "only",
                        "merely", "to mention", "for profit", "enough", "been able to", "able to get", "terrible at",
                        "averse to", "opposed to", "against", "afraid of", "scared of", "long", "all that bad",
                        "had the chance", "a bad", "afraid to", "shy", "ashamed", "miss"))  # fmt: skip
    | _split(("why not", "or not", "nothing but", "nothing better", "nothing like", "nothing beats", "hate to miss",
              "hate missing", "hate it when i miss", "havent been able to", "isnt bad", "not without", "live without",
              "lost without", "without fail", "without doubt", "without question", "nothing i like more",
              "nothing i love more", "nothing makes me happier", "no good without", "hate losing", "hate not",
              "dont you", "cant be without", "never not", "couldnt be without", "addicted to"))  # fmt: skip
)
_LUKEWARM = (
    _pairs(_DONT, ("mind", "mind a bit of", "mind the odd", "object to"))
    | _split(("not sure", "not certain", "not confident", "not too confident", "not very confident", "worried about",
              "nervous about", "anxious about", "not brilliant at", "not great at", "not very good at but",
              "not the best at", "no expert", "no expert at", "not an expert", "dont know if", "not minded"))  # fmt: skip
)
_REFUSALS = _split(
    (
        *_CANT, *_DONT, "no", "not", "nor", "neither", "none", "isnt", "arent", "wasnt", "aint", "hate", "hated",
        "hates", "loathe", "detest", "dislike", "disliked", "cant stand", "cant bear", "cant abide", "cant be doing with",
        "cant be bothered with", "cannot stand", "cannot bear", "could not stand", "couldnt stand", "avoid", "avoiding",
        "without", "sick of", "tired of", "fed up of", "fed up with", "bored of", "bored with", "bored by", "scared of",
        "afraid of", "frightened of", "terrified of", "petrified of", "phobia of", "phobia about", "allergic to",
        "anything but", "anything except", "anything apart from", "anything other than", "everything but",
        "everything except", "anywhere but", "except", "except for", "steer clear of", "stay away from",
        "keep away from", "stay clear of", "keep clear of", "nothing to do with", "rubbish at", "useless at",
        "hopeless at", "terrible at", "awful at", "crap at", "bad at", "no good at", "not good at", "not keen on",
        "not into", "not interested in", "no interest in", "not a fan of", "no fan of", "put off by", "instead of",
        "rather than", "less keen on", "uncomfortable with", "uncomfortable around", "havent", "hasnt", "no more", "no longer",
        "nothing", "never again", "lost interest in", "gone off", "went off", "would rather not", "rather not",
        "never been one for", "not one for", "not much of a", "cannot be doing with", "struggle with", "wary of",
        "dread", "dreading", "despise", "not for me", "zero interest in", "couldnt care less about", "last thing i want",
    )
)  # fmt: skip
_BACKWARDS = _split(
    ("not for me", "isnt for me", "arent for me", "aint for me", "is not for me", "are not for me", "not my thing",
     "isnt my thing", "is not my thing", "arent my thing", "no thanks", "no thank you", "no way", "not my cup of tea",
     "isnt my cup of tea", "not my scene", "isnt my scene", "bores me", "bore me", "scares me", "scare me",
     "puts me off", "put me off", "leaves me cold", "does nothing for me", "do nothing for me", "doesnt interest me",
     "dont interest me", "doesnt appeal", "dont appeal", "isnt me", "not me", "frightens me", "frighten me",
     "terrifies me", "stresses me out", "winds me up", "not really for me", "isnt really for me",
     "isnt really my thing", "not really my thing", "is out", "are out", "not interested", "not any more thanks")
)  # fmt: skip
_SINCE = frozenset("since years ages while long months lately recently forever decades".split())
_TURNS = frozenset("but though although however yet instead now then still because so unless if whereas while".split())
_AFTER_AND = frozenset(
    "i im ive id love like enjoy enjoys likes loves prefer good great into want keen would happy really am we my".split()
)
_LISTING_VERBS = frozenset({"no", "not", "never"})


class Reading(NamedTuple):
    """weight of every word (0 refused .. 1 meant), one for each token."""

    weights: list[float]


def _longest(words: Sequence[str], at: int, patterns: frozenset[tuple[str, ...]], most: int = 5) -> int:
    for length in range(min(most, len(words) - at), 0, -1):
        if tuple(words[at : at + length]) in patterns:
            return length
    return 0


def person_weights(words: Sequence[str], taken: Mapping[int, int]) -> list[float]:
    """Weights for a person's words. `taken` (start -> end) are phrases that carry their own "no" ("no friends")."""
    weights = [MEANT] * len(words)
    at = 0
    while at < len(words):
        if at in taken:
            at = taken[at]
            continue
        at += _apply(words, at, weights)
    return weights


def _apply(words: Sequence[str], at: int, weights: list[float]) -> int:
    """Act on the trigger that begins here, if any; the number of words it spans (at least 1)."""
    spans = {
        "back": _longest(words, at, _BACKWARDS), "none": _longest(words, at, _NOT_A_REFUSAL),
        "warm": _longest(words, at, _LUKEWARM), "refusal": _longest(words, at, _REFUSALS),
    }  # fmt: skip
    kind = max(spans, key=lambda name: spans[name])
    length = spans[kind]
    if not length:
        return 1
    if kind == "back":
        _lower(weights, _clause_start(words, at), at, REFUSED)
    elif kind != "none":
        bare = kind == "refusal" and words[at] in _LISTING_VERBS and length == 1
        end = _scope_end(words, at + length, bare)
        _lower(weights, at, end, _how_much(words, at, end, kind))
    return length


def _how_much(words: Sequence[str], at: int, end: int, kind: str) -> float:
    if kind == "warm":
        return LUKEWARM
    lapsed = words[at] in {"havent", "hasnt", "not"} and any(word in _SINCE for word in words[at:end])
    return LAPSED if lapsed else REFUSED


def _lower(weights: list[float], start: int, end: int, to: float) -> None:
    for index in range(start, end):
        weights[index] = min(weights[index], to)


def _clause_start(words: Sequence[str], at: int) -> int:
    """Where the clause before a backward refusal begins; one "?", ":", "," or dash right before it belongs to it."""
    start = at - 1 if at and words[at - 1] in {"?", ":", ",", "-", "–", "—"} else at
    while start and words[start - 1] not in BREAKS and words[start - 1] not in _TURNS:
        start -= 1
    return start


def _scope_end(words: Sequence[str], at: int, bare: bool) -> int:
    """Where a refusal that begins before `at` ends: a full stop, "but", "and I ...", a comma that ends its list."""
    while at < len(words):
        word = words[at]
        if word in _TURNS or (word in BREAKS and word != ","):
            return at
        if word in {"and", "or"} and at + 1 < len(words) and words[at + 1] in _AFTER_AND and word == "and":
            return at
        if word == "," and not _list_goes_on(words, at + 1, bare):
            return at
        at += 1
    return at


def _list_goes_on(words: Sequence[str], at: int, bare: bool) -> bool:
    """Whether what follows a comma is the next item of the same list ("football, cricket or rugby")."""
    end = at
    while end < len(words) and words[end] not in BREAKS and words[end] not in _TURNS:
        end += 1
    part = words[at:end]
    if not part or any(word in _AFTER_AND for word in part):
        return False
    if "or" in part or "nor" in part:
        return True
    later = end < len(words) and words[end] == "," and _list_goes_on(words, end + 1, bare)
    return later if bare else len(part) <= 3


# --- listings ------------------------------------------------------------------------------------------------------

_ABILITY = frozenset(
    """experience skill skills ability talent knowledge training equipment kit qualification qualifications partner
    previous prior need needed required necessary expertise fitness background gear boots instrument audition
    auditions booking appointment referral charge cost fee""".split()
)
_LISTING_NO = _split(
    ("no", "not a", "not an", "not", "no longer", "without", "except", "excluding", "excludes", "do not", "dont",
     "does not", "doesnt", "cannot", "cant", "not offer", "no need to", "dont need to", "dont have to", "isnt a",
     "isnt", "arent", "not suitable for", "other than", "rather than", "instead of", "neither", "nor", "unable to", "never", "not currently", "closed for")
)  # fmt: skip
_LISTING_KEEP = _split(
    ("not just", "not only", "not for profit", "not to mention", "or not", "why not", "not necessarily", "not be missed",
     "not to be missed", "not limited to", "not sure", "no matter", "no cost", "no charge", "no fee", "no problem",
     "no obligation", "no pressure", "no previous", "no prior", "no booking", "no need to book", "no experience",
     "no need to be", "dont need to be", "dont have to be", "no need to have", "need not", "dont need any", "dont worry", "no appointment",
     "no referral", "dont miss", "not essential", "not required", "not needed", "not necessary", "cant wait",
     "not exclusively", "not solely", "not always", "no later", "no more than", "no age", "no upper",
     "dont forget", "do not need to be", "do not need any", "do not have to be", "no musical", "no sewing skills",
     "no strings", "no minimum", "no maximum", "no judgement", "dont hesitate", "do not hesitate", "if not", "no wrong", "no one", "without charge", "no better")
)  # fmt: skip
_LISTING_BACK = _split(
    ("not allowed", "not permitted", "not available", "not offered", "not included", "not provided", "not welcome",
     "is not offered", "is not available", "are not allowed", "arent allowed", "unavailable", "cancelled", "suspended",
     "not accepted", "no longer runs", "has ended", "has closed", "have ended", "no longer available", "not supported",
     "not running", "discontinued", "isnt available", "isnt offered", "arent available", "isnt included")
)  # fmt: skip
_ANSWERS_NO = frozenset({"no", "none", "n/a", "false", "nil"})
_LISTING_REACH = 4


def listing_weights(words: Sequence[str]) -> list[float]:
    """Weights for a listing's words: 0 for what it says it does not offer ("swimming: no", "not a sports club")."""
    weights = [MEANT] * len(words)
    at = 0
    while at < len(words):
        kept, back = _longest(words, at, _LISTING_KEEP), _longest(words, at, _LISTING_BACK)
        no = _longest(words, at, _LISTING_NO)
        if back and back >= no:
            _lower(weights, _clause_start(words, at), at, REFUSED)
        elif no > kept:
            _refuse_ahead(words, at, no, weights)
        at += max(kept, back, no, 1)
    return weights


def _refuse_ahead(words: Sequence[str], at: int, length: int, weights: list[float]) -> None:
    if _is_an_answer(words, at, length):
        _lower(weights, _clause_start(words, at), at, REFUSED)
        return
    end = at + length
    reach = end + _LISTING_REACH
    while end < len(words) and end < reach and words[end] not in BREAKS and words[end] not in _TURNS:
        if words[end] == "or":
            reach += 2
        end += 1
    if not any(word in _ABILITY for word in words[at:end]) or _needs_none(words, at, end):
        _lower(weights, at, end, REFUSED)


def _needs_none(words: Sequence[str], at: int, end: int) -> bool:
    """"No volunteers needed" refuses volunteers; "no singing experience needed" does not refuse singing."""
    unwanted = {"needed", "required", "necessary", "need"}
    return not any(word in _ABILITY and word not in unwanted for word in words[at:end])


def _is_an_answer(words: Sequence[str], at: int, length: int) -> bool:
    """"Swimming: no" and "Swimming - no": the word answers what stands before it."""
    before = at > 0 and words[at - 1] in {":", "-", "–", "—", "?", "("}
    after = at + length >= len(words) or words[at + length] in BREAKS
    return before and after and length == 1 and words[at] in _ANSWERS_NO


NEGATORS = frozenset(pattern[0] for pattern in _LISTING_NO | _LISTING_BACK) | _ANSWERS_NO
"""A listing without any of these words needs no reading for refusals."""
