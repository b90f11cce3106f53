"""Which places of two records are one place, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from rapidfuzz import fuzz

from importers.alike import NEAR_M
from importers.alike_sketch import metres, point_of, postcode_of, street_of
from importers.alike_words import fold
from importers.records import ListingRecord, PlaceRecord
from importers.uniting_parts import joined, united_facts

_POINT = ("latitude", "longitude", "point_trusted")
_APART = frozenset(("source_id", "facts", "accessibility", "withheld", "private", *_POINT))


def same_places(keep: ListingRecord, other: ListingRecord) -> list[tuple[PlaceRecord, PlaceRecord]]:
    """(place of keep, place of other) that are one place; each place at most once."""
    return [(keep.places[i], other.places[j]) for i, j in _same(keep, other)]


def _same(keep: ListingRecord, other: ListingRecord) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    alone = len(keep.places) == len(other.places) == 1
    for test in (lambda a, b: a == b, lambda a, b: _one_place(a, b, alone=alone)):
        for j, theirs in enumerate(other.places):
            if j in {b for _, b in found}:
                continue
            taken = {a for a, _ in found}
            at = next(
                (i for i, mine in enumerate(keep.places) if i not in taken and test(mine, theirs)), None
            )
            if at is not None:
                found.append((at, j))
    return sorted(found)


def _one_place(a: PlaceRecord, b: PlaceRecord, *, alone: bool) -> bool:
    """By postcode and house number, by the point, by name or address; where each record has but one place and one of
    them says nothing of where it is, they are taken for one."""
    if a.location_type != b.location_type:
        return False
    numbers = (street_of(a), street_of(b))
    if all(numbers) and numbers[0] != numbers[1]:
        return False
    if postcode_of(a) and postcode_of(b):
        return postcode_of(a) == postcode_of(b) and (alone or _alike_named(a, b))
    here, there = point_of(a), point_of(b)
    if here and there:
        return metres(here, there) <= NEAR_M
    return alone or _alike_named(a, b)


def _alike_named(a: PlaceRecord, b: PlaceRecord) -> bool:
    for name in ("name", "address_1"):
        mine, yours = fold(getattr(a, name) or ""), fold(getattr(b, name) or "")
        if mine and yours and fuzz.token_set_ratio(mine, yours) >= 85:
            return True
    return False


def united_places(
    keep: ListingRecord, other: ListingRecord, chosen: Mapping[str, Any]
) -> tuple[tuple[PlaceRecord, ...], dict[str, str]]:
    """The places of both, and {the other's id of a place: its id now}."""
    side = chosen.get("places", "both")
    pairs = _same(keep, other)
    partner = {i: other.places[j] for i, j in pairs}
    found = [
        _one(place, partner[i], side, chosen) if i in partner else place
        for i, place in enumerate(keep.places)
        if side != "other" or i in partner
    ]
    moved = {other.places[j].source_id: keep.places[i].source_id for i, j in pairs}
    added = [place for j, place in enumerate(other.places) if j not in {b for _, b in pairs}]
    if side != "keep":
        taken = {place.source_id for place in found}
        for place in added:
            name = place.source_id if place.source_id not in taken else f"{other.ref} {place.source_id}"
            moved.setdefault(place.source_id, name)
            taken.add(name)
            found.append(replace(place, source_id=name))
    return tuple(found), moved


def disagree(mine: PlaceRecord, yours: PlaceRecord) -> bool:
    """Whether two descriptions of one place say different things (and not only one of them more)."""
    pairs = [
        (getattr(mine, one.name), getattr(yours, one.name)) for one in fields(mine) if one.name not in _APART
    ]
    return any(a and b and not _says_it_all(a, b) and not _says_it_all(b, a) for a, b in pairs)


def fuller(first: str | None, second: str | None) -> str | None:
    """The first, unless the second says all of it and more."""
    return second if not first or (second and _says_it_all(second, first)) else first


def _says_it_all(one: str, other: str) -> bool:
    return set(fold(other).split()) <= set(fold(one).split()) and len(one) >= len(other)


def _one(mine: PlaceRecord, yours: PlaceRecord, side: str, chosen: Mapping[str, Any]) -> PlaceRecord:
    """One place of two: blanks filled, as secret as the more secret of them."""
    first, second = (yours, mine) if side == "other" else (mine, yours)
    values: dict[str, Any] = {
        one.name: fuller(getattr(first, one.name), getattr(second, one.name))
        for one in fields(mine)
        if one.name not in _APART
    }
    point = first if first.latitude is not None and first.longitude is not None else second
    values.update({name: getattr(point, name) for name in _POINT})
    values.update(
        withheld=mine.withheld or yours.withheld,
        private=mine.private or yours.private,
        accessibility=joined(mine.accessibility, yours.accessibility, fold),
        facts=united_facts("venue_facts", mine.facts, yours.facts, chosen),
    )
    return replace(mine, **values)
