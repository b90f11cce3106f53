"""The history of a listing: who changed what, when, from what to what; any version again; the last action undone.

A version is what stood there after one action; it is named by the id of any Change row of that action. Nothing here
shortens the history: to restore or to undo is one more action. Needs an app context.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from sqlalchemy import Row, literal_column, or_, select

from directory import audit, catalog, listings
from directory._from_json import Unreadable, listing_value, organization_value
from directory._rows import organization_uuid
from directory.database import db
from directory.errors import Conflict, Invalid, NotFound
from directory.listings import Listing
from directory.models import Change, ImportRun, ListingCheck, table_of
from importers.plan import FIELDS
from importers.records import ListingRecord

__all__ = ["Action", "Difference", "History", "as_of", "differing", "of", "restore", "undo"]

_CHANGE, _RUN, _CHECK = table_of(Change), table_of(ImportRun), table_of(ListingCheck)
OF_THE_TEAM = frozenset({"tips", "known_by"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of the listing, or of its organization, that an action changed. The values are those of its record.

    `readable` False: the values are in a form that this Kith no longer reads; then they are JSON text.
    """

    entity: Literal["service", "organization"]
    entity_id: str
    field: str
    before: Any
    after: Any
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Action:
    """What was changed in one go. `version` names what stood there afterwards."""

    version: int
    at: datetime
    actor: str
    by: Literal["hand", "import", "merge"]
    source: str | None
    """The source of the import."""
    added: bool
    """The listing came to be."""
    erased: bool
    """Personal data was taken out, of the listing and of its history."""
    differences: tuple[Difference, ...]
    elsewhere: bool
    """It was done on another listing of the same organization."""

    def is_by(self, actor: str) -> bool:
        return self.by == "hand" and self.actor == actor


@dataclass(frozen=True, slots=True)
class Check:
    """Somebody checked the listing as a whole, and noted something or nothing."""

    at: datetime
    how: str
    role: str
    actor: str
    note: str | None


@dataclass(frozen=True, slots=True)
class History:
    """`actions` and `checks` are newest first."""

    listing: Listing
    actions: tuple[Action, ...]
    checks: tuple[Check, ...]

    def action(self, version: int) -> Action:
        """The action of that version. Raises NotFound."""
        for action in self.actions:
            if action.version == version:
                return action
        raise NotFound("There is no such version of this listing.")

    def undoable(self, actor: str) -> Action | None:
        """The last action, where this actor did it here by hand and it can be undone."""
        last = self.actions[0] if self.actions else None
        mine = last is not None and last.is_by(actor) and not last.elsewhere
        return last if mine and last and last.differences and not (last.added or last.erased) else None


def of(listing_id: str) -> History:
    """The whole history of a listing. Raises NotFound."""
    listing = listings.fetch([listing_id]).get(listing_id)
    if listing is None:
        raise NotFound("There is no listing with that id.")
    rows = _rows(listing)
    sources = _sources({row.import_run for row in rows if row.import_run is not None})
    actions = [_action(list(some), listing.id, sources) for _, some in groupby(rows, key=_went_together)]
    checks = db.session.execute(
        select(_CHECK.c.at, _CHECK.c.how, _CHECK.c.role, _CHECK.c.actor, _CHECK.c.note)
        .where(_CHECK.c.listing_id == listing_id)
        .order_by(_CHECK.c.at.desc())
    ).all()
    return History(listing, tuple(reversed(actions)), tuple(Check(*values) for values in checks))


def as_of(history: History, version: int) -> ListingRecord:
    """The record as it stood after that action. Raises NotFound, and Invalid where the history cannot be read."""
    history.action(version)
    later = (action for action in history.actions if action.version > version)
    return _taken_back(history.listing.record, later)


def differing(one: ListingRecord, other: ListingRecord) -> list[str]:
    """The fields in which two versions differ, in the order of the record."""
    return [name for name in FIELDS if getattr(one, name) != getattr(other, name)]


def restore(
    listing_id: str,
    version: int,
    actor: str,
    *,
    fields: Collection[str] | None = None,
    expected_version: int | None = None,
) -> ListingRecord:
    """Make the listing what it was after that action, in these fields or in all; the record as it now stands.

    `expected_version` is the listing's version that the person saw. Raises NotFound, Invalid, Conflict.
    """
    history = of(listing_id)
    wanted = as_of(history, version)
    names = [name for name in differing(history.listing.record, wanted) if fields is None or name in fields]
    record = catalog.amend(
        listing_id,
        {name: getattr(wanted, name) for name in names},
        actor,
        expected_version=history.listing.version if expected_version is None else expected_version,
    )
    audit.record("listing_restored", listing_id=listing_id, version=version, fields=len(names))
    return record


