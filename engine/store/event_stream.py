"""Event logs of many instances, streamed: however many events there are, only a batch of them is in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa

from engine.store.database import driver_connection
from engine.store.event_log import ChainEnd
from engine.store.registers import User
from engine.store.tables import Definition, Deployment, Instance

Connection: TypeAlias = sa.Connection
AT_ONCE = 2_000


class LoggedEvent(NamedTuple):
    """A row of the log. `data` is the text of the column: what was hashed."""

    instance_id: str
    sequence: int
    at: datetime
    actor: str
    on_behalf_of: str | None
    kind: str
    process_key: str | None
    element_id: str | None
    activity_instance_id: int
    data: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class LoggedInstance:
    """What the row of an instance says; `end` is the end of its chain as the row knows it. `version`, `digest` are those of its deployment."""

    id: str
    process_key: str
    process_name: str
    process_name_en: str
    version: int
    deployment_id: str
    digest: str
    business_key: str | None
    title: str | None
    status: str
    outcome: str | None
    reason: str | None
    starter: str | None
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    end: ChainEnd
    snapshot: bytes


_HEADS = (
    sa.select(
        Instance.id,
        Instance.process_key,
        Definition.name.label("process_name"),
        Definition.name_en.label("process_name_en"),
        Definition.version,
        Definition.deployment_id,
        Deployment.digest,
        Instance.business_key,
        Instance.title,
        Instance.status,
        Instance.outcome,
        Instance.reason,
        Instance.starter,
        Instance.started_by,
        Instance.started_at,
        Instance.ended_at,
        Instance.last_sequence,
        Instance.last_hash,
        Instance.snapshot,
    )
    .join(Definition, Definition.id == Instance.definition_id)
    .join(Deployment, Deployment.id == Definition.deployment_id)
    .order_by(Instance.id)
)
_NEXT = _HEADS.where(Instance.id > sa.bindparam("after")).limit(sa.bindparam("limit"))
_SOME = _HEADS.where(Instance.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Text()))))
_EVENTS = """
SELECT instance_id, sequence, at, actor, on_behalf_of, kind, process_key, element_id, activity_instance_id, data::text, hash
FROM events WHERE instance_id = ANY(%s) ORDER BY instance_id, sequence
"""


def count_instances(connection: Connection) -> int:
    return int(connection.scalar(sa.select(sa.func.count()).select_from(Instance)) or 0)


def next_instances(connection: Connection, after: str, limit: int) -> list[LoggedInstance]:
    """The next instances in the order of their ids."""
    return _heads(connection.execute(_NEXT, {"after": after, "limit": limit}))


def logged_instance(connection: Connection, instance_id: str) -> LoggedInstance | None:
    return next(iter(_heads(connection.execute(_SOME, {"ids": [instance_id]}))), None)


def user_names(connection: Connection) -> dict[str, str]:
    """The names of all accounts by their ids."""
    return {row.id: row.name for row in connection.execute(sa.select(User.id, User.name))}


def _heads(rows: Iterable[sa.Row[Any]]) -> list[LoggedInstance]:
    found = []
    for row in rows:
        values = dict(row._mapping)
        end = ChainEnd(values.pop("last_sequence"), bytes(values.pop("last_hash")))
        found.append(LoggedInstance(**{**values, "end": end, "snapshot": bytes(row.snapshot)}))
    return found


def stream_events(connection: Connection, instance_ids: Sequence[str]) -> Iterator[LoggedEvent]:
    """Every event of the instances, in the order of instance and sequence, through a cursor of the server; one stream at a time."""
    with driver_connection(connection).cursor(name="event_stream", binary=True) as cursor:
        cursor.execute(_EVENTS, (list(instance_ids),))
        while rows := cursor.fetchmany(AT_ONCE):
            yield from map(LoggedEvent._make, rows)
