"""Table rows as ListingRecords, in bulk: one select a table for any number of listings, never one a listing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, select

from directory._rows import ADDRESS_SCALARS, ORGANIZATION_SCALARS, PLACE_SCALARS, SESSION_SCALARS
from directory.models import (
    Accessibility,
    Address,
    Attribute,
    Contact,
    CostOption,
    Fact,
    Language,
    Location,
    Organization,
    OrganizationIdentifier,
    Phone,
    RequiredDocument,
    Role,
    Schedule,
    Service,
    ServiceArea,
    TaxonomyTerm,
    Tie,
    Tip,
    User,
    held_roles,
    table_of,
)
from directory.permissions import STAFF
from importers.records import (
    ContactRecord,
    CostRecord,
    FactRecord,
    LanguageRecord,
    ListingRecord,
    OrganizationRecord,
    PhoneRecord,
    PlaceRecord,
    Provenance,
    SessionRecord,
    TermRecord,
)

NOT_CHECKED = Provenance()
Ids = Sequence[str]
_TIP, _TIE = table_of(Tip), table_of(Tie)


@dataclass(frozen=True, slots=True)
class Stored:
    """A listing as it stands in the tables."""

    record: ListingRecord
    version: int
    last_modified: datetime


def read(connection: Connection, ids: Iterable[str]) -> dict[str, Stored]:
    """The listings of these ids, in the order of the ids; those that are not there are left out."""
    wanted = list(dict.fromkeys(ids))
    service = table_of(Service)
    rows = {row.id: row for row in connection.execute(select(service).where(service.c.id.in_(wanted)))}
    found = [key for key in wanted if key in rows]
    if not found:
        return {}
    parts = _Parts(connection, found, [rows[key].organization_id for key in found])
    return {key: _stored(rows[key], parts) for key in found}


class _Parts:
    """Everything that hangs on some listings, by listing id."""

    def __init__(self, connection: Connection, ids: Ids, organization_ids: Sequence[str | None]) -> None:
        self.organizations = organizations(connection, {key for key in organization_ids if key})
        venue_facts, self.facts = _facts(connection, ids)
        self.places = _places(connection, ids, venue_facts)
        self.sessions = _sessions(connection, ids)
        contact_phones, self.phones = _phones(connection, ids)
        self.contacts = _contacts(connection, ids, contact_phones)
        self.activities = _activities(connection, ids)
        self.costs = _by_owner(
            connection,
            _ordered(
                table_of(CostOption), "service_id", ids, "amount", "currency", "option", "amount_description"
            ),
            CostRecord,
        )
        self.languages = _by_owner(
            connection, _ordered(table_of(Language), "service_id", ids, "code", "name"), LanguageRecord
        )
        self.service_area = _texts(connection, table_of(ServiceArea), "service_id", ids, "name")
        self.documents = _texts(connection, table_of(RequiredDocument), "service_id", ids, "document")
        self.tips = _by_owner(connection, current_tips(ids, _TIP.c.listing_id, _TIP.c.text), str)
        self.known_by = _by_owner(connection, current_ties(ids, _TIE.c.listing_id, _TIE.c.colleague), str)


def _stored(row: Row[Any], parts: _Parts) -> Stored:
    key = row.id
    record = ListingRecord(
        source=row.source,
        source_id=row.source_id,
        name=row.name,
        organization=parts.organizations.get(row.organization_id),
        alternate_name=row.alternate_name,
        description=row.description,
        what_to_expect=row.what_to_expect,
        url=row.url,
        email=row.email,
        alert=row.alert,
        status=row.listing_status,
        returns_on=row.returns_on,
        activities=parts.activities.get(key, ()),
        run_by=row.run_by,
        audience=row.audience,
        formats=tuple(row.formats),
        remote=row.remote,
        places=parts.places.get(key, ()),
        sessions=parts.sessions.get(key, ()),
        costs=parts.costs.get(key, ()),
        fees_description=row.fees_description,
        referral=row.referral,
        booking=tuple(row.booking),
        application_process=row.application_process,
        wait_time=row.wait_time,
        wait_weeks=row.wait_weeks,
        minimum_age=row.minimum_age,
        maximum_age=row.maximum_age,
        gender=row.gender,
        eligibility_description=row.eligibility_description,
        languages=parts.languages.get(key, ()),
        interpretation_services=row.interpretation_services,
        group_size=row.group_size,
        rungs=None if row.rung_low is None else (row.rung_low, row.rung_high),
        goals=tuple(row.goals),
        contacts=parts.contacts.get(key, ()),
        phones=parts.phones.get(key, ()),
        facts=parts.facts.get(key, ()),
        service_area=parts.service_area.get(key, ()),
        required_documents=parts.documents.get(key, ()),
        accreditations=row.accreditations,
        licenses=row.licenses,
        tips=parts.tips.get(key, ()),
        known_by=parts.known_by.get(key, ()),
        checked=_provenance(row.assured_date, row.checked_how, row.checked_by_role, row.checked_source),
        extra=row.extra,
    )
    return Stored(record, row.version, row.last_modified)


def _provenance(on: Any, how: Any, role: Any, source: Any) -> Provenance:
    if on is None and how is None and role is None and source is None:
        return NOT_CHECKED
    return Provenance(on, how, role, source)


def _ordered(table: Table, owner: str, ids: Ids, *columns: str) -> Select[Any]:
    """Owner first, then the columns; each owner's rows in the order in which they were written."""
    chosen = [table.c[owner], *(table.c[name] for name in columns)]
    return select(*chosen).where(table.c[owner].in_(ids)).order_by(table.c[owner], table.c.position)


