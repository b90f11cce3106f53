"""A ListingRecord as table rows: pure, no database. `directory/_reading.py` is the way back.

Rows are grouped by the record fields they come from, so that a changed field replaces its own rows and no others.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table

from directory.models import (
    Accessibility,
    Address,
    Attribute,
    Contact,
    CostOption,
    Fact,
    Language,
    Location,
    OrganizationIdentifier,
    Phone,
    RequiredDocument,
    Schedule,
    ServiceArea,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
    Tie,
    Tip,
    table_of,
)
from importers.ids import stable_id
from importers.records import (
    ContactRecord,
    FactRecord,
    ListingRecord,
    OrganizationRecord,
    PhoneRecord,
    PlaceRecord,
    TermRecord,
)

Row = dict[str, Any]
Rows = defaultdict[Table, list[Row]]

HSDS_STATUS = {
    "active": "active",
    "paused": "temporarily closed",
    "closed": "defunct",
    "do_not_list": "inactive",
}

SCALARS = (
    "name", "alternate_name", "description", "what_to_expect", "url", "email", "alert", "run_by", "audience",
    "remote", "fees_description", "referral", "application_process", "wait_time", "wait_weeks", "minimum_age",
    "maximum_age", "gender", "eligibility_description", "interpretation_services", "group_size", "accreditations",
    "licenses", "returns_on",
)  # fmt: skip
"""Record fields that are one column of service, under the same name."""
LISTS = ("formats", "booking", "goals")
"""Record fields that are one JSON list column of service."""
ORGANIZATION_SCALARS = (
    "name", "alternate_name", "description", "email", "website", "tax_status", "tax_id", "year_incorporated",
    "legal_status", "uri", "placeholder",
)  # fmt: skip
PLACE_SCALARS = (
    "location_type", "name", "alternate_name", "description", "transportation", "latitude", "longitude",
    "point_trusted", "withheld", "private",
)  # fmt: skip
ADDRESS_SCALARS = (
    "attention", "address_1", "address_2", "city", "region", "state_province", "postal_code", "country",
)  # fmt: skip
SESSION_SCALARS = (
    "freq", "interval", "byday", "bymonthday", "opens_at", "closes_at", "dtstart", "until", "valid_from",
    "valid_to", "term_time",
)  # fmt: skip

Build = Callable[[ListingRecord, str, date, Rows], None]


@dataclass(frozen=True, slots=True)
class Group:
    """Record fields that are written together, the rows to clear first (in this order), and how to build them."""

    fields: frozenset[str]
    clear: tuple[tuple[Table, ColumnElement[str], ColumnElement[bool] | None], ...]
    build: Build


def listing_uuid(source: str, source_id: str) -> str:
    """The id of a listing, the same at every import and on every machine."""
    return stable_id(source, "service", source_id)


def organization_uuid(source: str, source_id: str) -> str:
    """The id of an organization of a source."""
    return stable_id(source, "organization", source_id)


def as_json(value: Any) -> str:
    """Any record value as JSON text, for the record of changes."""
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        shown = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: part for name, part in shown if part is not None and part != ()}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def service_columns(record: ListingRecord, changed: Collection[str] | None = None) -> Row:
    """The service columns that the changed record fields stand in (all of them where `changed` is None)."""
    row: Row = {name: getattr(record, name) for name in SCALARS}
    row.update({name: list(getattr(record, name)) for name in LISTS})
    if changed is not None:
        row = {name: value for name, value in row.items() if name in changed}
    if changed is None or "status" in changed:
        row.update(listing_status=record.status, status=HSDS_STATUS[record.status])
    if changed is None or "rungs" in changed:
        low, high = record.rungs or (None, None)
        row.update(rung_low=low, rung_high=high)
    if changed is None or "checked" in changed:
        row.update(
            assured_date=record.checked.checked_on,
            checked_how=record.checked.checked_how,
            checked_by_role=record.checked.checked_by_role,
            checked_source=record.checked.source,
        )
    if changed is None or "extra" in changed:
        row["extra"] = dict(record.extra)
    if changed is None or "organization" in changed:
        organization = record.organization
        row["organization_id"] = (
            organization_uuid(record.source, organization.source_id) if organization else None
        )
    return row


def organization_rows(source: str, organization: OrganizationRecord) -> tuple[Row, list[Row]]:
    """The organization's columns (without last_modified), and its identifier rows."""
    key = organization_uuid(source, organization.source_id)
    row: Row = {name: getattr(organization, name) for name in ORGANIZATION_SCALARS}
    row.update(id=key, source=source, source_id=organization.source_id)
    identifiers = [
        {
            "id": _id(key, "organization_identifier", position),
            "organization_id": key,
            "identifier_type": kind,
            "identifier": number,
            "position": position,
        }
        for position, (kind, number) in enumerate(organization.identifiers)
    ]
    return row, identifiers


def term_uuid(term: TermRecord) -> str:
    """The id of a term: one for each vocabulary, code, name and parent that was ever seen together."""
    return stable_id("taxonomy", term.taxonomy, json.dumps([term.code, term.name, term.parent_code]))


