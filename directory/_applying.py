"""Applying an import's plan, in batches that are each one transaction, and what a plan must know beforehand.

A killed import leaves whole batches and nothing else; applying the same plan again, or a new one made from the same
source, completes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Text, bindparam, cast, select, update

from directory import _conflicts, audit
from directory._conflicts import PRINT_OF_NOTHING
from directory._reading import Stored, read
from directory._rows import listing_uuid
from directory._storable import storable
from directory._writing import Amended, Memory, Prints, Writer
from directory.config import current_settings
from directory.database import db, now, writing
from directory.errors import Invalid
from directory.listings import chunks
from directory.models import Change, ImportRun, MergedListing, Service, SourceRecord, table_of
from importers.partial import completed, speaks_of
from importers.plan import FIELDS, Amendment, Known, Plan, field_print, field_prints, fingerprint_of
from importers.records import ListingRecord, Problem

BATCH = 300
Progress = Callable[[int, int], None]
"""Called after each batch with (listings done, listings to do)."""

_CHANGE, _SERVICE, _SOURCE_RECORD = table_of(Change), table_of(Service), table_of(SourceRecord)
_MERGED = table_of(MergedListing)
_ALL_FIELDS = frozenset(FIELDS)


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of a plan. `refused` are records that could not be stored at all (counted as problems too)."""

    run: int
    read: int
    created: int
    amended: int
    unchanged: int
    missing: int
    conflicts: int
    problems: int
    refused: tuple[Problem, ...] = ()

    def counts(self) -> dict[str, int]:
        """The counts of Import JSON (design.md 6)."""
        names = ("read", "created", "amended", "unchanged", "missing", "conflicts", "problems")
        return {name: getattr(self, name) for name in names}


def known(source: str) -> dict[str, Known]:
    """What is known of a source's listings, by their ids there: what `importers.plan` compares records with."""
    connection = db.session.connection()
    table = _SOURCE_RECORD
    query = select(
        table.c.source_id,
        table.c.entity_id,
        table.c.fingerprint,
        cast(table.c.field_prints, Text),
        table.c.missing_since,
    ).where(table.c.source == source, table.c.entity == "service")
    rows = connection.execute(query).all()
    curated, merged = curated_fields(connection), _kept_ids(connection)
    disputed = _conflicts.disputed(connection, source)
    compared = {
        row.entity_id: _ALL_FIELDS if row.entity_id in merged else curated[row.entity_id]
        for row in rows
        if row.entity_id in curated or row.entity_id in merged
    }
    standing = _standing(connection, compared)
    found = {}
    for source_id, listing_id, whole, parts, missing_since in rows:
        here, said = standing.get(listing_id, {}), _Unread(parts)
        ours = curated.get(listing_id, frozenset())
        if listing_id in merged:
            ours |= _not_theirs(listing_uuid(source, source_id) == listing_id, here, said)
        found[source_id] = Known(
            listing_id=listing_id,
            fingerprint=whole,
            field_prints=said,
            curated=ours,
            missing=missing_since is not None,
            standing=here,
            disputed=disputed.get(source_id, frozenset()),
        )
    return found


def _kept_ids(connection: Connection) -> frozenset[str]:
    """The listings into which another was merged: they have several sources."""
    return frozenset(connection.scalars(select(_MERGED.c.kept_id).where(_MERGED.c.undone_at.is_(None))))


def _not_theirs(own: bool, standing: Mapping[str, str], said: Mapping[str, str]) -> frozenset[str]:
    """The fields of a merged listing that do not stand as this source last said them: what it says next is for a
    person to judge, for it would undo what came of the others. `own`: the source under whose id the listing stands.

    An organization is its source's own; what another source says of it is always for a person.
    """
    said = dict(said)
    other = {name for name, print_ in standing.items() if print_ != said.get(name, PRINT_OF_NOTHING)}
    return frozenset(other if own else other | {"organization"})


