"""Migrations, driven from code: plain alembic, no configuration file (docs/decisions/0014).

A new migration: change the models, then `python -m directory.migrating "what changes"` in the project folder, and
read the file it writes before committing it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, inspect, text

import directory.models  # noqa: F401  (tables register themselves)
from directory.database import UUID_TEXT, Base, UtcDateTime
from directory.errors import CannotStart

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

__all__ = ["comparison_options", "drift", "is_current", "upgrade", "write_migration"]

_FOLDER = Path(__file__).with_name("migrations")
_NOT_OURS = frozenset({"spatial_ref_sys"})  # PostGIS keeps this one in every database


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest tables; a fresh one gets all of them. Raises CannotStart for a newer one."""
    from alembic import command
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        found = set(MigrationContext.configure(connection).get_current_heads())
    known = {script.revision for script in _scripts().walk_revisions()}
    if found - known:
        raise CannotStart(
            "This database was made by a newer Kith: upgrade Kith, or choose another data folder."
        )
    with engine.connect() as connection:
        command.upgrade(_config(connection), "head")
        connection.commit()


def is_current(engine: Engine) -> bool:
    """Has the database every migration? Cheap enough for each start: it does without alembic."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        found = connection.scalars(text("SELECT version_num FROM alembic_version")).all()
    return list(found) == [newest()]


def newest() -> str:
    """The number of the newest migration: they are one chain, and their files are named by it."""
    return max(path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*_*.py"))


def drift(engine: Engine) -> list[str]:
    """How the database's tables differ from the models, one plain line each; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=comparison_options())
        found = compare_metadata(context, Base.metadata)
    return [_in_words(difference) for difference in found]


def comparison_options() -> dict[str, Any]:
    """How alembic compares models with a database, and writes the difference down."""
    return {
        "render_as_batch": True,
        "compare_type": True,
        "include_object": _is_ours,
        "render_item": _render_item,
    }


def write_migration(message: str) -> None:
    """Write a new migration file from the difference between the models and the migrations so far."""
    from alembic import command

    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            command.upgrade(_config(connection), "head")
            command.revision(_config(connection), message, autogenerate=True, rev_id=_next_number())
    finally:
        engine.dispose()


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def _next_number() -> str:
    return f"{len(list(_scripts().walk_revisions())) + 1:04d}"


def _is_ours(_item: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
    return not (kind == "table" and reflected and name in _NOT_OURS)


def _render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Migrations are frozen: they name SQLAlchemy's types, never ours."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and repr(item) == repr(UUID_TEXT):
        return "UUID_TEXT"  # script.py.mako says what that is
    return False


def _in_words(difference: Any) -> str:
    """One line for people from alembic's tuple (or list of tuples for a changed column)."""
    if isinstance(difference, list):
        return "; ".join(_in_words(one) for one in difference)
    what, *rest = difference
    names = [
        str(getattr(part, "name", part)) for part in rest if isinstance(part, str) or hasattr(part, "name")
    ]
    return f"{what.replace('_', ' ')}: {' '.join(names)}"


if __name__ == "__main__":
    write_migration(sys.argv[1])