def _by_owner(connection: Connection, query: Select[Any], make: Any) -> dict[str, tuple[Any, ...]]:
    """What `make` makes of each row, by the row's owner (the first column)."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for owner, *values in connection.execute(query):
        found[owner].append(make(*values))
    return {owner: tuple(values) for owner, values in found.items()}


def current_tips(ids: Ids, *columns: ColumnElement[Any]) -> Select[Any]:
    """The tips of some listings that still count, in order."""
    chosen = select(*columns).where(_TIP.c.listing_id.in_(ids), _TIP.c.active)
    return chosen.order_by(_TIP.c.listing_id, _TIP.c.position, _TIP.c.id)


def current_ties(ids: Ids, *columns: ColumnElement[Any]) -> Select[Any]:
    """The ties of some listings that still hold, in order: not those of colleagues who have left."""
    user = table_of(User)
    chosen = select(*columns).outerjoin_from(_TIE, user, user.c.id == _TIE.c.user_id)
    here = _TIE.c.user_id.is_(None) | user.c.active
    return chosen.where(_TIE.c.listing_id.in_(ids), _TIE.c.active, here).order_by(
        _TIE.c.listing_id, _TIE.c.position, _TIE.c.id
    )


def colleagues_by_name(connection: Connection) -> dict[str, str]:
    """Name (folded) -> account of staff who are here; a name that two of them share is nobody's."""
    user, role = table_of(User), table_of(Role)
    query = (
        select(user.c.id, user.c.name)
        .join(held_roles, held_roles.c.user_id == user.c.id)
        .join(role, role.c.id == held_roles.c.role_id)
        .where(user.c.active, role.c.name.in_(STAFF))
        .distinct()
    )
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key, name in connection.execute(query):
        found[name.casefold()].append(key)
    return {name: keys[0] for name, keys in found.items() if len(keys) == 1}


def _texts(
    connection: Connection, table: Table, owner: str, ids: Ids, column: str
) -> dict[str, tuple[str, ...]]:
    return _by_owner(connection, _ordered(table, owner, ids, column), str)


def organizations(connection: Connection, ids: set[str]) -> dict[str, OrganizationRecord]:
    if not ids:
        return {}
    identifiers = _by_owner(
        connection,
        _ordered(
            table_of(OrganizationIdentifier), "organization_id", sorted(ids), "identifier_type", "identifier"
        ),
        lambda kind, number: (kind, number),
    )
    table = table_of(Organization)
    columns = [table.c[name] for name in ORGANIZATION_SCALARS]
    query = select(table.c.id, table.c.source_id, *columns).where(table.c.id.in_(ids))
    return {
        key: OrganizationRecord(
            source_id=source_id,
            identifiers=identifiers.get(key, ()),
            **dict(zip(ORGANIZATION_SCALARS, values, strict=True)),
        )
        for key, source_id, *values in connection.execute(query)
    }


