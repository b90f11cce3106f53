"""HSDS 3 organization, program, service and what hangs on a service. Columns under "Kith" are not HSDS's."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base
from directory.models.columns import (
    Id,
    Moment,
    OptionalDay,
    OptionalNumber,
    OptionalWords,
    TextList,
    Words,
    link,
    link_indexes,
    owner,
)


class Organization(Base):
    """Who runs services. Shared by all listings of one source that name the same source id."""

    __tablename__ = "organization"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        *link_indexes("organization", "parent_organization_id"),
    )

    id: Mapped[Id]
    name: Mapped[Words]
    alternate_name: Mapped[OptionalWords]
    description: Mapped[OptionalWords]
    email: Mapped[OptionalWords]
    website: Mapped[OptionalWords]
    tax_status: Mapped[OptionalWords]
    tax_id: Mapped[OptionalWords]
    year_incorporated: Mapped[int | None]
    legal_status: Mapped[OptionalWords]
    logo: Mapped[OptionalWords]
    uri: Mapped[OptionalWords]
    parent_organization_id: Mapped[str | None] = link("organization", ondelete="SET NULL")
    # Kith
    source: Mapped[Words]
    source_id: Mapped[Words]
    placeholder: Mapped[bool]
    last_modified: Mapped[Moment]


class OrganizationIdentifier(Base):
    """A number in a register, for example identifier_type GB-CHC."""

    __tablename__ = "organization_identifier"

    id: Mapped[Id]
    organization_id: Mapped[str] = owner("organization")
    identifier_scheme: Mapped[OptionalWords]
    identifier_type: Mapped[Words]
    identifier: Mapped[Words]
    position: Mapped[int]


class Program(Base):
    """An HSDS program: services that an organization groups together."""

    __tablename__ = "program"

    id: Mapped[Id]
    organization_id: Mapped[str] = owner("organization")
    name: Mapped[Words]
    alternate_name: Mapped[OptionalWords]
    description: Mapped[OptionalWords]


class Service(Base):
    """An HSDS service: what the directory shows as a listing."""

    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        *link_indexes("service", "organization_id", "program_id"),
    )

    id: Mapped[Id]
    organization_id: Mapped[str | None] = link("organization", ondelete="SET NULL")
    program_id: Mapped[str | None] = link("program", ondelete="SET NULL")
    name: Mapped[Words]
    alternate_name: Mapped[OptionalWords]
    description: Mapped[OptionalWords]
    url: Mapped[OptionalWords]
    email: Mapped[OptionalWords]
    status: Mapped[Words]
    """HSDS: active, inactive, defunct, temporarily closed. Follows listing_status."""
    interpretation_services: Mapped[OptionalWords]
    application_process: Mapped[OptionalWords]
    fees_description: Mapped[OptionalWords]
    wait_time: Mapped[OptionalWords]
    accreditations: Mapped[OptionalWords]
    eligibility_description: Mapped[OptionalWords]
    minimum_age: Mapped[int | None]
    maximum_age: Mapped[int | None]
    assured_date: Mapped[OptionalDay]
    """When somebody last checked the listing as a whole (checked_on)."""
    assurer_email: Mapped[OptionalWords]
    licenses: Mapped[OptionalWords]
    alert: Mapped[OptionalWords]
    last_modified: Mapped[Moment]
    # Kith
    source: Mapped[Words]
    source_id: Mapped[Words]
    ref: Mapped[str] = mapped_column(Text, unique=True)
    """The public id, "source:source_id"."""
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every change: the second of two writers is told."""
    listing_status: Mapped[Words]
    """active, paused, closed or do_not_list."""
    returns_on: Mapped[OptionalDay]
    """When a paused one is expected back."""
    what_to_expect: Mapped[OptionalWords]
    run_by: Mapped[OptionalWords]
    audience: Mapped[OptionalWords]
    formats: Mapped[TextList]
    remote: Mapped[bool]
    referral: Mapped[OptionalWords]
    booking: Mapped[TextList]
    wait_weeks: Mapped[int | None]
    gender: Mapped[OptionalWords]
    group_size: Mapped[OptionalWords]
    rung_low: Mapped[int | None]
    rung_high: Mapped[int | None]
    goals: Mapped[TextList]
    extra: Mapped[dict[str, Any]] = mapped_column(JSON)
    checked_how: Mapped[OptionalWords]
    checked_by_role: Mapped[OptionalWords]
    checked_source: Mapped[OptionalWords]


