from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from directory import migrating
from directory.database import db
from directory.errors import CannotStart


def test_migrations_make_exactly_the_tables_of_the_models(either_app: Flask) -> None:
    assert migrating.drift(db.engine) == []
    assert migrating.is_current(db.engine)


def test_upgrading_a_current_database_changes_nothing(either_app: Flask) -> None:
    migrating.upgrade(db.engine)
    assert migrating.is_current(db.engine)


def test_a_fresh_database_is_not_current(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    assert not migrating.is_current(engine)
    engine.dispose()


def test_drift_is_told_in_words(either_app: Flask) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE funding ADD COLUMN colour TEXT")
        connection.exec_driver_sql("DROP TABLE url")
    told = migrating.drift(db.engine)
    assert any("funding" in line and "colour" in line for line in told)
    assert any("url" in line for line in told)


def test_a_database_from_the_future_is_left_alone(app: Flask) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CannotStart, match="newer Kith"):
        migrating.upgrade(db.engine)
    assert not migrating.is_current(db.engine)
