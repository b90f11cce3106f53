"""What even the record of changes must forget: the address of a place that has become private."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select, update

from directory._storable import PRIVATE_PARTS
from directory.models import Change, table_of
from importers.records import PlaceRecord

_CHANGE = table_of(Change)


def forget_private(connection: Connection, listing_id: str, places: Collection[PlaceRecord]) -> None:
    """Take address and point out of this listing's Change rows for every place that is not plainly public now.

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


def _without_address(told: str | None, public: Collection[str]) -> str | None:
    places: list[dict[str, Any]] | None = json.loads(told) if told else None
    if not places:
        return told
    for place in places:
        if place.get("source_id") not in public:
            for name in PRIVATE_PARTS:
                place.pop(name, None)
    return json.dumps(places, ensure_ascii=False)
