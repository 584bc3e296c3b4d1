"""Alembic's entry: runs migrations on the connection that engine.store.migrate hands over."""

from __future__ import annotations

from alembic import context

from engine.store import message_tables, record_index, registers  # noqa: F401 - their tables are part of the metadata
from engine.store.migrate import is_ours
from engine.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_object=is_ours,
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
