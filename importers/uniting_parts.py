"""The rules by which two records become one that hold for a listing and for a place alike."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date
from typing import Any, Literal

from importers.records import CHECKED_HOW, FactRecord, Provenance

Side = Literal["keep", "other", "both"]
Choices = Mapping[str, Side]
"""Key of a difference -> the side that was chosen."""


def better_provenance(keep: Provenance, other: Provenance) -> Side:
    """Which of two checks to believe; the kept one where they are as good."""
    return "other" if rank(other) > rank(keep) else "keep"


def rank(checked: Provenance) -> tuple[date, int]:
    """Greater for what was checked later, or on the same day in a better way."""
    how = CHECKED_HOW.index(checked.checked_how) if checked.checked_how else len(CHECKED_HOW)
    return checked.checked_on or date.min, -how


def joined(mine: Iterable[Any], yours: Iterable[Any], by: Callable[[Any], Hashable]) -> tuple[Any, ...]:
    """All of mine, and of yours what mine has not."""
    first = tuple(mine)
    seen = {by(one) for one in first}
    more = {by(one): one for one in reversed(tuple(yours)) if by(one) not in seen}
    return (*first, *reversed(more.values()))


def united_facts(
    prefix: str, mine: tuple[FactRecord, ...], yours: tuple[FactRecord, ...], chosen: Choices
) -> tuple[FactRecord, ...]:
    """Facts of both, each key once where it comes from both; the same answer keeps the better check."""
    theirs = {fact.key: fact for fact in yours if fact not in mine}
    found = [
        fact if fact in yours else _one_fact(prefix, fact, theirs.get(fact.key), chosen) for fact in mine
    ]
    known = {fact.key for fact in mine}
    return (*found, *joined((), (fact for fact in yours if fact.key not in known), lambda fact: fact))


def _one_fact(prefix: str, fact: FactRecord, other: FactRecord | None, chosen: Choices) -> FactRecord:
    if other is None:
        return fact
    if other.value == fact.value:
        side = better_provenance(fact.provenance, other.provenance)
    else:
        side = chosen.get(f"{prefix}.{fact.key}", "keep")
    return other if side == "other" else fact
