"""A patch pack for somebody who arrives: places, people to meet, colleagues who know them, tips. For staff alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geopy.distance import great_circle
from sqlalchemy import select

from directory import formatting
from directory._bus_factor import AIM
from directory._recalling import Knower, TipTold, knowers_of, tips_of, use
from directory.database import db
from directory.listings import fetch
from directory.models import Address, Location, Service
from importers.records import ContactRecord, ListingRecord
from matching.types import Point

MOST_PLACES = 25
MOST_LOOKED_AT = 5_000
"""The nearest so many are looked at: a patch of more is a region."""
KM_PER_DEGREE = 111.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of the pack. `people` are contacts that staff may ask for."""

    id: str
    ref: str
    record: ListingRecord
    distance_km: float | None
    times: tuple[str, ...]
    where: str
    people: tuple[str, ...]
    knowers: tuple[Knower, ...]
    tips: tuple[TipTold, ...]
    use: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """A colleague to meet in the first week, with the places of this pack that they know, warmest first."""

    user_id: str
    name: str
    places: tuple[tuple[str, str | None], ...]
    """(listing's name, how warm)."""


@dataclass(frozen=True, slots=True)
class Pack:
    """The pack. `left_out`: places on this patch that did not fit into it."""

    entries: tuple[Entry, ...]
    colleagues: tuple[Colleague, ...]
    left_out: int

    @property
    def nobody_yet(self) -> tuple[Entry, ...]:
        """Places at which a newcomer would be the first or second of us to know somebody."""
        return tuple(entry for entry in self.entries if len(_met(entry.knowers)) < AIM)


def pack(centre: Point, within_km: float = 3.0, limit: int = MOST_PLACES) -> Pack:
    """The open places round a point: first those that colleagues use, know or left tips about, then the nearest."""
    distances = _near(centre, within_km)
    return _pack(distances, limit)


def pack_of_area(outcode: str, limit: int = MOST_PLACES) -> Pack:
    """The open places of an outward postcode ("S1"), for which the gazetteer has no point."""
    query = (
        select(Service.id)
        .join(Address, Address.listing_id == Service.id)
        .where(
            Service.listing_status == "active", Address.postal_code.startswith(f"{outcode} ", autoescape=True)
        )
    )
    return _pack(dict.fromkeys(db.session.scalars(query)), limit)


def _near(centre: Point, within_km: float) -> dict[str, float | None]:
    up = within_km / KM_PER_DEGREE
    across = up / max(0.01, math.cos(math.radians(centre.lat)))
    query = (
        select(Location.listing_id, Location.latitude, Location.longitude)
        .join(Service, Service.id == Location.listing_id)
        .where(
            Service.listing_status == "active",
            Location.private.is_(False),
            Location.latitude.between(centre.lat - up, centre.lat + up),
            Location.longitude.between(centre.lon - across, centre.lon + across),
        )
    )
    found: dict[str, float | None] = {}
    for key, lat, lon in db.session.execute(query):
        if lat is None or lon is None:
            continue
        km = great_circle((centre.lat, centre.lon), (lat, lon)).km
        known = found.get(key)
        if km <= within_km and (known is None or km < known):
            found[key] = km
    return found


def _pack(distances: dict[str, float | None], limit: int) -> Pack:
    ids = sorted(distances, key=lambda key: distances[key] or 0.0)[:MOST_LOOKED_AT]
    uses, knowers, tips = use(), knowers_of(ids), tips_of(ids)

    def first(key: str) -> tuple[int, float, str]:
        known = 3 * uses[key] + 2 * len(knowers.get(key, ())) + len(tips.get(key, ()))
        return -known, distances[key] or 0.0, key

    chosen = sorted(ids, key=first)[:limit]
    listings = fetch(chosen)
    entries = tuple(
        _entry(key, listings[key].ref, listings[key].record, distances[key], knowers, tips, uses[key])
        for key in chosen
        if key in listings
    )
    return Pack(entries, _colleagues(entries), len(distances) - len(entries))


def _entry(
    key: str,
    ref: str,
    record: ListingRecord,
    km: float | None,
    knowers: dict[str, list[Knower]],
    tips: dict[str, list[TipTold]],
    used: int,
) -> Entry:
    places = [", ".join(formatting.address_lines(place)) for place in record.places]
    return Entry(
        id=key,
        ref=ref,
        record=record,
        distance_km=km,
        times=tuple(formatting.session_lines(record.sessions)),
        where=next(filter(None, places), ""),
        people=tuple(filter(None, map(_person, record.contacts))),
        knowers=tuple(knowers.get(key, ())),
        tips=tuple(tips.get(key, ())),
        use=used,
    )


def _person(contact: ContactRecord) -> str:
    """A contact whom any of the staff may ask for; one who is known to their link person alone is not named."""
    if contact.visibility == "link" or not contact.name:
        return ""
    return ", ".join(filter(None, (contact.name, contact.title, *(phone.number for phone in contact.phones))))


def _met(knowers: tuple[Knower, ...]) -> set[str]:
    return {one.user_id for one in knowers if one.user_id and one.has_met}


def _colleagues(entries: tuple[Entry, ...]) -> tuple[Colleague, ...]:
    known: dict[str, tuple[str, list[tuple[str, str | None]]]] = {}
    for entry in entries:
        for one in entry.knowers:
            if one.user_id and one.has_met:
                known.setdefault(one.user_id, (one.name, []))[1].append((entry.record.name, one.warmth))
    found = [Colleague(key, name, tuple(places)) for key, (name, places) in known.items()]
    return tuple(sorted(found, key=lambda one: (-len(one.places), one.name)))
