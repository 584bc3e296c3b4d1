"""Timers that are due. System only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine.bpmn.runtime import Schedule, next_due
from engine.commands.input import command_fact
from engine.commands.instances import definition_of, new_instance, start
from engine.commands.rights import require_system
from engine.commands.work import Work
from engine.model import stimuli
from engine.model.identity import Actor
from engine.store import job_queue
from engine.store.instances import lock_instance
from engine.store.tables import StartWait, Timer


@dataclass(frozen=True, slots=True)
class Fired:
    """`fired` False: the wait was gone or has another due time, nothing happened. `instance_id`: the instance that went on or was started."""

    fired: bool
    instance_id: str | None = None


@dataclass(frozen=True, slots=True)
class FireTimer:
    """Fire the timer of a waiting activity instance if it still waits for `due_at`, which has come by the scheduler's clock."""

    instance_id: str
    activity_instance_id: int
    due_at: datetime

    def execute(self, work: Work, actor: Actor) -> Fired:
        require_system(actor)
        head = lock_instance(work.connection, self.instance_id)
        waits = sa.select(Timer.due_at).where(
            Timer.instance_id == self.instance_id, Timer.activity_instance_id == self.activity_instance_id, Timer.due_at == self.due_at
        )
        if head is None or head.status != "active" or work.connection.execute(waits).first() is None:
            return Fired(False)
        command = command_fact("FireTimer", activity_instance_id=self.activity_instance_id, due_at=self.due_at.isoformat())
        # This machine's clock may be a little behind the scheduler's: for the process it is never earlier than the due time.
        work.step(head, stimuli.FireTimer(self.activity_instance_id), command, actor, now=max(work.now, self.due_at))
        return Fired(True, head.id)


@dataclass(frozen=True, slots=True)
class StartByTimer:
    """Start a process by its timer start event if that is still due at `due_at`, and set the event's next due time."""

    definition_id: int
    element_id: str
    due_at: datetime

    def execute(self, work: Work, actor: Actor) -> Fired:
        require_system(actor)
        place = (StartWait.definition_id == self.definition_id, StartWait.element_id == self.element_id)
        wait = work.connection.execute(
            sa.select(StartWait.interval, StartWait.remaining).where(*place, StartWait.due_at == self.due_at).with_for_update()
        ).one_or_none()
        if wait is None:
            return Fired(False)
        following = next_due(Schedule(self.due_at, wait.remaining, wait.interval), max(work.now, self.due_at))
        if following is None:
            work.connection.execute(sa.delete(StartWait).where(*place))
        else:
            work.connection.execute(sa.update(StartWait).where(*place).values(due_at=following.due_at, remaining=following.remaining))
            job_queue.defer(work.connection, [job_queue.start_by_timer(self.definition_id, self.element_id, following.due_at)])
        head = new_instance(work, definition_of(work, self.definition_id), actor.user_id, None, starter=False)
        start(work, head, {}, self.element_id, actor, digest=head.digest, due_at=self.due_at.isoformat())
        return Fired(True, head.id)
