"""The read side: listings as values. Needs an app context; reads through `db.session`."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Select, func, select

from directory._reading import organizations, read
from directory._storable import storable_value
from directory.database import db
from directory.errors import NotFound
from directory.models import Change, MergedListing, Organization, Service, SourceRecord, table_of
from importers.ids import digest, slug
from importers.records import ListingRecord, OrganizationRecord

__all__ = [
    "Listing",
    "SourceSeen",
    "by_ref",
    "count",
    "due_back",
    "fetch",
    "ids",
    "iterate",
    "last_writers",
    "organization_named",
    "records",
    "refs_now",
    "standing_for",
]

_AT_ONCE = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SourceSeen:
    """Where a listing came from; `missing_since` is the day on which its source no longer had it."""

    source: str
    source_id: str
    first_seen: date | None
    last_seen: date | None
    missing_since: date | None
    kept_on: date | None = None
    """Somebody here decided that it stays all the same."""

    @property
    def still_missing(self) -> date | None:
        """The day since which it has been missing, unless somebody decided after that day that it stays."""
        kept = self.missing_since and self.kept_on and self.kept_on >= self.missing_since
        return None if kept else self.missing_since


@dataclass(frozen=True, slots=True)
class Listing:
    """One listing as the directory knows it. `version` goes into an edit form and back into `catalog.amend`."""

    id: str
    version: int
    record: ListingRecord
    sources: tuple[SourceSeen, ...]
    last_changed: datetime

    @property
    def ref(self) -> str:
        """The public id, "source:source_id"."""
        return self.record.ref

    @property
    def missing_since(self) -> date | None:
        """The day since which none of its sources has it any more, and nobody has decided that it stays."""
        days = [seen.still_missing for seen in self.sources]
        return max(day for day in days if day) if days and all(days) else None


def fetch(ids: Iterable[str]) -> dict[str, Listing]:
    """Listings by id, in the order asked for; ids that are unknown are left out."""
    found: dict[str, Listing] = {}
    for some in chunks(dict.fromkeys(ids), _AT_ONCE):
        found.update(_fetch(db.session.connection(), some))
    return found


def records(ids: Iterable[str]) -> dict[str, ListingRecord]:
    """Only the records, by id."""
    return {key: listing.record for key, listing in fetch(ids).items()}


def iterate(batch: int = _AT_ONCE) -> Iterator[Listing]:
    """Every listing there is, by id, `batch` at a time in memory. Listings added meanwhile may be left out, and those
    that were merged into another are."""
    last = ""
    service = table_of(Service)
    while True:
        connection = db.session.connection()
        query = (
            select(service.c.id).where(service.c.id.not_in(merged_ids())).order_by(service.c.id).limit(batch)
        )
        some = list(connection.scalars(query.where(service.c.id > last) if last else query))
        if not some:
            return
        yield from _fetch(connection, some).values()
        last = some[-1]


def by_ref(ref: str) -> Listing:
    """The listing with this id (UUID) or public ref ("source:source_id"); of a merged one, that which stands for it.
    Raises NotFound."""
    service = table_of(Service)
    ref = storable_value(ref)
    which = service.c.id == str(UUID(ref)) if _is_uuid(ref) else service.c.ref == ref
    key = db.session.connection().scalar(select(service.c.id).where(which))
    if key is None:
        raise NotFound("There is no listing with that id.")
    key = standing_for(db.session.connection(), [key]).get(key, key)
    return fetch([key])[key]


def ids(refs: Iterable[str]) -> dict[str, str]:
    """Listing ids by public ref, of merged ones the id of that which stands for them; unknown refs are left out."""
    service = table_of(Service)
    found: dict[str, str] = {}
    for some in chunks(dict.fromkeys(refs), _AT_ONCE):
        rows = db.session.connection().execute(
            select(service.c.ref, service.c.id).where(service.c.ref.in_(some))
        )
        found.update((ref, key) for ref, key in rows)
    kept = standing_for(db.session.connection(), found.values())
    return {ref: kept.get(key, key) for ref, key in found.items()}


def refs_now(refs: Iterable[str]) -> dict[str, str]:
    """{public ref of a merged listing: ref of the one that stands for it}, of these; others are left out.

    One statement for every so many refs, whether or not they are here: refs on a private avoid list are among them."""
    wanted = [ref for ref in dict.fromkeys(refs) if storable_value(ref) == ref]
    found: dict[str, str] = {}
    for some in chunks(wanted, _AT_ONCE):
        found.update((ref, now) for ref, now in db.session.connection().execute(_refs_now(some)))
    return found


def _refs_now(refs: Iterable[str]) -> Select[Any]:
    """(ref of a merged listing, ref of the one at the end of its merges) of these refs."""
    service, merged = table_of(Service), table_of(MergedListing)
    at = select(service.c.ref, service.c.id).where(service.c.ref.in_(list(refs))).cte("at", recursive=True)
    further = select(at.c.ref, merged.c.kept_id).where(
        merged.c.other_id == at.c.id, merged.c.undone_at.is_(None)
    )
    at = at.union(further)
    now = service.alias("now")
    return select(at.c.ref, now.c.ref).where(
        now.c.id == at.c.id, now.c.ref != at.c.ref, now.c.id.not_in(merged_ids())
    )


def standing_for(connection: Connection, listing_ids: Iterable[str]) -> dict[str, str]:
    """{id of a merged listing: id of the one that stands for it now}, of these; others are left out."""
    now_at = {key: key for key in listing_ids}
    while further := _merged_into(connection, set(now_at.values())):
        now_at = {key: further.get(place, place) for key, place in now_at.items()}
    return {key: place for key, place in now_at.items() if key != place}


def _merged_into(connection: Connection, listing_ids: Iterable[str]) -> dict[str, str]:
    """{id of a merged listing: what it was merged into}, one step."""
    merged = table_of(MergedListing)
    found: dict[str, str] = {}
    for some in chunks(listing_ids, _AT_ONCE):
        query = select(merged.c.other_id, merged.c.kept_id).where(
            merged.c.undone_at.is_(None), merged.c.other_id.in_(some)
        )
        found.update(connection.execute(query).all())
    return found


def organization_named(source: str, name: str) -> OrganizationRecord:
    """The organization of a source that has this name (in whatever case), or a new one under an id that is free."""
    table = table_of(Organization)
    made = slug(name) or digest(name)
    same_name = func.lower(table.c.name) == func.lower(storable_value(name))
    query = select(table.c.id, table.c.source_id, same_name.label("same")).where(
        table.c.source == source, same_name | (table.c.source_id == made)
    )
    rows = db.session.connection().execute(query.order_by(table.c.source_id)).all()
    for row in rows:
        if row.same:
            return organizations(db.session.connection(), {row.id})[row.id]
    return OrganizationRecord(digest(name) if rows else made, name)


def last_writers(listing_id: str) -> dict[str, str]:
    """Who last changed each field of a listing: {field: actor}."""
    table = table_of(Change)
    query = select(table.c.field, table.c.actor).where(
        table.c.listing_id == listing_id, table.c.entity == "service", table.c.field.is_not(None)
    )
    rows = db.session.connection().execute(query.order_by(table.c.id))
    return {row.field: row.actor for row in rows}  # the latest stays


def due_back(today: date) -> list[str]:
    """Ids of paused listings whose day of return has come: somebody should ask whether they are back."""
    service = table_of(Service)
    query = select(service.c.id).where(service.c.listing_status == "paused", service.c.returns_on <= today)
    return list(db.session.connection().scalars(query.order_by(service.c.returns_on, service.c.id)))


def merged_ids() -> Select[tuple[str]]:
    """The ids of all listings that are merged into another: for use within a query."""
    merged = table_of(MergedListing)
    return select(merged.c.other_id).where(merged.c.undone_at.is_(None))


def count() -> int:
    """How many listings there are, whatever their status; two that were merged count once."""
    service = table_of(Service)
    query = select(func.count()).select_from(service).where(service.c.id.not_in(merged_ids()))
    return db.session.connection().scalar(query) or 0


def chunks(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """`size` values at a time."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


def _fetch(connection: Connection, some: list[str]) -> dict[str, Listing]:
    with _garbage_waits():
        stored = read(connection, some)
        seen = _sources(connection, some)
        return {
            key: Listing(key, one.version, one.record, tuple(seen.get(key, ())), one.last_modified)
            for key, one in stored.items()
        }


@contextmanager
def _garbage_waits() -> Iterator[None]:
    """Many small values at once set off the garbage collector again and again, in vain: two fifths of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _sources(connection: Connection, some: list[str]) -> dict[str, list[SourceSeen]]:
    table = table_of(SourceRecord)
    query = (
        select(
            table.c.entity_id,
            table.c.source,
            table.c.source_id,
            table.c.first_seen,
            table.c.last_seen,
            table.c.missing_since,
            table.c.kept_on,
        )
        .where(table.c.entity_id.in_(some), table.c.entity == "service")
        .order_by(table.c.entity_id, table.c.first_seen, table.c.source)
    )
    found: dict[str, list[SourceSeen]] = {}
    for key, *values in connection.execute(query):
        found.setdefault(key, []).append(SourceSeen(*values))
    return found


def _is_uuid(text: str) -> bool:
    if ":" in text:
        return False
    try:
        UUID(text)
    except ValueError:
        return False
    return True