def taxonomy_uuid(name: str) -> str:
    """The id of a vocabulary."""
    return stable_id("taxonomy", "taxonomy", name)


def term_rows(terms: Iterable[TermRecord]) -> tuple[dict[str, Row], dict[str, Row]]:
    """Taxonomy rows and taxonomy_term rows by id; both are shared by all listings."""
    taxonomies: dict[str, Row] = {}
    rows: dict[str, Row] = {}
    for term in terms:
        taxonomy = taxonomy_uuid(term.taxonomy)
        taxonomies[taxonomy] = {"id": taxonomy, "name": term.taxonomy}
        rows[term_uuid(term)] = {
            "id": term_uuid(term),
            "code": term.code,
            "name": term.name,
            "taxonomy": term.taxonomy,
            "taxonomy_id": taxonomy,
            "parent_code": term.parent_code,
        }
    return taxonomies, rows


def child_rows(
    record: ListingRecord, listing_id: str, today: date, rows: Rows, groups: Iterable[Group] | None = None
) -> None:
    """Add the rows that hang on the listing's service row: those of `groups`, or all."""
    for group in GROUPS if groups is None else groups:
        group.build(record, listing_id, today, rows)


def groups_of(changed: Collection[str]) -> list[Group]:
    """The groups that must be written again when these record fields changed."""
    return [group for group in GROUPS if not group.fields.isdisjoint(changed)]


def _id(listing_id: str, entity: str, position: object) -> str:
    return stable_id(listing_id, entity, str(position))


def _places(record: ListingRecord, listing_id: str, _today: date, rows: Rows) -> None:
    """Places and sessions together: a session points at the place where it happens."""
    by_source_id: dict[str, tuple[str, str]] = {}
    for position, place in enumerate(record.places):
        name = place.source_id if place.source_id not in by_source_id else f"{position}\x1f{place.source_id}"
        location_id = _id(listing_id, "location", name)
        at_id = _id(listing_id, "service_at_location", name)
        by_source_id.setdefault(place.source_id, (location_id, at_id))
        rows[_SERVICE_AT_LOCATION].append({"id": at_id, "service_id": listing_id, "location_id": location_id})
        _one_place(place, listing_id, location_id, position, rows)
    for position, session in enumerate(record.sessions):
        location_id_, at_id_ = by_source_id.get(session.place_source_id or "", (None, None))
        row: Row = {name: getattr(session, name) for name in SESSION_SCALARS}
        row.update(
            id=_id(listing_id, "schedule", position),
            service_id=listing_id,
            location_id=location_id_,
            service_at_location_id=at_id_,
            description=session.original_text,
            place_ref=session.place_source_id,
            not_on=list(session.not_on) or None,
            position=position,
        )
        rows[_SCHEDULE].append(row)


def _one_place(place: PlaceRecord, listing_id: str, location_id: str, position: int, rows: Rows) -> None:
    row: Row = {name: getattr(place, name) for name in PLACE_SCALARS}
    row.update(id=location_id, listing_id=listing_id, position=position, external_identifier=place.source_id)
    rows[_LOCATION].append(row)
    address: Row = {name: getattr(place, name) for name in ADDRESS_SCALARS}
    if any(value is not None for value in address.values()):
        address.update(
            id=_id(location_id, "address", 0),
            location_id=location_id,
            listing_id=listing_id,
            address_type=place.location_type,
        )
        rows[_ADDRESS].append(address)
    rows[_ACCESSIBILITY].extend(
        {
            "id": _id(location_id, "accessibility", number),
            "location_id": location_id,
            "listing_id": listing_id,
            "description": description,
            "position": number,
        }
        for number, description in enumerate(place.accessibility)
    )
    _fact_rows(place.facts, listing_id, location_id, rows)


def _fact_rows(facts: Iterable[FactRecord], listing_id: str, location_id: str | None, rows: Rows) -> None:
    about = location_id or listing_id
    rows[_FACT].extend(
        {
            "id": _id(about, "fact", position),
            "link_entity": "location" if location_id else "service",
            "link_id": about,
            "service_id": listing_id,
            "location_id": location_id,
            "key": fact.key,
            "value": fact.value,
            "checked_on": fact.provenance.checked_on,
            "checked_how": fact.provenance.checked_how,
            "checked_by_role": fact.provenance.checked_by_role,
            "source": fact.provenance.source,
            "position": position,
        }
        for position, fact in enumerate(facts)
    )


def _session_facts(record: ListingRecord, listing_id: str, _today: date, rows: Rows) -> None:
    _fact_rows(record.facts, listing_id, None, rows)


def _phone_rows(phones: Iterable[PhoneRecord], listing_id: str, contact_id: str | None, rows: Rows) -> None:
    about = contact_id or listing_id
    rows[_PHONE].extend(
        {
            "id": _id(about, "phone", position),
            "listing_id": listing_id,
            "service_id": None if contact_id else listing_id,
            "contact_id": contact_id,
            "number": phone.number,
            "extension": phone.extension,
            "type": phone.type,
            "description": phone.description,
            "position": position,
        }
        for position, phone in enumerate(phones)
    )


