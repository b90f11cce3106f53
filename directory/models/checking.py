"""How others than curators help to keep listings true: checks, suggestions, reports, and who may hear the outcome."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base
from directory.models.columns import (
    Day,
    Id,
    Moment,
    OptionalMoment,
    OptionalUuid,
    OptionalWords,
    TextList,
    Words,
    owner,
)


class ListingCheck(Base):
    """Somebody checked a listing as a whole: when, how, in what role, and what they noted for colleagues."""

    __tablename__ = "listing_check"

    id: Mapped[Id]
    listing_id: Mapped[str] = owner("service")
    at: Mapped[Moment]
    checked_on: Mapped[Day]
    how: Mapped[Words]
    role: Mapped[Words]
    actor: Mapped[Words]
    note: Mapped[OptionalWords]


class Suggestion(Base):
    """What somebody who may not edit says about a listing. Nothing of it shows until a curator takes it."""

    __tablename__ = "suggestion"
    __table_args__ = (Index("ix_suggestion_state_made_at", "state", "made_at"),)

    id: Mapped[Id]
    listing_id: Mapped[str] = owner("service")
    kind: Mapped[Words]
    """correction, report or confirmation."""
    category: Mapped[OptionalWords]
    """What a report is about (`directory.suggestions.CATEGORIES`)."""
    words: Mapped[OptionalWords]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Field of ListingRecord, or "fact:KEY" -> its proposed value as JSON."""
    seen: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The same fields as they stood when the suggestion was made."""
    by_role: Mapped[Words]
    """group, public, worker, curator or lead."""
    how: Mapped[OptionalWords]
    """How they know: visited, phoned, told or website."""
    made_by: Mapped[OptionalUuid]
    """The colleague's account; None for the group itself and for the public."""
    link: Mapped[str | None] = mapped_column(Text, unique=True)
    """The single-use link that it came by."""
    made_at: Mapped[Moment]
    made_on: Mapped[Day]
    state: Mapped[Words]
    """waiting, accepted or declined."""
    taken: Mapped[TextList]
    decided_by: Mapped[OptionalWords]
    decided_at: Mapped[OptionalMoment]
    answer: Mapped[OptionalWords]


class ReplyAddress(Base):
    """Where to send the outcome: encrypted, apart from what was said, gone as soon as the answer is out."""

    __tablename__ = "reply_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[str] = owner("suggestion")
    sealed: Mapped[Words]
    since: Mapped[Moment]


class Tally(Base):
    """One try at something that is limited. `key` is a keyed hash that says nothing about anybody; rows live a day."""

    __tablename__ = "tally"
    __table_args__ = (Index("ix_tally_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[Words]
    at: Mapped[Moment]
