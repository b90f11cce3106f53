"""The vocabularies of matching, read once from the TOML files beside this module.

A broken file stops the start with the file and the key named: a silent gap here would silently hide places.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import tomli  # the standard library's own parser, compiled: a start reads 300 kB of it

ASSET_PARTS = ("words", "said", "shown", "named", "weak", "not_words")
GOAL_PARTS = ("words", "said", "shown", "named", "weak", "not_words")
GROUP_SIZES = ("1", "2-5", "6-12", "13-30", "30+")
FORMATS = ("in_person", "online", "phone", "post", "home_visit")
RUN_BY = ("agency", "specialist", "open", "peer")


class BrokenVocabulary(ValueError):
    """A vocabulary file that cannot be used; the message names the file, the key and what is wrong."""

    def __init__(self, file: str, key: str, message: str):
        super().__init__(f"{file}, {key}: {message}")
        self.file, self.key = file, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """What people name and listings show.

    words count in a person's mouth and in a listing; said only for people, shown only in listings, named only in a
    listing's name or activities, weak a little everywhere; not_words are phrases in which a word does not count.
    """

    key: str
    words: tuple[str, ...]
    said: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetEntry(Worded):
    """One kind of strength or interest (domain.md 2.3)."""

    label: str
    about: str
    """Fits "It's about ..."."""
    neighbours: tuple[str, ...]
    kinds: tuple[str, ...]
    """Activities people take up with it, for "something different"."""
    in_person: bool = False
    """It is done by being somewhere: a telephone line about it is no place for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicEntry(Worded):
    """One thing among those that an asset or a kind of goal covers: a diploma, a meal at a table, chess. Its weak words
    count in listings alone."""

    about: str
    """Fits "It's about ..."."""
    of: tuple[str, ...]
    """The assets, kinds of goal and wider topics that it is one of."""
    form: bool = False
    """A way of being together, or a way to help: it says nothing of what it is about."""
    hard: bool = False
    """Something that is hard to live with: who only mentions it is not known to look for it."""
    shared: bool = False
    """Not hard, but shared by those who have it alone: a group of others is no answer."""
    goals_only: bool = False
    """Nothing that anybody brings: it is read where somebody says what they would like."""
    instead: bool = False
    """What else its kinds cover is nothing to who names it: a church to a Hindu."""
    childrens: bool = False
    """It is about children, or for the young."""
    of_a_child: str = ""
    """The topic that it is too where it is a child's: autism, that of families with a disabled child."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalEntry(Worded):
    """One kind of goal (domain.md 2.4): how it is said, how a listing shows that it serves it, what favours it."""

    label: str
    towards: str
    """Fits "It could be a step towards ..."."""
    favours: tuple[str, ...] = ()
    """Fact keys whose yes helps with this goal."""
    assets: tuple[str, ...] = ()
    """Asset keys that count towards it."""
    group_size: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    run_by: tuple[str, ...] = ()
    regular: bool = False
    """A weekly or fortnightly rhythm favours it."""
    part_of: str = ""
    """The kind of goal that this is one of: who says or shows this says or shows that too."""
    whom: str = ""
    """Fits "It is mainly for ...", for a kind that is about whose group it is."""
    am: tuple[str, ...] = ()
    """What somebody is who says of themselves that this life is theirs ("I'm a gay man"). It is no wish."""
    role: bool = False
    """Having a role (volunteer, perform, lead) favours it."""
    of_interest: bool = False
    """It is about the interest that it is said with ("sing again"): without it, it leads nowhere by itself."""
    near: bool = False
    """Being close to home favours it."""
    little_beside: bool = False
    """It says little beside anything that is named: most places do for it ("get out with people who knit"), or
    something else that serves it is not what is meant ("learn to cook for one": no travel training)."""
    kinds: tuple[str, ...] = ()
    first_step: str


@cache
def read(file: str) -> Mapping[str, Any]:
    """A vocabulary file as TOML gives it, read once for all who look at it; BrokenVocabulary when it is missing or no
    TOML."""
    try:
        return tomli.loads(resources.files(__name__).joinpath(file).read_text(encoding="utf-8"))
    except (OSError, tomli.TOMLDecodeError) as problem:
        raise BrokenVocabulary(file, "the whole file", str(problem)) from problem


@cache
def digest() -> str:
    """Changes whenever a word of any vocabulary file does: what was read from listings must then be read again."""
    files = sorted((f for f in resources.files(__name__).iterdir() if f.is_file()), key=lambda f: f.name)
    words = b"\0".join(f.read_bytes() for f in files if f.name.endswith((".toml", ".txt")))
    return hashlib.blake2b(words, digest_size=8).hexdigest()


def word_list(file: str) -> frozenset[str]:
    """The words of a plain list, one a line; lines that begin with "#" are remarks."""
    try:
        lines = resources.files(__name__).joinpath(file).read_text(encoding="utf-8").splitlines()
    except OSError as problem:
        raise BrokenVocabulary(file, "the whole file", str(problem)) from problem
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _entry_fields(file: str, key: str, raw: Any, allowed: type[Any]) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise BrokenVocabulary(file, key, "expected a table")
    types = {field.name: str(field.type) for field in fields(allowed) if field.name != "key"}
    for name, value in raw.items():
        if name not in types:
            raise BrokenVocabulary(file, f"{key}.{name}", "is not known")
        wrong = _wrong(types[name], value)
        if wrong:
            raise BrokenVocabulary(file, f"{key}.{name}", wrong)
        if isinstance(value, list) and len(set(value)) != len(value):
            raise BrokenVocabulary(file, f"{key}.{name}", f"says {_twice(value)!r} twice")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _wrong(wanted: str, value: Any) -> str:
    """What is wrong with a value for a field of that type; empty when nothing is."""
    if wanted.startswith("tuple") and not (isinstance(value, list) and all(map(_is_text, value))):
        return "must be a list of texts"
    if wanted == "str" and not _is_text(value):
        return "must be a text"
    return "must be true or false" if wanted == "bool" and not isinstance(value, bool) else ""


def _twice(values: list[str]) -> str:
    return next(value for value in values if values.count(value) > 1)


def _build(file: str, kind: type[Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    entries = {}
    for key, table in raw.items():
        try:
            entries[key] = kind(key=key, **_entry_fields(file, key, table, kind))
        except TypeError as missing:
            raise BrokenVocabulary(file, key, str(missing).split(":", 1)[-1].strip()) from missing
    return entries


def _must_be_known(
    file: str, where: str, values: tuple[str, ...], known: Mapping[str, Any] | tuple[str, ...]
) -> None:
    for value in values:
        if value not in known:
            raise BrokenVocabulary(file, where, f"{value!r} is not known")


def build_assets(raw: Mapping[str, Any], file: str = "assets.toml") -> Mapping[str, AssetEntry]:
    """Asset entries from parsed TOML, checked: every neighbour exists and none is itself."""
    entries: dict[str, AssetEntry] = _build(file, AssetEntry, raw)
    for key, entry in entries.items():
        _must_be_known(file, f"{key}.neighbours", entry.neighbours, entries)
        if key in entry.neighbours:
            raise BrokenVocabulary(file, f"{key}.neighbours", "names itself")
    return MappingProxyType(entries)


def build_goals(
    raw: Mapping[str, Any], asset_keys: Mapping[str, Any], file: str = "goals.toml"
) -> Mapping[str, GoalEntry]:
    """Goal entries from parsed TOML, checked against the assets and the allowed sizes, formats and runners."""
    entries: dict[str, GoalEntry] = _build(file, GoalEntry, raw)
    for key, entry in entries.items():
        _must_be_known(file, f"{key}.assets", entry.assets, asset_keys)
        _must_be_known(file, f"{key}.part_of", (entry.part_of,) if entry.part_of else (), entries)
        _must_be_known(file, f"{key}.group_size", entry.group_size, GROUP_SIZES)
        _must_be_known(file, f"{key}.formats", entry.formats, FORMATS)
        _must_be_known(file, f"{key}.run_by", entry.run_by, RUN_BY)
    return MappingProxyType(entries)


def build_topics(
    raw: Mapping[str, Any], known: Mapping[str, Any], file: str = "topics.toml"
) -> Mapping[str, TopicEntry]:
    """Topic entries from parsed TOML, checked: `known` has what they can be one of, and none is called so itself."""
    entries: dict[str, TopicEntry] = _build(file, TopicEntry, raw)
    for key, entry in entries.items():
        if key in known:
            raise BrokenVocabulary(file, key, "is the key of an asset or a goal already")
        _must_be_known(file, f"{key}.of", entry.of, {**known, **entries})
        if key in entry.of:
            raise BrokenVocabulary(file, f"{key}.of", "names itself")
        _must_be_known(file, f"{key}.of_a_child", (entry.of_a_child,) if entry.of_a_child else (), entries)
    return MappingProxyType(entries)


def build_synonyms(raw: Mapping[str, Any], file: str = "synonyms.toml") -> Mapping[str, frozenset[str]]:
    """Each word or phrase -> the others of its groups. A group is a list of at least two ways to say one thing."""
    found: dict[str, set[str]] = {}
    for name, groups in raw.items():
        for group in groups if isinstance(groups, list) else [groups]:
            if (
                not isinstance(group, list)
                or len(group) < 2
                or not all(isinstance(w, str) and w for w in group)
            ):
                raise BrokenVocabulary(file, name, "each group must be a list of two or more texts")
            for word in group:
                found.setdefault(word, set()).update(set(group) - {word})
    return MappingProxyType({word: frozenset(others) for word, others in found.items()})


@cache
def assets() -> Mapping[str, AssetEntry]:
    """All asset entries by key, in the order of the file."""
    return build_assets(read("assets.toml"))


@cache
def goals() -> Mapping[str, GoalEntry]:
    """All goal entries by key, in the order of the file."""
    return build_goals(read("goals.toml"), assets())


@cache
def topics() -> Mapping[str, TopicEntry]:
    """All topics by key, in the order of the file."""
    return build_topics(read("topics.toml"), {**assets(), **goals()})


def is_form(key: str) -> bool:
    """Whether a topic is a way of being together or a way to help, and nothing to be about."""
    return key in topics() and topics()[key].form


def is_lived_with(key: str) -> bool:
    """Whether a topic is something that people live with, and share with others who do: grief or having served, and no
    debt."""
    if key not in topics():
        return False
    topic = topics()[key]
    return topic.shared or (topic.hard and not topic.goals_only)


def about(key: str) -> str:
    """What fits "It's about ..." for an asset or a topic."""
    return assets()[key].about if key in assets() else topics()[key].about


@cache
def synonyms() -> Mapping[str, frozenset[str]]:
    """Words and phrases that say the same thing, for the search box: narrow on purpose ("footy" is football)."""
    return build_synonyms(read("synonyms.toml"))
