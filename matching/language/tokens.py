"""Text -> tokens: accents folded, spellings settled, words stemmed. Everything above this works on tokens.

A token keeps the place of its word in the text, so that a reason can quote a person's own words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import NamedTuple

from matching.language.stemming import english_stem
from matching.vocabulary import word_list

_PICTURES = "[\u2600-\u27bf\U0001f300-\U0001f3fa\U0001f400-\U0001faff]"
_PLAIN = rf"[^\W_]+(?:['’`][^\W_]+)*|[.,;:!?()/\n|•*&]|(?<=\s)[-–—](?=\s)|{_PICTURES}"
PICTURE = re.compile(_PICTURES)
"""An emoji, without the marks for its colour or shape: a word of its own ("⚽" is football)."""
_WORD = re.compile(_PLAIN)
_WORD_AND = re.compile(r"(?<![^\W_])[^\W_]&[^\W_](?![^\W_])|" + _PLAIN)
_AND_BETWEEN = re.compile(r"['’`][nN]['’`]")
_LETTERS = re.compile(r"[^\W\d_]")

BREAKS = frozenset(".,;:!?()/\n|•*-–—")
"""Tokens that end a phrase; "," alone may be inside a list."""

_SPELLINGS = {
    "theater": "theatre",
    "theaters": "theatres",
    "color": "colour",
    "colors": "colours",
    "coloring": "colouring",
    "watercolor": "watercolour",
    "watercolors": "watercolours",
    "humor": "humour",
    "jewelry": "jewellery",
    "neighbor": "neighbour",
    "neighbors": "neighbours",
    "neighborhood": "neighbourhood",
    "neighborhoods": "neighbourhoods",
    "center": "centre",
    "centers": "centres",
    "program": "programme",
    "programs": "programmes",
    "mom": "mum",
    "moms": "mums",
    "favorite": "favourite",
    "counseling": "counselling",
    "traveling": "travelling",
    "pajama": "pyjama",
    "fiber": "fibre",
    "gray": "grey",
    "labor": "labour",
    "honor": "honour",
    "checkers": "draughts",
    "licence": "license",
    "practise": "practice",
    "practising": "practicing",
    "whilst": "while",
    "n": "and",
    "yr": "your",
    "luv": "love",
    "lovin": "loving",
}
_IRREGULAR = {
    "sang": "sing", "sung": "sing", "swam": "swim", "swum": "swim", "wrote": "write", "written": "write",
    "drew": "draw", "drawn": "draw", "ran": "run", "sewn": "sew", "rode": "ride", "ridden": "ride",
    "taught": "teach", "built": "build", "grew": "grow", "grown": "grow", "told": "tell", "spoke": "speak",
    "spoken": "speak", "made": "make", "men": "man", "women": "woman", "children": "child",
    "caught": "catch", "knew": "know", "known": "know", "met": "meet", "went": "go",
    "brought": "bring", "gave": "give", "given": "give", "got": "get", "felt": "feel", "lost": "lose",
    "driven": "drive", "drove": "drive", "flew": "fly", "buses": "bus", "quizzes": "quiz",
    "gases": "gas",
}  # fmt: skip
_BRITISH = {"ize": "ise", "izing": "ising", "ized": "ised", "izer": "iser"}
_AMERICAN = tuple(_BRITISH)
_KEEP_WHOLE = frozenset(
    {"us", "news", "this", "his", "its", "yes", "bus", "gas", "was", "has", "does", "memorial", "nursing"}
)
"""Words that a stemmer would make another's: a memorial hall is no memory, a nursing home no nurse."""

STOP_WORDS = word_list("stop_words.txt")


class Token(NamedTuple):
    """`word` folded ("cant", "cafe"), its `lemma`, its place `start`..`end` in the original text."""

    word: str
    lemma: str
    start: int
    end: int

    @property
    def is_break(self) -> bool:
        return self.word in BREAKS


