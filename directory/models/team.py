"""What the team sees and makes of its directory: gaps, ideas, stories, and how it looks at its own work.

All of it is for staff alone. Nothing here is about anybody whom the agency supports.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base
from directory.models.columns import (
    Day,
    Id,
    Moment,
    OptionalDay,
    OptionalUuid,
    OptionalWords,
    Words,
    link,
    link_indexes,
)


class Gap(Base):
    """How often in a month something was looked for and not found. Counts of answers, never an answer by itself."""

    __tablename__ = "gap"
    __table_args__ = (UniqueConstraint("month", "kind", "concept", "area", "needs"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[Words]
    """ "2026-11"."""
    kind: Mapped[Words]
    """nothing_found or few."""
    concept: Mapped[Words]
    """A key of assets.toml; "" where it was none of them."""
    area: Mapped[Words]
    """An outcode, or a town as the gazetteer calls it; "" where no place was given."""
    needs: Mapped[Words]
    """Keys of barriers that were musts, sorted, with a comma between; "" for none."""
    times: Mapped[int]


class Idea(Base):
    """Something that the team may start, until it is a listing."""

    __tablename__ = "idea"
    __table_args__ = (
        Index("ix_idea_state", "state"),
        *link_indexes("idea", "host_id", "listing_id", "made_by"),
    )

    id: Mapped[Id]
    title: Mapped[Words]
    concept: Mapped[Words]
    """A key of assets.toml, or ""."""
    area: Mapped[OptionalWords]
    host_id: Mapped[str | None] = link("user", ondelete="SET NULL")
    venue: Mapped[OptionalWords]
    """Where it might be, in words."""
    room: Mapped[OptionalUuid]
    """The location whose address and facts it takes over: one of the agency's own rooms."""
    audience: Mapped[OptionalWords]
    """members, agency_and_public or public."""
    starts_on: Mapped[OptionalDay]
    notes: Mapped[OptionalWords]
    state: Mapped[Words]
    """idea, planned, real or dropped."""
    listing_id: Mapped[str | None] = link("service", ondelete="SET NULL")
    made_by: Mapped[str | None] = link("user", ondelete="SET NULL")
    made_on: Mapped[Day]
    changed_at: Mapped[Moment]
    token: Mapped[str] = mapped_column(Text, unique=True)
    """Of the form it was sent with: the same form sent twice is one idea."""


class Story(Base):
    """Something that worked, told with consent and without names. Taking the consent back deletes it."""

    __tablename__ = "story"
    __table_args__ = link_indexes("story", "listing_id", "consent_asked_by", "told_by")

    id: Mapped[Id]
    words: Mapped[Words]
    listing_id: Mapped[str | None] = link("service", ondelete="SET NULL")
    consent: Mapped[bool]
    """Always true: a story without consent is not kept."""
    consent_how: Mapped[Words]
    """said, written or own_words."""
    consent_asked_by: Mapped[str | None] = link("user", ondelete="SET NULL")
    consent_on: Mapped[Day]
    told_by: Mapped[str | None] = link("user", ondelete="SET NULL")
    told_on: Mapped[Day]
    token: Mapped[str] = mapped_column(Text, unique=True)


class SelfCheck(Base):
    """The agency's own view of how it works, on one day: one answer a statement of fidelity.toml."""

    __tablename__ = "self_check"
    __table_args__ = link_indexes("self_check", "noted_by")

    id: Mapped[Id]
    checked_on: Mapped[Day] = mapped_column(unique=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Statement key -> 1 (not at all) to 5 (fully), or None for "we do not know"."""
    noted_by: Mapped[str | None] = link("user", ondelete="SET NULL")
    noted_at: Mapped[Moment]
