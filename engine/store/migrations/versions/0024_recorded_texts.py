"""Recorded values can be searched: those of every step, also of the past."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

# This table becomes part of the metadata that migrations are compared with.
from engine.store.recorded_texts import recorded_rows

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_BATCH = 1000
_RECORDED = sa.text(
    "SELECT instance_id, sequence, kind, data FROM events WHERE kind IN ('command', 'variables_changed') ORDER BY instance_id, sequence"
)


def upgrade() -> None:
    table = op.create_table(
        "recorded_texts",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("grams", sa.ARRAY(sa.Integer()), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_recorded_texts_instance_id"),
        sa.PrimaryKeyConstraint("instance_id", "sequence", "part", name="pk_recorded_texts"),
    )
    batch: list[dict[str, Any]] = []
    for rows in _past():
        batch += rows
        if len(batch) >= _BATCH:
            op.bulk_insert(table, batch)
            batch = []
    op.bulk_insert(table, batch)
    op.create_index("ix_recorded_texts_grams", "recorded_texts", ["grams"], postgresql_using="gin")


def _past() -> Iterator[list[dict[str, Any]]]:
    """The rows of each step that was ever recorded. Words that only the form of a task showed are not in the log."""
    events = op.get_bind().execute(_RECORDED.execution_options(yield_per=_BATCH))
    for instance_id, log in groupby(events, key=lambda event: event.instance_id):
        command, changes = 1, list[dict[str, Any]]()
        for event in log:
            if event.kind == "command":
                yield recorded_rows(instance_id, command, changes)
                command, changes = event.sequence, []
            else:
                changes.append(event.data["changes"])
        yield recorded_rows(instance_id, command, changes)
