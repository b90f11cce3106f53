"""The database: one `db`, naming convention, SQLite settings, and the one way to write.

Models derive from `Base` (a plain DeclarativeBase) and must run on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import UUID, Connection, DateTime, Dialect, Engine, MetaData, String, Table, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from directory.errors import Conflict

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

BUSY_TIMEOUT_MS = 5000
_WRITER, _ONE, _MUCH = "kith_writer", "one", "much"
_SHORT_LOG, _LONG_LOG = (1_000, -2_000), (60_000, -65_536)
"""SQLite's own: 4 MB of log, 2 MB of memory. For an import: 240 MB, and 64 MB."""
LONGEST_IDLE_LOG = 64 << 20
"""Bytes of the log that are kept on disk once it is copied."""
_POSTGRES_WRITERS = 5_484_041  # any fixed number: the advisory lock that Kith's writers share

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

UUID_TEXT = String(36).with_variant(UUID(as_uuid=False), "postgresql")
"""A UUID as text; PostgreSQL keeps it natively."""


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, always timezone-aware in Python (SQLite forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


db = SQLAlchemy(model_class=Base)


@contextmanager
def opened(app: Flask) -> Iterator[Flask]:
    """The app's context; at its end, whatever happened, the session and every idle connection are closed.

    For whoever is done with the app then: a command, a script, a test. A server keeps its connections.
    """
    with app.app_context():
        try:
            yield app
        finally:
            release()


def release() -> None:
    """Close the session and every idle connection of the app in whose context we run; the next use opens new ones."""
    try:
        db.session.remove()
    finally:
        db.engine.dispose()


@event.listens_for(Engine, "connect")
def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    """WAL lets people read while one writes; we begin transactions ourselves so that a writer can say so at once."""
    if not isinstance(dbapi_connection, sqlite3.Connection):
        return
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA journal_size_limit={LONGEST_IDLE_LOG}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """A reader that turns writer half-way fails at once on SQLite; a declared writer waits its turn instead."""
    if connection.dialect.name == "sqlite":
        writer = connection.get_execution_options().get(_WRITER)
        if writer:
            _let_log_grow(connection, _LONG_LOG if writer == _MUCH else _SHORT_LOG)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")


def _let_log_grow(connection: Connection, log: tuple[int, int]) -> None:
    """How long SQLite's log may grow until what it holds is copied into the database, and what is kept in memory."""
    if connection.info.get(_WRITER, _SHORT_LOG) != log:
        pages, memory = log
        connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint={pages}")
        connection.exec_driver_sql(f"PRAGMA cache_size={memory}")
        connection.info[_WRITER] = log


@contextmanager
def writing(*, much: bool = False) -> Iterator[Connection]:
    """One transaction that writes, through `db.session`: committed at the end, rolled back on any exception.

    `much`: one of many in a row, as in an import. SQLite then copies its log into the database seldom, which is quicker
    by a third where rows fall all over it, as ours do; the next transaction of another kind has the rest copied.

    Writers queue (SQLite: up to busy_timeout; PostgreSQL: an advisory lock), so none sees half of another's work.
    Whatever the session held open before is committed first. Needs an app context. Raises Conflict when it waited for
    another writer in vain.
    """
    session = db.session()
    connection = begin_writing(much=much)
    try:
        yield connection
    except BaseException:
        session.rollback()
        raise
    session.commit()


def begin_writing(*, much: bool = False) -> Connection:
    """Make the session's next transaction a writer's, whoever commits it. Raises Conflict, as `writing` does.

    For what others' code writes (Flask-Security's views): two such requests at once see each other's work.
    """
    session = db.session()
    if session.in_transaction():
        session.commit()
    try:
        connection = session.connection(execution_options={_WRITER: _MUCH if much else _ONE})
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_WRITERS})
    except OperationalError as error:
        session.rollback()
        if "locked" not in str(error.orig):
            raise
        raise Conflict(
            "Somebody else is writing to the directory just now: try again in a moment."
        ) from error
    return connection


def insert_into(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that knows on_conflict_do_update and on_conflict_do_nothing, which both databases spell alike."""
    # Here, not above: a start is not to wait for the dialect of a database that is not there.
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def now() -> datetime:
    """This moment, in UTC (for the record of changes; dates that people see come from Settings.today)."""
    return datetime.now(UTC)
