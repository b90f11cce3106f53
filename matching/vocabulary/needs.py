"""Loads barriers.toml, facts.toml and ladder.toml: what people need, what Kith can know, which answers which.

Source of the barriers: domain.md 2.2; of the fact keys: design.md 6. A broken file fails loudly, naming file and key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec

from matching.vocabulary import BrokenVocabulary, read

RUNGS = 9
ATTRIBUTES = ("run_by", "audience", "group_size", "referral")
"""Listing attributes that a condition may name beside facts."""


@dataclass(frozen=True, slots=True)
class FactEntry:
    """One kind of fact. `sentences` has one per value; `good` False where "yes" is the unwelcome answer."""

    key: str
    scope: str
    values: tuple[str, ...]
    name: str
    ask: str
    ask_partial: str = ""
    sentences: Mapping[str, str] = field(default_factory=dict)
    good: bool = True
    neutral: bool = False

    def say(self, value: str) -> str:
        """The sentence for one value."""
        return self.sentences.get(value, f"{self.name}: {value}")


class Condition(msgspec.Struct, frozen=True):
    """A fact holding one value, or an attribute of the listing (one of ATTRIBUTES) where `attribute`."""

    key: str
    value: str = "yes"
    attribute: bool = False


@dataclass(frozen=True, slots=True)
class BarrierEntry:
    """One barrier with its words and the facts that answer it (see the head of facts.toml)."""

    key: str
    label: str
    hidden_as: str
    change: str
    takes: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    limit_name: str = ""
    satisfied_by: tuple[Condition, ...] = ()
    broken_by: tuple[Condition, ...] = ()
    broken_unless: tuple[Condition, ...] = ()
    all_no: tuple[str, ...] = ()
    lowered_by: tuple[Condition, ...] = ()
    supported_by: tuple[Condition, ...] = ()
    ask: tuple[str, ...] = ()
    venue: bool = False
    never_hides: bool = False


@cache
def facts() -> Mapping[str, FactEntry]:
    """Every fact by key, in the order of the file."""
    return {key: _fact(key, raw) for key, raw in read("facts.toml")["facts"].items()}


def _fact(key: str, raw: Mapping[str, Any]) -> FactEntry:
    values = tuple(raw.get("values", ("yes", "no")))
    missing = [part for part in ("scope", "name", "ask", *values) if part not in raw]
    if missing or raw["scope"] not in ("venue", "session"):
        raise BrokenVocabulary("facts.toml", key, f"{', '.join(missing) or 'scope'} is missing or wrong")
    return FactEntry(
        key=key,
        scope=raw["scope"],
        values=values,
        name=raw["name"],
        ask=raw["ask"],
        ask_partial=raw.get("ask_partial", ""),
        sentences={value: raw[value] for value in values},
        good=raw.get("good", True),
        neutral=raw.get("neutral", False),
    )


@cache
def barriers() -> Mapping[str, BarrierEntry]:
    """Every barrier by key, in the order of domain.md 2.2."""
    words = read("barriers.toml")["barriers"]
    needs = read("facts.toml")["barriers"]
    if set(words) != set(needs):
        raise BrokenVocabulary(
            "facts.toml", "barriers", f"differs from barriers.toml: {sorted(set(words) ^ set(needs))}"
        )
    return {key: _barrier(key, words[key], needs[key]) for key in words}


def _barrier(key: str, words: Mapping[str, Any], needs: Mapping[str, Any]) -> BarrierEntry:
    def conditions(name: str) -> tuple[Condition, ...]:
        return tuple(_condition(text, f"barriers.{key}.{name}") for text in needs.get(name, ()))

    satisfied = conditions("satisfied_by")
    return BarrierEntry(
        key=key,
        label=words["label"],
        hidden_as=words["hidden_as"],
        change=words["change"],
        takes=tuple(words.get("takes", ())),
        values=tuple(words.get("values", ())),
        limit_name=words.get("limit_name", ""),
        satisfied_by=satisfied,
        broken_by=conditions("broken_by"),
        broken_unless=conditions("broken_unless"),
        all_no=tuple(needs.get("all_no", [c.key for c in satisfied if c.value == "yes"])),
        lowered_by=conditions("lowered_by"),
        supported_by=conditions("supported_by"),
        ask=tuple(needs.get("ask", ())),
        venue=needs.get("venue", False),
        never_hides=needs.get("never_hides", False),
    )


def _condition(text: str, where: str) -> Condition:
    key, _, value = text.partition("=")
    entry = facts().get(key)
    if entry is None and key not in ATTRIBUTES:
        raise BrokenVocabulary("facts.toml", where, f"no fact or attribute is called {key!r}")
    if entry is not None and (value or "yes") not in entry.values:
        raise BrokenVocabulary("facts.toml", where, f"{key} is never {value or 'yes'!r}")
    return Condition(key, value or "yes", entry is None)


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the support ladder (domain.md 2.5)."""

    number: int
    choice: str
    offers: str


@cache
def ladder() -> tuple[Rung, ...]:
    """The nine rungs, 0 first."""
    rungs = tuple(Rung(number, **raw) for number, raw in enumerate(read("ladder.toml")["rungs"]))
    if len(rungs) != RUNGS:
        raise BrokenVocabulary("ladder.toml", "rungs", f"must be {RUNGS}, one for each rung from 0")
    return rungs
