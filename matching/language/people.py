"""What a person says of themselves -> assets and goals with the words that led there, less what they refuse."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from matching.language.lexicon import Hit, Lexicon, settled
from matching.language.lexicons import NOT, goal_lives, topic_words
from matching.language.negation import REFUSED, person_weights
from matching.language.tokens import BREAKS, Form, Token, is_content, lemma, stem, tokenise
from matching.language.typos import corrected
from matching.language.words import SHIPPED, Words
from matching.vocabulary import goals, topics

_PART_WEIGHT = {"words": 1.0, "said": 1.0, "weak": 0.4}
_MISSPELT = 0.9
_THEIRS = frozenset(("his", "her", "their", "our"))
"""Workers write of somebody what phrases say of oneself: "lost her husband" is "lost my husband"."""
BY_BIRTH = "languages_cultures"
"""An interest that is not to be read from who somebody is: a Polish man may not care for languages."""
LONGEST_TEXT = 4000
"""Characters read; people write sentences, and a longer text is a mistake or an attack."""


class Heard(NamedTuple):
    """What somebody said, split into words once for all that is read of it (see `heard`)."""

    text: str
    tokens: Sequence[Token]


def heard(text: str | Heard) -> Heard:
    """A text to read several things of: what takes a text takes this too."""
    if isinstance(text, Heard):
        return text
    text = text[:LONGEST_TEXT]
    return Heard(text, tokenise(text))


@dataclass(frozen=True, slots=True)
class Concepts:
    """What a text says a person brings: all keys are asset keys, all terms are stems."""

    weights: Mapping[str, float] = field(default_factory=dict)
    """Asset key -> 0-1: 1 plainly said, lower for hints, lukewarm words and mended spelling."""
    because: Mapping[str, str] = field(default_factory=dict)
    """Asset key -> the words of the text that led there, exactly as written."""
    terms: tuple[str, ...] = ()
    """Content words that led to no key: evidence to look for in a listing's text."""
    all_terms: tuple[str, ...] = ()
    """Content words that led to a key too; refused ones left out."""
    negated: frozenset[str] = frozenset()
    """Asset keys that the person refuses ("not into crafts")."""
    negated_terms: frozenset[str] = frozenset()
    """Content words they refuse."""


@dataclass(frozen=True, slots=True)
class Topics:
    """What narrower things a text names: topic key -> weight 0-1, the words that led there, and what it refuses."""

    weights: Mapping[str, float] = field(default_factory=dict)
    because: Mapping[str, str] = field(default_factory=dict)
    negated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class GoalTypes:
    """What a text says a person would like: goal key -> weight 0-1, and the words that led there."""

    weights: Mapping[str, float] = field(default_factory=dict)
    because: Mapping[str, str] = field(default_factory=dict)


def concepts_of(
    text: str | Heard, real_words: Container[str] = (), *, words: Words | None = None
) -> Concepts:
    """The assets in a person's own words, by the vocabulary of `words` (the shipped one without).

    `real_words`: folded words known to be English here (say, the directory's own), never taken for misspellings.
    Qualities ("loyal, tidy, brave") lead to no key and stay terms. Never raises, whatever the text.
    """
    once = heard(text)
    said = _Said(once, (words or SHIPPED).asset_words, real_words)
    said.leave_aside({at for _, hit in _lives(once) for at in range(hit.start, hit.end)})
    weights, because, refused = said.keys()
    plain, led = said.terms()
    return Concepts(
        weights=MappingProxyType(weights),
        because=MappingProxyType(because),
        terms=tuple(term for term in plain if term not in led),
        all_terms=plain,
        negated=frozenset(refused - weights.keys()),
        negated_terms=said.refused_terms() - set(plain),
    )


def topics_of(text: str | Heard, *, brought: bool = False) -> Topics:
    """The topics in a person's own words ("finish my GED" -> diploma). `brought`: they bring it, and do not wish it."""
    once = heard(text)
    said = _Said(once, topic_words(), ())
    said.leave_aside({at for _, hit in _lives(once) for at in range(hit.start, hit.end)})
    said.found = [
        (hit, key, part)
        for hit, key, part in said.found
        if not (brought and topics()[key].goals_only) and not said.aside.issuperset(range(hit.start, hit.end))
    ]
    weights, because, refused = said.keys()
    negated = frozenset(refused - weights.keys())
    return Topics(MappingProxyType(weights), MappingProxyType(because), negated)


def goal_types_of(
    text: str | Heard, real_words: Container[str] = (), *, words: Words | None = None
) -> GoalTypes:
    """The kinds of goal in a person's own words ("make a friend" -> friend). Of a kind that is part of another both are
    named. Who says what they are ("I'm a Polish woman") wishes for nothing by it: see `lives_of`."""
    said = _Said(text, (words or SHIPPED).goal_words, real_words)
    said.found = [found for found in said.found if not _no_wish(said, *found)]
    weights, because, _ = said.keys()
    return GoalTypes(weights=MappingProxyType(weights), because=MappingProxyType(because))


def lives_of(text: str | Heard) -> frozenset[str]:
    """The goal keys whose life a person says is theirs: "I'm a gay man", "being blind", "as a veteran".

    It is what they are and no wish: nothing is to be looked for by it, but nobody need ask them whether it is so.
    """
    return frozenset(key for key, _ in _lives(text))


def _lives(text: str | Heard) -> list[tuple[str, Hit]]:
    """(goal key, where it is said) of each."""
    once = heard(text)
    if not _LEADS.search(once.text):
        return []
    said = _Said(once, goal_lives(), ())
    return [
        (key, hit)
        for hit, key, _ in said.found
        if goals()[key].part_of and said.meant_of(hit) > REFUSED and _of_themselves(said, hit.start)
    ]


