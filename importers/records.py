"""The plain values every importer yields and the catalog writes.

A `ListingRecord` is one listing (an HSDS *service* with all that hangs on it) as a value: no database, no Flask.
Importers make it from a file, the catalog writes it to tables, `directory.listings` reads it back; what is written
and read again is equal. Field names are HSDS 3's where HSDS has the field; the rest are the agency sheet's.

A bad row is a `Problem` (data); a file that cannot be read at all raises `UnreadableSource` (an exception).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

ListingStatus = Literal["active", "paused", "closed", "do_not_list"]
Visibility = Literal["public", "staff", "link"]
CheckedHow = Literal["visited", "phoned", "told", "website", "import"]

STATUSES = ("active", "paused", "closed", "do_not_list")
FORMATS = ("in_person", "online", "phone", "post", "home_visit")
CHECKED_HOW = ("visited", "phoned", "told", "website", "import")


class UnreadableSource(ValueError):
    """The source as a whole cannot be read; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in one row. `where` is for people ("line 118"); `source_id` keeps the row counted as present."""

    where: str
    field: str
    message: str
    source_id: str | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who checked, how and when. All None = nobody here has."""

    checked_on: date | None = None
    checked_how: CheckedHow | None = None
    checked_by_role: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class FactRecord:
    """One fact: a key of facts.toml, one of its values (never "unknown": absence is unknown), and provenance."""

    key: str
    value: str
    provenance: Provenance = Provenance()


@dataclass(frozen=True, slots=True)
class OrganizationRecord:
    """An HSDS organization. `placeholder` marks one made up because a listing pointed at none that exists."""

    source_id: str
    name: str
    alternate_name: str | None = None
    description: str | None = None
    email: str | None = None
    website: str | None = None
    tax_status: str | None = None
    tax_id: str | None = None
    year_incorporated: int | None = None
    legal_status: str | None = None
    uri: str | None = None
    placeholder: bool = False
    identifiers: tuple[tuple[str, str], ...] = ()
    """(identifier_type, identifier) pairs, for example ("GB-CHC", "1012345")."""


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """An HSDS location with its address: where one listing happens.

    `withheld`: people learn the address after making contact; it is never mapped, exported or shown, but the town
    may be.
    `private`: flagged private or "Confidential" in the source; the importer has already dropped street and point.
    `point_trusted` False: coordinates contradict the postcode's area (or are a head office's) and are not used.
    """

    source_id: str
    location_type: Literal["physical", "postal", "virtual"] = "physical"
    name: str | None = None
    alternate_name: str | None = None
    description: str | None = None
    transportation: str | None = None
    attention: str | None = None
    address_1: str | None = None
    address_2: str | None = None
    city: str | None = None
    region: str | None = None
    state_province: str | None = None
    postal_code: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    point_trusted: bool = True
    withheld: bool = False
    private: bool = False
    accessibility: tuple[str, ...] = ()
    """HSDS accessibility descriptions, as they were written."""
    facts: tuple[FactRecord, ...] = ()
    """Facts about this building (facts.toml scope "venue")."""


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """An HSDS schedule: one weekday (or monthly rule) with opening and closing time, as RRULE parts (RFC 5545).

    byday is iCalendar style: "TU", "1SA", "-1FR". Times are "HH:MM", 24-hour, local. `original_text` is always kept;
    a session that could not be understood has only that.
    """

    freq: Literal["WEEKLY", "MONTHLY"] | None = None
    interval: int = 1
    byday: str | None = None
    bymonthday: str | None = None
    opens_at: str | None = None
    closes_at: str | None = None
    dtstart: date | None = None
    until: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    term_time: bool = False
    place_source_id: str | None = None
    original_text: str | None = None
    not_on: tuple[str, ...] = ()
    """When it does not happen although the rule says so, as ISO 8601: "--08" (every August), "2026-12-25" (that day),
    "2026-12-20/2027-01-04" (those days, both included)."""


