"""What even the record of changes must forget: the address of a place that has become private."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, delete, select, update

from directory._storable import PRIVATE_PARTS
from directory.models import Address, Change, Location, MergedListing, table_of
from importers.records import PlaceRecord

_CHANGE, _MERGED = table_of(Change), table_of(MergedListing)
_ADDRESS, _LOCATION = table_of(Address), table_of(Location)


def forget_private(connection: Connection, listing_id: str, places: Collection[PlaceRecord]) -> None:
    """Take address and point out of this listing's Change rows for every place that is not plainly public now, and out
    of what is kept of its merges.

    Nothing happens where none of the places is private.
    """
    if not any(place.private for place in places):
        return
    public = {place.source_id for place in places if not place.private}
    query = select(_CHANGE.c.id, _CHANGE.c.before, _CHANGE.c.after).where(
        _CHANGE.c.listing_id == listing_id, _CHANGE.c.entity == "service", _CHANGE.c.field == "places"
    )
    for key, before, after in connection.execute(query).all():
        connection.execute(
            update(_CHANGE)
            .where(_CHANGE.c.id == key)
            .values(before=_without_address(before, public), after=_without_address(after, public))
        )

    _forget_in_merges(connection, listing_id, public)


def _forget_in_merges(connection: Connection, listing_id: str, public: Collection[str]) -> None:
    """In what both listings were before, and in the rows of a listing that was merged into this one."""
    query = select(_MERGED).where((_MERGED.c.kept_id == listing_id) | (_MERGED.c.other_id == listing_id))
    for row in connection.execute(query).all():
        kept = row.kept_id == listing_id
        before = {
            side: _all_without_address(told, public if (side == "kept") == kept else ())
            for side, told in row.before.items()
        }
        after = _all_without_address(row.after, public if kept else ())
        connection.execute(update(_MERGED).where(_MERGED.c.id == row.id).values(before=before, after=after))
        if kept and row.undone_at is None:
            connection.execute(delete(_ADDRESS).where(_ADDRESS.c.listing_id == row.other_id))
            connection.execute(
                update(_LOCATION)
                .where(_LOCATION.c.listing_id == row.other_id)
                .values(latitude=None, longitude=None, transportation=None, private=True)
            )


def _all_without_address(record: dict[str, Any], public: Collection[str]) -> dict[str, Any]:
    """A whole record, with addresses only of the public places."""
    for place in record.get("places", ()):
        if place.get("source_id") not in public:
            place.update(dict.fromkeys(PRIVATE_PARTS))
    return record


def _without_address(told: str | None, public: Collection[str]) -> str | None:
    places: list[dict[str, Any]] | None = json.loads(told) if told else None
    if not places:
        return told
    for place in places:
        if place.get("source_id") not in public:
            for name in PRIVATE_PARTS:
                place.pop(name, None)
    return json.dumps(places, ensure_ascii=False)