def _phones(record: ListingRecord, listing_id: str, _today: date, rows: Rows) -> None:
    _phone_rows(record.phones, listing_id, None, rows)


def _contacts(record: ListingRecord, listing_id: str, _today: date, rows: Rows) -> None:
    for position, contact in enumerate(record.contacts):
        contact_id = _id(listing_id, "contact", position)
        rows[_CONTACT].append(_contact_row(contact, listing_id, contact_id, position))
        _phone_rows(contact.phones, listing_id, contact_id, rows)


def _contact_row(contact: ContactRecord, listing_id: str, contact_id: str, position: int) -> Row:
    return {
        "id": contact_id,
        "service_id": listing_id,
        "name": contact.name,
        "title": contact.title,
        "department": contact.department,
        "email": contact.email,
        "visibility": contact.visibility,
        "position": position,
    }


def _activities(record: ListingRecord, listing_id: str, _today: date, rows: Rows) -> None:
    rows[_ATTRIBUTE].extend(
        {
            "id": _id(listing_id, "attribute", position),
            "link_id": listing_id,
            "link_entity": "service",
            "taxonomy_term_id": term_uuid(term),
            "position": position,
        }
        for position, term in enumerate(record.activities)
    )


def _simple(table: Table, field: str, owner: str, row: Callable[[Any, date], Row]) -> Group:
    """A field whose values are one row each, in order."""

    def build(record: ListingRecord, listing_id: str, today: date, rows: Rows) -> None:
        rows[table].extend(
            {
                "id": _id(listing_id, table.name, position),
                owner: listing_id,
                "position": position,
                **row(value, today),
            }
            for position, value in enumerate(getattr(record, field))
        )

    return Group(frozenset({field}), ((table, table.c[owner], None),), build)


_ACCESSIBILITY, _ADDRESS, _ATTRIBUTE = table_of(Accessibility), table_of(Address), table_of(Attribute)
_CONTACT, _FACT, _LOCATION = table_of(Contact), table_of(Fact), table_of(Location)
_PHONE, _SCHEDULE, _SERVICE_AT_LOCATION = table_of(Phone), table_of(Schedule), table_of(ServiceAtLocation)
_TIP, _TIE = table_of(Tip), table_of(Tie)

GROUPS = (
    Group(
        frozenset({"places", "sessions"}),
        (
            (_SCHEDULE, _SCHEDULE.c.service_id, None),
            (_FACT, _FACT.c.service_id, _FACT.c.location_id.is_not(None)),
            (_ACCESSIBILITY, _ACCESSIBILITY.c.listing_id, None),
            (_ADDRESS, _ADDRESS.c.listing_id, None),
            (_SERVICE_AT_LOCATION, _SERVICE_AT_LOCATION.c.service_id, None),
            (_LOCATION, _LOCATION.c.listing_id, None),
        ),
        _places,
    ),
    Group(
        frozenset({"facts"}), ((_FACT, _FACT.c.service_id, _FACT.c.location_id.is_(None)),), _session_facts
    ),
    Group(
        frozenset({"contacts"}),
        (
            (_PHONE, _PHONE.c.listing_id, _PHONE.c.contact_id.is_not(None)),
            (_CONTACT, _CONTACT.c.service_id, None),
        ),
        _contacts,
    ),
    Group(frozenset({"phones"}), ((_PHONE, _PHONE.c.listing_id, _PHONE.c.contact_id.is_(None)),), _phones),
    Group(frozenset({"activities"}), ((_ATTRIBUTE, _ATTRIBUTE.c.link_id, None),), _activities),
    _simple(
        table_of(CostOption), "costs", "service_id",
        lambda cost, _: {name: getattr(cost, name) for name in ("amount", "currency", "option", "amount_description")},
    ),
    _simple(
        table_of(Language), "languages", "service_id",
        lambda language, _: {"code": language.code, "name": language.name},
    ),
    _simple(table_of(ServiceArea), "service_area", "service_id", lambda name, _: {"name": name}),
    _simple(table_of(RequiredDocument), "required_documents", "service_id", lambda text, _: {"document": text}),
    _simple(_TIP, "tips", "listing_id", lambda text, today: {"text": text, "dated": today}),
    _simple(_TIE, "known_by", "listing_id", lambda name, today: {"colleague": name, "dated": today}),
)  # fmt: skip

INSERT_ORDER: tuple[Table, ...] = (
    _LOCATION, _SERVICE_AT_LOCATION, _ADDRESS, _ACCESSIBILITY, _SCHEDULE, _FACT, _CONTACT, _PHONE, _ATTRIBUTE,
    table_of(CostOption), table_of(Language), table_of(ServiceArea), table_of(RequiredDocument), _TIP, _TIE,
)  # fmt: skip
"""Parents before children, for foreign keys."""

TAXONOMY, TAXONOMY_TERM = table_of(Taxonomy), table_of(TaxonomyTerm)
ORGANIZATION_IDENTIFIER = table_of(OrganizationIdentifier)
