"""The handful of column shapes that the tables are made of."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, Float, ForeignKey, Index, Text, column
from sqlalchemy.orm import Mapped, mapped_column

from directory.database import UUID_TEXT, UtcDateTime

Id = Annotated[str, mapped_column(UUID_TEXT, primary_key=True)]
Uuid = Annotated[str, mapped_column(UUID_TEXT)]
OptionalUuid = Annotated[str | None, mapped_column(UUID_TEXT)]
Words = Annotated[str, mapped_column(Text)]
OptionalWords = Annotated[str | None, mapped_column(Text)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
OptionalMoment = Annotated[datetime | None, mapped_column(UtcDateTime)]
Day = Annotated[date, mapped_column()]
OptionalDay = Annotated[date | None, mapped_column()]
OptionalNumber = Annotated[float | None, mapped_column(Float(53))]
TextList = Annotated[list[str], mapped_column(JSON)]


def owner(table: str, *, index: bool = True) -> Mapped[str]:
    """The row this one belongs to and goes away with."""
    key = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return mapped_column(UUID_TEXT, key, index=index, nullable=False)


def pair_key(table: str, *, index: bool = False) -> Mapped[str]:
    """Part of a primary key: the row of another table that this one is about and goes away with."""
    key = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return mapped_column(UUID_TEXT, key, primary_key=True, index=index)


def link(table: str, *, ondelete: str = "CASCADE") -> Mapped[str | None]:
    """An optional link to another row. Index it with `link_indexes`, or deleting the other row scans this table."""
    return mapped_column(UUID_TEXT, ForeignKey(f"{table}.id", ondelete=ondelete), nullable=True)


def link_indexes(table: str, *columns: str) -> tuple[Any, ...]:
    """Indexes over optional links that hold only the rows that have one (most have not).

    So they do in PostgreSQL: the migration that makes them says it. Named here too, it would have every start load
    that dialect, for nothing.
    """
    return tuple(
        Index(f"ix_{table}_{name}", name, sqlite_where=column(name).is_not(None)) for name in columns
    )
