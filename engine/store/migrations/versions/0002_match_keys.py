"""Records can be found by the value of any field through an index."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("records", sa.Column("match_keys", sa.ARRAY(sa.Text()), nullable=False, server_default="{}"))
    connection = op.get_bind()
    for record_id, data in connection.execute(sa.text("SELECT id, data FROM records")).all():
        keys = sorted(key for name, value in data.items() if (key := _match_key(name, value)))
        connection.execute(sa.text("UPDATE records SET match_keys = :keys WHERE id = :id"), {"keys": keys, "id": record_id})
    op.alter_column("records", "match_keys", server_default=None)
    op.create_index("ix_records_match_keys", "records", ["match_keys"], postgresql_using="gin")


def _match_key(name: str, value: Any) -> str | None:
    """As engine.commands.records.register wrote it when this migration was made."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if len(plain) > 300:
        plain = "sha256:" + hashlib.sha256(plain.encode()).hexdigest()
    whole = f"{name}={plain}"
    if not plain or len(whole) <= 600:
        return whole if plain else None
    return "sha256:" + hashlib.sha256(whole.encode()).hexdigest()
