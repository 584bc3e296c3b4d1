"""What an instance waits for from outside, by the names under which it can come: messages, signals, times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from engine.model.identity import Actor
from engine.queries.cases.heads import require_instance
from engine.queries.labels import element_names
from engine.queries.reading import Query, Reading
from engine.store.tables import Subscription, Timer


@dataclass(frozen=True, slots=True)
class AwaitedEvent:
    """`name` and `key` are those of a message or signal, `due_at` that of a timer."""

    kind: Literal["message", "signal", "timer"]
    element_id: str
    element_name: str
    element_name_en: str
    name: str = ""
    key: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AwaitedEvents(Query[tuple[AwaitedEvent, ...]]):
    """Events attached to activities included; timers first, the next one at the top. Raises NotFoundError."""

    instance_id: str

    def answer(self, reading: Reading, actor: Actor) -> tuple[AwaitedEvent, ...]:
        head = require_instance(reading, actor, self.instance_id)
        pack = reading.pack(head.deployment_id, head.digest)
        timers = sa.select(Timer.process_key, Timer.element_id, Timer.due_at).where(Timer.instance_id == self.instance_id)
        due = reading.connection.execute(timers.order_by(Timer.due_at, Timer.activity_instance_id)).all()
        columns = (Subscription.type, Subscription.process_key, Subscription.element_id, Subscription.name, Subscription.correlation_key)
        waiting = sa.select(*columns).where(Subscription.instance_id == self.instance_id).order_by(Subscription.activity_instance_id)
        return (
            *(AwaitedEvent("timer", row.element_id, *element_names(pack, row.process_key, row.element_id), due_at=row.due_at) for row in due),
            *(
                AwaitedEvent(row.type, row.element_id, *element_names(pack, row.process_key, row.element_id), row.name, row.correlation_key)
                for row in reading.connection.execute(waiting)
            ),
        )