@dataclass(frozen=True, slots=True)
class PhoneRecord:
    """`number` as printed for people; `extension` as text (HSDS says number, real data says "x57471 or 2")."""

    number: str
    extension: str | None = None
    type: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A person to ask for. `visibility`: public, staff, or link (only the colleague who knows them)."""

    name: str | None = None
    title: str | None = None
    department: str | None = None
    email: str | None = None
    phones: tuple[PhoneRecord, ...] = ()
    visibility: Visibility = "staff"


@dataclass(frozen=True, slots=True)
class CostRecord:
    """An HSDS cost_option. amount in `currency`; 0 is free. option "donation" means pay what you like."""

    amount: float | None = None
    currency: str | None = None
    option: str | None = None
    amount_description: str | None = None


@dataclass(frozen=True, slots=True)
class LanguageRecord:
    """`code` ISO 639-1 where known, `name` as written."""

    code: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class TermRecord:
    """A taxonomy term hung on a listing. taxonomy "activities" holds the plain words curators type."""

    name: str
    taxonomy: str = "activities"
    code: str | None = None
    parent_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRecord:
    """One listing, whole. Every field but source, source_id and name may be unknown (None or empty)."""

    source: str
    source_id: str
    name: str
    organization: OrganizationRecord | None = None
    alternate_name: str | None = None
    description: str | None = None
    what_to_expect: str | None = None
    url: str | None = None
    email: str | None = None
    alert: str | None = None
    status: ListingStatus = "active"
    returns_on: date | None = None
    """The day a paused listing is expected back. Nothing happens by itself then: a person asks."""
    activities: tuple[TermRecord, ...] = ()
    run_by: Literal["agency", "specialist", "open", "peer"] | None = None
    audience: Literal["members", "agency_and_public", "public"] | None = None
    formats: tuple[str, ...] = ()
    """Of FORMATS; empty = not known. National helplines and services with a head office only: ("phone",) or so."""
    remote: bool = False
    """The point in the data is a head office (national or remote service): never measure distance to it."""
    places: tuple[PlaceRecord, ...] = ()
    sessions: tuple[SessionRecord, ...] = ()
    costs: tuple[CostRecord, ...] = ()
    fees_description: str | None = None
    """price_note of the sheet; free text about fees."""
    referral: Literal["none", "self", "professional"] | None = None
    booking: tuple[str, ...] = ()
    """Of none, phone, email, online, in_person; empty = not known."""
    application_process: str | None = None
    wait_time: str | None = None
    wait_weeks: int | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    gender: Literal["any", "women", "men"] | None = None
    eligibility_description: str | None = None
    languages: tuple[LanguageRecord, ...] = ()
    interpretation_services: str | None = None
    group_size: Literal["1", "2-5", "6-12", "13-30", "30+"] | None = None
    rungs: tuple[int, int] | None = None
    """Lowest and highest rung of the support ladder it can serve (domain.md 2.5), 0-8."""
    goals: tuple[str, ...] = ()
    contacts: tuple[ContactRecord, ...] = ()
    phones: tuple[PhoneRecord, ...] = ()
    facts: tuple[FactRecord, ...] = ()
    """Facts about the session (facts.toml scope "session")."""
    service_area: tuple[str, ...] = ()
    required_documents: tuple[str, ...] = ()
    accreditations: str | None = None
    licenses: str | None = None
    tips: tuple[str, ...] = ()
    known_by: tuple[str, ...] = ()
    checked: Provenance = Provenance()
    """When the listing as a whole was last checked."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """What the source said that has no field here (unmapped columns), kept so that nothing is lost."""
    said: frozenset[str] | None = field(default=None, compare=False, repr=False)
    """The sheet columns that the source has (None: it speaks of everything). No part of the listing: see partial.py."""

    @property
    def ref(self) -> str:
        """The listing's public id, "source:source_id"."""
        return f"{self.source}:{self.source_id}"