class _Unread(Mapping[str, str]):
    """Field prints as JSON text, read when somebody asks: hardly a listing changes, and a hundred thousand are many."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def _read(self) -> dict[str, str]:
        prints: dict[str, str] = json.loads(self._text)
        return prints

    def __getitem__(self, name: str) -> str:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


def _standing(connection: Connection, curated: Mapping[str, frozenset[str]]) -> dict[str, dict[str, str]]:
    """Prints of the curated fields as they stand here now."""
    return {
        listing_id: {name: field_print(stored.record, name) for name in curated[listing_id] & _ALL_FIELDS}
        for some in chunks(curated, BATCH)
        for listing_id, stored in read(connection, some).items()
    }


def curated_fields(
    connection: Connection, listing_ids: Collection[str] | None = None
) -> dict[str, frozenset[str]]:
    """The fields that somebody here changed by hand, by listing id (all, or these): no feed overwrites them.

    Every field of a listing that was added by hand is curated; so is the organization of each of its listings, once
    somebody changed it.
    """
    query = select(_CHANGE.c.entity, _CHANGE.c.entity_id, _CHANGE.c.field).where(
        _CHANGE.c.actor_kind == "hand"
    )
    of_listing = select(_SERVICE.c.id, _SERVICE.c.organization_id).where(
        _SERVICE.c.organization_id.is_not(None)
    )
    if listing_ids is not None:
        of_listing = of_listing.where(_SERVICE.c.id.in_(listing_ids))
        organization_ids = [key for _, key in connection.execute(of_listing)]
        query = query.where(_CHANGE.c.entity_id.in_([*listing_ids, *organization_ids]))
    found: dict[str, set[str]] = {}
    organizations: set[str] = set()
    for entity, entity_id, name in connection.execute(query.distinct()):
        if entity == "service":
            found.setdefault(entity_id, set()).update(_ALL_FIELDS if name is None else {name})
        elif name is not None:
            organizations.add(entity_id)
    if organizations:
        for listing_id, organization_id in connection.execute(of_listing):
            if organization_id in organizations:
                found.setdefault(listing_id, set()).add("organization")
    return {listing_id: frozenset(names) for listing_id, names in found.items()}


def apply(plan: Plan, actor: str, *, source: str, progress: Progress | None = None) -> Applied:
    """Apply a plan as one import run. Batches commit as they go; safe to repeat after being cut short.

    What was edited here since the plan was made stays: a field that became curated meanwhile is left alone.
    """
    work = _Work(actor, source, _start(source, actor), len(plan.create) + len(plan.amend), progress)
    for created in chunks(plan.create, BATCH):
        work.create(created)
    for amended in chunks(plan.amend, BATCH):
        work.amend(amended)
    return work.finish(plan)


def _start(source: str, actor: str) -> int:
    with writing() as connection:
        row = {"source": source, "actor": actor, "started_at": now(), "counts": {}}
        key = connection.execute(table_of(ImportRun).insert(), row).inserted_primary_key
    assert key is not None
    return int(key[0])


@dataclass(slots=True)
class _Work:
    """One import run under way."""

    actor: str
    source: str
    run: int
    total: int
    progress: Progress | None
    memory: Memory = field(default_factory=Memory)
    prints: dict[str, Prints] = field(default_factory=dict)
    """Of the records of the batch at hand, by source id."""
    done: int = 0
    created: int = 0
    amended: int = 0
    refused: list[Problem] = field(default_factory=list)

    def create(self, records: Sequence[ListingRecord]) -> None:
        """New listings; those that an earlier, interrupted run already wrote are compared instead."""
        fit = self._storable(records)
        with writing(much=True) as connection:
            writer = self._writer(connection)
            about = _about(connection, self.source, [record.source_id for record in fit])
            standing = read(connection, about.values())
            new = [record for record in fit if about[record.source_id] not in standing]
            old = [(record, _ALL_FIELDS) for record in fit if about[record.source_id] in standing]
            writer.create(new, [self.prints[record.source_id] for record in new])
            amended = self._write_again(writer, old, about, standing)
        self.created += len(new)
        self.amended += amended
        self._advance(len(records))

    def amend(self, amendments: Sequence[Amendment]) -> None:
        """Changed listings: only their changed fields."""
        names = {one.record.source_id: frozenset(one.fields) for one in amendments}
        fit = [(one, names[one.source_id]) for one in self._storable([one.record for one in amendments])]
        with writing(much=True) as connection:
            writer = self._writer(connection)
            about = _about(connection, self.source, [record.source_id for record, _ in fit])
            self._write_again(writer, fit, about, read(connection, about.values()))
        self.amended += len(fit)
        self._advance(len(amendments))

    def finish(self, plan: Plan) -> Applied:
        """Mark what was seen and what is missing, and close the run."""
        applied = Applied(
            run=self.run,
            read=plan.read,
            created=self.created,
            amended=self.amended,
            unchanged=len(plan.unchanged),
            missing=len(plan.missing),
            conflicts=len(plan.conflicts),
            problems=len(plan.problems) + len(self.refused),
            refused=tuple(self.refused),
        )
        with writing() as connection:
            writer = self._writer(connection)
            writer.link_terms()
            _conflicts.remember(writer, self.source, plan.conflicts, plan.agreed)
            _mark_missing(writer, self.source, plan.missing)
            _mark_seen(writer, self.source)
            run = table_of(ImportRun)
            connection.execute(
                update(run).where(run.c.id == self.run).values(finished_at=now(), counts=applied.counts())
            )
        audit.record("import_applied", run=self.run, source=self.source, **applied.counts())
        return applied

    def _writer(self, connection: Connection) -> Writer:
        return Writer(connection, self.actor, "import", current_settings().today(), self.run, self.memory)

    def _storable(self, records: Iterable[ListingRecord]) -> list[ListingRecord]:
        """The records that can be stored, cleaned; prints are taken of them as the source has them."""
        fit: list[ListingRecord] = []
        self.prints.clear()
        for record in records:
            try:
                cleaned = storable(record)
            except Invalid as error:
                self.refused.extend(
                    Problem(record.source_id, name, why, record.source_id)
                    for name, why in error.fields.items()
                )
            else:
                fit.append(cleaned)
                self.prints[cleaned.source_id] = prints_of(record)
        return fit

    def _write_again(
        self,
        writer: Writer,
        pairs: Iterable[tuple[ListingRecord, frozenset[str]]],
        about: Mapping[str, str],
        standing: dict[str, Stored],
    ) -> int:
        """Amend what still differs and nobody here has curated; how many listings that were."""
        kept_here = _Kept(writer.connection, self.source, about, standing)
        amended: dict[str, Amended] = {}
        seen: list[tuple[str, str, Prints]] = []
        for record, names in pairs:
            listing_id = about[record.source_id]
            before = standing.get(listing_id)
            if before is None:
                continue
            kept = kept_here.fields(record, listing_id)
            record = completed(record, before.record)
            silent = frozenset(name for name in _ALL_FIELDS if not speaks_of(record, name))
            differing = [
                name for name in names - kept if getattr(record, name) != getattr(before.record, name)
            ]
            if differing:
                _also(amended, listing_id, before, {name: getattr(record, name) for name in differing})
            said_before = kept_here.said.get(record.source_id, {})
            prints = _taken_over(self.prints[record.source_id], kept | silent, said_before)
            seen.append((record.source, record.source_id, prints))
        writer.amend(list(amended.values()))
        writer.seen(seen)
        return len(amended)

    def _advance(self, number: int) -> None:
        self.done += number
        if self.progress:
            self.progress(self.done, self.total)


class _Kept:
    """Which fields of some listings a source may not change."""

    def __init__(
        self, connection: Connection, source: str, about: Mapping[str, str], standing: Mapping[str, Stored]
    ) -> None:
        self._curated = curated_fields(connection, standing.keys())
        self._merged = _kept_ids(connection) & standing.keys()
        self._standing = {
            key: {name: field_print(standing[key].record, name) for name in _ALL_FIELDS}
            for key in self._merged
        }
        wanted = [key for key, at in about.items() if at in self._curated or at in self._merged]
        self.said = _field_prints(connection, source, wanted)
        """As the source last said them, by its own ids; only where there are fields to be kept."""

    def fields(self, record: ListingRecord, listing_id: str) -> frozenset[str]:
        kept = self._curated.get(listing_id, frozenset())
        if listing_id not in self._merged:
            return kept
        said = self.said.get(record.source_id, {})
        return kept | _not_theirs(_uuid(record) == listing_id, self._standing[listing_id], said)


def _also(amended: dict[str, Amended], listing_id: str, before: Stored, changes: Mapping[str, Any]) -> None:
    """One more record that changes a listing: two rows of a source may have become one listing here."""
    earlier = amended.get(listing_id)
    after = replace(earlier.after if earlier else before.record, **changes)
    fields = {*(earlier.fields if earlier else ()), *changes}
    amended[listing_id] = Amended(listing_id, before, after, sorted(fields))


def _about(connection: Connection, source: str, source_ids: Iterable[str]) -> dict[str, str]:
    """By the source's id: the id of the listing that its record is about, its own or one it was merged into."""
    found = {source_id: listing_uuid(source, source_id) for source_id in source_ids}
    table = _SOURCE_RECORD
    query = select(table.c.source_id, table.c.entity_id).where(
        table.c.source == source, table.c.entity == "service", table.c.source_id.in_(list(found))
    )
    found.update(connection.execute(query).all())
    return found


