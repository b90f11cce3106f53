"""What the desk needs to know: use, dead links, where a feed and a curator disagree, who was rung."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import UUID_TEXT, Base
from directory.models.columns import Day, Moment, OptionalDay, OptionalWords, Words, owner


class ListingUse(Base):
    """How often a listing was looked at and suggested in a month. By whom is known to nobody."""

    __tablename__ = "listing_use"
    __table_args__ = (Index("ix_listing_use_month", "month"),)

    listing_id: Mapped[str] = mapped_column(
        UUID_TEXT, ForeignKey("service.id", ondelete="CASCADE"), primary_key=True
    )
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    """As "2026-11"."""
    views: Mapped[int]
    suggested: Mapped[int]


class LinkCheck(Base):
    """What came of following a web address. It is dead once it failed on two different days with no answer between."""

    __tablename__ = "link_check"

    url_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of `url`: addresses may be longer than an index holds."""
    url: Mapped[Words]
    """As the listing or the organization has it."""
    state: Mapped[Words]
    """ok, failing, dead, or not_checked (an address that we may not follow)."""
    status: Mapped[int | None]
    """The HTTP status that was answered, if any."""
    why: Mapped[OptionalWords]
    """For people: "the page is not there"."""
    checked_at: Mapped[Moment]
    failing_since: Mapped[OptionalDay]


class ImportConflict(Base):
    """A field that somebody here has curated and that a source now says differently; and what was decided."""

    __tablename__ = "import_conflict"
    __table_args__ = (UniqueConstraint("source", "source_id", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[str] = owner("service")
    source: Mapped[Words]
    source_id: Mapped[Words]
    field: Mapped[Words]
    theirs: Mapped[Words]
    """What the source says, as JSON of the ListingRecord field."""
    theirs_print: Mapped[str] = mapped_column(String(16))
    found_on: Mapped[Day]
    kept: Mapped[OptionalWords]
    """ours or theirs; None while nobody has decided."""
    decided_by: Mapped[OptionalWords]
    decided_on: Mapped[OptionalDay]


class PhoneCall(Base):
    """Somebody rang a group to ask whether what we show is right."""

    __tablename__ = "phone_call"

    id: Mapped[int] = mapped_column(primary_key=True)
    request: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the form that was sent: sent twice, it is one call."""
    listing_id: Mapped[str] = owner("service")
    actor: Mapped[Words]
    called_on: Mapped[Day]
    at: Mapped[Moment]
    outcome: Mapped[Words]
    """still_right, changed or no_answer."""
    notes: Mapped[OptionalWords]
    """Staff only."""
