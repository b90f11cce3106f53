"""What search and matching have yet to hear of. Rows are written with the change and go once every handler is done.

A crash anywhere loses nothing: the row is still there at the next start, and handlers may safely hear twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from directory import audit, listings
from directory.config import current_settings
from directory.database import db, writing
from directory.listings import Listing, chunks
from directory.locking import locked
from directory.models import Outbox, table_of

__all__ = ["Handler", "Pending", "drain", "pending", "waiting"]

Handler = Callable[[Sequence[Listing], Sequence[str]], None]
"""handler(upserts, removals): listings as they stand now, and ids of listings that are gone."""

FEWEST_AT_ONCE, MOST_AT_ONCE = 2_000, 10_000
"""Rows of a batch, which becomes a segment of the search index. Many small ones would be merged while an import is
told, which takes as long as writing them; of larger ones the listings would take too much memory."""
IN_SO_MANY = 8


@dataclass(frozen=True, slots=True)
class Pending:
    """One listing that the indexes have yet to hear of."""

    id: int
    listing_id: str
    kind: str


def pending(limit: int = FEWEST_AT_ONCE) -> list[Pending]:
    """The oldest rows, at most `limit`."""
    table = table_of(Outbox)
    query = select(table.c.id, table.c.listing_id, table.c.kind).order_by(table.c.id).limit(limit)
    return [Pending(*row) for row in db.session.connection().execute(query)]


def waiting() -> int:
    """How many rows there are; 0 when the indexes know everything."""
    return db.session.connection().scalar(select(func.count()).select_from(table_of(Outbox))) or 0


def drain(handlers: Sequence[Handler], *, limit: int | None = None) -> int:
    """Tell the handlers everything, `limit` rows at a time (as many as suits an import); how many rows were told.

    One process drains at a time: a second one leaves it to the first and returns 0. An exception in a handler goes
    to the caller, and the rows stay for the next time.
    """
    told = 0
    while _anything():
        with locked(current_settings().data_dir / "outbox.lock", wait=False) as mine:
            if not mine:
                return told
            at_once = limit or _suitable()
            while some := _fresh(at_once):
                _tell(some, handlers)
                told += len(some)
        # A change that came while the lock was being let go found it taken: hence the look outside.
    return told


def _suitable() -> int:
    """How many rows to tell at once, so that an import is told in few batches."""
    return min(max(waiting() // IN_SO_MANY, FEWEST_AT_ONCE), MOST_AT_ONCE)


def _anything() -> bool:
    return bool(_fresh(1))


def _fresh(limit: int) -> list[Pending]:
    """Pending rows as of now, not as of when the session began to read."""
    db.session.commit()
    return pending(limit)


def _tell(some: Sequence[Pending], handlers: Sequence[Handler]) -> None:
    ids = list(dict.fromkeys(one.listing_id for one in some))
    found = listings.fetch(ids)
    upserts, removals = list(found.values()), [key for key in ids if key not in found]
    for handler in handlers:
        handler(upserts, removals)
    table = table_of(Outbox)
    with writing() as connection:
        for numbers in chunks((one.id for one in some), FEWEST_AT_ONCE):
            connection.execute(delete(table).where(table.c.id.in_(numbers)))
    audit.record("index_caught_up", upserts=len(upserts), removals=len(removals))
