"""Two listings become one, and two again. `directory.catalog` is the door to it.

The kept listing gets everything of both; the other is closed, keeps its own rows, and whatever names it means the kept
one. Its source records go over, so that its source speaks of the kept listing from then on, and so do checks and
suggestions. The changes are of the
kind "merge", not "hand": they curate nothing, and after an undo both listings follow their sources as before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import Connection, Table, select, update

from directory import audit
from directory._reading import Stored, organizations, read
from directory._recalling import WARMTHS
from directory._rows import organization_uuid
from directory._storable import storable
from directory._writing import Amended, Writer
from directory.config import current_settings
from directory.database import db, now, writing
from directory.errors import Conflict, Invalid, NotFound
from directory.listings import chunks
from directory.models import (
    HandedOver,
    Idea,
    ImportConflict,
    Introduction,
    ListingCheck,
    MergedListing,
    PhoneCall,
    Promise,
    SourceRecord,
    Story,
    Suggestion,
    Tie,
    Tip,
    TipAgreement,
    Visit,
    table_of,
)
from importers.plan import FIELDS
from importers.records import ListingRecord
from importers.uniting import differences, united
from importers.uniting_parts import Side

_MERGED = table_of(MergedListing)
_CARRIED: dict[str, tuple[Table, str]] = {
    "source_record": (table_of(SourceRecord), "entity_id"),
    "listing_check": (table_of(ListingCheck), "listing_id"),
    "suggestion": (table_of(Suggestion), "listing_id"),
    "import_conflict": (table_of(ImportConflict), "listing_id"),
    "phone_call": (table_of(PhoneCall), "listing_id"),
    "visit": (table_of(Visit), "listing_id"),
    "introduction": (table_of(Introduction), "listing_id"),
    "promise": (table_of(Promise), "listing_id"),
    "handed_over": (table_of(HandedOver), "listing_id"),
    "story": (table_of(Story), "listing_id"),
    "idea": (table_of(Idea), "listing_id"),
}
"""What hangs on a listing and is no part of its record: table and column. It goes over with a merge, and back."""
_TIP, _TIE, _AGREEMENT = table_of(Tip), table_of(Tie), table_of(TipAgreement)
_OWN = frozenset({"id", "listing_id", "position", "handed_from_id"})
"""What a tip or tie has of its own, even where it is the same one told of two listings."""
_MERGES = select(*(_MERGED.c[name] for name in ("id", "kept_id", "other_id", "at", "actor", "undone_at")))


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge, undone or in force."""

    id: int
    kept_id: str
    other_id: str
    at: datetime
    actor: str
    undone_at: datetime | None


def merge(
    keep_id: str,
    other_id: str,
    choices: Mapping[str, Side],
    actor: str,
    *,
    seen: tuple[int, int] | None = None,
) -> int:
    """Make one listing of two; the id of the merge, by which it can be undone.

    `choices`: where the two disagree (`importers.uniting.differences`), the side to take; the default is the side that
    was checked later. `seen`: the versions of both that the person looked at. Merging the same two again changes
    nothing. Raises NotFound, Invalid, and Conflict where one of them changed or was merged meanwhile.
    """
    if keep_id == other_id:
        raise Invalid({"other": "a listing cannot be merged with itself"})
    with writing() as connection:
        stored = read(connection, [keep_id, other_id])
        if len(stored) < 2:
            raise NotFound("There is no listing with that id.")
        done = _in_force(connection, other_id)
        if done and done.kept_id == keep_id:
            return int(done.id)
        if done or _in_force(connection, keep_id):
            raise Conflict("One of these two was merged into another listing meanwhile.")
        _check_versions(stored[keep_id], stored[other_id], seen)
        key = _merge(connection, keep_id, other_id, stored, choices, actor)
    audit.record("listings_merged", kept_id=keep_id, other_id=other_id, merge=key)
    return key


def undo_merge(merge_id: int, actor: str) -> str:
    """Make two listings of one again, both as they were; the id of the one that was kept.

    Undoing twice changes nothing more. Raises NotFound, and Conflict naming what changed since the merge.
    """
    with writing() as connection:
        row = connection.execute(select(_MERGED).where(_MERGED.c.id == merge_id)).one_or_none()
        if row is None:
            raise NotFound("There is no merge with that id.")
        if row.undone_at is not None:
            return str(row.kept_id)
        stored = read(connection, [row.kept_id, row.other_id])
        kept_before, other_before = (_record(row.before[side]) for side in ("kept", "other"))
        _check_unchanged(connection, row, stored)
        _restore(connection, row, stored, kept_before, other_before, actor)
    audit.record("merge_undone", kept_id=row.kept_id, other_id=row.other_id, merge=merge_id)
    return str(row.kept_id)


def merge_by_id(merge_id: int) -> Merge:
    """A merge, also an undone one. Raises NotFound."""
    row = db.session.connection().execute(_MERGES.where(_MERGED.c.id == merge_id)).one_or_none()
    if row is None:
        raise NotFound("There is no merge with that id.")
    return Merge(*row)


