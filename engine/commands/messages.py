"""Messages and signals from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from engine.commands.input import checked_duration, checked_text, checked_values, command_fact, optional_text, refuse_reserved
from engine.commands.instances import definition_of, new_instance, start
from engine.commands.rights import require_administrator, require_system
from engine.commands.work import Work
from engine.model import stimuli
from engine.model.errors import InputRejected
from engine.model.identity import Actor
from engine.model.values import JsonValue, from_json, to_json
from engine.store import job_queue
from engine.store.instances import lock_instance
from engine.store.message_tables import BufferedMessage, Delivery
from engine.store.messages import delivery_row, hold_first, hold_key, receivers, start_of, take_once
from engine.store.rows import insert_rows
from engine.store.tables import StartWait, Subscription

LONGEST_TIME_TO_LIVE = timedelta(days=3650)
# Whoever is to receive what a diagram throws may be about to wait for it.
THROWN_TIME_TO_LIVE = timedelta(hours=1)
RIVALS = 100


@dataclass(frozen=True, slots=True)
class Sent:
    """`instance_id`: who received it at once; `deliveries`: how many more are on their way; `buffered`: it also waits for later subscriptions."""

    instance_id: str | None
    deliveries: int
    buffered: bool


@dataclass(frozen=True, slots=True)
class CorrelateMessage:
    """Deliver a message once per process whose instance waits for (name, correlation key), or starts with it; else buffer it.

    Raises InputRejected("no_subscription") when nobody waits and `time_to_live` is zero.
    """

    name: str
    correlation_key: str | None
    variables: Mapping[str, Any] = field(default_factory=dict)
    time_to_live: timedelta = timedelta(0)

    def execute(self, work: Work, actor: Actor) -> Sent:
        require_administrator(actor)
        key = optional_text(self.correlation_key, "correlation_key")
        values = checked_values(self.variables)
        refuse_reserved(values)
        message = _Message(checked_text(self.name, "name"), key, to_json(values), actor)
        time_to_live = checked_duration(self.time_to_live, "time_to_live", LONGEST_TIME_TO_LIVE)
        sent = send(work, message, time_to_live)
        if sent.instance_id is None and not sent.deliveries and not sent.buffered:
            raise InputRejected("no_subscription", name=message.name, correlation_key=key)
        return sent


@dataclass(frozen=True, slots=True)
class BroadcastSignal:
    """Wake every instance that waits for the signal now, and start every process that begins with it."""

    name: str
    variables: Mapping[str, Any] = field(default_factory=dict)

    def execute(self, work: Work, actor: Actor) -> Sent:
        require_administrator(actor)
        values = checked_values(self.variables)
        refuse_reserved(values)
        return Sent(None, broadcast(work, checked_text(self.name, "name"), to_json(values)), False)


@dataclass(frozen=True, slots=True)
class Delivered:
    """`instance_id` None: the wait was gone, or the delivery was split into one per receiver (`deliveries`)."""

    instance_id: str | None
    deliveries: int = 0


@dataclass(frozen=True, slots=True)
class Deliver:
    """Bring one delivery to its receiver, or match it first when it has none. System only."""

    delivery_id: str

    def execute(self, work: Work, actor: Actor) -> Delivered:
        require_system(actor)
        taken = sa.delete(Delivery).where(Delivery.id == self.delivery_id).returning(Delivery)
        delivery: Any = work.connection.execute(taken).one_or_none()  # a row with the columns of Delivery
        if delivery is None:
            return Delivered(None)
        if delivery.target_process_key is not None:
            return Delivered(_to_process(work, _message_of(delivery, actor), delivery.target_process_key, wait=True))
        if delivery.target_instance_id is not None or delivery.target_definition_id is not None:
            return Delivered(_signal(work, delivery, actor))
        if delivery.type == "signal":
            return Delivered(None, broadcast(work, delivery.name, delivery.data, delivery.source_instance_id))
        sent = send(work, _message_of(delivery, actor), THROWN_TIME_TO_LIVE)
        return Delivered(sent.instance_id, sent.deliveries)


@dataclass(frozen=True, slots=True)
class _Message:
    """A message on its way; `data` are JSON values; `buffer_id` when it is (also) buffered."""

    name: str
    key: str | None
    data: Mapping[str, JsonValue]
    actor: Actor
    buffer_id: str | None = None
    source: str | None = None


def _message_of(delivery: Any, actor: Actor) -> _Message:
    return _Message(delivery.name, delivery.correlation_key, delivery.data, actor, delivery.message_id, delivery.source_instance_id)


def send(work: Work, message: _Message, time_to_live: timedelta) -> Sent:
    """Deliver to one process at once if its instance is free, to the others by a job each; keep it for later ones if it has a time to live."""
    hold_key(work.tx, [(message.name, message.key)], alone=True)
    work.connection.execute(sa.delete(BufferedMessage).where(BufferedMessage.expires_at <= work.now))
    if time_to_live > timedelta(0):
        message = _buffered(work, message, time_to_live)
    processes = receivers(work.tx, message.name, message.key)
    # Without waiting: who holds the instance may be waiting for the message's key.
    reached = _to_process(work, message, processes[0], wait=False) if processes else None
    later = [
        delivery_row(
            work.tx,
            type="message",
            name=message.name,
            correlation_key=message.key,
            data=message.data,
            source=message.source,
            message_id=message.buffer_id,
            process_key=process,
        )
        for process in processes[0 if reached is None else 1 :]
    ]
    put_on_way(work, later)
    return Sent(reached, len(later), message.buffer_id is not None)


def broadcast(work: Work, name: str, data: Mapping[str, JsonValue], source: str | None = None) -> int:
    """One delivery for every wait and every start event, each a transaction of its own. Answers how many."""
    waits = sa.select(Subscription.instance_id, Subscription.activity_instance_id).where(Subscription.type == "signal", Subscription.name == name)
    starts = sa.select(StartWait.definition_id, StartWait.element_id).where(StartWait.type == "signal", StartWait.name == name)
    common: dict[str, Any] = {"type": "signal", "name": name, "correlation_key": None, "data": data, "source": source}
    rows = [delivery_row(work.tx, **common, target=(instance_id, number)) for instance_id, number in work.connection.execute(waits)]
    rows += [delivery_row(work.tx, **common, start=(number, element_id)) for number, element_id in work.connection.execute(starts)]
    put_on_way(work, rows)
    return len(rows)


def put_on_way(work: Work, rows: list[dict[str, Any]]) -> None:
    insert_rows(work.connection, Delivery, rows)
    job_queue.defer(work.connection, [job_queue.deliver(row["id"]) for row in rows])


def _buffered(work: Work, message: _Message, time_to_live: timedelta) -> _Message:
    number = work.tx.new_id()
    row: dict[str, Any] = {
        "id": number,
        "name": message.name,
        "correlation_key": message.key,
        "data": message.data,
        "created_at": work.now,
        "expires_at": work.now + time_to_live,
        "delivered_to": [],
    }
    insert_rows(work.connection, BufferedMessage, [row])
    return _Message(message.name, message.key, message.data, message.actor, number, message.source)


def _to_process(work: Work, message: _Message, process_key: str, *, wait: bool) -> str | None:
    """Give the message to the longest waiting instance of the process, or start it. The instance's id, None when there is neither (any more)."""
    found = hold_first(work.tx, message.name, message.key, process_key, wait=wait)
    for _ in range(RIVALS if wait else 0):
        # The longest waiting may have got something else while we waited for it: then it is the next one's turn.
        if found is not None or not _somebody_waits(work, message, process_key):
            break
        found = hold_first(work.tx, message.name, message.key, process_key, wait=True)
    begin = start_of(work.tx, message.name, process_key) if found is None else None
    if found is None and (begin is None or (not wait and _somebody_waits(work, message, process_key))):
        return None
    if message.buffer_id is not None and not take_once(work.tx, message.buffer_id, process_key):
        return None
    values = {name: from_json(item) for name, item in message.data.items()}
    detail: dict[str, JsonValue] = {"name": message.name, "correlation_key": message.key, "variables": message.data}
    if found is None:
        if begin is None:
            return None
        head = new_instance(work, definition_of(work, begin[0]), message.actor.user_id, message.key, starter=False)
        return start(work, head, values, begin[1], message.actor, digest=head.digest, **detail).instance_id
    stimulus = stimuli.ReceiveMessage(found.activity_instance_id, values)
    command = command_fact("CorrelateMessage", activity_instance_id=found.activity_instance_id, **detail)
    return work.step(work.instance(found.instance_id), stimulus, command, message.actor).instance_id


