"""Alembic's entry: runs migrations on the connection that engine.store.migrate hands over."""

from __future__ import annotations

from alembic import context

from engine.store import registers
from engine.store.migrate import is_ours

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=registers.Base.metadata,
    include_object=is_ours,
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
