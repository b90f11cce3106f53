"""The only writer of listings. Every verb is one transaction: rows, Change and outbox together, or nothing.

Verbs need an app context. They commit; the caller then drains the outbox (`directory.outbox.drain`) into the indexes.
`actor` is who did it, as the record of changes shall say (a user's id, "cli"): never logged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from directory import _conflicts, audit
from directory._applying import BATCH, Applied, Progress, apply, curated_fields, known, prints_of
from directory._merging import Merge, merge, merge_by_id, merges_of, undo_merge, within
from directory._reading import Stored, read
from directory._rows import term_uuid
from directory._storable import storable
from directory._writing import Amended, Writer
from directory.config import current_settings
from directory.database import writing
from directory.errors import Conflict, Invalid, NotFound
from directory.listings import chunks, standing_for
from directory.models import Attribute, Service, table_of
from importers.records import (
    CHECKED_HOW,
    STATUSES,
    CheckedHow,
    FactRecord,
    ListingRecord,
    ListingStatus,
    PlaceRecord,
    Provenance,
    TermRecord,
)
from matching.vocabulary import needs

__all__ = [
    "Applied",
    "Merge",
    "Progress",
    "add",
    "amend",
    "amend_within",
    "apply",
    "by_scope",
    "curated_fields",
    "found_out",
    "known",
    "merge",
    "merge_by_id",
    "merges_of",
    "replace_term",
    "retire",
    "set_status",
    "stored",
    "undo_merge",
    "verify",
    "verify_within",
    "with_facts",
    "with_term",
    "with_venue_facts",
    "within",
]

FIELDS = frozenset(field.name for field in fields(ListingRecord))
_FIXED = frozenset({"source", "source_id", "said"})
T = TypeVar("T")


def add(record: ListingRecord, actor: str) -> str:
    """Add a listing by hand; its id. Raises Invalid, or Conflict where the source id is already taken."""
    record = storable(record)
    with writing() as connection:
        service = table_of(Service)
        if connection.scalar(select(service.c.id).where(service.c.ref == record.ref)):
            raise Conflict(
                f"A listing with the id {record.source_id} is already here: change that one instead."
            )
        [listing_id] = _by_hand(connection, actor).create([record], [prints_of(record)])
    audit.record("listing_added", listing_id=listing_id)
    return listing_id


def amend(
    listing_id: str, changes: Mapping[str, Any], actor: str, *, expected_version: int | None = None
) -> ListingRecord:
    """Change fields of a listing by hand: {field of ListingRecord: its new value}. The record as it now stands.

    `expected_version` is the version that the person saw: where another change came first, Conflict carries both
    records, `mine` (what stands there with my changes) and `theirs` (what stands there).
    Raises NotFound, Invalid, Conflict. Values equal to what stands there change nothing.
    """
    with writing() as connection:
        record, done = amend_within(connection, listing_id, changes, actor, expected_version=expected_version)
    if done:
        audit.record("listing_amended", listing_id=listing_id, fields=",".join(done))
    return record


def amend_within(
    connection: Connection,
    listing_id: str,
    changes: Mapping[str, Any],
    actor: str,
    *,
    expected_version: int | None = None,
    merged: bool = False,
) -> tuple[ListingRecord, list[str]]:
    """`amend` as part of a larger piece of writing: the record as it now stands, and which fields changed. `merged`:
    also of a listing that was merged into another."""
    _check_names(changes)
    before = stored(connection, listing_id, merged=merged)
    return _amend(connection, listing_id, before, changes, actor, expected_version)


def verify(
    listing_id: str,
    how: CheckedHow,
    role: str,
    actor: str,
    facts: Mapping[str, str | None] | None = None,
    *,
    venue_facts: Mapping[str, str | None] | None = None,
    on: date | None = None,
) -> ListingRecord:
    """Say that somebody checked the listing: when (today), how, in what role; and which facts they found out.

    `facts` are about the session, `venue_facts` about its first place: {key: value}, None for "we do not know after
    all". Only these facts get the new provenance. Raises NotFound and Invalid.
    """
    with writing() as connection:
        record = verify_within(
            connection, listing_id, how, role, actor, facts, venue_facts=venue_facts, on=on
        )
    audit.record("listing_verified", listing_id=listing_id, how=how, role=role)
    return record


def verify_within(
    connection: Connection,
    listing_id: str,
    how: CheckedHow,
    role: str,
    actor: str,
    facts: Mapping[str, str | None] | None = None,
    *,
    venue_facts: Mapping[str, str | None] | None = None,
    on: date | None = None,
) -> ListingRecord:
    """`verify`, inside a transaction that its caller began and will commit. What was checked later than `on` stays."""
    if how not in CHECKED_HOW:
        raise Invalid({"how": f"must be one of {', '.join(CHECKED_HOW)}"})
    checked = Provenance(on or current_settings().today(), how, role)
    before = stored(connection, listing_id)
    changes: dict[str, Any] = {}
    if not _later(before.record.checked, checked):
        changes["checked"] = checked
    if facts:
        changes["facts"] = with_facts(before.record.facts, facts, checked)
    if venue_facts:
        changes["places"] = with_venue_facts(before.record.places, venue_facts, checked)
    record, _ = _amend(connection, listing_id, before, changes, actor, None)
    return record


def set_status(
    listing_id: str, status: ListingStatus, actor: str, *, returns_on: date | None = None
) -> ListingRecord:
    """Make a listing active, paused, closed or do_not_list. Raises NotFound and Invalid.

    `returns_on` is the day on which a paused one is expected back; any other status has none.
    """
    if status not in STATUSES:
        raise Invalid({"status": f"must be one of {', '.join(STATUSES)}"})
    back = returns_on if status == "paused" else None
    record = amend(listing_id, {"status": status, "returns_on": back}, actor)
    audit.record("listing_status_set", listing_id=listing_id, status=status)
    return record


def retire(listing_id: str, actor: str) -> ListingRecord:
    """Close a listing for good. It stays, with all that is known of it, and is never suggested."""
    return set_status(listing_id, "closed", actor)


def replace_term(term: TermRecord, by: TermRecord, actor: str) -> list[str]:
    """Hang another term on every listing that has this one, in its place (once, where it has both); their ids.

    One transaction, with a change of `activities` on each listing: all of them, or none. Raises Invalid.
    """
    attribute = table_of(Attribute)
    with writing() as connection:
        users = select(attribute.c.link_id).where(attribute.c.taxonomy_term_id == term_uuid(term))
        writer = _by_hand(connection, actor)
        changed: list[str] = []
        for some in chunks(sorted(set(connection.scalars(users))), BATCH):
            amended = [
                Amended(key, one, with_term(one.record, term, by), ("activities",))
                for key, one in read(connection, some).items()
            ]
            writer.amend(amended)
            changed += [one.listing_id for one in amended]
    audit.record("term_replaced", term_id=term_uuid(term), by=term_uuid(by), listings=len(changed))
    return changed


def with_term(record: ListingRecord, term: TermRecord, by: TermRecord) -> ListingRecord:
    """The record with one term in the place of another. Raises Invalid."""
    hung = (by if one == term else one for one in record.activities)
    return storable(replace(record, activities=tuple(dict.fromkeys(hung))))


def _by_hand(connection: Connection, actor: str) -> Writer:
    return Writer(connection, actor, "hand", current_settings().today())


def stored(connection: Connection, listing_id: str, *, merged: bool = False) -> Stored:
    """The listing as it stands, within a piece of writing. Raises NotFound, and Conflict for one that was merged into
    another (unless `merged`)."""
    found = read(connection, [listing_id]).get(listing_id)
    if found is None:
        raise NotFound("There is no listing with that id.")
    if not merged and standing_for(connection, [listing_id]):
        raise Conflict("This listing was merged into another: change that one instead.")
    return found


def _check_names(changes: Mapping[str, Any]) -> None:
    wrong = {name: "a listing has no such field" for name in changes if name not in FIELDS}
    wrong.update({name: "cannot be changed" for name in changes if name in _FIXED})
    if wrong:
        raise Invalid(wrong)


def _amend(
    connection: Connection,
    listing_id: str,
    before: Stored,
    changes: Mapping[str, Any],
    actor: str,
    expected_version: int | None,
) -> tuple[ListingRecord, list[str]]:
    after = storable(replace(before.record, **changes))
    changed = sorted(name for name in changes if getattr(after, name) != getattr(before.record, name))
    if not changed:
        return before.record, []
    if expected_version is not None and expected_version != before.version:
        raise Conflict(
            "Somebody else changed this listing while you did: look at both versions and choose.",
            mine=after,
            theirs=before.record,
            mine_version=expected_version,
            theirs_version=before.version,
        )
    _by_hand(connection, actor).amend([Amended(listing_id, before, after, changed)])
    _conflicts.settle_agreed(connection, listing_id, after, changed, actor, current_settings().today())
    return read(connection, [listing_id])[listing_id].record, changed


def _later(one: Provenance, other: Provenance) -> bool:
    return bool(one.checked_on and other.checked_on and one.checked_on > other.checked_on)


def by_scope(found: Mapping[str, T]) -> tuple[dict[str, T], dict[str, T]]:
    """Facts about the session, and those about its building."""
    venue = {key: value for key, value in found.items() if needs.facts()[key].scope == "venue"}
    return {key: value for key, value in found.items() if key not in venue}, venue


def found_out(record: ListingRecord, found: Mapping[str, str | None], checked: Provenance) -> dict[str, Any]:
    """The fields of the record that these facts change, each in its scope, for `amend`. Raises Invalid for a building's
    fact where there is no building."""
    session, venue = by_scope(found)
    changes: dict[str, Any] = {}
    if session:
        changes["facts"] = with_facts(record.facts, session, checked)
    if venue:
        changes["places"] = with_venue_facts(record.places, venue, checked)
    return changes


def with_facts(
    known_facts: Iterable[FactRecord], found: Mapping[str, str | None], checked: Provenance
) -> tuple[FactRecord, ...]:
    """The facts with what was found out: changed in place, new ones at the end, withdrawn ones gone."""
    known_facts = tuple(known_facts)
    later = {fact.key for fact in known_facts if _later(fact.provenance, checked)}
    found = {key: value for key, value in found.items() if key not in later}
    new = {key: FactRecord(key, value, checked) for key, value in found.items() if value is not None}
    kept = [new.pop(fact.key, fact) for fact in known_facts if fact.key not in found or fact.key in new]
    return (*kept, *new.values())


def with_venue_facts(
    places: tuple[PlaceRecord, ...], found: Mapping[str, str | None], checked: Provenance
) -> tuple[PlaceRecord, ...]:
    if not places:
        raise Invalid({"venue_facts": "this listing has no place that they could be about"})
    first, *others = places
    return (replace(first, facts=with_facts(first.facts, found, checked)), *others)
