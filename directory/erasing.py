"""Erasing personal data from a listing, from its history, and from what was suggested about it. For leads alone.

Everything else is kept: the history says that something personal was taken out, when and by whom, and not what.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, select

from directory import audit, catalog, listings
from directory._forgetting import OF_PEOPLE, WITH_WORDS, Piece, forget_pieces, without
from directory._from_json import listing_value
from directory._rows import as_json, organization_uuid
from directory.database import db, now, writing
from directory.errors import Invalid
from directory.keys import keyed_hash
from directory.models import Change, table_of
from importers.records import ListingRecord

__all__ = ["REASONS", "Found", "erase", "personal"]

_CHANGE = table_of(Change)
REASONS: Final = {
    "asked": "The person asked us to",
    "left": "They do not do this any more",
    "mistake": "It should not have been written down",
}


@dataclass(frozen=True, slots=True)
class Found:
    """Something personal. `key` names it in a form without saying it; `current` False: it is in the history alone."""

    key: str
    piece: Piece
    current: bool


def personal(listing_id: str) -> list[Found]:
    """What is personal in a listing, in what was merged into it, and in their history: names, emails, phones, tips;
    each once. Raises NotFound."""
    record = catalog.stored(db.session.connection(), listing_id).record
    current = dict.fromkeys(piece for name in OF_PEOPLE for piece in _pieces_in(name, _plain(record, name)))
    merged = catalog.within(listing_id)
    before = dict.fromkeys(
        piece
        for one in listings.records(merged).values()
        for name in OF_PEOPLE
        for piece in _pieces_in(name, _plain(one, name))
    )
    query = (
        select(_CHANGE.c.field, _CHANGE.c.before, _CHANGE.c.after)
        .where(
            _CHANGE.c.listing_id.in_([listing_id, *merged]),
            _CHANGE.c.field.in_(OF_PEOPLE),
            _CHANGE.c.entity == "service",
        )
        .order_by(_CHANGE.c.id.desc())
    )
    earlier = dict.fromkeys(
        piece
        for field, *texts in db.session.execute(query)
        for text in texts
        for piece in _pieces_in(field, json.loads(text or "null"))
    )
    return [Found(_key(piece), piece, piece in current) for piece in {**current, **before, **earlier}]


def erase(listing_id: str, keys: Collection[str], actor: str, reason: str) -> int:
    """Take the pieces with these keys out of everything about the listing; how many pieces that were.

    Not to be undone. Raises NotFound, and Invalid where nothing (or no reason) was chosen.
    """
    if reason not in REASONS:
        raise Invalid({"reason": "say why"})
    pieces = [found.piece for found in personal(listing_id) if found.key in keys]
    if not pieces:
        raise Invalid({"keys": "tick what to erase; what was erased already is not in the list any more"})
    with writing() as connection:
        for one in catalog.within(listing_id):
            _erase_in(connection, one, pieces, actor)
        changed = _erase_in(connection, listing_id, pieces, actor)
        connection.execute(
            _CHANGE.insert().values(
                at=now(),
                actor=actor,
                actor_kind="hand",
                listing_id=listing_id,
                entity="erasure",
                entity_id=listing_id,
                after=json.dumps({"pieces": len(pieces), "reason": reason}),
                action=_newest_action(connection, listing_id) if changed else str(uuid4()),
            )
        )
    audit.record("personal_data_erased", listing_id=listing_id, pieces=len(pieces), reason=reason)
    return len(pieces)


def _erase_in(connection: Connection, listing_id: str, pieces: Collection[Piece], actor: str) -> bool:
    """Take them out of one listing, be it merged into another; whether its record changed."""
    record = catalog.stored(connection, listing_id, merged=True).record
    _, changed = catalog.amend_within(connection, listing_id, _left(record, pieces), actor, merged=True)
    organization = record.organization
    forget_pieces(
        connection,
        listing_id,
        organization_uuid(record.source, organization.source_id) if organization else None,
        pieces,
    )
    return bool(changed)


def _newest_action(connection: Connection, listing_id: str) -> str | None:
    """The action of what was just changed, so that the history shows both as one."""
    query = select(_CHANGE.c.action).where(_CHANGE.c.listing_id == listing_id).order_by(_CHANGE.c.id.desc())
    return connection.scalar(query.limit(1))


def _left(record: ListingRecord, pieces: Collection[Piece]) -> dict[str, Any]:
    """The fields that change when the pieces go, with their new values."""
    changes = {}
    for name in (*OF_PEOPLE, *WITH_WORDS):
        plain = _plain(record, name)
        left = without(name, plain, pieces)
        if left != plain:
            changes[name] = listing_value(name, json.dumps(left))
    return changes


def _plain(record: ListingRecord, name: str) -> Any:
    return json.loads(as_json(getattr(record, name)))


def _pieces_in(field: str, value: Any) -> Iterable[Piece]:
    if field == "email" and value:
        yield Piece("email", value)
    if field == "tips":
        yield from (Piece("tip", text) for text in value or ())
    if field == "phones":
        yield from (Piece("phone", phone["number"]) for phone in value or ())
    if field == "contacts":
        for contact in value or ():
            if contact.get("name"):
                yield Piece("name", contact["name"])
            if contact.get("email"):
                yield Piece("email", contact["email"])
            yield from (Piece("phone", phone["number"]) for phone in contact.get("phones", ()))


def _key(piece: Piece) -> str:
    return keyed_hash(f"erase\x1f{piece.kind}\x1f{piece.text}")[:24]