class Schedule(Base):
    """When a service is open, as RRULE parts (RFC 5545). `description` is the text as the source wrote it."""

    __tablename__ = "schedule"
    __table_args__ = link_indexes("schedule", "location_id", "service_at_location_id")

    id: Mapped[Id]
    service_id: Mapped[str] = owner("service")
    location_id: Mapped[str | None] = link("location", ondelete="SET NULL")
    service_at_location_id: Mapped[str | None] = link("service_at_location", ondelete="SET NULL")
    valid_from: Mapped[OptionalDay]
    valid_to: Mapped[OptionalDay]
    dtstart: Mapped[OptionalDay]
    timezone: Mapped[OptionalNumber]
    until: Mapped[OptionalDay]
    count: Mapped[int | None]
    wkst: Mapped[OptionalWords]
    freq: Mapped[OptionalWords]
    interval: Mapped[int]
    byday: Mapped[OptionalWords]
    byweekno: Mapped[OptionalWords]
    bymonthday: Mapped[OptionalWords]
    byyearday: Mapped[OptionalWords]
    description: Mapped[OptionalWords]
    opens_at: Mapped[OptionalWords]
    """HH:MM, local. Text: 24:00 is said and no time of day is."""
    closes_at: Mapped[OptionalWords]
    schedule_link: Mapped[OptionalWords]
    attending_type: Mapped[OptionalWords]
    notes: Mapped[OptionalWords]
    # Kith
    position: Mapped[int]
    term_time: Mapped[bool]
    place_ref: Mapped[OptionalWords]
    """The source's id of the place, kept even where the source never says what place that is."""
    not_on: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """Months and days on which the rule does not hold (see `SessionRecord.not_on`); None where there are none."""


class CostOption(Base):
    """What it costs. amount in `currency`; 0 is free."""

    __tablename__ = "cost_option"

    id: Mapped[Id]
    service_id: Mapped[str] = owner("service")
    valid_from: Mapped[OptionalDay]
    valid_to: Mapped[OptionalDay]
    option: Mapped[OptionalWords]
    currency: Mapped[OptionalWords]
    amount: Mapped[OptionalNumber]
    amount_description: Mapped[OptionalWords]
    position: Mapped[int]


class RequiredDocument(Base):
    """Something to bring, such as proof of address."""

    __tablename__ = "required_document"

    id: Mapped[Id]
    service_id: Mapped[str] = owner("service")
    document: Mapped[Words]
    uri: Mapped[OptionalWords]
    position: Mapped[int]


class ServiceArea(Base):
    """Whom a service serves, by area."""

    __tablename__ = "service_area"

    id: Mapped[Id]
    service_id: Mapped[str] = owner("service")
    name: Mapped[Words]
    description: Mapped[OptionalWords]
    extent: Mapped[OptionalWords]
    extent_type: Mapped[OptionalWords]
    uri: Mapped[OptionalWords]
    position: Mapped[int]


class Funding(Base):
    """Where the money comes from."""

    __tablename__ = "funding"
    __table_args__ = link_indexes("funding", "organization_id", "service_id")

    id: Mapped[Id]
    organization_id: Mapped[str | None] = link("organization")
    service_id: Mapped[str | None] = link("service")
    source: Mapped[Words]


class Url(Base):
    """A further web address with a label (HSDS 3.1)."""

    __tablename__ = "url"
    __table_args__ = link_indexes("url", "organization_id", "service_id")

    id: Mapped[Id]
    label: Mapped[OptionalWords]
    url: Mapped[Words]
    organization_id: Mapped[str | None] = link("organization")
    service_id: Mapped[str | None] = link("service")
