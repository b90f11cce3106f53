"""The rows of import conflicts: what a source says of a field that somebody here has curated. Nothing here commits.

`directory._applying` remembers them at the end of an import; `directory.conflicts` lets a curator decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import Connection, select, tuple_, update

from directory._reading import read
from directory._rows import as_json
from directory._storable import storable
from directory._writing import Writer
from directory.errors import Invalid
from directory.listings import chunks
from directory.models import ImportConflict, SourceRecord, table_of
from importers.partial import completed
from importers.plan import Conflict, field_print
from importers.records import ListingRecord

AT_ONCE = 200
_CONFLICT, _SOURCE_RECORD = table_of(ImportConflict), table_of(SourceRecord)
PRINT_OF_NOTHING = field_print(ListingRecord(source="", source_id="", name=""), "alternate_name")


def disputed(connection: Connection, source: str) -> dict[str, frozenset[str]]:
    """The fields of a source's listings with a conflict that nobody has decided, by source id."""
    query = select(_CONFLICT.c.source_id, _CONFLICT.c.field).where(
        _CONFLICT.c.source == source, _CONFLICT.c.kept.is_(None)
    )
    found: defaultdict[str, set[str]] = defaultdict(set)
    for source_id, name in connection.execute(query):
        found[source_id].add(name)
    return {source_id: frozenset(names) for source_id, names in found.items()}


def remember(
    writer: Writer, source: str, conflicts: Iterable[Conflict], agreed: Iterable[tuple[str, str]]
) -> None:
    """Keep the conflicts of an import for a curator, and drop those that are none any more.

    A conflict that was decided while the import ran is not asked again: the source's print says so.
    """
    for gone in chunks(agreed, AT_ONCE):
        writer.connection.execute(
            _CONFLICT.delete().where(
                _CONFLICT.c.source == source,
                _CONFLICT.c.kept.is_(None),
                tuple_(_CONFLICT.c.source_id, _CONFLICT.c.field).in_(gone),
            )
        )
    for some in chunks(conflicts, AT_ONCE):
        _remember(writer, source, some)


def prints(connection: Connection, source: str, source_id: str) -> dict[str, str]:
    """What the source last said, as far as it was taken over or decided: print by field."""
    query = select(_SOURCE_RECORD.c.field_prints).where(
        _SOURCE_RECORD.c.entity == "service",
        _SOURCE_RECORD.c.source == source,
        _SOURCE_RECORD.c.source_id == source_id,
    )
    return dict(connection.scalar(query) or {})


def take_note(connection: Connection, source: str, source_id: str, name: str, print_: str) -> None:
    """Remember that the source said this and that it was dealt with: the next import does not ask again."""
    said = prints(connection, source, source_id)
    said.pop(name, None)
    if print_ != PRINT_OF_NOTHING:
        said[name] = print_
    connection.execute(
        update(_SOURCE_RECORD)
        .where(
            _SOURCE_RECORD.c.entity == "service",
            _SOURCE_RECORD.c.source == source,
            _SOURCE_RECORD.c.source_id == source_id,
        )
        .values(field_prints=said)
    )


def settle_agreed(
    connection: Connection,
    listing_id: str,
    record: ListingRecord,
    names: Iterable[str],
    actor: str,
    today: date,
) -> None:
    """Close the open conflicts in these fields whose sources say what now stands here: somebody chose it by editing."""
    query = select(_CONFLICT).where(
        _CONFLICT.c.listing_id == listing_id, _CONFLICT.c.kept.is_(None), _CONFLICT.c.field.in_(list(names))
    )
    for row in connection.execute(query).all():
        if field_print(record, row.field) == row.theirs_print:
            decision = {"kept": "theirs", "decided_by": actor, "decided_on": today}
            connection.execute(update(_CONFLICT).where(_CONFLICT.c.id == row.id).values(**decision))
            take_note(connection, row.source, row.source_id, row.field, row.theirs_print)


def _remember(writer: Writer, source: str, some: list[Conflict]) -> None:
    connection = writer.connection
    source_ids = {one.source_id for one in some}
    query = select(
        _SOURCE_RECORD.c.source_id, _SOURCE_RECORD.c.entity_id, _SOURCE_RECORD.c.field_prints
    ).where(
        _SOURCE_RECORD.c.entity == "service",
        _SOURCE_RECORD.c.source == source,
        _SOURCE_RECORD.c.source_id.in_(source_ids),
    )
    seen = {source_id: (listing_id, said) for source_id, listing_id, said in connection.execute(query)}
    standing = read(connection, {listing_id for listing_id, _ in seen.values()})
    there = _there(connection, source, source_ids)
    for one in some:
        listing_id, said = seen.get(one.source_id, ("", {}))
        if one.record is None or listing_id not in standing:
            continue
        print_ = field_print(one.record, one.field)
        if said.get(one.field, PRINT_OF_NOTHING) == print_:
            continue
        theirs = _theirs(one, standing[listing_id].record)
        if theirs is None:
            continue
        row = {
            "listing_id": listing_id,
            "theirs": theirs,
            "theirs_print": print_,
            "found_on": writer.today,
            "kept": None,
            "decided_by": None,
            "decided_on": None,
        }
        _write(connection, row, {"source": source, "source_id": one.source_id, "field": one.field}, there)


def _there(
    connection: Connection, source: str, source_ids: Iterable[str]
) -> dict[tuple[str, str], str | None]:
    """(source id, field) -> the print of an open conflict that is there already; None for a decided one."""
    query = select(
        _CONFLICT.c.source_id, _CONFLICT.c.field, _CONFLICT.c.theirs_print, _CONFLICT.c.kept
    ).where(_CONFLICT.c.source == source, _CONFLICT.c.source_id.in_(source_ids))
    return {(i, name): None if kept else print_ for i, name, print_, kept in connection.execute(query)}


def _write(
    connection: Connection,
    row: Mapping[str, object],
    key: Mapping[str, str],
    there: Mapping[tuple[str, str], str | None],
) -> None:
    which = (key["source_id"], key["field"])
    if which not in there:
        connection.execute(_CONFLICT.insert().values(**key, **row))
    elif there[which] != row["theirs_print"]:  # otherwise it waits already, since the day it was found
        condition = [_CONFLICT.c[name] == value for name, value in key.items()]
        connection.execute(update(_CONFLICT).where(*condition).values(**row))


def _theirs(one: Conflict, standing: ListingRecord) -> str | None:
    """What the source says of the field, as JSON; None where it could not be stored (the import's report has it)."""
    assert one.record is not None
    try:
        record = storable(completed(one.record, standing))
    except Invalid:
        return None
    return as_json(getattr(record, one.field))
