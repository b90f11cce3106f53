"""The lexicons compiled from the vocabulary: assets and goals, as people say and as listings show.

Each takes what an agency adds (see words.py) as further triples; without any, it is compiled once and shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache

from matching.language.lexicon import Lexicon, parts_of
from matching.vocabulary import AssetEntry, GoalEntry, TopicEntry, assets, goals, topics

NOT = "not_words"
Triples = tuple[tuple[str, str, str], ...]
"""(phrase, key, part of its vocabulary entry)."""

_Entries = Mapping[str, AssetEntry] | Mapping[str, GoalEntry] | Mapping[str, TopicEntry]
_MADE_OF: Mapping[str, tuple[Callable[[], _Entries], tuple[str, ...]]] = {
    "asset_words": (assets, ("words", "said", "weak", NOT)),
    "asset_signs": (assets, ("words", "shown", "named", "weak", NOT)),
    "goal_words": (goals, ("words", "said", NOT)),
    "goal_signs": (goals, ("shown", "named", "weak", NOT)),
    "topic_words": (topics, ("words", "said", NOT)),
    "topic_signs": (topics, ("words", "shown", "named", "weak", NOT)),
    "goal_lives": (goals, ("am", NOT)),
}


def asset_words(more: Triples = ()) -> Lexicon:
    """What people say of their assets."""
    return _compiled("asset_words", more)


def asset_signs(more: Triples = ()) -> Lexicon:
    """How listings show what they are about."""
    return _compiled("asset_signs", more)


def goal_words(more: Triples = ()) -> Lexicon:
    """What people say of their goals."""
    return _compiled("goal_words", more)


def goal_signs(more: Triples = ()) -> Lexicon:
    """How listings show which goals they serve."""
    return _compiled("goal_signs", more)


@cache
def topic_words() -> Lexicon:
    """What people say of topics. A misspelling is mended towards the words of assets and goals alone."""
    return Lexicon((), _shipped_of("topic_words"), (asset_words(), goal_words()))


@cache
def topic_signs() -> Lexicon:
    """How listings show topics."""
    return Lexicon((), _shipped_of("topic_signs"))


@cache
def goal_lives() -> Lexicon:
    """What people are who say of themselves that a life is theirs. No misspelling is mended towards it: to be taken for
    something else is worse than to be asked."""
    return Lexicon((), _shipped_of("goal_lives"))


def _compiled(name: str, more: Triples) -> Lexicon:
    return _extended(name, more) if more else _shipped(name)


@cache
def _shipped(name: str) -> Lexicon:
    return _compile(name, ())


@lru_cache(maxsize=8)
def _extended(name: str, more: Triples) -> Lexicon:
    return _compile(name, more)


def _compile(name: str, more: Triples) -> Lexicon:
    entries, parts = _MADE_OF[name]
    added = [triple for triple in more if triple[2] in parts]
    return Lexicon(_shipped_of(name), _of_the_whole_too(added) if entries is goals else added)


def _shipped_of(name: str) -> Iterable[tuple[str, str, str]]:
    entries, parts = _MADE_OF[name]
    shipped = (
        triple
        for key, entry in entries().items()
        for triple in parts_of(key, {part: getattr(entry, part, ()) for part in parts})
    )
    return _of_the_whole_too(shipped) if entries is goals else shipped


def _of_the_whole_too(triples: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    """What speaks for a part speaks for the whole (GoalEntry.part_of); what does not count of one counts of neither."""
    parts_of_it: dict[str, list[str]] = {}
    for key, entry in goals().items():
        if entry.part_of:
            parts_of_it.setdefault(entry.part_of, []).append(key)
    for phrase, key, part in triples:
        yield phrase, key, part
        if goals()[key].part_of:
            yield phrase, goals()[key].part_of, part
        if part == NOT:
            yield from ((phrase, one, part) for one in parts_of_it.get(key, ()))
