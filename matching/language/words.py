"""The words that matching and search know: the shipped vocabulary and what an agency adds to it.

`Words` is one fixed state of both. It is compared by its fingerprint, so that whoever keeps something made with it
(columns, a saved file) can tell cheaply whether it was made with other words.
"""

from __future__ import annotations

import difflib
import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache
from importlib import resources
from types import MappingProxyType

from matching import vocabulary
from matching.language import lexicons
from matching.language.lexicon import ANY, Lexicon, elements
from matching.language.tokens import BREAKS, PICTURE, fold, forms, is_content, raw_words
from matching.vocabulary import ASSET_PARTS, GOAL_PARTS, assets, goals

LONGEST_PHRASE = 80
KINDS = ("asset", "goal", "synonym")
NOT = lexicons.NOT
_PARTS = {"asset": ASSET_PARTS, "goal": GOAL_PARTS, "synonym": ("words",)}
_FILES = (".toml", ".txt")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
_JOINERS = "\u200c\u200d"
"""Without these some Persian and Indic words cannot be written."""

Synonyms = Mapping[str, frozenset[str]]


class BadWord(ValueError):
    """An addition that cannot be used: `field` is kind, key, phrase or part; `message` says why in plain words."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


@dataclass(frozen=True, slots=True, order=True)
class Addition:
    """One word or phrase of an agency's own.

    kind asset or goal: `key` is that asset's or goal's, `part` where it counts (as in the vocabulary files).
    kind synonym: `key` is the word or phrase that `phrase` means the same as, in the search box.
    """

    kind: str
    key: str
    phrase: str
    part: str = "words"


@dataclass(frozen=True)
class Words:
    """The shipped vocabulary with additions. Make it with `words_of`; equal when the fingerprints are."""

    fingerprint: str
    """Sixteen hex digits of the shipped files and the additions: the same on every machine."""
    additions: tuple[Addition, ...] = field(default=(), compare=False)
    """Sorted, each once."""

    @cached_property
    def asset_words(self) -> Lexicon:
        """What people say of their assets."""
        return lexicons.asset_words(self._triples("asset"))

    @cached_property
    def asset_signs(self) -> Lexicon:
        """How listings show what they are about."""
        return lexicons.asset_signs(self._triples("asset"))

    @cached_property
    def goal_words(self) -> Lexicon:
        """What people say of their goals."""
        return lexicons.goal_words(self._triples("goal"))

    @cached_property
    def goal_signs(self) -> Lexicon:
        """How listings show which goals they serve."""
        return lexicons.goal_signs(self._triples("goal"))

    @cached_property
    def synonyms(self) -> Synonyms:
        """Word or phrase -> the others that mean the same, for the search box."""
        return _joined(vocabulary.synonyms(), [a for a in self.additions if a.kind == "synonym"])

    @cached_property
    def unusable(self) -> tuple[Addition, ...]:
        """Additions that count for nothing, because this Kith has no such asset, goal or part (any more)."""
        return tuple(a for a in self.additions if not _has_place(a))

    def _triples(self, kind: str) -> lexicons.Triples:
        mine = (a for a in self.additions if a.kind == kind and _has_place(a))
        return tuple((a.phrase, a.key, a.part) for a in mine)


def words_of(additions: Iterable[Addition]) -> Words:
    """The shipped vocabulary and these additions, whatever their order. Nothing is checked here: see `checked`."""
    some = tuple(sorted(set(additions)))
    return _words_of(some) if some else SHIPPED


@lru_cache(maxsize=4)
def _words_of(additions: tuple[Addition, ...]) -> Words:
    told = hashlib.sha256(_shipped_print().encode())
    for one in additions:
        told.update(
            "\x1f".join((one.kind, one.key, one.phrase, one.part, "\n")).encode("utf-8", "surrogatepass")
        )
    return Words(told.hexdigest()[:16], additions)


@cache
def _shipped_print() -> str:
    """Of every file of the shipped vocabulary."""
    told = hashlib.sha256()
    files = sorted(resources.files(vocabulary).iterdir(), key=lambda file: file.name)
    for file in files:
        if file.name.endswith(_FILES):
            told.update(file.name.encode() + b"\0" + file.read_bytes())
    return told.hexdigest()


SHIPPED = _words_of(())
"""The vocabulary that comes with Kith, and nothing else."""


def _has_place(addition: Addition) -> bool:
    return addition.part in _PARTS.get(addition.kind, ()) and (
        addition.kind == "synonym" or addition.key in _keys(addition.kind)
    )


def _keys(kind: str) -> Mapping[str, object]:
    return assets() if kind == "asset" else goals()


# --- synonyms -------------------------------------------------------------------------------------------------------


def _joined(shipped: Synonyms, added: Iterable[Addition]) -> Synonyms:
    """Additions that hang together mean the same, and the same as each one's shipped synonyms.

    Two shipped groups that an addition touches do not become one: each only gains the addition's words.
    """
    groups = _groups(shipped, added)
    if not groups:
        return shipped
    found = {word: set(others) for word, others in shipped.items()}
    for group in groups:
        for word in group:
            others = {near for other in group - {word} for near in shipped.get(other, ())}
            found.setdefault(word, set()).update((group | others) - {word})
            for near in shipped.get(word, ()):
                found[near].update(group - {near})
    return MappingProxyType({word: frozenset(others) for word, others in found.items()})


def _groups(shipped: Synonyms, added: Iterable[Addition]) -> list[set[str]]:
    """The words that additions join, directly or through one another; "walks" is the "walk" that is there."""
    written = {elements(word): word for word in shipped}
    groups: list[set[str]] = []
    for one in added:
        pair = {written.setdefault(elements(word), word.lower()) for word in (one.key, one.phrase)}
        touched = [group for group in groups if group & pair]
        groups = [group for group in groups if not group & pair]
        groups.append(pair.union(*touched))
    return groups


# --- checking -------------------------------------------------------------------------------------------------------


def checked(addition: Addition, words: Words) -> Addition:
    """The addition as it is to be kept (composed letters, single spaces). Raises BadWord where it cannot be added."""
    if addition.kind not in KINDS:
        raise BadWord("kind", f"There is no kind {addition.kind!r}: it is one of {', '.join(KINDS)}.")
    if addition.part not in _PARTS[addition.kind]:
        raise BadWord("part", _wrong_part(addition))
    _must_be_findable("phrase", addition.phrase)
    tidy = tidied(addition)
    if addition.kind == "synonym":
        _must_be_findable("key", addition.key)
        _check_synonym(tidy, words)
    elif addition.key in _keys(addition.kind):
        _check_new(tidy, words)
    else:
        raise BadWord("key", _unknown_key(addition))
    return tidy


def tidied(addition: Addition) -> Addition:
    """With composed letters and single spaces; synonyms in small letters. Nothing is checked."""
    key, phrase = _tidy(addition.key), _tidy(addition.phrase)
    if addition.kind == "synonym":
        return replace(addition, key=key.lower(), phrase=phrase.lower())
    return replace(addition, key=key, phrase=phrase)


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _wrong_part(addition: Addition) -> str:
    if addition.kind == "synonym":
        return "A synonym has no part: leave it out."
    allowed = ", ".join(_PARTS[addition.kind])
    return f"Words of {_a(addition.kind)} have no part {addition.part!r}: it is one of {allowed}."


def _unknown_key(addition: Addition) -> str:
    near = difflib.get_close_matches(addition.key, list(_keys(addition.kind)), 1)
    meant = f" Did you mean {near[0]}?" if near else ""
    return f"There is no {addition.kind} {addition.key!r}.{meant} kith vocabulary lists them all."


def _must_be_findable(field: str, text: str) -> None:
    """Raises BadWord where a phrase could never be found in a text, or everywhere."""
    if any(unicodedata.category(c) in _UNSEEN and c not in _JOINERS and not c.isspace() for c in text):
        raise BadWord(field, "It has an invisible or control character in it: type it anew.")
    tidy = _tidy(text)
    if not tidy:
        raise BadWord(field, "It is empty.")
    if len(tidy) > LONGEST_PHRASE:
        raise BadWord(
            field, f"It is longer than {LONGEST_PHRASE} letters: a word or a short phrase is enough."
        )
    marks = sorted({raw for raw in raw_words(tidy) if raw in BREAKS})
    if marks:
        raise BadWord(
            field, f"Leave out {' '.join(marks)}: a phrase is looked for between such marks, not across."
        )
    parts = elements(tidy)
    if not parts or parts[0] == ANY or parts[-1] == ANY:
        raise BadWord(field, "It must begin and end with a word (letters or digits).")
    if not any(is_content(forms(raw)[0]) or PICTURE.fullmatch(raw) for raw in raw_words(tidy)):
        raise BadWord(field, f"{tidy!r} has only words that say nothing by themselves: add one that does.")


def _check_new(tidy: Addition, words: Words) -> None:
    """A phrase may say more than it did; it must not say what it says already, nor be said and unsaid at once."""
    own = elements(tidy.phrase)
    for there in words.additions:
        if (there.kind, there.key) == (tidy.kind, tidy.key) and elements(there.phrase) == own:
            raise BadWord(
                "phrase",
                f"{there.phrase!r} was added to {there.key} already, among its {there.part}: remove it there first.",
            )
    entry = _keys(tidy.kind)[tidy.key]
    for part in _PARTS[tidy.kind]:
        if any(elements(phrase) == own for phrase in getattr(entry, part)) and _covers(part, tidy.part):
            raise BadWord("phrase", _already_shipped(tidy, part))


def _covers(there: str, new: str) -> bool:
    """Whether what is there leaves nothing to add. "words" counts wherever "said" or "shown" would."""
    return there in {new, NOT} or (there == "words" and new not in {NOT, "words"})


def _already_shipped(tidy: Addition, part: str) -> str:
    if part == NOT:
        return f"Kith's own vocabulary has {tidy.phrase!r} among the not_words of {tidy.key}: there it never counts."
    return f"Kith's own vocabulary has {tidy.phrase!r} already, among the {part} of {tidy.key}."


def _check_synonym(tidy: Addition, words: Words) -> None:
    if elements(tidy.key) == elements(tidy.phrase):
        raise BadWord("phrase", f"{tidy.phrase!r} and {tidy.key!r} are the same word to Kith already.")
    known = _reached(tidy.key, words.synonyms)
    if elements(tidy.phrase) in known:
        own = (a for a in words.additions if a.kind == "synonym")
        ends = {elements(tidy.key), elements(tidy.phrase)}
        mine = any(ends & {elements(a.key), elements(a.phrase)} for a in own)
        whose = "through words that you added" if mine else "in Kith's own synonyms"
        raise BadWord("phrase", f"{tidy.phrase!r} and {tidy.key!r} mean the same already, {whose}.")


def _reached(word: str, synonyms: Synonyms) -> set[tuple[str, ...]]:
    """What means the same as a word, spelling and endings aside."""
    own = elements(word)
    same = [other for other in synonyms if elements(other) == own]
    return {elements(other) for one in same for other in synonyms[one]}


def _a(word: str) -> str:
    return f"an {word}" if fold(word)[:1] in "aeiou" else f"a {word}"