def prints_of(record: ListingRecord) -> Prints:
    """What a source says, in short. Of fields that it leaves empty nothing is kept: there are many."""
    prints = field_prints(record)
    said = {name: print_ for name, print_ in prints.items() if print_ != PRINT_OF_NOTHING}
    return Prints(fingerprint_of(prints), said)


def _uuid(record: ListingRecord) -> str:
    return listing_uuid(record.source, record.source_id)


def _taken_over(now_said: Prints, kept: frozenset[str], said_before: Mapping[str, str]) -> Prints:
    """What to remember of the source. A conflict is not settled yet: there we remember what was said before it."""
    open_conflicts = {name for name in kept if now_said.fields.get(name) != said_before.get(name)}
    if not open_conflicts:
        return now_said
    taken = {name: print_ for name, print_ in now_said.fields.items() if name not in open_conflicts}
    taken.update({name: said_before[name] for name in open_conflicts & said_before.keys()})
    return Prints("", taken)


def _field_prints(
    connection: Connection, source: str, source_ids: Iterable[str]
) -> dict[str, dict[str, str]]:
    table = _SOURCE_RECORD
    query = select(table.c.source_id, table.c.field_prints).where(
        table.c.source == source, table.c.entity == "service", table.c.source_id.in_(list(source_ids))
    )
    return dict(connection.execute(query).all())


def _mark_missing(writer: Writer, source: str, source_ids: Sequence[str]) -> None:
    """Say since when the source has these no more. Nothing is closed: a person decides."""
    if not source_ids:
        return
    table = _SOURCE_RECORD
    statement = (
        update(table)
        .where(
            table.c.source == source,
            table.c.entity == "service",
            table.c.source_id == bindparam("of_source_id"),
            table.c.missing_since.is_(None),
        )
        .values(missing_since=writer.today)
    )
    writer.connection.execute(statement, [{"of_source_id": source_id} for source_id in source_ids])
    for some in chunks(source_ids, BATCH):
        writer.tell(_about(writer.connection, source, some).values())


def _mark_seen(writer: Writer, source: str) -> None:
    """Whatever of a source is not missing now was in it today."""
    table = _SOURCE_RECORD
    writer.connection.execute(
        update(table)
        .where(table.c.source == source, table.c.missing_since.is_(None), table.c.last_seen != writer.today)
        .values(last_seen=writer.today)
    )
