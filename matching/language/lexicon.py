"""Phrases compiled for one pass over a text: first word -> the phrases that begin with it.

A phrase is words as people write them. Marks a vocabulary file may use: "=word" counts only in exactly that form
("=trains" is not "training"), "_" stands for one to three words of any kind ("make _ laugh").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from matching.language.tokens import BREAKS, Form, Written, fold, forms, lemma, raw_words, settle

ANY = "_"
_LONGEST_GAP = 3


class Phrase(NamedTuple):
    """The elements after the first, and what the phrase says: pairs of (key, part of the vocabulary entry)."""

    rest: tuple[str, ...]
    says: tuple[tuple[str, str], ...]


class Group(NamedTuple):
    """The phrases that begin alike, by what comes next; `alone`: what the beginning says by itself."""

    alone: tuple[tuple[str, str], ...]
    by_second: Mapping[str, Sequence[tuple[int, Phrase]]]
    """With each its place among them, longer ones first."""


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
        elif part.isascii() and part.isalpha():  # nearly all of them
            found.append(forms(part)[1])
        elif part.startswith("="):
            words = (forms(raw)[0] for raw in raw_words(part[1:]))
            found.extend("=" + word for word in words if word not in BREAKS)
        else:
            found.extend(forms(raw)[1] for raw in raw_words(part) if forms(raw)[0] not in BREAKS)
    return tuple(found)


def _joined(phrase: str) -> str | None:
    """ "stand up" is also written "standup": two plain words run together, when neither is tiny and common."""
    parts = phrase.replace("-", " ").split()
    if len(parts) != 2:
        return None
    one, other = parts
    together = len(one) + len(other) >= 5 and one.isalpha() and other.isalpha()  # no "=" and no "_"
    return one + other if together else None


Triple = tuple[str, str, str]
"""(phrase, key, part of its vocabulary entry)."""
MOST_REMEMBERED = 200_000
_SAME = 2
"""So many letters at the beginning of a word, once in one spelling, no lemma changes."""


class Lexicon:
    """All phrases of some vocabulary. Build once, share freely: nothing changes after building but its caches.

    Building reads no more of a phrase than what it begins with. The rest is read when a text has such a word: a person
    says few of the thousands, and a start is not to wait for the others.
    """

    def __init__(
        self, phrases: Iterable[Triple], added: Iterable[Triple] = (), mends: Iterable[Lexicon] = ()
    ) -> None:
        """Takes (phrase, key, part) triples; the same phrase may speak for several keys.

        `added` are found like the others, but no misspelling is mended towards them: nobody has listed the English
        words that lie a slip away. `mends`: other lexicons towards whose words misspellings are mended too.
        """
        self._own, self._added, self._lend = tuple(phrases), tuple(added), tuple(mends)
        self._unread: dict[str, list[tuple[str, Triple]]] = {}
        """What phrases begin with -> (as written, the phrase)."""
        for triple in (*self._own, *self._added):
            phrase = triple[0]
            self._put_by(_first(phrase), phrase, triple)
            if together := _joined(phrase):
                self._put_by(_first(together), together, triple)
        self._starts: dict[str, Group] = {}
        self._cache: dict[str, tuple[Group, ...]] = {}
        self._known: dict[str, frozenset[str]] = {}
        self._begin_nothing: set[str] = set()
        """Words as written with which no phrase begins: most of any text."""

    def _put_by(self, first: str, written: str, triple: Triple) -> None:
        if first:
            self._unread.setdefault(first, []).append((written, triple))

    @cached_property
    def mends(self) -> frozenset[str]:
        """The words that misspellings are mended towards."""
        return _surfaces(self._own).union(*(other.mends for other in self._lend))

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that phrases are written with, folded."""
        return _surfaces((*self._own, *self._added))

    def knows(self, word: str) -> bool:
        """Whether a folded word is one that phrases are written with, or only another form of one."""
        if word in self.words or word in self.mends:
            return True
        base = lemma(word)
        return base in self._lemmas(base[:_SAME])

    def _lemmas(self, beginning: str) -> frozenset[str]:
        """The lemmas of the words that begin so."""
        found = self._known.get(beginning)
        if found is None:
            found = self._known[beginning] = frozenset(map(lemma, self._by_beginning.get(beginning, ())))
        return found

    @cached_property
    def _by_beginning(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        together = {both for phrase, _, _ in (*self._own, *self._added) if (both := _joined(phrase))}
        for word in self.words.union(map(fold, together)):
            found.setdefault(settle(word)[:_SAME], []).append(word)
        return found

    def look(self, raw: str) -> tuple[Group, ...]:
        """The phrases that may begin with a word as written."""
        found = self._cache.get(raw)
        if found is None:
            found = self.beginning(forms(raw))
            if len(self._begin_nothing) < MOST_REMEMBERED and not found:
                self._begin_nothing.add(raw)
            elif len(self._cache) < MOST_REMEMBERED:
                self._cache[raw] = found
        return found

    def beginning(self, form: Form) -> tuple[Group, ...]:
        word, base = form
        found = (self._with(base), self._with("=" + word))
        return tuple(group for group in found if group is not None)

    def _with(self, first: str) -> Group | None:
        """The phrases that begin with an element."""
        if first not in self._unread:
            return None
        found = self._starts.get(first)
        if found is None:
            found = self._starts[first] = _read(self._unread[first])
        return found

    def find(self, words: Sequence[Form]) -> list[Hit]:
        """Every phrase in a text already split into forms, shorter ones inside longer ones included."""
        starts = ((at, self.beginning(form)) for at, form in enumerate(words))
        return _hits(words, [(at, phrases) for at, phrases in starts if phrases])

    def find_in(self, raws: Written) -> tuple[Sequence[Form], list[Hit]]:
        """The same from words as written, through the cache: the way for many listings."""
        nothing = self._begin_nothing
        some = [at for at, raw in enumerate(raws) if raw not in nothing]
        starts = [(at, groups) for at in some if (groups := self.look(raws[at]))]
        return (raws.forms, _hits(raws.forms, starts)) if starts else ([], [])


def _first(written: str) -> str:
    """The first of a phrase's elements; "" where there is none, or anything may stand there."""
    part = written.split(" ", 1)[0]
    if part.isascii() and part.isalpha():
        return forms(part)[1]
    found = elements(written)
    return found[0] if found and found[0] != ANY else ""


def _read(phrases: Iterable[tuple[str, Triple]]) -> Group:
    """Phrases that begin alike, read whole; the same one said of several keys is one."""
    says: dict[tuple[str, ...], dict[tuple[str, str], None]] = {}
    for written, (_, key, part) in phrases:
        says.setdefault(elements(written), {})[(key, part)] = None
    alone: tuple[tuple[str, str], ...] = ()
    by_second: dict[str, list[tuple[int, Phrase]]] = {}
    longest = sorted(says.items(), key=lambda item: -len(item[0]))
    for place, (sequence, meaning) in enumerate(longest):
        if len(sequence) == 1:
            alone = tuple(meaning)
        else:
            phrase = Phrase(sequence[1:], tuple(meaning))
            by_second.setdefault(sequence[1], []).append((place, phrase))
    return Group(alone, by_second)


def _surfaces(phrases: Iterable[Triple]) -> frozenset[str]:
    """The folded words that phrases are written with."""
    words = {word for phrase, _, _ in phrases for word in phrase.replace("-", " ").split()}
    return frozenset(fold(word.lstrip("=")) for word in words)


def _hits(words: Sequence[Form], starts: Sequence[tuple[int, tuple[Group, ...]]]) -> list[Hit]:
    found = []
    last = len(words) - 1
    for at, groups in starts:
        for alone, by_second in groups:
            if by_second and at < last:
                for _, phrase in _going_on(by_second, *words[at + 1]):
                    if end := _match(words, at + 1, phrase.rest):
                        found.append(Hit(at, end, phrase.says))
            if alone:
                found.append(Hit(at, at + 1, alone))
    return found


def _going_on(
    by_second: Mapping[str, Sequence[tuple[int, Phrase]]], word: str, base: str
) -> Sequence[tuple[int, Phrase]]:
    """The phrases that may go on with a word, in their order."""
    some = [found for second in (base, "=" + word, ANY) if (found := by_second.get(second))]
    if len(some) < 2:
        return some[0] if some else ()
    return sorted(chain.from_iterable(some), key=itemgetter(0))


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
