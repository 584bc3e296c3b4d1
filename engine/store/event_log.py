"""The event log: how facts become history events, and what their hashes cover.

hash(n) = SHA-256(hash(n-1) + canonical(n)); hash(0) is 32 zero bytes. canonical(n) is a JSON array in UTF-8 without white space:
[instance_id, sequence, at, actor, on_behalf_of, kind, process_key, element_id, activity_instance_id, data], `at` as 2026-11-23T05:15:18.000000Z and
`data` exactly as the column holds it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
import sqlalchemy as sa

from engine.model.events import Fact
from engine.store.database import json_text

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The last event of an instance's log; sequence 0 and GENESIS before the first."""

    sequence: int = 0
    hash: bytes = GENESIS


def canonical(
    instance_id: str,
    sequence: int,
    at: datetime,
    actor: str,
    on_behalf_of: str | None,
    kind: str,
    process_key: str | None,
    element_id: str | None,
    activity_instance_id: int,
    data_text: str,
) -> bytes:
    """The bytes that an event's hash covers. `at` is aware."""
    head = [instance_id, sequence, time_text(at), actor, on_behalf_of, kind, process_key, element_id, activity_instance_id]
    return orjson.dumps(head)[:-1] + b"," + data_text.encode() + b"]"


def _canonical_row(row: dict[str, Any], data_text: str) -> bytes:
    return canonical(**row, data_text=data_text)


def chained(previous: bytes, event: bytes) -> bytes:
    return hashlib.sha256(previous + event).digest()


@lru_cache(maxsize=1024)  # all events of a command have one time
def time_text(at: datetime) -> str:
    """UTC with microseconds and Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What all events of one command have in common."""

    instance_id: str
    at: datetime
    actor: str
    on_behalf_of: str | None = None


def stamped(facts: Iterable[Fact], end: ChainEnd, stamp: Stamp) -> tuple[list[dict[str, Any]], ChainEnd]:
    """Rows of the table events, and the new end of the chain."""
    rows: list[dict[str, Any]] = []
    sequence, digest = end.sequence, end.hash
    for fact in facts:
        sequence += 1
        row = {
            "instance_id": stamp.instance_id,
            "sequence": sequence,
            "at": stamp.at,
            "actor": stamp.actor,
            "on_behalf_of": stamp.on_behalf_of,
            "kind": fact.kind,
            "process_key": fact.process_key,
            "element_id": fact.element_id,
            "activity_instance_id": fact.activity_instance_id,
        }
        text = json_text(fact.data)
        digest = chained(digest, _canonical_row(row, text))
        rows.append({**row, "data": text, "hash": digest})
    return rows, ChainEnd(sequence, digest)


def chain_breaks(connection: sa.Connection, instance_id: str) -> int | None:
    """The first sequence whose number or hash is not what it must be, or None. Also compares the end with what the instance row says."""
    columns = "sequence, at, actor, on_behalf_of, kind, process_key, element_id, activity_instance_id, data::text AS data_text, hash"
    rows = connection.execute(sa.text(f"SELECT {columns} FROM events WHERE instance_id = :id ORDER BY sequence"), {"id": instance_id})
    end = ChainEnd()
    for row in rows:
        expected = chained(end.hash, canonical(instance_id, *row[:-1]))
        if row.sequence != end.sequence + 1 or bytes(row.hash) != expected:
            return end.sequence + 1
        end = ChainEnd(row.sequence, expected)
    head = connection.execute(sa.text("SELECT last_sequence, last_hash FROM instances WHERE id = :id"), {"id": instance_id}).one_or_none()
    return None if head is not None and (head.last_sequence, bytes(head.last_hash)) == (end.sequence, end.hash) else end.sequence + 1