def merges_of(listing_id: str) -> list[Merge]:
    """The merges in force in which a listing took part, the latest first."""
    query = (
        _MERGES.where(_MERGED.c.undone_at.is_(None))
        .where((_MERGED.c.kept_id == listing_id) | (_MERGED.c.other_id == listing_id))
        .order_by(_MERGED.c.id.desc())
    )
    return [Merge(*row) for row in db.session.connection().execute(query)]


def within(listing_id: str) -> list[str]:
    """The ids of all listings that are merged into this one, and into those."""
    merges = [one for one in merges_of(listing_id) if one.kept_id == listing_id]
    return [key for one in merges for key in (one.other_id, *within(one.other_id))]


def _in_force(connection: Connection, other_id: str) -> Any:
    query = select(_MERGED.c.id, _MERGED.c.kept_id).where(
        _MERGED.c.other_id == other_id, _MERGED.c.undone_at.is_(None)
    )
    return connection.execute(query).one_or_none()


def _check_versions(keep: Stored, other: Stored, seen: tuple[int, int] | None) -> None:
    if seen is not None and seen != (keep.version, other.version):
        raise Conflict("Somebody changed one of these two while you looked: look at both again.")


def _merge(
    connection: Connection,
    keep_id: str,
    other_id: str,
    stored: Mapping[str, Stored],
    choices: Mapping[str, Side],
    actor: str,
) -> int:
    keep, other = stored[keep_id], stored[other_id]
    known = {one.key for one in differences(keep.record, other.record)}
    try:
        after = storable(united(keep.record, other.record, {k: v for k, v in choices.items() if k in known}))
    except ValueError as error:
        raise Invalid({"choices": str(error)}) from error
    writer = _writer(connection, actor)
    closed = other.record.status if other.record.status == "do_not_list" else "closed"
    writer.amend(
        [
            *_amended(keep_id, keep, after),
            *_amended(other_id, other, replace(other.record, status=closed)),
        ]
    )
    _keep_what_hangs(connection, keep_id, other_id, keep.record)
    row = {
        "kept_id": keep_id,
        "other_id": other_id,
        "at": now(),
        "actor": actor,
        "before": {"kept": _told(keep.record), "other": _told(other.record)},
        "after": _told(read(connection, [keep_id])[keep_id].record),
        "carried": {name: _carry(connection, name, other_id, keep_id) for name in _CARRIED},
    }
    key = connection.execute(_MERGED.insert(), row).inserted_primary_key
    assert key is not None
    writer.tell([keep_id, other_id])
    return int(key[0])


def _writer(connection: Connection, actor: str) -> Writer:
    return Writer(connection, actor, "merge", current_settings().today())


def _amended(listing_id: str, before: Stored, after: ListingRecord) -> list[Amended]:
    changed = [name for name in FIELDS if getattr(before.record, name) != getattr(after, name)]
    return [Amended(listing_id, before, after, changed)] if changed else []


def _carry(connection: Connection, name: str, from_id: str, to_id: str) -> list[Any]:
    """Hang one table's rows about the one listing on the other; their ids."""
    table, column = _CARRIED[name]
    ids = list(connection.scalars(select(table.c.id).where(table.c[column] == from_id)))
    _hang(connection, name, ids, to_id)
    return ids


def _hang(connection: Connection, name: str, ids: Sequence[Any], listing_id: str) -> None:
    table, column = _CARRIED[name]
    for some in chunks(ids, 500):
        connection.execute(update(table).where(table.c.id.in_(some)).values({column: listing_id}))


def _keep_what_hangs(
    connection: Connection,
    to_id: str,
    from_id: str,
    told_before: ListingRecord,
    only: Collection[str] | None = None,
) -> None:
    """What hangs on a tip or tie (day, colleague, how warm, notes, who agrees) goes to the same one of another listing.

    `told_before`: the record that the other listing had of its own; what stands there only now takes everything over,
    what stood there already gains what it lacks. `only` limits it to these tips and colleagues.
    """
    for table, column, own in ((_TIP, "text", told_before.tips), (_TIE, "colleague", told_before.known_by)):
        rows = connection.execute(select(table).where(table.c.listing_id == from_id, table.c.active)).all()
        for row in rows:
            told = row._mapping[column]
            if only is not None and told not in only:
                continue
            same = (table.c.listing_id == to_id) & (table.c[column] == told) & table.c.active
            here = connection.execute(select(table).where(same).limit(1)).one_or_none()
            if here is None:
                continue
            if told not in own:
                hangs = {name: value for name, value in row._mapping.items() if name not in _OWN}
            elif table is _TIE:
                hangs = _both_ties(here, row)
            else:
                hangs = _both_tips(here, row)
            connection.execute(update(table).where(table.c.id == here.id).values(**hangs))
            if table is _TIP:
                _agree_here(connection, row, here)


