"""Text -> tokens: accents folded, spellings settled, words stemmed. Everything above this works on tokens.

A token keeps the place of its word in the text, so that a reason can quote a person's own words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

_WORD = re.compile(r"(?<![^\W_])[^\W_]&[^\W_](?![^\W_])|[^\W_]+(?:['’`][^\W_]+)*|[.,;:!?()/\n|•*]|&|(?<=\s)[-–—](?=\s)")
_AND_BETWEEN = re.compile(r"['’`][nN]['’`]")
_LETTERS = re.compile(r"[^\W\d_]")
_STEMMER = snowballstemmer.stemmer("english")

BREAKS = frozenset(".,;:!?()/\n|•*-–—")
"""Tokens that end a phrase; "," alone may be inside a list."""

_SPELLINGS = {
    "theater": "theatre", "theaters": "theatres", "color": "colour", "colors": "colours", "coloring": "colouring",
    "humor": "humour", "jewelry": "jewellery", "neighbor": "neighbour", "neighbors": "neighbours",
    "neighborhood": "neighbourhood", "neighborhoods": "neighbourhoods", "center": "centre", "centers": "centres",
    "program": "programme", "programs": "programmes", "mom": "mum", "moms": "mums", "favorite": "favourite",
    "counseling": "counselling", "traveling": "travelling", "pajama": "pyjama",
    "fiber": "fibre", "gray": "grey", "labor": "labour", "honor": "honour",
    "checkers": "draughts", "licence": "license", "practise": "practice", "practising": "practicing",
    "whilst": "while", "n": "and", "yr": "your", "luv": "love", "lovin": "loving",
}
_IRREGULAR = {
    "sang": "sing", "sung": "sing", "swam": "swim", "swum": "swim", "wrote": "write", "written": "write",
    "drew": "draw", "drawn": "draw", "ran": "run", "sewn": "sew", "rode": "ride", "ridden": "ride",
    "taught": "teach", "built": "build", "grew": "grow", "grown": "grow", "told": "tell", "spoke": "speak",
    "spoken": "speak", "made": "make", "men": "man", "women": "woman", "children": "child", "wove": "weave",
    "woven": "weave", "caught": "catch", "knew": "know", "known": "know", "met": "meet", "went": "go",
    "brought": "bring", "gave": "give", "given": "give", "got": "get", "felt": "feel", "lost": "lose",
    "driven": "drive", "drove": "drive", "flew": "fly", "laughter": "laugh",
}  # fmt: skip
_KEEP_WHOLE = frozenset({"us", "news", "this", "his", "its", "yes", "bus", "gas", "was", "has", "does"})

STOP_WORDS = frozenset(
    """a about above after again against all also always am an and any anyone anything are around as at away back be
    because been before being below between both but by came can cant come could couldnt did didnt do does doesnt
    doing dont done down during each either else enough etc even ever every everyone everything few for from further
    get gets getting give go goes going gone got great had has hasnt have havent having he her here hers him his how
    i id if ill im in into is isnt it its ive just keen kind know like liked likes liking ll lot lots love loved loves
    loving make makes making many maybe me mean might mine more most much my myself need needs no nobody nor not
    nothing now of off often oh ok on once one only or other others our out over own people person please put quite
    rather re really right s same see she should so some someone something sometimes stuff such sure t than thank
    thanks that thats the their them then there these they thing things think this those though through time times to
    too trying under until up us use used using ve very want wanted wanting wants was way we well went were what when
    where which while who why will wish with without wont would wouldnt yeah year years yes yet you your yours enjoy
    enjoyed enjoying enjoys bit good better best fan favourite hobby hobbies interested interest able day days week
    weeks help new find try take look looking feel start join meet old able""".split()
)


class Token(NamedTuple):
    """`word` folded ("cant", "cafe"), `stem` of the settled spelling, `start`/`end` in the original text."""

    word: str
    stem: str
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
    for american, british in (("ize", "ise"), ("izing", "ising"), ("ized", "ised"), ("izer", "iser")):
        if word.endswith(american) and len(word) > len(american) + 3:
            return word[: -len(american)] + british
    return word


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of one folded word."""
    word = settle(word)
    if word in _KEEP_WHOLE or not _LETTERS.search(word):
        return word
    return str(_STEMMER.stemWord(word))


@lru_cache(maxsize=200_000)
def forms(raw: str) -> tuple[str, str]:
    """One word as written -> (folded word, stem). A possessive loses its "'s"; "&" is "and"."""
    if raw == "&":
        return "and", "and"
    if raw in BREAKS:
        return raw, raw
    if len(raw) > 2 and raw[-1] in "sS" and raw[-2] in "'’`" and fold(raw) not in {"its", "thats", "whats", "lets"}:
        raw = raw[:-2]
    word = fold(raw)
    if word == "n":
        word = "and"
    return word, stem(word)


def raw_words(text: str) -> list[str]:
    """The words and breaks of a text as written, in order, without their places (the quick way)."""
    if "'n'" in text or "’n’" in text or "'N'" in text:
        text = _AND_BETWEEN.sub(" n ", text)
    return _WORD.findall(text)


def tokenise(text: str) -> list[Token]:
    """The tokens of a text, breaks (full stops, commas, dashes between spaces) included."""
    text = _AND_BETWEEN.sub(" n ", text)
    found = []
    for match in _WORD.finditer(text):
        word, stemmed = forms(match.group())
        if word:
            found.append(Token(word, stemmed, match.start(), match.end()))
    return found


def is_content(word: str) -> bool:
    """Whether a folded word says something by itself: not a stop word, not one letter, not a break."""
    return len(word) > 1 and word not in STOP_WORDS and word not in BREAKS


def terms_of(text: str) -> tuple[str, ...]:
    """The content stems of a text in order, each once, stop words left out: what text evidence overlaps on."""
    return tuple(dict.fromkeys(stemmed for word, stemmed in map(forms, raw_words(text)) if is_content(word)))


def text_evidence(terms: tuple[str, ...], listing_terms: frozenset[str], idf: dict[str, float]) -> float:
    """How much of what a person said a listing says too: 0-1, each term weighing its idf (1.0 where unknown)."""
    whole = sum(idf.get(term, 1.0) for term in terms)
    if whole <= 0:
        return 0.0
    return sum(idf.get(term, 1.0) for term in terms if term in listing_terms) / whole
