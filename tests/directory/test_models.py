from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from directory.database import Base, UtcDateTime, db, now, release, writing
from directory.errors import Conflict
from directory.models import Outbox, Service, table_of

HSDS_TABLES = {
    "organization", "program", "service", "location", "service_at_location", "address", "phone", "contact",
    "schedule", "cost_option", "language", "accessibility", "service_area", "required_document", "funding",
    "taxonomy", "taxonomy_term", "attribute", "organization_identifier", "url",
}  # fmt: skip


def test_every_hsds_table_is_there_under_its_own_name() -> None:
    assert set(Base.metadata.tables) >= HSDS_TABLES


def test_every_link_between_tables_can_be_followed_without_a_scan(app: Flask) -> None:
    """A delete looks for the rows that point at it: without an index that is a scan of the whole table."""
    looked_up = sa.inspect(db.engine)
    for table in Base.metadata.tables.values():
        leading = {index["column_names"][0] for index in looked_up.get_indexes(table.name)}
        leading |= {column.name for column in list(table.primary_key)[:1]}
        leading |= {unique["column_names"][0] for unique in looked_up.get_unique_constraints(table.name)}
        for key in table.foreign_keys:
            if key.column.table.name in ("taxonomy",):  # never deleted
                continue
            assert key.parent.name in leading, f"{table.name}.{key.parent.name}"


def test_a_row_that_points_at_nothing_is_refused(either_app: Flask) -> None:
    address = Base.metadata.tables["address"]
    missing = "00000000-0000-0000-0000-000000000001"
    row = {"id": missing, "location_id": missing, "listing_id": missing, "address_type": "physical"}
    with pytest.raises(sa.exc.IntegrityError), writing() as connection:
        connection.execute(address.insert(), row)


def test_moments_are_utc_on_every_database(either_app: Flask) -> None:
    at = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    with writing() as connection:
        row = {"listing_id": "00000000-0000-0000-0000-000000000001", "kind": "upsert", "at": at}
        connection.execute(table_of(Outbox).insert(), row)
    assert db.session.scalar(sa.select(Outbox.at)) == at
    assert now().tzinfo is UTC
    assert UtcDateTime().process_bind_param(None, db.engine.dialect) is None


def test_sqlite_waits_for_other_writers_and_keeps_foreign_keys(app: Flask) -> None:
    with db.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 5000}


def test_sqlite_copies_its_log_seldom_for_an_import_alone(app: Flask) -> None:
    def held(connection: sa.Connection) -> tuple[int, int]:
        return tuple(
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("wal_autocheckpoint", "cache_size")
        )  # type: ignore[return-value]

    with writing(much=True) as connection:
        assert held(connection) == (60_000, -65_536)
    with writing() as connection:
        assert held(connection) == (1_000, -2_000)


def test_a_writer_says_so_from_the_start(app: Flask) -> None:
    """Another connection that starts to write waits, instead of one of the two failing half-way."""
    with writing():
        other = sqlite3.connect(db.engine.url.database or "", timeout=0, isolation_level=None)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")


def test_a_writer_that_waits_in_vain_is_told_plainly(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("directory.database.BUSY_TIMEOUT_MS", 20)
    release()
    with closing(sqlite3.connect(db.engine.url.database or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Conflict, match="try again in a moment"), writing():
            pass
    with writing() as connection:
        assert connection.in_transaction()


def test_readers_do_not_wait_for_a_writer(app: Flask) -> None:
    with writing(), closing(sqlite3.connect(db.engine.url.database or "", timeout=0)) as other:
        assert other.execute("SELECT count(*) FROM service").fetchone() == (0,)


def test_a_transaction_that_fails_leaves_nothing(either_app: Flask) -> None:
    row = {"listing_id": "00000000-0000-0000-0000-000000000001", "kind": "upsert", "at": now()}
    with pytest.raises(RuntimeError), writing() as connection:
        connection.execute(table_of(Outbox).insert(), row)
        raise RuntimeError
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Outbox)) == 0


def test_a_listing_has_a_public_id_only_once(either_app: Flask) -> None:
    assert Service.__table__.c.ref.unique
