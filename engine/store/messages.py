"""Messages and signals on their way: who waits, what is buffered, what is still to be delivered.

Whoever opens a message subscription holds the message's key shared until its commit, whoever sends holds it alone: so a message and a subscription
that come at the same moment always see each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from engine.model.outcome import SubscriptionWait
from engine.store.database import Transaction
from engine.store.message_tables import BufferedMessage
from engine.store.tables import Instance, StartWait, Subscription

LONGEST_KEY = 300
_NAME, _KEY = sa.bindparam("name", type_=sa.Text()), sa.bindparam("key", type_=sa.Text())


@dataclass(frozen=True, slots=True)
class Waiting:
    """An activity instance that waits for a message."""

    instance_id: str
    activity_instance_id: int


def key_of(correlation_key: str | None) -> str | None:
    """How a key is kept and compared: an expression may make one that is too long for an index, then it is its digest."""
    if correlation_key is None or len(correlation_key) <= LONGEST_KEY:
        return correlation_key
    return "sha256:" + hashlib.sha256(correlation_key.encode()).hexdigest()


def delivery_row(
    tx: Transaction,
    *,
    type: str,
    name: str,
    correlation_key: str | None,
    data: Mapping[str, Any],
    source: str | None = None,
    message_id: str | None = None,
    process_key: str | None = None,
    target: tuple[str, int] | None = None,
    start: tuple[int, str] | None = None,
) -> dict[str, Any]:
    """A row of deliveries; `target` is a wait, `start` a (definition id, start event)."""
    return {
        "id": tx.new_id(),
        "type": type,
        "name": name,
        "correlation_key": key_of(correlation_key),
        "data": data,
        "source_instance_id": source,
        "message_id": message_id,
        "target_process_key": process_key,
        "target_instance_id": target[0] if target else None,
        "target_activity_instance_id": target[1] if target else None,
        "target_definition_id": start[0] if start else None,
        "target_element_id": start[1] if start else None,
        "created_at": tx.now,
    }


def hold_key(tx: Transaction, messages: Sequence[tuple[str, str | None]], *, alone: bool) -> None:
    """Hold (name, correlation key) of messages until the end of the transaction; always in the same order."""
    numbers = sorted({_number(name, key) for name, key in messages})
    function = sa.func.pg_advisory_xact_lock if alone else sa.func.pg_advisory_xact_lock_shared
    held = sa.func.unnest(sa.bindparam("numbers", type_=ARRAY(sa.BigInteger()))).column_valued("number")
    tx.connection.execute(sa.select(sa.func.count(function(held))), {"numbers": numbers})


def _number(name: str, key: str | None) -> int:
    text = name + ("\x00" + key if key is not None else "")
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


_NAMES = sa.func.unnest(
    sa.bindparam("names", type_=ARRAY(sa.Text())), sa.bindparam("keys", type_=ARRAY(sa.Text())), sa.bindparam("processes", type_=ARRAY(sa.Text()))
)
_WANTED = _NAMES.table_valued(sa.column("name", sa.Text()), sa.column("key", sa.Text()), sa.column("process", sa.Text())).render_derived("wanted")
_BUFFERED = (
    sa.select(BufferedMessage.id, BufferedMessage.name, BufferedMessage.correlation_key, BufferedMessage.data, _WANTED.c.process)
    .join(
        _WANTED,
        sa.and_(BufferedMessage.name == _WANTED.c.name, BufferedMessage.correlation_key.is_not_distinct_from(_WANTED.c.key)),
    )
    .where(BufferedMessage.expires_at > sa.bindparam("now"), sa.not_(_WANTED.c.process == sa.any_(BufferedMessage.delivered_to)))
    .order_by(BufferedMessage.id, _WANTED.c.process)
)


def buffered_for(tx: Transaction, opened: Sequence[SubscriptionWait]) -> list[dict[str, Any]]:
    """Deliveries of the buffered messages that the new message subscriptions wait for."""
    hold_key(tx, [(wait.name, key_of(wait.correlation_key)) for wait in opened], alone=False)
    wanted = {
        "names": [wait.name for wait in opened],
        "keys": [key_of(wait.correlation_key) for wait in opened],
        "processes": [wait.process_key for wait in opened],
        "now": tx.now,
    }
    # Two subscriptions of one process may be for the same message.
    rows = {(row.id, row.process): row for row in tx.connection.execute(_BUFFERED, wanted)}
    return [
        delivery_row(
            tx, type="message", name=row.name, correlation_key=row.correlation_key, data=row.data, message_id=row.id, process_key=row.process
        )
        for row in rows.values()
    ]


_FOR_MESSAGE = (Subscription.type == "message", Subscription.name == _NAME, Subscription.correlation_key.is_not_distinct_from(_KEY))
_RECEIVERS = (
    sa.select(Subscription.process_key)
    .where(*_FOR_MESSAGE)
    .union(sa.select(StartWait.process_key).where(StartWait.type == "message", StartWait.name == _NAME))
    .order_by("process_key")
)


def receivers(tx: Transaction, name: str, key: str | None) -> list[str]:
    """The processes of which an instance waits for the message, or that begin with it."""
    return list(tx.connection.scalars(_RECEIVERS, {"name": name, "key": key}))


_FIRST = (
    sa.select(Subscription.instance_id, Subscription.activity_instance_id)
    .join(Instance, Instance.id == Subscription.instance_id)
    .where(*_FOR_MESSAGE, Subscription.process_key == sa.bindparam("process_key"))
    .order_by(Subscription.opened_at, Subscription.instance_id, Subscription.activity_instance_id)
    .limit(1)
)
_FIRST_WAITING = _FIRST.with_for_update(of=[Instance, Subscription])
_FIRST_FREE = _FIRST.with_for_update(of=[Instance, Subscription], skip_locked=True)


def hold_first(tx: Transaction, name: str, key: str | None, process_key: str, *, wait: bool) -> Waiting | None:
    """The longest waiting subscription of the process, held with its instance. `wait` False: only among instances that nobody else holds."""
    values = {"name": name, "key": key, "process_key": process_key}
    row = tx.connection.execute(_FIRST_WAITING if wait else _FIRST_FREE, values).one_or_none()
    return None if row is None else Waiting(row.instance_id, row.activity_instance_id)


def start_of(tx: Transaction, name: str, process_key: str) -> tuple[int, str] | None:
    """(definition id, start event) of the process that begins with the message."""
    statement = sa.select(StartWait.definition_id, StartWait.element_id).where(
        StartWait.type == "message", StartWait.name == name, StartWait.process_key == process_key
    )
    row = tx.connection.execute(statement.order_by(StartWait.element_id).limit(1)).one_or_none()
    return None if row is None else (row.definition_id, row.element_id)


def take_once(tx: Transaction, message_id: str, process_key: str) -> bool:
    """Note that the process has the buffered message; False when it had it before."""
    delivered = BufferedMessage.delivered_to
    changed = tx.connection.execute(
        sa.update(BufferedMessage)
        .where(BufferedMessage.id == message_id, sa.not_(sa.literal(process_key) == sa.any_(delivered)))
        .values(delivered_to=sa.func.array_append(delivered, process_key))
    )
    return changed.rowcount == 1
