"""What a feed and a curator disagree about, and which listings a feed no longer has: a person decides, once.

A decision stands until the source says something else again. Verbs commit; the web caller then lets the indexes
catch up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from directory import _conflicts, audit, catalog, formatting, listings
from directory._from_json import Unreadable, listing_value
from directory._writing import Writer
from directory.config import current_settings
from directory.database import db, writing
from directory.errors import Invalid, NotFound
from directory.listings import Listing
from directory.models import ImportConflict, Service, SourceRecord, table_of
from importers.plan import in_words
from importers.records import (
    CostRecord,
    FactRecord,
    PhoneRecord,
    PlaceRecord,
    SessionRecord,
)
from matching.vocabulary.needs import facts

_CONFLICT, _SERVICE, _SOURCE_RECORD = table_of(ImportConflict), table_of(Service), table_of(SourceRecord)
GONE = ("closed", "do_not_list")


@dataclass(frozen=True, slots=True)
class OpenConflict:
    """One field: what stands here and what the source says, in words, without the `same` parts that both have."""

    id: int
    listing: Listing
    source: str
    field: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    same: int
    found_on: date


@dataclass(frozen=True, slots=True)
class MissingListing:
    """A listing that its source no longer has."""

    listing: Listing
    source: str
    missing_since: date


def open_conflicts(limit: int = 50) -> list[OpenConflict]:
    """The conflicts that nobody has decided, oldest first."""
    query = (
        select(_CONFLICT)
        .join(_SERVICE, _SERVICE.c.id == _CONFLICT.c.listing_id)
        .where(_CONFLICT.c.kept.is_(None), _SERVICE.c.listing_status.not_in(GONE))
        .order_by(_CONFLICT.c.found_on, _CONFLICT.c.listing_id, _CONFLICT.c.id)
        .limit(limit)
    )
    rows = db.session.connection().execute(query).all()
    known = listings.fetch(row.listing_id for row in rows)
    return [
        OpenConflict(
            row.id,
            known[row.listing_id],
            row.source,
            row.field,
            *_sides(known[row.listing_id], row.field, row.theirs),
            row.found_on,
        )
        for row in rows
    ]


def differing(ours: Any, theirs: Any) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """The parts of two values of one field that only one of them has, in words; and how many parts both have."""
    here, there = _parts(ours), _parts(theirs)
    same = sum(part in there for part in here)
    return (
        tuple(part for part in here if part not in there),
        tuple(part for part in there if part not in here),
        same,
    )


def settle(conflict_id: int, keep: str, actor: str) -> str:
    """Keep "ours", or take "theirs"; the listing's id. Deciding again what is decided changes nothing.

    What is taken stays curated: the source is asked about again when it next says something else. Raises NotFound, and
    Invalid where what the source says cannot stand here.
    """
    row = _open(conflict_id)
    if row.kept is not None:
        return str(row.listing_id)
    if keep == "theirs":
        try:
            value = listing_value(row.field, row.theirs)
        except Unreadable as error:
            raise Invalid({row.field: "is written in an older form: import the source again"}) from error
        catalog.amend(row.listing_id, {row.field: value}, actor)
    decision = {"kept": keep, "decided_by": actor, "decided_on": current_settings().today()}
    with writing() as connection:
        # The value may have changed under the decision: only the one that was shown is decided.
        still = [_CONFLICT.c.id == conflict_id, _CONFLICT.c.theirs_print == row.theirs_print]
        if connection.execute(update(_CONFLICT).where(*still).values(**decision)).rowcount:
            _conflicts.take_note(connection, row.source, row.source_id, row.field, row.theirs_print)
    audit.record("conflict_settled", listing_id=row.listing_id, field=row.field, kept=keep)
    return str(row.listing_id)


def missing(limit: int = 50) -> list[MissingListing]:
    """Listings that their source no longer has and of which nobody has said that they stay, longest missing first."""
    query = (
        select(_SOURCE_RECORD.c.entity_id, _SOURCE_RECORD.c.source, _SOURCE_RECORD.c.missing_since)
        .join(_SERVICE, _SERVICE.c.id == _SOURCE_RECORD.c.entity_id)
        .where(*still_missing(), _SERVICE.c.listing_status.not_in(GONE))
        .order_by(_SOURCE_RECORD.c.missing_since, _SOURCE_RECORD.c.entity_id)
        .limit(limit)
    )
    rows = db.session.connection().execute(query).all()
    known = listings.fetch(row.entity_id for row in rows)
    return [MissingListing(known[row.entity_id], row.source, row.missing_since) for row in rows]


def keep_missing(listing_id: str, actor: str) -> None:
    """It stays, although its source no longer has it. Raises NotFound."""
    today = current_settings().today()
    with writing() as connection:
        if connection.scalar(select(_SERVICE.c.id).where(_SERVICE.c.id == listing_id)) is None:
            raise NotFound("There is no listing with that id.")
        changed = connection.execute(
            update(_SOURCE_RECORD)
            .where(*still_missing(), _SOURCE_RECORD.c.entity_id == listing_id)
            .values(kept_on=today)
        )
        if changed.rowcount:
            Writer(connection, actor, "hand", today).tell([listing_id])
    if changed.rowcount:
        audit.record("missing_kept", listing_id=listing_id)


def still_missing() -> tuple[Any, ...]:
    """The conditions on source_record under which a listing is missing and nobody has decided that it stays."""
    table = _SOURCE_RECORD.c
    undecided = or_(table.kept_on.is_(None), table.kept_on < table.missing_since)
    return table.entity == "service", table.missing_since.is_not(None), undecided


def counts(connection: Connection) -> tuple[int, int]:
    """How many conflicts and how many missing listings wait."""
    conflicts = (
        select(func.count())
        .select_from(_CONFLICT.join(_SERVICE, _SERVICE.c.id == _CONFLICT.c.listing_id))
        .where(_CONFLICT.c.kept.is_(None), _SERVICE.c.listing_status.not_in(GONE))
    )
    gone = (
        select(func.count(_SERVICE.c.id.distinct()))
        .select_from(_SOURCE_RECORD.join(_SERVICE, _SERVICE.c.id == _SOURCE_RECORD.c.entity_id))
        .where(*still_missing(), _SERVICE.c.listing_status.not_in(GONE))
    )
    return connection.scalar(conflicts) or 0, connection.scalar(gone) or 0


def _sides(listing: Listing, name: str, theirs: str) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    ours = getattr(listing.record, name)
    try:
        return differing(ours, listing_value(name, theirs))
    except Unreadable:
        return tuple(_parts(ours)), (theirs,), 0


def _parts(value: Any) -> list[str]:
    if isinstance(value, tuple):
        return [words for words in map(_part_words, value) if words]
    words = in_words(value)
    return [words] if words else []


def _part_words(part: Any) -> str:
    """One of several: a fact, a session, a phone, as the listing's page says it."""
    if isinstance(part, FactRecord):
        entry = facts().get(part.key)
        return entry.say(part.value) if entry else f"{part.key}: {part.value}"
    if isinstance(part, SessionRecord):
        return "; ".join(formatting.session_lines((part,)))
    if isinstance(part, PlaceRecord):
        known = "; ".join(map(_part_words, part.facts))
        return ". ".join(filter(None, (", ".join(formatting.address_lines(part)), known)))
    if isinstance(part, PhoneRecord):
        return formatting.phone_text(part)
    if isinstance(part, CostRecord):
        return formatting.price((part,)) or in_words(part)
    return in_words(part).replace("_", " ") if isinstance(part, str) else in_words(part)


def _open(conflict_id: int) -> Any:
    row = db.session.connection().execute(select(_CONFLICT).where(_CONFLICT.c.id == conflict_id)).first()
    if row is None:
        raise NotFound("There is no such difference any more.")
    return row
