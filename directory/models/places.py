"""HSDS 3 location and what hangs on it, and how to get in touch. Columns under "Kith" are not HSDS's.

A location row belongs to one listing (docs/decisions/0012): `external_identifier` is the source's own id of the
place, by which rows of the same venue can be brought together.
"""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from directory.database import Base
from directory.models.columns import Id, OptionalNumber, OptionalWords, Words, link, link_indexes, owner


class Location(Base):
    """Where a listing happens. A private place has no address and no point here, whatever the source said."""

    __tablename__ = "location"
    __table_args__ = link_indexes("location", "organization_id")

    id: Mapped[Id]
    location_type: Mapped[Words]
    url: Mapped[OptionalWords]
    organization_id: Mapped[str | None] = link("organization", ondelete="SET NULL")
    name: Mapped[OptionalWords]
    alternate_name: Mapped[OptionalWords]
    description: Mapped[OptionalWords]
    transportation: Mapped[OptionalWords]
    latitude: Mapped[OptionalNumber]
    longitude: Mapped[OptionalNumber]
    external_identifier: Mapped[Words]
    external_identifier_type: Mapped[OptionalWords]
    # Kith
    listing_id: Mapped[str] = owner("service")
    position: Mapped[int]
    withheld: Mapped[bool]
    private: Mapped[bool]
    point_trusted: Mapped[bool]


class Address(Base):
    """The address of a location."""

    __tablename__ = "address"
    __table_args__ = link_indexes("address", "location_id")

    id: Mapped[Id]
    location_id: Mapped[str] = owner("location", index=False)
    attention: Mapped[OptionalWords]
    address_1: Mapped[OptionalWords]
    address_2: Mapped[OptionalWords]
    city: Mapped[OptionalWords]
    region: Mapped[OptionalWords]
    state_province: Mapped[OptionalWords]
    postal_code: Mapped[OptionalWords]
    country: Mapped[OptionalWords]
    address_type: Mapped[Words]
    listing_id: Mapped[str] = owner("service")


class ServiceAtLocation(Base):
    """One service at one location."""

    __tablename__ = "service_at_location"
    __table_args__ = link_indexes("service_at_location", "location_id")

    id: Mapped[Id]
    service_id: Mapped[str] = owner("service")
    location_id: Mapped[str] = owner("location", index=False)
    description: Mapped[OptionalWords]


class Accessibility(Base):
    """A sentence about getting in and around, as the source wrote it."""

    __tablename__ = "accessibility"
    __table_args__ = link_indexes("accessibility", "location_id")

    id: Mapped[Id]
    location_id: Mapped[str] = owner("location", index=False)
    description: Mapped[OptionalWords]
    details: Mapped[OptionalWords]
    url: Mapped[OptionalWords]
    listing_id: Mapped[str] = owner("service")
    position: Mapped[int]


class Contact(Base):
    """A person to ask for."""

    __tablename__ = "contact"
    __table_args__ = link_indexes("contact", "organization_id", "service_at_location_id", "location_id")

    id: Mapped[Id]
    organization_id: Mapped[str | None] = link("organization", ondelete="SET NULL")
    service_id: Mapped[str] = owner("service")
    service_at_location_id: Mapped[str | None] = link("service_at_location", ondelete="SET NULL")
    location_id: Mapped[str | None] = link("location", ondelete="SET NULL")
    name: Mapped[OptionalWords]
    title: Mapped[OptionalWords]
    department: Mapped[OptionalWords]
    email: Mapped[OptionalWords]
    # Kith
    visibility: Mapped[Words]
    """public, staff, or link (only the colleague who knows them)."""
    position: Mapped[int]


class Phone(Base):
    """A number of a listing (service_id) or of one of its contacts (contact_id), never of both."""

    __tablename__ = "phone"
    __table_args__ = link_indexes(
        "phone", "location_id", "service_id", "organization_id", "contact_id", "service_at_location_id"
    )

    id: Mapped[Id]
    location_id: Mapped[str | None] = link("location", ondelete="SET NULL")
    service_id: Mapped[str | None] = link("service")
    organization_id: Mapped[str | None] = link("organization", ondelete="SET NULL")
    contact_id: Mapped[str | None] = link("contact")
    service_at_location_id: Mapped[str | None] = link("service_at_location", ondelete="SET NULL")
    number: Mapped[Words]
    extension: Mapped[OptionalWords]
    """Text, where HSDS says number: real data says "x57471 or 2"."""
    type: Mapped[OptionalWords]
    description: Mapped[OptionalWords]
    # Kith
    listing_id: Mapped[str] = owner("service")
    position: Mapped[int]


class Language(Base):
    """A language spoken: of a service, or on a phone or at a location."""

    __tablename__ = "language"
    __table_args__ = link_indexes("language", "location_id", "phone_id")

    id: Mapped[Id]
    service_id: Mapped[str] = owner("service")
    location_id: Mapped[str | None] = link("location", ondelete="SET NULL")
    phone_id: Mapped[str | None] = link("phone", ondelete="SET NULL")
    name: Mapped[OptionalWords]
    code: Mapped[OptionalWords]
    note: Mapped[OptionalWords]
    position: Mapped[int]