def _somebody_waits(work: Work, message: _Message, process_key: str) -> bool:
    """An instance that somebody else holds is waiting: it comes before a new one."""
    waits = sa.select(Subscription.instance_id).where(
        Subscription.type == "message",
        Subscription.name == message.name,
        Subscription.correlation_key.is_not_distinct_from(message.key),
        Subscription.process_key == process_key,
    )
    return work.connection.execute(waits.limit(1)).first() is not None


def _signal(work: Work, delivery: Any, actor: Actor) -> str | None:
    """Wake the wait or start the process that the delivery names, if it is still there."""
    values = {name: from_json(item) for name, item in delivery.data.items()}
    detail: dict[str, JsonValue] = {"name": delivery.name, "variables": delivery.data}
    if delivery.target_definition_id is not None:
        there = sa.select(StartWait.element_id).where(
            StartWait.definition_id == delivery.target_definition_id, StartWait.element_id == delivery.target_element_id
        )
        if work.connection.execute(there).first() is None:
            return None
        head = new_instance(work, definition_of(work, delivery.target_definition_id), actor.user_id, None, starter=False)
        return start(work, head, values, delivery.target_element_id, actor, digest=head.digest, **detail).instance_id
    head_or_none = lock_instance(work.connection, delivery.target_instance_id or "")
    waits = sa.select(Subscription.name).where(
        Subscription.instance_id == delivery.target_instance_id,
        Subscription.activity_instance_id == delivery.target_activity_instance_id,
        Subscription.type == "signal",
        Subscription.name == delivery.name,
    )
    number = delivery.target_activity_instance_id
    if head_or_none is None or number is None or work.connection.execute(waits).first() is None:
        return None
    command = command_fact("BroadcastSignal", activity_instance_id=number, **detail)
    return work.step(head_or_none, stimuli.ReceiveSignal(number, values), command, actor).instance_id