def _no_wish(said: _Said, hit: Hit, key: str, _: str) -> bool:
    """Whether somebody's own people are named where they only say who they are."""
    return key in _whose() and _of_themselves(said, hit.start)


@cache
def _whose() -> frozenset[str]:
    """The kinds of goal that are about whose group it is: the parts, and what they are part of."""
    parts = {key: entry.part_of for key, entry in goals().items() if entry.part_of}
    return frozenset((*parts, *parts.values()))


_OF_THEMSELVES = frozenset(("im", "am", "ive", "being", "born", "became"))
_LEADS = re.compile(r"\b(?:i\W?m|am|i\W?ve|being|born|became|as an?)\b", re.IGNORECASE)
"""A text without any of these says nothing of the speaker, and most need not be read again."""
_LEAD = 5
"""Words between "I'm" and what somebody is: "I'm a very proud old gay man"."""
_NOT_BETWEEN = frozenset(
    ("into", "in", "on", "at", "with", "to", "for", "about", "of", "like", "love", "enjoy", "good", "keen", "fond",
     "the", "not", "never", "no", "my", "other", "our", "their")
)  # fmt: skip


def _of_themselves(said: _Said, at: int) -> bool:
    """Whether what stands here is said of the speaker: after "I'm" and the like, with nothing but qualities between."""
    words = [token.word for token in said.tokens[max(0, at - _LEAD) : at]]
    for place, word in reversed(list(enumerate(words))):
        if word in _OF_THEMSELVES or (word == "as" and words[place + 1 : place + 2] in (["a"], ["an"])):
            return True
        if word in _NOT_BETWEEN or word in BREAKS or word.endswith("ing"):
            return False
    return False


class _Said:
    """One text read once: tokens, the phrases found in them, and how plainly each word is meant."""

    def __init__(self, text: str | Heard, lexicon: Lexicon, real_words: Container[str]):
        self.text, self.tokens = heard(text)
        self.forms, self.mended = _mended(self.tokens, lexicon, real_words)
        self.found = settled(lexicon.find(self.forms), NOT)
        self.aside: set[int] = set()
        hits = [hit for hit, _, _ in self.found]
        known = {at for hit in hits for at in range(hit.start, hit.end)}
        self.meant, self.triggers = person_weights(
            [token.word for token in self.tokens], _longest_spans(hits), known
        )

    def leave_aside(self, places: set[int]) -> None:
        """Where somebody says who they are: no word to look for, and no interest in languages and cultures."""
        self.aside = places
        self.found = [
            (hit, key, part)
            for hit, key, part in self.found
            if key != BY_BIRTH or not places.issuperset(range(hit.start, hit.end))
        ]

    def keys(self) -> tuple[dict[str, float], dict[str, str], set[str]]:
        """(key -> weight, key -> the words that led there, refused keys)."""
        weights: dict[str, float] = {}
        because: dict[str, str] = {}
        refused = set()
        for hit, key, part in self.found:
            meant = self.meant_of(hit)
            weight = _PART_WEIGHT[part] * meant
            if any(at in self.mended for at in range(hit.start, hit.end)):
                weight *= _MISSPELT
            if meant == REFUSED:
                refused.add(key)
            elif weight > weights.get(key, 0.0):
                weights[key] = round(weight, 3)
                because[key] = self._span(hit)
        return weights, because, refused

    def terms(self) -> tuple[tuple[str, ...], frozenset[str]]:
        """(content stems that are meant, those of them that led to a key)."""
        led = {at for hit, _, part in self.found if part != "weak" for at in range(hit.start, hit.end)}
        plain = [
            (at, stem(form[0]))
            for at, form in enumerate(self.forms)
            if is_content(form[0]) and self.meant[at] > REFUSED and at not in self.aside
        ]
        return tuple(dict.fromkeys(term for _, term in plain)), frozenset(
            term for at, term in plain if at in led
        )

    def refused_terms(self) -> frozenset[str]:
        return frozenset(
            stem(form[0])
            for at, form in enumerate(self.forms)
            if is_content(form[0]) and self.meant[at] == REFUSED and at not in self.triggers
        )

    def meant_of(self, hit: Hit) -> float:
        return min(self.meant[hit.start : hit.end])

    def _span(self, hit: Hit) -> str:
        return self.text[self.tokens[hit.start].start : self.tokens[hit.end - 1].end]


def _longest_spans(hits: Sequence[Hit]) -> dict[int, int]:
    """Where phrases of several words begin and end: what they span carries its own "no" ("no friends").

    Two that overlap are one, or the second's "no" would be read alone ("meet people who don't drink").
    """
    spans: dict[int, int] = {}
    begun = None
    for start, end in sorted((hit.start, hit.end) for hit in hits if hit.end - hit.start > 1):
        if begun is None or start >= spans[begun]:
            begun = start
        spans[begun] = max(end, spans.get(begun, 0))
    return spans


def _mended(
    tokens: Sequence[Token], lexicon: Lexicon, real_words: Container[str]
) -> tuple[list[Form], set[int]]:
    """Forms with misspellings put right, and where that was done."""
    forms: list[Form] = []
    mended = set()
    for at, token in enumerate(tokens):
        meant = corrected(token.word, lexicon, real_words)
        if meant:
            mended.add(at)
            forms.append((meant, lemma(meant)))
        else:
            forms.append((token.word, "my" if token.word in _THEIRS else token.lemma))
    return forms, mended
