"""Recomputes the hash chain of every instance's event log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.store.database import Database
from engine.store.event_log import chain_breaks

BATCH = 500


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """The first event of an instance whose number or hash is not what it must be; one more than the last when the end is missing."""

    instance_id: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Verification:
    instances: int
    breaks: tuple[ChainBreak, ...]


def verify_chains(database: Database, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Verification:
    """Every instance that exists when its turn comes; `progress` is told (done, total) after each batch, which is one view of the database."""
    total = database.read(lambda connection: int(connection.exec_driver_sql("SELECT count(*) FROM instances").scalar_one()))
    done, after = 0, ""
    breaks: list[ChainBreak] = []
    while ids := _next_ids(database, after):
        breaks += _broken(database, ids)
        done, after = done + len(ids), ids[-1]
        progress(done, max(done, total))
    return Verification(done, tuple(breaks))


def _next_ids(database: Database, after: str) -> list[str]:
    select = "SELECT id FROM instances WHERE id > %(after)s ORDER BY id LIMIT %(batch)s"
    return database.read(lambda connection: [str(row[0]) for row in connection.exec_driver_sql(select, {"after": after, "batch": BATCH})])


def _broken(database: Database, ids: list[str]) -> list[ChainBreak]:
    found = database.read(lambda connection: [(instance_id, chain_breaks(connection, instance_id)) for instance_id in ids])
    return [ChainBreak(instance_id, sequence) for instance_id, sequence in found if sequence is not None]