def fold(text: str) -> str:
    """Lower case, no accents, no apostrophes: "Café's" -> "cafes"."""
    if text.isascii():
        return text.lower().replace("'", "").replace("`", "")
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’`")


def settle(word: str) -> str:
    """A folded word in one spelling: theater -> theatre, organize -> organise, sang -> sing."""
    word = _SPELLINGS.get(word, word)
    word = _IRREGULAR.get(word, word)
    if word.endswith(_AMERICAN):  # few do, and thousands are asked
        for american, british in _BRITISH.items():
            if word.endswith(american) and len(word) > len(american) + 3:
                return word[: -len(american)] + british
    return word


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of one folded word."""
    word = settle(word)
    if word in _KEEP_WHOLE or not _LETTERS.search(word):
        return word
    return english_stem(word)


_KEEPS_ING = frozenset(
    {"evening", "morning", "wedding", "ceiling", "nothing", "something", "anything", "everything", "during"}
    | {
        "bowling",
        "outing",
        "building",
        "housing",
        "wellbeing",
        "clubbing",
        "offspring",
        "shilling",
        "darling",
    }
)
_VOWEL = re.compile(r"[aeiouy]")
_SHORT = re.compile(r"[^aeiou]*[aeiouy][^aeiouywx]")


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    return word[:-1]


def _without_ending(word: str) -> str:
    """Less -ing or -ed: baking -> bake, knitting -> knit, painted -> paint, travelling -> travel."""
    if not word.endswith(("ing", "ed")):
        return word
    for ending in ("ing", "ed"):
        base = word[: -len(ending)]
        if not word.endswith(ending) or word.endswith("eed") or word in _KEEPS_ING or not _VOWEL.search(base):
            continue
        if len(base) > 2 and base[-1] == base[-2]:
            keeps = base[-1] in "sz" or (base[-1] == "l" and len(base) < 7) or base[-1] in "aeiou"
            return base if keeps else base[:-1]
        return base + "e" if _SHORT.fullmatch(base) else base
    return word


@lru_cache(maxsize=200_000)
def lemma(word: str) -> str:
    """A folded word without its inflection. Narrower than a stem, which would take "improve" for "improv",
    "activities" for "activism" and "organisation" for "organising"."""
    word = settle(word)
    if word in _KEEP_WHOLE or not word.isalpha():
        return word
    word = _without_ending(_singular(word))
    if len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    return word[:-1] + "i" if len(word) > 2 and word.endswith("y") and word[-2] not in "aeiou" else word


@lru_cache(maxsize=200_000)
def forms(raw: str) -> tuple[str, str]:
    """One word as written -> (folded word, lemma). A possessive loses its "'s"; "&" is "and"."""
    if raw in BREAKS:
        return raw, raw
    if (
        len(raw) > 2
        and raw[-1] in "sS"
        and raw[-2] in "'’`"
        and fold(raw) not in {"its", "thats", "whats", "lets"}
    ):
        raw = raw[:-2]
    word = fold(raw)
    if word in {"n", "&"}:
        word = "and"
    return word, lemma(word)


def raw_words(text: str) -> list[str]:
    """The words and breaks of a text as written, in order, without their places (the quick way)."""
    if "'n'" in text or "’n’" in text or "'N'" in text:
        text = _AND_BETWEEN.sub(" n ", text)
    return (_WORD_AND if "&" in text else _WORD).findall(text)


Form = tuple[str, str]
"""(folded word, lemma)."""


class Written(tuple[str, ...]):
    """The words and breaks of a text as written."""

    @cached_property
    def forms(self) -> list[Form]:
        return [forms(raw) for raw in self]


@lru_cache(maxsize=32)
def listing_words(text: str) -> Written:
    """The same of a text of the directory's, which several lexicons look at in turn. Never for what a person says: it
    is remembered for a while."""
    return Written(raw_words(text))


def tokenise(text: str) -> list[Token]:
    """The tokens of a text, breaks (full stops, commas, dashes between spaces) included."""
    text = _AND_BETWEEN.sub(" n ", text)
    found = []
    for match in _WORD_AND.finditer(text):
        word, base = forms(match.group())
        if word:
            found.append(Token(word, base, match.start(), match.end()))
    return found


def is_content(word: str) -> bool:
    """Whether a folded word says something by itself: not a stop word, not one letter, not a break."""
    return len(word) > 1 and word not in STOP_WORDS and word not in BREAKS


def terms_of(text: str) -> tuple[str, ...]:
    """The content stems of a text in order, each once, stop words left out: what text evidence overlaps on."""
    return tuple(dict.fromkeys(stem(word) for word, _ in map(forms, raw_words(text)) if is_content(word)))


NAME_TIMES, ACTIVITIES_TIMES, LATE_TIMES = 3.0, 2.0, 0.3
"""A word in the name counts as three, in the activities as two; one late in a long text as a third of one."""
EARLY = 40
"""So many words of a text say what it is about; what comes after is by the way."""
ENOUGH_SAID = 1.0
"""BM25's k1. Its b is 0: a long text is not made to count for less, for then saying little would pay (design.md 5)."""


def weighted_terms(name: str, activities: Iterable[str] = (), told: str = "") -> dict[str, float]:
    """Content stem -> how much a listing says of it, 0-1: as BM25 saturates, 1 from being in the name on."""
    said: dict[str, float] = {}
    for text, times in ((name, NAME_TIMES), (" | ".join(activities), ACTIVITIES_TIMES), (told, 1.0)):
        for at, (word, _) in enumerate(map(forms, raw_words(text))):
            if is_content(word):
                term = stem(word)
                said[term] = said.get(term, 0.0) + (LATE_TIMES if times == 1.0 and at >= EARLY else times)
    most = NAME_TIMES / (NAME_TIMES + ENOUGH_SAID)
    return {term: min(1.0, times / (times + ENOUGH_SAID) / most) for term, times in said.items()}
