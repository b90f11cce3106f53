"""The four lexicons compiled from the vocabulary, each once: assets and goals, as people say and as listings show."""

from __future__ import annotations

from functools import cache

from matching.language.lexicon import Lexicon, parts_of
from matching.vocabulary import AssetEntry, GoalEntry, assets, goals

NOT = "not_words"
_FOR_PEOPLE = ("words", "said", "weak", NOT)
_FOR_LISTINGS = ("words", "shown", "named", "weak", NOT)


def _compile(entries: dict[str, AssetEntry] | dict[str, GoalEntry], parts: tuple[str, ...]) -> Lexicon:
    return Lexicon(
        triple
        for key, entry in entries.items()
        for triple in parts_of(key, {part: getattr(entry, part, ()) for part in parts})
    )


@cache
def asset_words() -> Lexicon:
    """What people say of their assets."""
    return _compile(dict(assets()), _FOR_PEOPLE)


@cache
def asset_signs() -> Lexicon:
    """How listings show what they are about."""
    return _compile(dict(assets()), _FOR_LISTINGS)


@cache
def goal_words() -> Lexicon:
    """What people say of their goals."""
    return _compile(dict(goals()), _FOR_PEOPLE)


@cache
def goal_signs() -> Lexicon:
    """How listings show which goals they serve."""
    return _compile(dict(goals()), ("shown", "named", NOT))
