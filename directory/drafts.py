"""What somebody wrote and has not saved: kept for that user alone, until it is saved, thrown away or old.

A draft holds a whole form as it was sent. One user has at most one for each form (`about`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from directory.database import db, now, writing
from directory.models import Draft, table_of
from importers.ids import stable_id

KEPT_FOR = timedelta(days=60)
LONGEST = 1_000_000
"""Characters of a form that are kept; the page itself still shows a longer one."""
Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as it was kept."""

    about: str
    listing_id: str | None
    title: str
    fields: dict[str, list[str]]
    written_at: datetime


def keep(user_id: str, about: str, fields: Fields, *, listing_id: str | None, title: str) -> bool:
    """Keep this form in place of an earlier draft of it; False where it is too long to be kept.

    `listing_id` must exist. Drafts of anybody that are older than KEPT_FOR go away.
    """
    if sum(len(name) + sum(map(len, values)) for name, values in fields.items()) > LONGEST:
        return False
    table = table_of(Draft)
    row = {
        "id": stable_id(user_id, "draft", about),
        "user_id": user_id,
        "about": about,
        "listing_id": listing_id,
        "title": _storable(title[:200]),
        "fields": {_storable(name): [_storable(one) for one in values] for name, values in fields.items()},
        "written_at": now(),
    }
    with writing() as connection:
        connection.execute(delete(table).where(table.c.written_at < now() - KEPT_FOR))
        connection.execute(delete(table).where(table.c.id == row["id"]))
        connection.execute(table.insert(), row)
    return True


def find(user_id: str, about: str) -> Kept | None:
    """The draft of this form, if there is one."""
    found = db.session.get(Draft, stable_id(user_id, "draft", about), populate_existing=True)
    return _kept(found) if found else None


def of_user(user_id: str) -> list[Kept]:
    """All drafts of a user, the latest first."""
    query = select(Draft).where(Draft.user_id == user_id).order_by(Draft.written_at.desc())
    return [_kept(found) for found in db.session.scalars(query)]


def discard(user_id: str, about: str) -> None:
    """Throw a draft away; nothing happens where there is none."""
    table = table_of(Draft)
    with writing() as connection:
        connection.execute(delete(table).where(table.c.id == stable_id(user_id, "draft", about)))


def _kept(row: Draft) -> Kept:
    return Kept(row.about, row.listing_id, row.title, dict(row.fields), row.written_at)


def _storable(text: str) -> str:
    """PostgreSQL's JSON holds no NUL and no half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
