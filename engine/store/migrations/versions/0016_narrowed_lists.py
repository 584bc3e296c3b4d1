"""Lists of records are narrowed down by what stands in the records themselves; probable duplicates are read from an index alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_FILL = """
UPDATE records SET listed = known.listed FROM (
  SELECT record_id, jsonb_object_agg(field, keys) AS listed FROM (
    SELECT record_id, field, jsonb_agg(value ORDER BY number) AS keys FROM record_values WHERE value IS NOT NULL GROUP BY record_id, field
  ) AS fields GROUP BY record_id
) AS known WHERE known.record_id = records.id
"""


def upgrade() -> None:
    op.add_column("records", sa.Column("listed", JSONB(), nullable=False, server_default="{}"))
    op.alter_column("records", "listed", server_default=None)
    op.execute(_FILL)
    op.drop_index("ix_record_likenesses_value", "record_likenesses")
    op.create_index("ix_record_likenesses_value", "record_likenesses", ["record_type", "way", "value", "record_id", "field"])
