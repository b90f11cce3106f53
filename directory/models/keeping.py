"""How the directory keeps itself true: where records came from, what changed, what the index has yet to hear."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, Text, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base
from directory.models.columns import (
    Day,
    Id,
    Moment,
    OptionalDay,
    OptionalMoment,
    OptionalNumber,
    OptionalUuid,
    OptionalWords,
    Uuid,
    Words,
    owner,
    pair_key,
)


class SourceRecord(Base):
    """Where a listing or an organization came from, and what it looked like there."""

    __tablename__ = "source_record"
    __table_args__ = (
        UniqueConstraint("source", "entity", "source_id"),
        Index("ix_source_record_entity_id", "entity_id"),
    )

    id: Mapped[Id]
    entity: Mapped[Words]
    """service or organization."""
    entity_id: Mapped[Uuid]
    source: Mapped[Words]
    source_id: Mapped[Words]
    fingerprint: Mapped[Words]
    """Of the record as the source last gave it; "" where some of that was not taken over (a conflict)."""
    field_prints: Mapped[dict[str, str]] = mapped_column(JSON)
    first_seen: Mapped[OptionalDay]
    last_seen: Mapped[OptionalDay]
    missing_since: Mapped[OptionalDay]
    """The source no longer has it. Nothing is closed: a person decides."""
    kept_on: Mapped[OptionalDay]
    """Somebody decided that it stays all the same; until it comes back and goes missing again."""


class ImportRun(Base):
    """One application of a plan."""

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[Words]
    actor: Mapped[Words]
    started_at: Mapped[Moment]
    finished_at: Mapped[OptionalMoment]
    """None: it was cut short; running the same import again completes it."""
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)


class Change(Base):
    """Who changed what, when, from what, to what. Never updated, never deleted with the listing."""

    __tablename__ = "change"
    __table_args__ = (
        Index("ix_change_listing_id_id", "listing_id", "id"),
        Index(
            "ix_change_by_hand",
            "entity_id",
            sqlite_where=column("actor_kind") == "hand",
        ),
        Index("ix_change_import_run", "import_run"),
        Index(
            "ix_change_organization",
            "entity_id",
            sqlite_where=column("entity") == "organization",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[Moment]
    actor: Mapped[Words]
    actor_kind: Mapped[Words]
    """hand, import or merge. A field changed by hand is curated: no feed overwrites it."""
    listing_id: Mapped[OptionalUuid]
    entity: Mapped[Words]
    """service, organization, or erasure (a note that personal data was taken out)."""
    entity_id: Mapped[Uuid]
    field: Mapped[OptionalWords]
    """A ListingRecord (or OrganizationRecord) field; None where the whole thing came to be."""
    before: Mapped[OptionalWords]
    """JSON."""
    after: Mapped[OptionalWords]
    """JSON."""
    import_run: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))
    action: Mapped[OptionalUuid]
    """What somebody did by hand in one go has one id; None in an import, where `import_run` says it."""


class Outbox(Base):
    """What search and matching have yet to hear of."""

    __tablename__ = "outbox"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[Uuid]
    kind: Mapped[Words]
    """upsert or remove."""
    at: Mapped[Moment]


class GazetteerEntry(Base):
    """A place that words can name: outcode, postcode or place name. `key` is normalised for look-up."""

    __tablename__ = "gazetteer_entry"
    __table_args__ = (Index("ix_gazetteer_entry_key", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Words]
    key: Mapped[Words]
    name: Mapped[Words]
    qualifier: Mapped[OptionalWords]
    """What tells two places of one name apart, such as the county."""
    rank: Mapped[int]
    lat: Mapped[OptionalNumber]
    lon: Mapped[OptionalNumber]
    source: Mapped[OptionalWords]


class Word(Base):
    """A word or phrase that the agency added to the vocabulary (see matching.language.words). Never changed: a row
    comes and goes."""

    __tablename__ = "word"
    __table_args__ = (UniqueConstraint("kind", "key", "phrase"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    """Never given twice, so that the highest one and the count tell whether the table changed."""
    kind: Mapped[Words]
    """asset, goal or synonym."""
    key: Mapped[Words]
    phrase: Mapped[Words]
    part: Mapped[Words]
    added_by: Mapped[Words]
    added_on: Mapped[Day]


class MergedListing(Base):
    """One listing that turned out to be another, and what both were before. While it is not undone, whatever names
    the merged listing means the kept one."""

    __tablename__ = "merged_listing"
    __table_args__ = (
        Index(
            "uq_merged_listing_in_force",
            "other_id",
            unique=True,
            sqlite_where=column("undone_at").is_(None),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[str] = owner("service")
    other_id: Mapped[str] = owner("service", index=False)
    at: Mapped[Moment]
    actor: Mapped[Words]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Both listings whole, as they stood: {"kept": record, "other": record}."""
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The kept listing, as the merge left it."""
    carried: Mapped[dict[str, list[Any]]] = mapped_column(JSON)
    """What hung on the other listing and went over to the kept one: {table: ids}."""
    undone_at: Mapped[OptionalMoment]
    undone_by: Mapped[OptionalWords]


class NotDuplicate(Base):
    """Two listings that somebody looked at and found to be two. The lower id first."""

    __tablename__ = "not_duplicate"

    first_id: Mapped[str] = pair_key("service")
    second_id: Mapped[str] = pair_key("service", index=True)
    at: Mapped[Moment]
    actor: Mapped[Words]


class LikelyDuplicate(Base):
    """Two listings that may be one. Derived from them: it can be thrown away and found again."""

    __tablename__ = "likely_duplicate"

    first_id: Mapped[str] = pair_key("service")
    second_id: Mapped[str] = pair_key("service", index=True)
    score: Mapped[float] = mapped_column(Float(53))


class AlikeKey(Base):
    """By what a listing is looked up when another like it is sought (importers.alike.keys). Derived."""

    __tablename__ = "alike_key"

    listing_id: Mapped[str] = pair_key("service")
    key: Mapped[str] = mapped_column(Text, primary_key=True, index=True)


class AlikeMark(Base):
    """Which version of a listing its keys and likely duplicates were made from. Derived."""

    __tablename__ = "alike_mark"

    listing_id: Mapped[str] = pair_key("service")
    version: Mapped[int]
