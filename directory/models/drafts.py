"""What somebody wrote into a form and has not saved yet."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import Base
from directory.models.columns import Id, Moment, Words, link, link_indexes, owner


class Draft(Base):
    """One form of one user. `fields` is the form as it was sent: {name: [values]}."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("user_id", "about"), *link_indexes("draft", "listing_id"))

    id: Mapped[Id]
    user_id: Mapped[str] = owner("user", index=False)
    about: Mapped[Words]
    """Which form it is: the listing (or the request that adds one) and the section."""
    listing_id: Mapped[str | None] = link("service")
    """None: a listing that is yet to be added."""
    title: Mapped[Words]
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    written_at: Mapped[Moment]
