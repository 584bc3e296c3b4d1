"""Where the hash chains end, and what stands in them at a number that somebody kept."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from engine.store.accounts import AccountEvent
from engine.store.event_stream import Connection
from engine.store.tables import Instance

_AT_ONCE = 5_000
_AT = """
SELECT wanted.id, event.hash, instance.id IS NOT NULL AS exists
FROM unnest(CAST(:ids AS text[]), CAST(:sequences AS bigint[])) AS wanted (id, sequence)
LEFT JOIN events event ON event.instance_id = wanted.id AND event.sequence = wanted.sequence
LEFT JOIN instances instance ON instance.id = wanted.id
"""


def instance_ends(connection: Connection) -> dict[str, tuple[int, str]]:
    """Instance -> (number, hash in hex) of its last event, in order of the ids."""
    rows = connection.execute(sa.select(Instance.id, Instance.last_sequence, Instance.last_hash).order_by(Instance.id))
    return {row.id: (row.last_sequence, bytes(row.last_hash).hex()) for row in rows}


def account_end(connection: Connection) -> tuple[int, str] | None:
    """(number, hash in hex) of the last entry about people."""
    newest = sa.select(AccountEvent.number, AccountEvent.hash).order_by(AccountEvent.number.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return (row.number, row.hash) if row else None


def event_hashes(connection: Connection, wanted: Mapping[str, int]) -> dict[str, str | None]:
    """Instance -> hash in hex of its event of that number, None when there is none; an instance that does not exist is left out."""
    found: dict[str, str | None] = {}
    every = sorted(wanted.items())
    for start in range(0, len(every), _AT_ONCE):
        batch = every[start : start + _AT_ONCE]
        asked = {"ids": [instance_id for instance_id, _ in batch], "sequences": [sequence for _, sequence in batch]}
        for row in connection.execute(sa.text(_AT), asked):
            if row.exists:
                found[row.id] = None if row.hash is None else bytes(row.hash).hex()
    return found


def account_hash(connection: Connection, number: int) -> str | None:
    """Of the entry of that number about people."""
    return connection.scalar(sa.select(AccountEvent.hash).where(AccountEvent.number == number))
