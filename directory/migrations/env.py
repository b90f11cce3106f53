"""Run by alembic for every command; directory/migrating.py hands over an open connection."""

from __future__ import annotations

from alembic import context

from directory.database import Base
from directory.migrating import comparison_options

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    **comparison_options(),
)
with context.begin_transaction():
    context.run_migrations()
