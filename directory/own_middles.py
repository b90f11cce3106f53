"""Codes that no gazetteer has a point for, from where the directory's own places with that code are.

Published lists have gaps (a US ZIP file gives dozens of codes the middle of their county, which is worse than nothing),
while the directory often knows ten addresses there. Their middle is kept among the gazetteer's entries, under a source
of its own: made anew with every import, never instead of a published point, and never from a place that is private,
withheld or not trusted. It is kept and not looked up as somebody asks, so that nothing of what one person avoids can
move it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from statistics import median

from geopy.distance import great_circle
from sqlalchemy import Connection, delete, insert, select

from directory.database import db, now, writing
from directory.gazetteer_layouts import CODE_RANK, code_key
from directory.geocoder import OUR_OWN_PLACES, PlaceFinder
from directory.models import Address, GazetteerEntry, Location, Outbox, table_of

LEAST_PLACES = 3
"""So many different points with a code are needed for a middle."""
NEAR_KM, MOST_NEAR = 10.0, 2 / 3
"""So many of them lie so near the middle, or nobody knows where the code is."""

At = tuple[float, float]


def learn(places: PlaceFinder) -> int:
    """Keep a middle for each code that only our own places tell of; how many there are. Listings that this places, or
    moves, are told to the indexes by the outbox. One transaction."""
    before = {key: (lat, lon) for key, lat, lon in _kept()}
    ours = {code: at for code, at in _points().items() if len(at) >= LEAST_PLACES}
    unknown = [code for code in ours if code_key(code) in before or places.gazetteer.of_code(code) is None]
    found = {code: middle for code in unknown if (middle := middle_of(ours[code]))}
    after = {code_key(code): middle for code, middle in found.items()}
    if after == before:
        return len(after)
    moved = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    entry = table_of(GazetteerEntry)
    with writing() as connection:
        connection.execute(delete(entry).where(entry.c.source == OUR_OWN_PLACES))
        if found:
            connection.execute(insert(entry), [_row(code, at) for code, at in found.items()])
        _tell_of(moved, connection)
    places.forget()
    return len(after)


def middle_of(points: Collection[At]) -> At | None:
    """The median of some points, None where too many of them lie far from it: their code says little."""
    middle = median(lat for lat, _ in points), median(lon for _, lon in points)
    near = sum(great_circle(middle, point).km <= NEAR_KM for point in points)
    return (round(middle[0], 5), round(middle[1], 5)) if near >= MOST_NEAR * len(points) else None


def _kept() -> list[tuple[str, float, float]]:
    entry = table_of(GazetteerEntry)
    query = select(entry.c.key, entry.c.lat, entry.c.lon).where(entry.c.source == OUR_OWN_PLACES)
    return [(key, lat, lon) for key, lat, lon in db.session.connection().execute(query)]


def _points() -> Mapping[str, set[At]]:
    """Code -> the different points of places that may be known, rounded to some ten metres."""
    place, address = table_of(Location), table_of(Address)
    query = (
        select(address.c.postal_code, place.c.latitude, place.c.longitude)
        .join(place, place.c.id == address.c.location_id)
        .where(
            address.c.postal_code.is_not(None), place.c.latitude.is_not(None), place.c.longitude.is_not(None)
        )
        .where(place.c.point_trusted, ~place.c.withheld, ~place.c.private)
    )
    found: dict[str, set[At]] = defaultdict(set)
    for code, lat, lon in db.session.connection().execute(query):
        found[_code(code)].add((round(lat, 4), round(lon, 4)))
    return found


def _code(written: str) -> str:
    """A ZIP code without its last four digits; any other code as it is."""
    return written[:5] if written[:5].isdigit() else written


def _row(code: str, at: At) -> dict[str, object]:
    return {
        "kind": "postcode",
        "key": code_key(code),
        "name": code,
        "qualifier": None,
        "rank": CODE_RANK,
        "lat": at[0],
        "lon": at[1],
        "source": OUR_OWN_PLACES,
    }


def _tell_of(keys: Collection[str], connection: Connection) -> None:
    """Have the indexes read anew what stands there."""
    place, address = table_of(Location), table_of(Address)
    query = (
        select(place.c.listing_id, address.c.postal_code)
        .join(address, place.c.id == address.c.location_id)
        .where(address.c.postal_code.is_not(None))
    )
    ids = sorted({listing for listing, code in connection.execute(query) if code_key(_code(code)) in keys})
    if ids:
        told = [{"listing_id": one, "kind": "upsert", "at": now()} for one in ids]
        connection.execute(insert(table_of(Outbox)), told)
