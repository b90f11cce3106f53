"""How the catalog writes: everything of one transaction, in bulk, with its Change and outbox rows.

Nothing here commits; `directory.database.writing` does. Only `directory.catalog` and `directory._applying` call it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, delete, select, update

from directory._forgetting import forget_private
from directory._reading import Stored, colleagues_by_name, current_ties, current_tips, organizations
from directory._rows import (
    INSERT_ORDER,
    ORGANIZATION_IDENTIFIER,
    ORGANIZATION_SCALARS,
    TAXONOMY,
    TAXONOMY_TERM,
    Group,
    Row,
    Rows,
    as_json,
    child_rows,
    groups_of,
    listing_uuid,
    organization_rows,
    organization_uuid,
    service_columns,
    term_rows,
)
from directory.database import insert_into, now
from directory.models import Change, Organization, Outbox, Service, SourceRecord, Tie, Tip, table_of
from importers.ids import stable_id
from importers.records import ListingRecord, OrganizationRecord, TermRecord

Kind = Literal["hand", "import", "merge"]
_CHANGE, _OUTBOX, _SERVICE = table_of(Change), table_of(Outbox), table_of(Service)
_ORGANIZATION, _SOURCE_RECORD = table_of(Organization), table_of(SourceRecord)
_TIP, _TIE = table_of(Tip), table_of(Tie)
_REMEMBERED: dict[str, tuple[Table, str, Callable[..., Select[Any]]]] = {
    "tips": (_TIP, "text", current_tips),
    "known_by": (_TIE, "colleague", current_ties),
}
"""Record fields whose rows hold more than the record says: table, the column that the record has, which rows count."""


@dataclass(frozen=True, slots=True)
class Prints:
    """What a record looked like at its source: as a whole ("" where some of it was not taken over), and by field."""

    fingerprint: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Amended:
    """A listing to be written again: as it stands, as it is to be, and which fields differ."""

    listing_id: str
    before: Stored
    after: ListingRecord
    fields: Collection[str]


@dataclass(slots=True)
class Memory:
    """What an import has already written, so that no batch looks for it again."""

    organizations: dict[str, bool] = field(default_factory=dict)
    """Organization id -> was it only a placeholder?"""
    terms: set[TermRecord] = field(default_factory=set)
    colleagues: Mapping[str, str] | None = None
    """Name of a colleague -> their account."""


@dataclass(slots=True)
class Writer:
    """One transaction's writing. `memory` lives as long as a whole import and spares repeated look-ups."""

    connection: Connection
    actor: str
    kind: Kind
    today: date
    run: int | None = None
    memory: Memory = field(default_factory=Memory)
    action: str = field(default_factory=lambda: str(uuid4()))

    def create(self, records: Sequence[ListingRecord], prints: Sequence[Prints]) -> list[str]:
        """Write new listings (none of them may exist); their ids."""
        ids = [listing_uuid(record.source, record.source_id) for record in records]
        self._organizations(zip(ids, records, strict=True))
        self._terms(records)
        moment = now()
        rows: Rows = defaultdict(list)
        for listing_id, record in zip(ids, records, strict=True):
            rows[_SERVICE].append(
                {
                    **service_columns(record),
                    "id": listing_id,
                    "source": record.source,
                    "source_id": record.source_id,
                    "ref": record.ref,
                    "version": 1,
                    "last_modified": moment,
                }
            )
            child_rows(record, listing_id, self.today, rows)
            self._change(rows, listing_id, "service", listing_id, None, None, {"name": record.name})
        rows[_SOURCE_RECORD] = [
            self._source_row("service", listing_id, record.source, record.source_id, one)
            for listing_id, record, one in zip(ids, records, prints, strict=True)
        ]
        self._insert(_SERVICE, rows)
        self._insert_children(rows)
        self._insert(_SOURCE_RECORD, rows)
        self._insert(_CHANGE, rows)
        self.tell(ids)
        return ids

    def amend(self, amended: Sequence[Amended]) -> None:
        """Write the changed fields of existing listings, and nothing else of them."""
        if not amended:
            return
        with_organization = [one for one in amended if "organization" in one.fields]
        self._organizations((one.listing_id, one.after) for one in with_organization)
        self._terms(one.after for one in amended if "activities" in one.fields)
        rows: Rows = defaultdict(list)
        moment = now()
        by_group: dict[int, tuple[Group, list[Amended]]] = {}
        for one in amended:
            columns = service_columns(one.after, one.fields)
            self.connection.execute(
                update(_SERVICE)
                .where(_SERVICE.c.id == one.listing_id)
                .values(**columns, version=_SERVICE.c.version + 1, last_modified=moment)
            )
            for group in groups_of(one.fields):
                by_group.setdefault(id(group), (group, []))[1].append(one)
            self._field_changes(one, rows)
        for group, some in by_group.values():
            self._replace(group, some, rows)
        self._insert_children(rows)
        self._insert(_CHANGE, rows)
        for one in amended:
            if "places" in one.fields:
                forget_private(self.connection, one.listing_id, one.after.places)
        self.tell([one.listing_id for one in amended])

    def tell(self, listing_ids: Iterable[str], kind: Literal["upsert", "remove"] = "upsert") -> None:
        """Leave word for the indexes."""
        at = now()
        rows = [{"listing_id": listing_id, "kind": kind, "at": at} for listing_id in listing_ids]
        if rows:
            self.connection.execute(_OUTBOX.insert(), rows)

    def seen(self, seen: Sequence[tuple[str, str, Prints]]) -> None:
        """(source, source_id, prints) of existing listings that their source has (again), as it has them now."""
        if not seen:
            return
        statement = (
            update(_SOURCE_RECORD)
            .where(
                _SOURCE_RECORD.c.entity == "service",
                _SOURCE_RECORD.c.source == bindparam("of_source"),
                _SOURCE_RECORD.c.source_id == bindparam("of_source_id"),
            )
            .values(
                fingerprint=bindparam("print_of_all"),
                field_prints=bindparam("print_of_fields"),
                last_seen=self.today,
                missing_since=None,
            )
        )
        self.connection.execute(
            statement,
            [
                {
                    "of_source": source,
                    "of_source_id": source_id,
                    "print_of_all": prints.fingerprint,
                    "print_of_fields": dict(prints.fields),
                }
                for source, source_id, prints in seen
            ],
        )

    # --- parts -----------------------------------------------------------------------------------------------------

    def _replace(self, group: Group, some: Sequence[Amended], rows: Rows) -> None:
        """Clear a group's rows of some listings and build them again."""
        if remembered := group.fields & _REMEMBERED.keys():
            for name in remembered:
                self._remember(name, some, rows)
            return
        ids = [one.listing_id for one in some]
        for table, owner, only in group.clear:
            condition = owner.in_(ids) if only is None else owner.in_(ids) & only
            self.connection.execute(delete(table).where(condition))
        for one in some:
            group.build(one.after, one.listing_id, self.today, rows)

    def _remember(self, name: str, some: Sequence[Amended], rows: Rows) -> None:
        """Tips and ties hold more than their words: one that is still named keeps all that hangs on it.

        One that is not named any more goes if it came with a sheet. What somebody here added stays whatever a feed
        says, and is set aside, not lost, where it is taken out by hand.
        """
        table, column, current = _REMEMBERED[name]
        query = current(
            [one.listing_id for one in some], table.c.listing_id, table.c.id, table.c[column], table.c.by_hand
        )
        standing: defaultdict[str, list[Any]] = defaultdict(list)
        for row in self.connection.execute(query):
            standing[row.listing_id].append(row)
        for one in some:
            left = standing[one.listing_id]
            wanted = getattr(one.after, name)
            places: dict[str, int] = {}
            for position, value in enumerate(wanted):
                same = next((row for row in left if row[2] == value), None)
                if same is None and (again := self._again(table, one.listing_id, table.c[column] == value)):
                    places[again] = position
                elif same is None:
                    rows[table].append(_remembered_row(one.listing_id, column, value, self.today, position))
                else:
                    left.remove(same)
                    places[same.id] = position
            kept = [row.id for row in left if row.by_hand and self.kind == "import"]
            places.update((key, len(wanted) + number) for number, key in enumerate(kept))
            self._place(table, places)
            self._drop(table, [row for row in left if row.id not in places])

    def _again(self, table: Table, listing_id: str, same: ColumnElement[bool]) -> str | None:
        """A row that was set aside and is named by hand once more, brought back; its id."""
        if self.kind == "import":
            return None
        aside = (table.c.listing_id == listing_id) & table.c.active.is_(False) & table.c.by_hand
        key = self.connection.scalar(
            select(table.c.id).where(aside, same).order_by(table.c.ended_on.desc(), table.c.id).limit(1)
        )
        if key:
            back = update(table).where(table.c.id == key).values(active=True, ended_on=None)
            self.connection.execute(back)
        return key

    def _place(self, table: Table, places: Mapping[str, int]) -> None:
        for key, position in places.items():
            self.connection.execute(update(table).where(table.c.id == key).values(position=position))

    def _drop(self, table: Table, gone: Iterable[Any]) -> None:
        for row in gone:
            which = table.c.id == row.id
            aside = update(table).where(which).values(active=False, ended_on=self.today)
            self.connection.execute(aside if row.by_hand else delete(table).where(which))

    def _field_changes(self, one: Amended, rows: Rows) -> None:
        """A Change for each field; an organization that stays the same one has its own Change rows."""
        for name in sorted(one.fields):
            before, after = getattr(one.before.record, name), getattr(one.after, name)
            if name == "organization" and before and after and before.source_id == after.source_id:
                continue
            self._change(rows, one.listing_id, "service", one.listing_id, name, before, after)

    def _change(
        self,
        rows: Rows,
        listing_id: str,
        entity: str,
        entity_id: str,
        name: str | None,
        before: Any,
        after: Any,
    ) -> None:
        rows[_CHANGE].append(
            {
                "at": now(),
                "actor": self.actor,
                "actor_kind": self.kind,
                "listing_id": listing_id,
                "entity": entity,
                "entity_id": entity_id,
                "field": name,
                "before": as_json(before),
                "after": as_json(after),
                "import_run": self.run,
                "action": self.action if self.run is None else None,
            }
        )

    def _insert(self, table: Table, rows: Rows) -> None:
        if rows[table]:
            self.connection.execute(table.insert(), rows[table])

    def _insert_children(self, rows: Rows) -> None:
        self._link_colleagues(rows[_TIE])
        for table in INSERT_ORDER:
            self._insert(table, rows)

    def _link_colleagues(self, ties: Sequence[Row]) -> None:
        """A name that is exactly one colleague's account is that colleague, once a listing; others stay names."""
        if not ties:
            return
        accounts = self._colleagues()
        listing_ids = {row["listing_id"] for row in ties}
        query = select(_TIE.c.listing_id, _TIE.c.user_id).where(
            _TIE.c.listing_id.in_(listing_ids), _TIE.c.active, _TIE.c.user_id.is_not(None)
        )
        taken = {tuple(row) for row in self.connection.execute(query)} if accounts else set()
        for row in ties:
            user_id = accounts.get(row["colleague"].strip().casefold())
            row["user_id"] = None if (row["listing_id"], user_id) in taken else user_id
            taken.add((row["listing_id"], user_id))

    def _colleagues(self) -> Mapping[str, str]:
        """Name (folded) -> account of staff who are here, where one name is one account's."""
        if self.memory.colleagues is None:
            self.memory.colleagues = colleagues_by_name(self.connection)
        return self.memory.colleagues

    def _insert_missing(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert those rows whose id is not there yet."""
        values = list(rows)
        if values:
            self.connection.execute(insert_into(self.connection, table).on_conflict_do_nothing(), values)

    def _source_row(self, entity: str, entity_id: str, source: str, source_id: str, prints: Prints) -> Row:
        return {
            "id": stable_id(source, f"source_record/{entity}", source_id),
            "entity": entity,
            "entity_id": entity_id,
            "source": source,
            "source_id": source_id,
            "fingerprint": prints.fingerprint,
            "field_prints": dict(prints.fields),
            "first_seen": self.today,
            "last_seen": self.today,
        }

    def _terms(self, records: Iterable[ListingRecord]) -> None:
        new = {
            term: None
            for record in records
            for term in record.activities
            if term not in self.memory.terms
        }  # fmt: skip
        taxonomies, terms = term_rows(new)
        self._insert_missing(TAXONOMY, taxonomies.values())
        self._insert_missing(TAXONOMY_TERM, terms.values())
        self.memory.terms.update(new)
        if any(term.parent_code for term in new) and self.run is None:
            self.link_terms()

    def link_terms(self) -> None:
        """Give terms their parents, now that both may be there. (An import does so once, at its end.)"""
        parent = TAXONOMY_TERM.alias("parent")
        found = (
            select(parent.c.id)
            .where(
                parent.c.taxonomy_id == TAXONOMY_TERM.c.taxonomy_id,
                parent.c.code == TAXONOMY_TERM.c.parent_code,
            )
            .order_by(parent.c.id)
            .limit(1)
            .scalar_subquery()
        )
        self.connection.execute(
            update(TAXONOMY_TERM)
            .where(TAXONOMY_TERM.c.parent_id.is_(None), TAXONOMY_TERM.c.parent_code.is_not(None))
            .values(parent_id=found)
        )

    # --- organizations ---------------------------------------------------------------------------------------------

    def _organizations(self, listings: Iterable[tuple[str, ListingRecord]]) -> None:
        """Write the organizations of these listings: once in an import, the first word for it counts."""
        wanted: dict[str, tuple[str, ListingRecord, OrganizationRecord]] = {}
        for listing_id, record in listings:
            if record.organization is None:
                continue
            key = organization_uuid(record.source, record.organization.source_id)
            if key in self.memory.organizations and not self.memory.organizations[key]:
                continue
            if key not in wanted or wanted[key][2].placeholder:
                wanted[key] = (listing_id, record, record.organization)
        standing = organizations(self.connection, set(wanted))
        rows: Rows = defaultdict(list)
        for key, (listing_id, record, organization) in wanted.items():
            if key not in standing:
                self._new_organization(key, listing_id, record.source, organization, rows)
            elif standing[key] != organization:
                self._other_organization(key, listing_id, record.source, standing[key], organization, rows)
            if self.kind == "import":
                self.memory.organizations[key] = organization.placeholder
        for table in (_ORGANIZATION, ORGANIZATION_IDENTIFIER, _SOURCE_RECORD, _CHANGE):
            self._insert(table, rows)

    def _new_organization(
        self, key: str, listing_id: str, source: str, organization: OrganizationRecord, rows: Rows
    ) -> None:
        row, identifiers = organization_rows(source, organization)
        rows[_ORGANIZATION].append({**row, "last_modified": now()})
        rows[ORGANIZATION_IDENTIFIER].extend(identifiers)
        rows[_SOURCE_RECORD].append(
            self._source_row("organization", key, source, organization.source_id, Prints())
        )
        self._change(rows, listing_id, "organization", key, None, None, {"name": organization.name})

    def _other_organization(
        self,
        key: str,
        listing_id: str,
        source: str,
        before: OrganizationRecord,
        after: OrganizationRecord,
        rows: Rows,
    ) -> None:
        """Change an organization for all its listings, unless that would undo what somebody here knows better."""
        if self.kind == "import" and (
            (after.placeholder and not before.placeholder) or key in self._by_hand([key])
        ):
            return
        row, identifiers = organization_rows(source, after)
        self.connection.execute(
            update(_ORGANIZATION).where(_ORGANIZATION.c.id == key).values(**row, last_modified=now())
        )
        self.connection.execute(
            delete(ORGANIZATION_IDENTIFIER).where(ORGANIZATION_IDENTIFIER.c.organization_id == key)
        )
        rows[ORGANIZATION_IDENTIFIER].extend(identifiers)
        for name in (*ORGANIZATION_SCALARS, "identifiers"):
            if getattr(before, name) != getattr(after, name):
                changed = (getattr(before, name), getattr(after, name))
                self._change(rows, listing_id, "organization", key, name, *changed)
        self._touch_listings_of(key, listing_id)

    def _touch_listings_of(self, organization_id: str, but: str) -> None:
        """The other listings of an organization show it too: they are newer now, and the indexes must hear of them."""
        others = (_SERVICE.c.organization_id == organization_id) & (_SERVICE.c.id != but)
        self.connection.execute(
            update(_SERVICE).where(others).values(version=_SERVICE.c.version + 1, last_modified=now())
        )
        self.tell(self.connection.scalars(select(_SERVICE.c.id).where(others)).all())

    def _by_hand(self, entity_ids: Sequence[str]) -> set[str]:
        """Which of these have a field that somebody changed by hand."""
        query = select(_CHANGE.c.entity_id).where(
            _CHANGE.c.actor_kind == "hand", _CHANGE.c.field.is_not(None), _CHANGE.c.entity_id.in_(entity_ids)
        )
        return set(self.connection.scalars(query))


def _remembered_row(listing_id: str, column: str, value: str, today: date, position: int) -> Row:
    return {
        "id": str(uuid4()),
        "listing_id": listing_id,
        column: value,
        "dated": today,
        "position": position,
    }