def _both_tips(here: Any, other: Any) -> dict[str, Any]:
    """The same tip was given twice: what somebody gave by hand is theirs wherever a sheet has it too."""
    return {
        "user_id": here.user_id or other.user_id,
        "keeper_id": here.keeper_id or other.keeper_id,
        "by_hand": here.by_hand or other.by_hand,
        "dated": max(here.dated, other.dated),
    }


def _both_ties(here: Any, other: Any) -> dict[str, Any]:
    """A colleague knew both: what was said of either is not lost."""
    whom = here if here.about != "group" else other
    notes = (here.note, None if other.note and other.note in (here.note or "") else other.note)
    return {
        "user_id": here.user_id or other.user_id,
        "about": whom.about,
        "whom": whom.whom,
        "venue_key": whom.venue_key,
        "warmth": max((here.warmth, other.warmth), key=_how_warm),
        "since": min(filter(None, (here.since, other.since)), default=None),
        "last_contact": max(filter(None, (here.last_contact, other.last_contact)), default=None),
        "began": here.began or other.began,
        "note": "\n".join(filter(None, notes)) or None,
        "by_hand": here.by_hand or other.by_hand,
        "handed_from_id": here.handed_from_id or other.handed_from_id,
        "dated": min(here.dated, other.dated),
    }


def _how_warm(warmth: str | None) -> int:
    """For a choice between two: what somebody said comes before what nobody said."""
    return -1 if warmth is None else WARMTHS.index(warmth)


def _agree_here(connection: Connection, other: Any, here: Any) -> None:
    """Whoever agreed with the other tip, or gave it, agrees with this one."""
    agreed = select(_AGREEMENT.c.user_id, _AGREEMENT.c.dated)
    said = dict(connection.execute(agreed.where(_AGREEMENT.c.tip_id == other.id)).all())
    if here.user_id and other.user_id and other.user_id != here.user_id:
        said.setdefault(other.user_id, other.dated)
    there = set(connection.scalars(select(_AGREEMENT.c.user_id).where(_AGREEMENT.c.tip_id == here.id)))
    for user_id, dated in said.items():
        if user_id not in there:
            new = {"id": str(uuid4()), "tip_id": here.id, "user_id": user_id, "dated": dated}
            connection.execute(_AGREEMENT.insert(), new)


# --- undo -----------------------------------------------------------------------------------------------------------


def _check_unchanged(connection: Connection, row: Any, stored: Mapping[str, Stored]) -> None:
    later = select(_MERGED.c.id).where(
        _MERGED.c.undone_at.is_(None),
        (_MERGED.c.kept_id == row.kept_id) & (_MERGED.c.id > row.id) | (_MERGED.c.other_id == row.kept_id),
    )
    if connection.scalar(later) is not None:
        raise Conflict("This listing was merged again since: undo that first.")
    kept, after = stored[row.kept_id].record, _record(row.after)
    changed = [name for name in FIELDS if getattr(kept, name) != getattr(after, name)]
    if changed:
        names = ", ".join(name.replace("_", " ") for name in changed)
        raise Conflict(
            f"This cannot be undone any more, for the listing changed since the merge: {names}.",
            mine=after,
            theirs=kept,
        )


def _restore(
    connection: Connection,
    row: Any,
    stored: Mapping[str, Stored],
    kept: ListingRecord,
    other: ListingRecord,
    actor: str,
) -> None:
    standing = stored[row.kept_id].record
    leaving = {*standing.tips, *standing.known_by} - {*kept.tips, *kept.known_by}
    _keep_what_hangs(connection, row.other_id, row.kept_id, other, leaving)
    writer = _writer(connection, actor)
    writer.amend(
        [
            *_amended(row.kept_id, stored[row.kept_id], _as_its_organization_is(connection, kept)),
            *_amended(row.other_id, stored[row.other_id], _as_its_organization_is(connection, other)),
        ]
    )
    for name, ids in row.carried.items():
        _hang(connection, name, ids, row.other_id)
    connection.execute(update(_MERGED).where(_MERGED.c.id == row.id).values(undone_at=now(), undone_by=actor))
    writer.tell([row.kept_id, row.other_id])


def _as_its_organization_is(connection: Connection, record: ListingRecord) -> ListingRecord:
    """An organization is shared: what became of it meanwhile is not undone."""
    if record.organization is None:
        return record
    key = organization_uuid(record.source, record.organization.source_id)
    return replace(record, organization=organizations(connection, {key}).get(key, record.organization))


def _told(record: ListingRecord) -> dict[str, Any]:
    told: dict[str, Any] = _known_parts(msgspec.to_builtins(record))
    return told


def _known_parts(value: Any) -> Any:
    """Without what is not known: as the record of changes tells it, so that erasing finds the same in both."""
    if isinstance(value, dict):
        return {name: _known_parts(part) for name, part in value.items() if part not in (None, [], ())}
    return [_known_parts(part) for part in value] if isinstance(value, list | tuple) else value


def _record(told: Mapping[str, Any]) -> ListingRecord:
    return msgspec.convert(told, ListingRecord)
