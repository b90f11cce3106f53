"""Searches that staff keep to open again."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import UUID_TEXT, Base, now
from directory.models.columns import Moment, Words, owner


class SavedSearch(Base):
    """A search of one of the staff, by name; `shared` ones are the whole team's to open."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    id: Mapped[str] = mapped_column(UUID_TEXT, primary_key=True, default=lambda: str(uuid4()))
    owner_id: Mapped[str] = owner("user", index=False)
    name: Mapped[Words]
    criteria: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The query string, as `directory.staff_search.args_of` gives it."""
    shared: Mapped[bool]
    saved_at: Mapped[Moment] = mapped_column(default=now)
