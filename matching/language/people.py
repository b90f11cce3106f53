"""What a person says of themselves -> assets and goals with the words that led there, less what they refuse."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from matching.language.lexicon import Form, Hit, Lexicon, settled
from matching.language.lexicons import NOT
from matching.language.negation import REFUSED, person_weights
from matching.language.tokens import Token, is_content, lemma, stem, tokenise
from matching.language.typos import corrected
from matching.language.words import SHIPPED, Words

_PART_WEIGHT = {"words": 1.0, "said": 1.0, "weak": 0.4}
_MISSPELT = 0.9
LONGEST_TEXT = 4000
"""Characters read; people write sentences, and a longer text is a mistake or an attack."""


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
class GoalTypes:
    """What a text says a person would like: goal key -> weight 0-1, and the words that led there."""

    weights: Mapping[str, float] = field(default_factory=dict)
    because: Mapping[str, str] = field(default_factory=dict)


def concepts_of(text: str, real_words: Container[str] = (), *, words: Words | None = None) -> Concepts:
    """The assets in a person's own words, by the vocabulary of `words` (the shipped one without).

    `real_words`: folded words known to be English here (say, the directory's own), never taken for misspellings.
    Qualities ("loyal, tidy, brave") lead to no key and stay terms. Never raises, whatever the text.
    """
    said = _Said(text, (words or SHIPPED).asset_words, real_words)
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


def goal_types_of(text: str, real_words: Container[str] = (), *, words: Words | None = None) -> GoalTypes:
    """The kinds of goal in a person's own words ("make a friend" -> friend)."""
    weights, because, _ = _Said(text, (words or SHIPPED).goal_words, real_words).keys()
    return GoalTypes(weights=MappingProxyType(weights), because=MappingProxyType(because))


class _Said:
    """One text read once: tokens, the phrases found in them, and how plainly each word is meant."""

    def __init__(self, text: str, lexicon: Lexicon, real_words: Container[str]):
        self.text = text[:LONGEST_TEXT]
        self.tokens = tokenise(self.text)
        self.forms, self.mended = _mended(self.tokens, lexicon, real_words)
        self.found = settled(lexicon.find(self.forms), NOT)
        hits = [hit for hit, _, _ in self.found]
        known = {at for hit in hits for at in range(hit.start, hit.end)}
        self.meant, self.triggers = person_weights(
            [token.word for token in self.tokens], _longest_spans(hits), known
        )

    def keys(self) -> tuple[dict[str, float], dict[str, str], set[str]]:
        """(key -> weight, key -> the words that led there, refused keys)."""
        weights: dict[str, float] = {}
        because: dict[str, str] = {}
        refused = set()
        for hit, key, part in self.found:
            meant = self._meant(hit)
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
            if is_content(form[0]) and self.meant[at] > REFUSED
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

    def _meant(self, hit: Hit) -> float:
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
            forms.append((token.word, token.lemma))
    return forms, mended
