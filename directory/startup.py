"""What happens before Kith answers anything: folder, secret, migrations, the shipped places, and an index caught up."""

from __future__ import annotations

import secrets
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError, OperationalError

from directory import gazetteer, migrating
from directory.config import Settings
from directory.database import db, release
from directory.errors import CannotStart
from directory.locking import locked
from directory.models import GazetteerEntry, table_of
from directory.resources import folder
from directory.serving import engines

SHIPPED_PLACES = "gazetteer.csv"


def prepare(app: Flask) -> None:
    """Bring the database up to date and the index in step with it. Raises CannotStart, and leaves nothing open then."""
    with app.app_context():
        try:
            _bring_up_to_date(app)
            engines().ready()
        except BaseException:
            release()
            raise
        db.session.remove()


def _bring_up_to_date(app: Flask) -> None:
    try:
        _upgrade_once(app)
    except OperationalError as error:
        raise CannotStart(f"Kith cannot open its database: {_first_line(error)}.") from error
    except DatabaseError as error:
        raise CannotStart(
            f"The database file is not one that Kith can read: {_first_line(error)}. "
            "Restore a backup, or choose another folder with --data."
        ) from error


def _upgrade_once(app: Flask) -> None:
    """Tables and shipped places, made by one process while others that start at the same time wait."""
    if migrating.is_current(db.engine) and _knows_places():
        return
    with locked(app.config["KITH_SETTINGS"].data_dir / "start.lock", wait=True):
        if not migrating.is_current(db.engine):
            migrating.upgrade(db.engine)
        shipped = folder("examples") / SHIPPED_PLACES
        if shipped.is_file() and not _knows_places():
            gazetteer.load(db.engine, shipped)


def _knows_places() -> bool:
    """A new directory has no gazetteer yet; the demo town's postcodes and districts are its first."""
    with db.engine.connect() as connection:
        return connection.scalar(select(table_of(GazetteerEntry).c.id).limit(1)) is not None


def kept_secret(settings: Settings) -> str:
    """The key that signs cookies, made once and kept in the data folder (KITH_SECRET_KEY wins over it)."""
    path: Path = settings.data_dir / "secret.key"
    with locked(settings.data_dir / "start.lock", wait=True):
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", error)).splitlines()[0].rstrip(".")
