"""Is everything in step? `readiness` is quick, for /readyz; `integrity` is thorough, for `kith check`."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from directory import listings, migrating, outbox
from directory.database import db
from directory.errors import KithError
from directory.serving import INDEXED, engines


def readiness() -> list[str]:
    """What keeps Kith from answering, in plain words; empty when it is ready."""
    try:
        db.session.execute(text("SELECT 1"))
        problems = [] if migrating.is_current(db.engine) else ["The database needs an upgrade: restart Kith."]
    except SQLAlchemyError:
        return ["The database does not answer."]
    try:
        engines().index.count()
        engines().columns()
    except KithError as error:
        problems.append(error.message)
    return problems


def integrity() -> list[str]:
    """Everything that is wrong with database, index and columns; empty when all is well."""
    problems = _database()
    shown = {listing.id: listing.ref for listing in listings.iterate() if listing.record.status in INDEXED}
    return [*problems, *_index(set(shown)), *_columns(set(shown.values()))]


def _database() -> list[str]:
    problems = [f"The database differs from what Kith expects: {line}" for line in migrating.drift(db.engine)]
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            sound = connection.execute(text("PRAGMA quick_check")).scalar()
            dangling = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
        if sound != "ok":
            problems.append(f"The database file is damaged: {sound}. Restore a backup.")
        if dangling:
            problems.append(f"{len(dangling)} rows point to something that is not there. Restore a backup.")
    if waiting := outbox.waiting():
        problems.append(f"{waiting} changes have not reached the search index yet: run `kith reindex`.")
    return problems


def _index(wanted: set[str]) -> list[str]:
    problems = engines().index.check()
    if problems:
        return [f"{problem} Run `kith reindex`." for problem in problems]
    found = engines().index.ids()
    if missing := len(wanted - found):
        problems.append(f"{missing} listings are not in the search index: run `kith reindex`.")
    if spare := len(found - wanted):
        problems.append(f"{spare} listings in the search index should not be there: run `kith reindex`.")
    return problems


def _columns(shown: set[str]) -> list[str]:
    problems = engines().check_columns()
    if problems:
        return problems
    held = engines().columns().ids()
    if missing := len(shown - held):
        problems.append(f"{missing} listings are not in the matching columns: run `kith reindex`.")
    if spare := len(held - shown):
        problems.append(f"{spare} listings in the matching columns should not be there: run `kith reindex`.")
    return problems