def _facts(
    connection: Connection, ids: Ids
) -> tuple[dict[str, tuple[FactRecord, ...]], dict[str, tuple[FactRecord, ...]]]:
    """Venue facts by location id, session facts by listing id."""
    venue: defaultdict[str, list[FactRecord]] = defaultdict(list)
    session: defaultdict[str, list[FactRecord]] = defaultdict(list)
    query = _ordered(
        table_of(Fact), "service_id", ids,
        "location_id", "key", "value", "checked_on", "checked_how", "checked_by_role", "source",
    )  # fmt: skip
    for listing_id, location_id, key, value, *checked in connection.execute(query):
        fact = FactRecord(key, value, _provenance(*checked))
        (venue[location_id] if location_id else session[listing_id]).append(fact)
    return _frozen(venue), _frozen(session)


def _frozen(lists: dict[str, list[Any]]) -> dict[str, tuple[Any, ...]]:
    return {key: tuple(values) for key, values in lists.items()}


def _places(
    connection: Connection, ids: Ids, facts: dict[str, tuple[FactRecord, ...]]
) -> dict[str, tuple[PlaceRecord, ...]]:
    address = table_of(Address)
    query = select(address.c.location_id, *(address.c[name] for name in ADDRESS_SCALARS)).where(
        address.c.listing_id.in_(ids)
    )
    addresses = {
        location_id: dict(zip(ADDRESS_SCALARS, parts, strict=True))
        for location_id, *parts in connection.execute(query)
    }
    table = table_of(Accessibility)
    accessibility = _by_owner(
        connection,
        select(table.c.location_id, table.c.description)
        .where(table.c.listing_id.in_(ids))
        .order_by(table.c.location_id, table.c.position),
        str,
    )

    def place(location_id: str, source_id: str, *values: Any) -> PlaceRecord:
        return PlaceRecord(
            source_id=source_id,
            accessibility=accessibility.get(location_id, ()),
            facts=facts.get(location_id, ()),
            **dict(zip(PLACE_SCALARS, values, strict=True)),
            **addresses.get(location_id, {}),
        )

    columns = ("id", "external_identifier", *PLACE_SCALARS)
    return _by_owner(connection, _ordered(table_of(Location), "listing_id", ids, *columns), place)


def _sessions(connection: Connection, ids: Ids) -> dict[str, tuple[SessionRecord, ...]]:
    def session(*values: Any) -> SessionRecord:
        *parts, not_on = values
        return replace(SessionRecord(*parts), not_on=tuple(not_on or ()))

    # in the order of SessionRecord's own fields
    columns = (*SESSION_SCALARS, "place_ref", "description", "not_on")
    return _by_owner(connection, _ordered(table_of(Schedule), "service_id", ids, *columns), session)


def _phones(
    connection: Connection, ids: Ids
) -> tuple[dict[str, tuple[PhoneRecord, ...]], dict[str, tuple[PhoneRecord, ...]]]:
    """Phones of contacts by contact id, phones of listings by listing id."""
    of_contact: defaultdict[str, list[PhoneRecord]] = defaultdict(list)
    of_listing: defaultdict[str, list[PhoneRecord]] = defaultdict(list)
    query = _ordered(
        table_of(Phone), "listing_id", ids, "contact_id", "number", "extension", "type", "description"
    )
    for listing_id, contact_id, *values in connection.execute(query):
        (of_contact[contact_id] if contact_id else of_listing[listing_id]).append(PhoneRecord(*values))
    return _frozen(of_contact), _frozen(of_listing)


def _contacts(
    connection: Connection, ids: Ids, phones: dict[str, tuple[PhoneRecord, ...]]
) -> dict[str, tuple[ContactRecord, ...]]:
    def contact(
        key: str, name: Any, title: Any, department: Any, email: Any, visibility: Any
    ) -> ContactRecord:
        return ContactRecord(name, title, department, email, phones.get(key, ()), visibility)

    columns = ("id", "name", "title", "department", "email", "visibility")
    return _by_owner(connection, _ordered(table_of(Contact), "service_id", ids, *columns), contact)


def _activities(connection: Connection, ids: Ids) -> dict[str, tuple[TermRecord, ...]]:
    link = table_of(Attribute)
    term = table_of(TaxonomyTerm)
    query = (
        select(link.c.link_id, term.c.name, term.c.taxonomy, term.c.code, term.c.parent_code)
        .join(term, term.c.id == link.c.taxonomy_term_id)
        .where(link.c.link_id.in_(ids))
        .order_by(link.c.link_id, link.c.position)
    )
    return _by_owner(connection, query, TermRecord)
