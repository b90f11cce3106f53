"""What a listing is about and what is known of it: HSDS 3 taxonomy, taxonomy_term, attribute; and facts."""

from __future__ import annotations

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base
from directory.models.columns import (
    Id,
    OptionalDay,
    OptionalWords,
    Uuid,
    Words,
    link,
    link_indexes,
    owner,
)


class Taxonomy(Base):
    """A vocabulary. "activities" holds the plain words that curators type."""

    __tablename__ = "taxonomy"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(Text, unique=True)
    description: Mapped[OptionalWords]
    uri: Mapped[OptionalWords]
    version: Mapped[OptionalWords]


class TaxonomyTerm(Base):
    """A term. Two sources that give one code two names, or two parents, make two terms."""

    __tablename__ = "taxonomy_term"
    __table_args__ = (
        Index("ix_taxonomy_term_taxonomy_id_code", "taxonomy_id", "code"),
        *link_indexes("taxonomy_term", "parent_id"),
    )

    id: Mapped[Id]
    code: Mapped[OptionalWords]
    name: Mapped[Words]
    description: Mapped[OptionalWords]
    parent_id: Mapped[str | None] = link("taxonomy_term", ondelete="SET NULL")
    taxonomy: Mapped[Words]
    """The vocabulary's name (HSDS keeps both name and id)."""
    language: Mapped[OptionalWords]
    taxonomy_id: Mapped[str] = owner("taxonomy", index=False)
    term_uri: Mapped[OptionalWords]
    # Kith
    parent_code: Mapped[OptionalWords]
    """The parent as the source named it; parent_id follows once that term is known."""


class Attribute(Base):
    """A taxonomy term hung on something; here always on a service (link_entity)."""

    __tablename__ = "attribute"
    __table_args__ = (Index("ix_attribute_taxonomy_term_id", "taxonomy_term_id"),)

    id: Mapped[Id]
    link_id: Mapped[str] = owner("service")
    taxonomy_term_id: Mapped[str] = owner("taxonomy_term", index=False)
    link_type: Mapped[OptionalWords]
    link_entity: Mapped[Words]
    value: Mapped[OptionalWords]
    position: Mapped[int]


class Fact(Base):
    """One fact of facts.toml about a session (link_entity service) or a venue (location). Absence is unknown."""

    __tablename__ = "fact"
    __table_args__ = link_indexes("fact", "location_id")

    id: Mapped[Id]
    link_entity: Mapped[Words]
    link_id: Mapped[Uuid]
    """The service or the location that the fact is about."""
    service_id: Mapped[str] = owner("service")
    """The listing: venue facts are kept per listing (docs/decisions/0012)."""
    location_id: Mapped[str | None] = link("location")
    key: Mapped[Words]
    value: Mapped[Words]
    checked_on: Mapped[OptionalDay]
    checked_how: Mapped[OptionalWords]
    checked_by_role: Mapped[OptionalWords]
    source: Mapped[OptionalWords]
    position: Mapped[int]
