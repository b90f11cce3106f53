"""How often each listing is looked at and suggested, by month. Only ids and counts: never by whom or for what.

Counts wait in memory and are written together. Two kinds of looking are not counted at all: an answer that was made
with an avoid list (or the one count that is missing would tell what is on it), and whoever works the desk.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from threading import Lock
from typing import Literal

from flask import current_app
from sqlalchemy import Connection, func, select

from directory.config import current_settings
from directory.database import insert_into, writing
from directory.errors import Conflict
from directory.models import ListingUse, Service, table_of

log = logging.getLogger("kith.usage")

Kind = Literal["views", "suggested"]
MONTHS = 3
"""The desk looks at the use of this month and the two before it."""
MOST_WAITING = 500
"""So many different counts are written by whoever adds the next: memory stays small where no worker writes them."""
_TABLE, _SERVICE = table_of(ListingUse), table_of(Service)


class Counts:
    """What has yet to be written: {(listing id, month, kind): times}. One for each app."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: Counter[tuple[str, str, Kind]] = Counter()

    def add(self, listing_ids: Iterable[str], month: str, kind: Kind) -> int:
        """Count each of these once; how many different counts wait now."""
        with self._lock:
            self._waiting.update((listing_id, month, kind) for listing_id in listing_ids)
            return len(self._waiting)

    def take(self) -> Counter[tuple[str, str, Kind]]:
        """All that waits; nothing waits then."""
        with self._lock:
            taken, self._waiting = self._waiting, Counter()
            return taken

    def put_back(self, taken: Counter[tuple[str, str, Kind]]) -> None:
        """What could not be written waits again."""
        with self._lock:
            self._waiting.update(taken)


def month_of(day: date) -> str:
    """2026-11-22 -> "2026-11"."""
    return f"{day:%Y-%m}"


def months_before(day: date, number: int) -> str:
    """The first of the last `number` months up to this day's: (2026-01-15, 3) -> "2025-11"."""
    at = day.year * 12 + day.month - number
    return f"{at // 12}-{at % 12 + 1:02d}"


def note(listing_ids: Iterable[str], kind: Kind) -> None:
    """Count listings as looked at ("views") or suggested. Cheap: no database but when very many wait."""
    counts = _counts()
    if counts.add(listing_ids, month_of(current_settings().today()), kind) >= MOST_WAITING:
        try_flush()


def try_flush() -> bool:
    """Write what waits, unless somebody else is writing just now; then it waits on, and no page fails for it."""
    try:
        flush()
    except Conflict:
        log.info("The counts of use wait: somebody else is writing.")
        return False
    return True


def flush() -> int:
    """Write what waits, in one transaction; how many rows. What cannot be written now waits on. Raises Conflict."""
    counts = _counts()
    taken = counts.take()
    if not taken:
        return 0
    try:
        with writing() as connection:
            return _write(connection, taken)
    except BaseException:
        counts.put_back(taken)
        raise


def recent(connection: Connection, today: date, only: Collection[str] | None = None) -> Mapping[str, int]:
    """How often listings were looked at or suggested in the last three months, by id; those with none left out."""
    times = func.sum(_TABLE.c.views + _TABLE.c.suggested)
    query = (
        select(_TABLE.c.listing_id, times)
        .where(_TABLE.c.month >= months_before(today, MONTHS))
        .group_by(_TABLE.c.listing_id)
    )
    if only is not None:
        query = query.where(_TABLE.c.listing_id.in_(only))
    return {listing_id: int(number) for listing_id, number in connection.execute(query)}


def _write(connection: Connection, taken: Mapping[tuple[str, str, Kind], int]) -> int:
    wanted = {listing_id for listing_id, _, _ in taken}
    there = set(connection.scalars(select(_SERVICE.c.id).where(_SERVICE.c.id.in_(wanted))))
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for (listing_id, month, kind), times in taken.items():
        if listing_id in there:
            empty: dict[str, object] = {"listing_id": listing_id, "month": month, "views": 0, "suggested": 0}
            rows.setdefault((listing_id, month), empty)[kind] = times
    if not rows:
        return 0
    statement = insert_into(connection, _TABLE)
    adding = {name: _TABLE.c[name] + statement.excluded[name] for name in ("views", "suggested")}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["listing_id", "month"], set_=adding),
        [rows[key] for key in sorted(rows)],
    )
    return len(rows)


def _counts() -> Counts:
    found = current_app.extensions.setdefault("kith_usage", Counts())
    assert isinstance(found, Counts)
    return found