def undo(listing_id: str, version: int, actor: str) -> ListingRecord:
    """Take my last action back; `version` names it, so that sending this twice undoes once.

    Undoing an undo does it again. Raises NotFound, and Conflict where that action is not (or no longer) mine and last.
    """
    history = of(listing_id)
    action = history.undoable(actor)
    if action is None or action.version != version:
        raise Conflict(
            "There is nothing to undo here: it was undone already, or something else came after it."
        )
    wanted = _taken_back(history.listing.record, [action])
    changes = {name: getattr(wanted, name) for name in differing(history.listing.record, wanted)}
    record = catalog.amend(listing_id, changes, actor, expected_version=history.listing.version)
    audit.record("listing_undone", listing_id=listing_id, version=version)
    return record


# --- reading --------------------------------------------------------------------------------------------------------


def _rows(listing: Listing) -> Sequence[Row[Any]]:
    """The Change rows of a listing and of its organizations, oldest first."""
    own = db.session.execute(select(_CHANGE).where(_CHANGE.c.listing_id == listing.id)).all()
    places = _organizations(listing, own)
    if not places:
        return sorted(own, key=lambda row: row.id)
    shared = db.session.execute(
        select(_CHANGE).where(
            _CHANGE.c.entity
            == literal_column("'organization'"),  # spelt out, so that its partial index is used
            _CHANGE.c.entity_id.in_(places),
            or_(_CHANGE.c.listing_id.is_(None), _CHANGE.c.listing_id != listing.id),
            _CHANGE.c.field.is_not(None),
        )
    ).all()
    return sorted([*own, *shared], key=lambda row: row.id)


def _organizations(listing: Listing, rows: Iterable[Row[Any]]) -> set[str]:
    """The ids of every organization that the listing has or had."""
    found = [listing.record.organization]
    for row in rows:
        if row.entity == "service" and row.field == "organization":
            for text in (row.before, row.after):
                try:
                    found.append(listing_value("organization", text))
                except Unreadable:
                    continue  # its own rows then stay out of this page; the row itself is shown as it was written
    return {organization_uuid(listing.record.source, one.source_id) for one in found if one}


def _went_together(row: Row[Any]) -> tuple[Any, ...]:
    """Rows of one action. Before `action` was kept, what one person did within a second counts as one."""
    if row.import_run is not None:
        return ("import", row.import_run)
    if row.action is not None:
        return ("action", row.action)
    return ("second", row.actor, row.at.replace(microsecond=0))


def _action(rows: Sequence[Row[Any]], listing_id: str, sources: dict[int, str]) -> Action:
    last = rows[-1]
    erased = any(row.entity == "erasure" for row in rows)
    differences = [_difference(row) for row in rows if row.field is not None and row.entity != "erasure"]
    return Action(
        version=last.id,
        at=last.at,
        actor=last.actor,
        by=last.actor_kind,
        source=sources.get(last.import_run) if last.import_run is not None else None,
        added=any(row.entity == "service" and row.field is None for row in rows),
        erased=erased,
        differences=tuple(one for one in differences if one.before != one.after),
        elsewhere=all(row.listing_id != listing_id for row in rows),
    )


def _difference(row: Row[Any]) -> Difference:
    value = listing_value if row.entity == "service" else organization_value
    try:
        before, after = value(row.field, row.before), value(row.field, row.after)
    except Unreadable:
        return Difference(row.entity, row.entity_id, row.field, row.before, row.after, readable=False)
    return Difference(row.entity, row.entity_id, row.field, before, after)


def _sources(runs: Collection[int]) -> dict[int, str]:
    query = select(_RUN.c.id, _RUN.c.source).where(_RUN.c.id.in_(runs))
    return {row.id: row.source for row in db.session.execute(query)} if runs else {}


# --- going back -----------------------------------------------------------------------------------------------------


def _taken_back(record: ListingRecord, actions: Iterable[Action]) -> ListingRecord:
    """The record without what these actions (newest first) changed."""
    for action in actions:
        for difference in reversed(action.differences):
            record = _without(record, difference)
    return record


def _without(record: ListingRecord, difference: Difference) -> ListingRecord:
    if not difference.readable:
        raise Invalid(
            {difference.field: "was written by an older Kith, in a form that this one does not read"}
        )
    if difference.field in OF_THE_TEAM:
        left: Any = _apart_from(getattr(record, difference.field), difference)
        return replace(record, **{difference.field: left})
    if difference.entity == "service":
        changed: ListingRecord = replace(record, **{difference.field: difference.before})
        return changed
    organization = record.organization
    if not organization or organization_uuid(record.source, organization.source_id) != difference.entity_id:
        return record  # that organization was not this listing's then
    return replace(record, organization=replace(organization, **{difference.field: difference.before}))


def _apart_from(standing: tuple[str, ...], difference: Difference) -> tuple[str, ...]:
    """The team adds to these beside the history: only what this action itself added or took away is taken back."""
    if standing == tuple(difference.after):
        return tuple(difference.before)  # nothing came between: in the old order, and as often
    added = set(difference.after) - set(difference.before)
    missing = [
        value for value in difference.before if value not in difference.after and value not in standing
    ]
    return (*(value for value in standing if value not in added), *missing)
