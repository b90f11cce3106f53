"""What the agency knows beyond the listings: who knows whom, tips, visits, introductions, promises, handovers.

All of it is for staff alone. Written through `directory.knowledge` and `directory.handover`; tips and ties that come
with a listing's record (the sheet's columns) by the catalog.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base
from directory.models.columns import (
    Day,
    Id,
    Moment,
    OptionalDay,
    OptionalMoment,
    OptionalWords,
    Words,
    link,
    link_indexes,
    owner,
)


class Tie(Base):
    """A colleague who knows somebody at a listing. The contact is the agency's; the colleague is the link."""

    __tablename__ = "tie"
    __table_args__ = link_indexes("tie", "user_id", "handed_from_id", "venue_key")

    id: Mapped[Id]
    listing_id: Mapped[str] = owner("service")
    user_id: Mapped[str | None] = link("user", ondelete="SET NULL")
    """None: a name from a sheet that is nobody's account (yet)."""
    colleague: Mapped[Words]
    """The colleague's name when the tie was written down."""
    about: Mapped[str] = mapped_column(Text, default="group")
    """group, contact or venue: whom the colleague knows there."""
    whom: Mapped[OptionalWords]
    """The contact's name, where it is about one of them."""
    venue_key: Mapped[OptionalWords]
    """The venue, where it is about that: it counts for every listing there."""
    warmth: Mapped[OptionalWords]
    """know_of, have_met, know_well or ring_any_time; None where nobody has said."""
    since: Mapped[OptionalDay]
    last_contact: Mapped[OptionalDay]
    began: Mapped[OptionalWords]
    note: Mapped[OptionalWords]
    active: Mapped[bool] = mapped_column(default=True)
    ended_on: Mapped[OptionalDay]
    by_hand: Mapped[bool] = mapped_column(default=False)
    """Somebody here wrote it or added to it: no feed takes it away."""
    handed_from_id: Mapped[str | None] = link("tie", ondelete="SET NULL")
    """The tie of a colleague who left, that this one carries on."""
    dated: Mapped[date]
    position: Mapped[int]


class Tip(Base):
    """What a colleague would tell another about a listing, and no leaflet says."""

    __tablename__ = "tip"
    __table_args__ = link_indexes("tip", "user_id", "keeper_id")

    id: Mapped[Id]
    listing_id: Mapped[str] = owner("service")
    text: Mapped[Words]
    user_id: Mapped[str | None] = link("user", ondelete="SET NULL")
    """Who gave it; None where it came with a sheet."""
    keeper_id: Mapped[str | None] = link("user", ondelete="SET NULL")
    """Who is asked whether it is still so: the giver, until somebody takes over from them."""
    active: Mapped[bool] = mapped_column(default=True)
    by_hand: Mapped[bool] = mapped_column(default=False)
    ended_on: Mapped[OptionalDay]
    dated: Mapped[date]
    position: Mapped[int]


class TipAgreement(Base):
    """A colleague found that a tip is (still) so."""

    __tablename__ = "tip_agreement"
    __table_args__ = (UniqueConstraint("tip_id", "user_id"), *link_indexes("tip_agreement", "user_id"))

    id: Mapped[Id]
    tip_id: Mapped[str] = owner("tip", index=False)
    user_id: Mapped[str | None] = link("user", ondelete="SET NULL")
    dated: Mapped[Day]


class Visit(Base):
    """A worker went to a group, or rang it. Whom they went with is never here: only that they were not alone."""

    __tablename__ = "visit"
    __table_args__ = link_indexes("visit", "user_id")

    id: Mapped[Id]
    listing_id: Mapped[str] = owner("service")
    user_id: Mapped[str | None] = link("user", ondelete="SET NULL")
    kind: Mapped[Words]
    """visit or call."""
    visited_on: Mapped[Day]
    note: Mapped[OptionalWords]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Fact key -> value, as found out then."""
    with_someone: Mapped[bool]
    made_at: Mapped[Moment]
    token: Mapped[str] = mapped_column(Text, unique=True)
    """Of the form it was sent with: the same form sent twice is one visit."""


class Introduction(Base):
    """A colleague asks another to introduce them, or to come along and meet the people there."""

    __tablename__ = "introduction"
    __table_args__ = link_indexes("introduction", "asked_by", "asked_of")

    id: Mapped[Id]
    listing_id: Mapped[str] = owner("service")
    kind: Mapped[Words]
    """introduce or go_along."""
    asked_by: Mapped[str | None] = link("user", ondelete="SET NULL")
    asked_of: Mapped[str | None] = link("user", ondelete="SET NULL")
    words: Mapped[OptionalWords]
    state: Mapped[Words]
    """open, answered or declined."""
    answer: Mapped[OptionalWords]
    asked_at: Mapped[Moment]
    answered_at: Mapped[OptionalMoment]


class Promise(Base):
    """A colleague said they would check a listing by a day."""

    __tablename__ = "promise"
    __table_args__ = link_indexes("promise", "user_id")

    id: Mapped[Id]
    listing_id: Mapped[str] = owner("service")
    user_id: Mapped[str | None] = link("user", ondelete="SET NULL")
    due: Mapped[Day]
    made_on: Mapped[Day]
    state: Mapped[Words]
    """open, kept or let_go."""
    ended_on: Mapped[OptionalDay]


class WorkerAsset(Base):
    """What a colleague brings themselves, in their own words; the team sees it only if they choose so."""

    __tablename__ = "worker_asset"

    id: Mapped[Id]
    user_id: Mapped[str] = owner("user")
    text: Mapped[Words]
    shared: Mapped[bool]
    added_on: Mapped[Day]


class HandoverRecord(Base):
    """What a colleague who left held, and who holds it now. By role; by name only if they agreed."""

    __tablename__ = "handover_record"
    __table_args__ = link_indexes("handover_record", "user_id", "finished_by")

    id: Mapped[Id]
    user_id: Mapped[str | None] = link("user", ondelete="SET NULL")
    role: Mapped[Words]
    name: Mapped[OptionalWords]
    finished_on: Mapped[Day]
    finished_by: Mapped[str | None] = link("user", ondelete="SET NULL")
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What kind of thing -> how many were handed over."""
    note: Mapped[OptionalWords]


class HandedOver(Base):
    """One thing that went from a colleague who leaves to another."""

    __tablename__ = "handed_over"
    __table_args__ = link_indexes("handed_over", "from_id", "to_id", "listing_id")

    id: Mapped[Id]
    from_id: Mapped[str | None] = link("user", ondelete="SET NULL")
    to_id: Mapped[str | None] = link("user", ondelete="SET NULL")
    listing_id: Mapped[str | None] = link("service")
    title: Mapped[OptionalWords]
    """The name of what is about no listing: a saved search."""
    kind: Mapped[Words]
    """tie, tip, introduction, promise or search."""
    at: Mapped[Moment]
