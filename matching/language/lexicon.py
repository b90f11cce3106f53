"""Phrases compiled for one pass over a text: first word -> the phrases that begin with it.

A phrase is words as people write them. Marks a vocabulary file may use: "=word" counts only in exactly that form
("=trains" is not "training"), "_" stands for one to three words of any kind ("make _ laugh").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from matching.language.tokens import BREAKS, fold, forms, raw_words

ANY = "_"
_LONGEST_GAP = 3

Form = tuple[str, str]
"""(folded word, lemma)."""


class Phrase(NamedTuple):
    """The elements after the first, and what the phrase says: pairs of (key, part of the vocabulary entry)."""

    rest: tuple[str, ...]
    says: tuple[tuple[str, str], ...]


class Hit(NamedTuple):
    """A phrase found at tokens[start:end]."""

    start: int
    end: int
    says: tuple[tuple[str, str], ...]


@lru_cache(maxsize=20_000)
def elements(phrase: str) -> tuple[str, ...]:
    """A vocabulary phrase -> what to compare with: lemmas, "=word" for exact ones, "_" for a gap."""
    found = []
    for part in phrase.split():
        if part == ANY:
            found.append(ANY)
        elif part.isascii() and part.isalpha():  # nearly all of them, and a start reads thousands
            word, base = forms(part)
            if word not in BREAKS:
                found.append(base)
        elif part.startswith("="):
            words = (forms(raw)[0] for raw in raw_words(part[1:]))
            found.extend("=" + word for word in words if word not in BREAKS)
        else:
            found.extend(forms(raw)[1] for raw in raw_words(part) if forms(raw)[0] not in BREAKS)
    return tuple(found)


def _joined(phrase: str) -> str | None:
    """ "stand up" is also written "standup": two plain words run together, when neither is tiny and common."""
    if " " not in phrase and "-" not in phrase:  # half of them
        return None
    parts = phrase.replace("-", " ").split()
    if len(parts) != 2 or any(p.startswith("=") or p == ANY or not p.isalpha() for p in parts):
        return None
    return "".join(parts) if len("".join(parts)) >= 5 else None


def _learn(
    phrases: Iterable[tuple[str, str, str]], says: dict[tuple[str, ...], dict[tuple[str, str], None]]
) -> frozenset[str]:
    """Enter the phrases into `says`; the folded words they are written with."""
    surfaces: set[str] = set()
    for phrase, key, part in phrases:
        for written in (phrase, _joined(phrase)):
            if written:
                says.setdefault(elements(written), {})[(key, part)] = None
        surfaces.update(phrase.replace("-", " ").split())
    return frozenset(fold(word.lstrip("=")) for word in surfaces)


MOST_REMEMBERED = 200_000


class Lexicon:
    """All phrases of some vocabulary. Build once, share freely: nothing changes after building but its cache."""

    def __init__(
        self,
        phrases: Iterable[tuple[str, str, str]],
        added: Iterable[tuple[str, str, str]] = (),
        mends: frozenset[str] = frozenset(),
    ) -> None:
        """Takes (phrase, key, part) triples; the same phrase may speak for several keys.

        `added` are found like the others, but no misspelling is mended towards them: nobody has listed the English
        words that lie a slip away. `mends`: the words of another lexicon that misspellings are mended towards.
        """
        says: dict[tuple[str, ...], dict[tuple[str, str], None]] = {}
        written = _learn(phrases, says)
        self.mends: frozenset[str] = written | mends
        self.words: frozenset[str] = written | _learn(added, says)
        self.known: frozenset[str] = frozenset(e.lstrip("=") for key in says for e in key if e != ANY)
        starts: dict[str, list[Phrase]] = {}
        for sequence, meaning in sorted(says.items(), key=lambda item: -len(item[0])):
            if sequence and sequence[0] != ANY:
                starts.setdefault(sequence[0], []).append(Phrase(sequence[1:], tuple(meaning)))
        self._starts = {first: tuple(mine) for first, mine in starts.items()}
        self._cache: dict[str, tuple[Phrase, ...]] = {}
        self._begin_nothing: set[str] = set()
        """Words as written with which no phrase begins: most of any text."""

    def look(self, raw: str) -> tuple[Phrase, ...]:
        """The phrases that may begin with a word as written."""
        found = self._cache.get(raw)
        if found is None:
            found = self.beginning(forms(raw))
            if len(self._begin_nothing) < MOST_REMEMBERED and not found:
                self._begin_nothing.add(raw)
            elif len(self._cache) < MOST_REMEMBERED:
                self._cache[raw] = found
        return found

    def beginning(self, form: Form) -> tuple[Phrase, ...]:
        word, base = form
        return self._starts.get(base, ()) + self._starts.get("=" + word, ())

    def find(self, words: Sequence[Form]) -> list[Hit]:
        """Every phrase in a text already split into forms, shorter ones inside longer ones included."""
        starts = ((at, self.beginning(form)) for at, form in enumerate(words))
        return _hits(words, [(at, phrases) for at, phrases in starts if phrases])

    def find_in(self, raws: Sequence[str]) -> tuple[list[Form], list[Hit]]:
        """The same from words as written, through the cache: the way for many listings."""
        nothing = self._begin_nothing
        some = [at for at, raw in enumerate(raws) if raw not in nothing]
        starts = [(at, phrases) for at in some if (phrases := self.look(raws[at]))]
        if not starts:
            return [], []
        words = [forms(raw) for raw in raws]
        return words, _hits(words, starts)


def _hits(words: Sequence[Form], starts: Sequence[tuple[int, tuple[Phrase, ...]]]) -> list[Hit]:
    found = []
    last = len(words) - 1
    for at, phrases in starts:
        word, base = words[at + 1] if at < last else ("", "")
        follows = (base, "=" + word, ANY)
        for phrase in phrases:
            if phrase.rest and phrase.rest[0] not in follows:
                continue
            end = _match(words, at + 1, phrase.rest)
            if end:
                found.append(Hit(at, end, phrase.says))
    return found


def _match(words: Sequence[Form], at: int, rest: tuple[str, ...]) -> int:
    """Where a phrase ends whose remaining elements are `rest`, 0 when it does not match here."""
    for index, element in enumerate(rest):
        if element == ANY:
            return _match_gap(words, at, rest[index + 1 :])
        if at >= len(words):
            return 0
        word, base = words[at]
        if element != base and element != "=" + word:
            return 0
        at += 1
    return at


def _match_gap(words: Sequence[Form], at: int, rest: tuple[str, ...]) -> int:
    for gap in range(1, _LONGEST_GAP + 1):
        if at + gap > len(words) or words[at + gap - 1][0] in BREAKS:
            return 0
        end = _match(words, at + gap, rest)
        if end:
            return end
    return 0


def settled(hits: Sequence[Hit], void: str) -> list[tuple[Hit, str, str]]:
    """(hit, key, part) left after longer phrases have spoken for the words inside them.

    A phrase inside a longer one falls silent; inside a phrase of part `void` only that phrase's own key does.
    """
    if not hits:
        return []
    left: list[tuple[Hit, str, str]] = []
    for hit in hits:
        around = [o for o in hits if o.start <= hit.start and hit.end <= o.end]
        silenced = {key for o in around for key, part in o.says if part == void}
        longer = [o for o in around if _length(o) > _length(hit)] if len(around) > 1 else []
        if not any(part != void for o in longer for _, part in o.says):
            left.extend((hit, key, part) for key, part in hit.says if part != void and key not in silenced)
    return left


def _length(hit: Hit) -> int:
    return hit.end - hit.start


def parts_of(entry_key: str, parts: Mapping[str, Iterable[str]]) -> Iterable[tuple[str, str, str]]:
    """One vocabulary entry as the triples a Lexicon takes."""
    return ((phrase, entry_key, part) for part, phrases in parts.items() for phrase in phrases)
