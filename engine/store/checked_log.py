"""One instance's event log, read and checked at once: whoever shows it knows how far it can be believed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from engine.model.errors import EventLogCorrupt
from engine.model.events import EventKind
from engine.store.diagnosis import ChainBreak, diagnose
from engine.store.event_log import GENESIS, ChainEnd, canonical, chained
from engine.store.event_stream import LoggedEvent

_BETWEEN = """
SELECT instance_id, sequence, at, actor, on_behalf_of, kind, process_key, element_id, activity_instance_id, data::text, hash
FROM events WHERE instance_id = %s AND sequence BETWEEN %s AND %s ORDER BY sequence
"""
NO_END = 2**31 - 1


class ReadEvent(NamedTuple):
    """A row of the log with its data as JSON values. `process_key` and `element_id` are texts, None where the kind of event has none."""

    sequence: int
    at: datetime
    actor: str
    on_behalf_of: str | None
    kind: EventKind
    process_key: Any
    element_id: Any
    activity_instance_id: int
    data: Any


@dataclass(frozen=True, slots=True)
class CheckedLog:
    """`events`: those before the first that does not fit, all of them when nothing is wrong; `found`: what is wrong first."""

    events: list[ReadEvent]
    found: ChainBreak | None


def read_checked(connection: sa.Connection, instance_id: str, end: ChainEnd) -> CheckedLog:
    """The whole log of an instance; `end` is that which its row knows."""
    logged = _logged(connection, instance_id, 1, NO_END)
    fitting, found = check(logged, instance_id, end)
    return CheckedLog(read_events(logged[:fitting]), found)


def read_until(connection: sa.Connection, instance_id: str, until: int) -> list[ReadEvent]:
    """The events up to `until`. Raises EventLogCorrupt when one of them is not as it was."""
    logged = _logged(connection, instance_id, 1, until)
    if _fitting(logged)[0] != until:
        raise EventLogCorrupt("event_log_corrupt", instance_id=instance_id)
    return read_events(logged)


def read_between(connection: sa.Connection, instance_id: str, first: int, until: int) -> list[ReadEvent]:
    return read_events(_logged(connection, instance_id, first, until))


def read_events(logged: Iterable[LoggedEvent]) -> list[ReadEvent]:
    return [ReadEvent._make((*event[1:9], orjson.loads(event.data))) for event in logged]


def check(events: Sequence[LoggedEvent], instance_id: str, end: ChainEnd) -> tuple[int, ChainBreak | None]:
    """How many events of a whole log fit, from the first on, and what is wrong first."""
    fitting, digest = _fitting(events)
    if fitting == len(events) and (fitting, digest) == (end.sequence, end.hash):
        return fitting, None
    return min(fitting, end.sequence), diagnose(events, instance_id, end) or ChainBreak(instance_id, end.sequence, "end")


def _logged(connection: sa.Connection, instance_id: str, first: int, until: int) -> list[LoggedEvent]:
    return list(map(LoggedEvent._make, connection.exec_driver_sql(_BETWEEN, (instance_id, first, until))))


def _fitting(events: Iterable[LoggedEvent]) -> tuple[int, bytes]:
    """How many events follow each other from the first on, and the hash of the last that does."""
    count, digest = 0, GENESIS
    for event in events:
        expected = chained(digest, canonical(*event[:10]))
        if event.sequence != count + 1 or event.hash != expected:
            break
        count, digest = count + 1, expected
    return count, digest
