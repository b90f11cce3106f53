from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from directory import catalog, listings
from directory.database import db, now
from directory.errors import NotFound
from importers.records import ListingRecord

Many = Callable[[int], list[ListingRecord]]
NOBODY = "00000000-0000-0000-0000-000000000001"


@contextmanager
def selects() -> Iterator[list[str]]:
    """The select statements that are run meanwhile."""
    run: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            run.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield run
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def test_listings_come_in_the_order_asked_for_without_those_that_are_not_there(
    app: Flask, many: Many
) -> None:
    ids = [catalog.add(record, "ama") for record in many(4)]
    asked = [ids[2], NOBODY, ids[0], ids[2]]
    assert list(listings.fetch(asked)) == [ids[2], ids[0]]
    assert listings.fetch([]) == {}


def test_reading_many_asks_the_database_no_more_often_than_reading_one(app: Flask, many: Many) -> None:
    ids = [catalog.add(record, "ama") for record in many(12)]
    with selects() as for_one:
        listings.fetch(ids[:1])
    with selects() as for_many:
        listings.fetch(ids)
    assert len(for_many) == len(for_one)


def test_every_listing_is_met_once(either_app: Flask, many: Many) -> None:
    ids = {catalog.add(record, "ama") for record in many(7)}
    met = [one.id for one in listings.iterate(batch=3)]
    assert sorted(ids) == sorted(met)
    assert listings.count() == 7


def test_a_listing_is_found_by_either_of_its_ids(either_app: Flask, choir: ListingRecord) -> None:
    listing_id = catalog.add(choir, "ama")
    assert listings.by_ref("town:choir") == listings.by_ref(listing_id) == listings.by_ref(listing_id.upper())
    assert listings.ids(["town:choir", "town:other"]) == {"town:choir": listing_id}
    for unknown in ("town:other", NOBODY, "", "'", "\ud800", "uuid:" + NOBODY):
        with pytest.raises(NotFound):
            listings.by_ref(unknown)


def test_a_source_may_be_called_uuid(app: Flask, choir: ListingRecord) -> None:
    record = replace(choir, source="uuid", source_id=NOBODY)
    catalog.add(record, "ama")
    assert listings.by_ref(record.ref).record == record


def test_a_listing_says_where_it_came_from_and_when_it_last_changed(app: Flask, choir: ListingRecord) -> None:
    listing = listings.by_ref(catalog.add(choir, "ama"))
    [seen] = listing.sources
    assert (seen.source, seen.source_id, seen.first_seen) == ("town", "choir", date(2026, 11, 22))
    assert (listing.version, listing.ref, listing.missing_since) == (1, "town:choir", None)
    assert now() - listing.last_changed < timedelta(minutes=5)
    catalog.amend(listing.id, {"name": "Sing"}, "ama")
    later = listings.by_ref(listing.id)
    assert (later.version, later.last_changed >= listing.last_changed) == (2, True)
