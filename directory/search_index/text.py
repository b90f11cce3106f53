"""Words: how text becomes terms, how a person's search becomes a `Query`, and how a snippet is marked.

One pipeline for the index and for searches: NFC, letters and digits (with their combining marks), case
folded, accents dropped, English Snowball stem. Nothing a person types is ever handed to a query parser
(design.md 4).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from itertools import groupby

from whoosh.analysis import STOP_WORDS

from matching.language.stemming import english_stem

MAX_CHARACTERS = 500
MAX_WORDS = 24
LONGEST_TERM = 64
SNIPPET_CHARACTERS = 220
_LAST_MARK = 0x12000

LITTLE_WORDS = frozenset(STOP_WORDS) | {
    *(
        "i",
        "me",
        "my",
        "we",
        "our",
        "us",
        "some",
        "any",
        "there",
        "near",
        "want",
        "like",
        "something",
        "somewhere",
    )
}
"""Words that say nothing about what is looked for; left out unless they are all there is."""


def _combining_marks() -> str:
    """Ranges of combining marks for a character class: "\\w" alone would cut Hindi and Arabic words in
    pieces."""
    marks = (c for c in range(_LAST_MARK) if unicodedata.category(chr(c)).startswith("M"))
    runs = (list(run) for _, run in groupby(enumerate(marks), lambda pair: pair[1] - pair[0]))
    return "".join(f"\\U{run[0][1]:08x}-\\U{run[-1][1]:08x}" for run in runs)


_ASCII_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@cache
def _word_of_any_script() -> re.Pattern[str]:
    """Made when the first text is met that needs it: to look through the scripts takes a part of a start."""
    letter = rf"(?:[^\W_]|[{_combining_marks()}])"
    return re.compile(rf"{letter}+(?:['’]{letter}+)*")


def word_pattern(text: str) -> re.Pattern[str]:
    """What finds the words of a text; most are ASCII, in which nothing combines."""
    return _ASCII_WORD if text.isascii() else _word_of_any_script()


_PIECE = re.compile(r'(?<!\S)(-?)"([^"]*)"|(-?)([^\s"]+)')


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Case and accents dropped: "Café" -> "cafe". Apostrophes become straight."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold()).replace(
        "’", "'"
    )
    return "".join(c for c in decomposed if not unicodedata.combining(c))[:LONGEST_TERM]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The term under which a word stands in the index: "Singing" -> "sing", "men's" -> "men"."""
    folded = fold(word)
    stemmed = english_stem(folded) if folded.isascii() else folded
    return stemmed.replace("'", "") or folded


def tidy(text: str) -> str:
    """Text that can be stored and searched: composed (NFC), no NULs, no lone surrogates."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode("utf-8"))
    return text.replace("\0", " ")


def words(text: str) -> list[str]:
    """The words of tidy text, as written."""
    return word_pattern(text).findall(text)


def terms(text: str) -> list[str]:
    """The stemmed terms of tidy text, in order."""
    return [stem(word) for word in word_pattern(text).findall(text)]


# --- a person's search --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Query:
    """One search, taken apart. `words` are as typed (all wanted), phrases and excluded are tuples of
    stems."""

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    cut: bool = False
    """The search was too long; only its beginning was used."""

    @property
    def stems(self) -> tuple[str, ...]:
        return tuple(stem(word) for word in self.words)

    @property
    def browsing(self) -> bool:
        """Nothing is asked for by words (something may still be excluded)."""
        return not self.words and not self.phrases


def parse(text: str) -> Query:
    """Words, "phrases" and -minus words of whatever a person typed. Never raises; unbalanced quotes are
    ignored."""
    text = tidy(text).replace("“", '"').replace("”", '"')
    cut = len(text) > MAX_CHARACTERS
    wanted: dict[str, str] = {}
    phrases: dict[tuple[str, ...], None] = {}
    excluded: dict[tuple[str, ...], None] = {}
    for minus, quoted, found in _pieces(text[:MAX_CHARACTERS]):
        stems = tuple(stem(word) for word in found)
        if len(wanted) + sum(map(len, phrases)) + sum(map(len, excluded)) + len(stems) > MAX_WORDS:
            cut = True
            break
        if minus:
            excluded[stems] = None
        elif quoted and len(stems) > 1:
            phrases[stems] = None
        else:
            wanted.update((s, word) for s, word in zip(stems, found, strict=True) if s not in wanted)
    return Query(_telling(wanted, bool(phrases)), tuple(phrases), tuple(excluded), cut)


def _pieces(text: str) -> Iterator[tuple[bool, bool, list[str]]]:
    """(minus, quoted, words) for each piece that has any word in it."""
    for match in _PIECE.finditer(text):
        quoted = match[2] is not None
        found = words(match[2] if quoted else match[4])
        if found:
            starts = match.start() == 0 or text[match.start() - 1].isspace()
            yield bool((match[1] if quoted else match[3]) and starts), quoted, found


def _telling(wanted: dict[str, str], has_phrases: bool) -> tuple[str, ...]:
    telling = tuple(word for word in wanted.values() if fold(word) not in LITTLE_WORDS)
    return telling or (() if has_phrases else tuple(wanted.values()))


# --- snippets -----------------------------------------------------------------------------------------------


def snippet(text: str, stems: Collection[str]) -> str:
    """At most SNIPPET_CHARACTERS of text round the words that were found, as safe HTML: escaped, with
    <mark>."""
    found = [m for m in word_pattern(text).finditer(text) if stem(m.group()) in stems] if stems else []
    start = _best_start(text, [m.start() for m in found])
    end = _word_edge(text, start + SNIPPET_CHARACTERS)
    pieces = ["… " if start else ""]
    at = start
    for match in found:
        if at <= match.start() and match.end() <= end:
            pieces += [escape(text[at : match.start()]), "<mark>", escape(match.group()), "</mark>"]
            at = match.end()
    pieces += [escape(text[at:end]), " …" if end < len(text) else ""]
    return re.sub(r"\s+", " ", "".join(pieces)).strip()


def _best_start(text: str, hits: list[int]) -> int:
    """Where the window that holds most hits begins; the earliest of equals. A little is kept in front for
    sense."""
    if not hits or hits[-1] < SNIPPET_CHARACTERS - 20:
        return 0
    best = max(hits, key=lambda at: (sum(at <= hit < at + SNIPPET_CHARACTERS - 60 for hit in hits), -at))
    return 0 if best < 60 else text.rfind(" ", 0, best - 30) + 1


def _word_edge(text: str, end: int) -> int:
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", end - 30, end)
    return space if space > 0 else end
