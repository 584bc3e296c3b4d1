"""What is due, read from the rows themselves: for whoever runs without the job engine's worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.commands.jobs import RunJob
from engine.commands.messages import Deliver
from engine.commands.timers import FireTimer, StartByTimer
from engine.commands.work import Command
from engine.store.message_tables import Delivery
from engine.store.tables import Job, StartWait, Timer


def next_due(connection: sa.Connection, now: datetime) -> Command[Any] | None:
    """The command to run next: what is on its way first, then connectors' jobs, then timers by their due time."""
    delivery = connection.scalar(sa.select(Delivery.id).order_by(Delivery.number).limit(1))
    if delivery is not None:
        return Deliver(delivery)
    jobs = sa.select(Job.instance_id, Job.activity_instance_id).where(Job.due_at <= now)
    job = connection.execute(jobs.order_by(Job.due_at, Job.instance_id, Job.activity_instance_id).limit(1)).one_or_none()
    if job is not None:
        return RunJob(job.instance_id, job.activity_instance_id)
    return _next_timer(connection, now)


def next_due_at(connection: sa.Connection) -> datetime | None:
    """The earliest time at which next_due would find something; what is on its way is due since it was sent."""
    earliest = (
        sa.select(sa.func.min(Delivery.created_at).label("at")),
        sa.select(sa.func.min(Job.due_at)),
        sa.select(sa.func.min(Timer.due_at)),
        sa.select(sa.func.min(StartWait.due_at)),
    )
    every = sa.union_all(*earliest).subquery()
    found: datetime | None = connection.scalar(sa.select(sa.func.min(every.c.at)))
    return found


def _next_timer(connection: sa.Connection, now: datetime) -> FireTimer | StartByTimer | None:
    timers = sa.select(Timer.instance_id, Timer.activity_instance_id, Timer.due_at).where(Timer.due_at <= now)
    timer = connection.execute(timers.order_by(Timer.due_at, Timer.instance_id, Timer.activity_instance_id).limit(1)).one_or_none()
    starts = sa.select(StartWait.definition_id, StartWait.element_id, StartWait.due_at).where(StartWait.due_at <= now)
    start = connection.execute(starts.order_by(StartWait.due_at, StartWait.definition_id, StartWait.element_id).limit(1)).one_or_none()
    if start is not None and (timer is None or start.due_at < timer.due_at):
        return StartByTimer(start.definition_id, start.element_id, start.due_at)
    return None if timer is None else FireTimer(timer.instance_id, timer.activity_instance_id, timer.due_at)
