from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
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


def test_ties_and_tips_of_an_older_directory_are_still_there(tmp_path: Path) -> None:
    """Rows that a sheet brought before colleagues had ties of their own."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with engine.connect() as connection:
        command.upgrade(migrating._config(connection), "0003")
        old = sa.MetaData()
        old.reflect(connection)
        for table, values in (
            ("service", {"id": "s", "ref": "town:choir", "name": "Choir"}),
            ("tie", {"id": "t", "listing_id": "s", "colleague": "Mina", "position": 0}),
            ("tip", {"id": "u", "listing_id": "s", "text": "Side door", "position": 0}),
        ):
            connection.execute(old.tables[table].insert(), {**_filled(old.tables[table]), **values})
        connection.commit()
    migrating.upgrade(engine)
    with engine.connect() as connection:
        ties = connection.exec_driver_sql("SELECT colleague, active, by_hand, about FROM tie").all()
        tips = connection.exec_driver_sql("SELECT text, active, by_hand FROM tip").all()
    assert (ties, tips) == ([("Mina", 1, 0, "group")], [("Side door", 1, 0)])
    engine.dispose()


def _filled(table: sa.Table) -> dict[str, object]:
    """Something in every column that must have something."""
    empty: dict[type, object] = {
        str: "x", int: 1, bool: False, dict: {}, object: {}, date: date(2026, 1, 1),
        datetime: datetime(2026, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    return {column.name: empty[column.type.python_type] for column in table.c if not column.nullable}


def test_the_files_are_one_chain_in_the_order_of_their_numbers() -> None:
    scripts = list(migrating._scripts().walk_revisions())
    numbers = [script.revision for script in scripts]
    assert numbers == sorted(numbers, reverse=True) and migrating._scripts().get_heads() == [
        migrating.newest()
    ]
    assert [script.down_revision for script in scripts] == [*numbers[1:], None]
