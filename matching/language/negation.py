"""What a text does not want or does not offer: which words stand under a "not", and which only seem to.

Works on folded words and gives each a weight: 1 plainly meant, 0 refused, between for the lukewarm. Small word lists
and a few plain rules about where a refusal ends; a parser would be heavier and, on fragments people type, no surer.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from matching.language.tokens import BREAKS, PICTURE, fold, is_content
from matching.vocabulary import read

REFUSED, LUKEWARM, LAPSED, MEANT = 0.0, 0.5, 0.7, 1.0


def _phrases(listed: Iterable[str], groups: Mapping[str, list[str]]) -> frozenset[tuple[str, ...]]:
    """Phrases of the file as tuples of folded words, "{group}" written out."""
    found: set[tuple[str, ...]] = set()
    for phrase in listed:
        name = phrase[1 : phrase.index("}")] if phrase.startswith("{") else ""
        firsts = groups[name] if name else [""]
        found.update(tuple(fold(first + phrase.removeprefix(f"{{{name}}}")).split()) for first in firsts)
    return frozenset(found)


def _pairs(listed: Iterable[str]) -> dict[tuple[str, ...], frozenset[str]]:
    """ "prefer _ to", "prefer _ over" -> {("prefer",): {"to", "over"}}."""
    found: dict[tuple[str, ...], frozenset[str]] = {}
    for phrase in listed:
        first, second = (tuple(fold(part).split()) for part in phrase.split(" _ "))
        found[first] = found.get(first, frozenset()) | set(second)
    return found


_FILE = read("refusals.toml")
_GROUPS, _PEOPLE, _LISTINGS = _FILE["groups"], _FILE["people"], _FILE["listings"]
_NOT_A_REFUSAL = _phrases(_PEOPLE["meant"], _GROUPS)
_LUKEWARM = _phrases(_PEOPLE["lukewarm"], _GROUPS)
_REFUSALS = _phrases(_PEOPLE["refused"], _GROUPS)
_BACKWARDS = _phrases(_PEOPLE["refused_before"], _GROUPS)
_SINCE = frozenset(_PEOPLE["since"])
_TURNS = frozenset(_PEOPLE["turns"])
_AFTER_AND = frozenset(_PEOPLE["new_subject"])
_TAKEN_BACK = _phrases(_PEOPLE["taken_back"], _GROUPS)
_GIVEN_BACK = _phrases(_PEOPLE["given_back"], _GROUPS)
_FEELINGS = frozenset(_PEOPLE["feelings"])
_PREFERRED = _pairs(_PEOPLE["preferred"])
_TO_WHOM = frozenset(_PEOPLE["to_whom"])
_STOPS = BREAKS - {","}
_ALONE = _phrases(_PEOPLE["alone"], _GROUPS)
_BARE = frozenset({"no", "not", "never"})
_FIRST_WORDS = frozenset(
    phrase[0]
    for phrases in (_BACKWARDS, _NOT_A_REFUSAL, _LUKEWARM, _REFUSALS, _TAKEN_BACK, _GIVEN_BACK)
    for phrase in phrases
)
_FIRST_PREFERRED = frozenset(phrase[0] for phrase in _PREFERRED)
_ANY_FIRST = _FIRST_WORDS | _FIRST_PREFERRED
"""Most words begin no such phrase, and need no closer look."""


def _longest(words: Sequence[str], at: int, patterns: frozenset[tuple[str, ...]], most: int = 5) -> int:
    for length in range(min(most, len(words) - at), 0, -1):
        if tuple(words[at : at + length]) in patterns:
            return length
    return 0


def person_weights(
    words: Sequence[str], taken: Mapping[int, int], known: Container[int] = ()
) -> tuple[list[float], frozenset[int]]:
    """(weights of a person's words, where the words stand that only say "not").

    `taken` (start -> end) are phrases that carry their own "no" ("no friends"); `known` is where words stand that
    say something of what a person brings or would like.
    """
    weights = [MEANT] * len(words)
    if _ANY_FIRST.isdisjoint(words):
        return weights, frozenset()
    triggers: set[int] = set()
    at = 0
    while at < len(words):
        if at in taken:
            at = taken[at]
            continue
        _prefer(words, at, weights, taken, known)
        length = _apply(words, at, weights)
        triggers.update(range(at, at + length) if length else ())
        at += max(length, 1)
    return weights, frozenset(triggers)


def _apply(words: Sequence[str], at: int, weights: list[float]) -> int:
    """Act on the trigger that begins here, if any; the number of words it spans, 0 for none."""
    if words[at] not in _FIRST_WORDS:
        return 0
    spans = {
        "back": _longest(words, at, _BACKWARDS), "none": _longest(words, at, _NOT_A_REFUSAL),
        "warm": _longest(words, at, _LUKEWARM), "refusal": _longest(words, at, _REFUSALS),
    }  # fmt: skip
    kind = max(spans, key=lambda name: spans[name])
    length = spans[kind]
    turned = max(_longest(words, at, _TAKEN_BACK), _longest(words, at, _GIVEN_BACK))
    if turned >= max(length, 1) and _ends_here(words, at + turned):
        _turn_round(words, at, turned, weights)
        return turned
    if not length:
        return 0
    if kind == "back":
        _lower(weights, _clause_start(words, at), at, REFUSED)
    elif kind != "none":
        bare = kind == "refusal" and words[at] in _BARE and length == 1
        end = _scope_end(words, at + length, bare)
        if not _wants_company(words[at + length : end]):
            _lower(weights, at, end, _how_much(words, at, end, kind))
    return length


def _wants_company(refused: Sequence[str]) -> bool:
    """What is refused is to do it alone: "not eat lunch alone" is a wish for lunch with others."""
    return any(_longest(refused, at, _ALONE) for at in range(len(refused)))


def _ends_here(words: Sequence[str], at: int) -> bool:
    """Whether a thought ends before `at`: "not any more", not "not any more football"."""
    if at >= len(words) or words[at] in BREAKS or words[at] in _TURNS:
        return True
    return words[at] in {"and", "thanks", "x"} or PICTURE.fullmatch(words[at]) is not None


def _turn_round(words: Sequence[str], at: int, length: int, weights: list[float]) -> None:
    """Take back, or give back, what the clause before says."""
    start = _thought_start(words, at)
    if tuple(words[at : at + length]) in _GIVEN_BACK:
        weights[start:at] = [max(weight, LAPSED) for weight in weights[start:at]]
    else:
        _lower(weights, start, at, LAPSED if _FEELINGS.isdisjoint(words[start:at]) else REFUSED)


def _thought_start(words: Sequence[str], at: int) -> int:
    """Where the clause before begins: past a "but", and past one that says nothing itself ("... but I've")."""
    start = _clause_start(words, at)
    while start and not any(map(is_content, words[start:at])):
        if words[start - 1] in BREAKS and words[start - 1] != ",":
            break
        start = _clause_start(words, start - 1)
    return start


def _prefer(
    words: Sequence[str], at: int, weights: list[float], taken: Mapping[int, int], known: Container[int]
) -> None:
    """ "Prefer chess to football": refuse what comes second. "Prefer going to church" compares nothing: before "to"
    and "over" something must be named, and phrases ("listening to music") are not taken apart."""
    if words[at] not in _FIRST_PREFERRED:
        return
    length = max((n for n in range(1, 4) if tuple(words[at : at + n]) in _PREFERRED), default=0)
    if not length:
        return
    seconds, named, here = _PREFERRED[tuple(words[at : at + length])], False, at + length
    while here < len(words) and words[here] not in _TURNS and words[here] not in _STOPS:
        if words[here] in seconds and (named or words[here] == "than") and not _goes_to(words, here):
            end = _scope_end(words, here + 1, bare=False)
            if any(place in known for place in range(here + 1, end)):
                _lower(weights, here + 1, end, REFUSED)
            return
        named = named or here in known
        here = taken.get(here, here + 1)


def _goes_to(words: Sequence[str], at: int) -> bool:
    """ "Singing to my grandchildren" is one thing."""
    after = words[at + 1] if at + 1 < len(words) else ""
    return words[at] == "to" and words[at - 1].endswith("ing") and after in _TO_WHOM


def _how_much(words: Sequence[str], at: int, end: int, kind: str) -> float:
    if kind == "warm":
        return LUKEWARM
    lapsed = words[at] in {"havent", "hasnt"} and any(word in _SINCE for word in words[at:end])
    return LAPSED if lapsed else REFUSED


def _lower(weights: list[float], start: int, end: int, to: float) -> None:
    for index in range(start, end):
        weights[index] = min(weights[index], to)


def _clause_start(words: Sequence[str], at: int) -> int:
    """Where the clause before a backward refusal begins; one "?", ":", "," or dash right before it belongs to it."""
    start = at - 1 if at and words[at - 1] in {"?", ":", ",", "-", "–", "—", "("} else at
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

_ABILITY = frozenset(_LISTINGS["ability"])
_UNNEEDED = frozenset(_LISTINGS["unneeded"])
_LISTING_NO = _phrases(_LISTINGS["refused"], _GROUPS)
_LISTING_KEEP = _phrases(_LISTINGS["meant"], _GROUPS)
_LISTING_BACK = _phrases(_LISTINGS["refused_before"], _GROUPS)
_ANSWERS_NO = frozenset(_LISTINGS["answers"])
_LISTING_REACH = 4
_LABEL_ENDS = frozenset({":", "-", "–", "—", "?", "("})


def listing_weights(words: Sequence[str]) -> list[float]:
    """Weights for a listing's words: 0 for what it says it does not offer ("swimming: no", "not a sports club")."""
    weights = [MEANT] * len(words)
    at = 0
    while at < len(words):
        if words[at] not in _LISTING_FIRSTS:
            at += 1
            continue
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
    if any(word in _ABILITY for word in words[at:end]) and not _needs_none(words, at, end):
        return
    _lower(weights, at, end, REFUSED)
    label = _clause_start(words, at)
    if label < at and words[at - 1] in _LABEL_ENDS and not set(words[label:at]).isdisjoint(words[at:end]):
        _lower(weights, label, at, REFUSED)


def _needs_none(words: Sequence[str], at: int, end: int) -> bool:
    """ "No volunteers needed" refuses volunteers; "no singing experience needed" does not refuse singing."""
    return not any(word in _ABILITY and word not in _UNNEEDED for word in words[at:end])


def _is_an_answer(words: Sequence[str], at: int, length: int) -> bool:
    """ "Swimming: no" and "Swimming - no": the word answers what stands before it."""
    before = at > 0 and words[at - 1] in _LABEL_ENDS
    after = at + length >= len(words) or words[at + length] in BREAKS
    return before and after and length == 1 and words[at] in _ANSWERS_NO


_LISTING_FIRSTS = (
    frozenset(pattern[0] for pattern in _LISTING_NO | _LISTING_BACK | _LISTING_KEEP) | _ANSWERS_NO
)
NEGATORS = frozenset(pattern[0] for pattern in _LISTING_NO | _LISTING_BACK) | _ANSWERS_NO
"""A listing without any of these words needs no reading for refusals."""
