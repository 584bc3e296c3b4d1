"""Rows that are due and that no job of the job engine is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from engine.model.errors import NotAllowedError
from engine.model.identity import Actor
from engine.queries.reading import Query, Reading
from engine.store import job_queue
from engine.store.job_queue import DeferredJob
from engine.store.message_tables import Delivery
from engine.store.tables import Job, StartWait, Timer

OVERDUE = timedelta(minutes=1)
MOST_AT_ONCE = 1000
_JOBS = sa.table("procrastinate_jobs", sa.column("task_name", sa.Text()), sa.column("status", sa.Text()), sa.column("args", JSONB()))


@dataclass(frozen=True, slots=True)
class ForgottenJobs(Query[tuple[DeferredJob, ...]]):
    """Jobs for rows that have been due for a minute and have none that waits or runs. For the system only.

    A restored backup, a job deleted by hand or one that an older release could not run leave such rows.
    """

    def answer(self, reading: Reading, actor: Actor) -> tuple[DeferredJob, ...]:
        if not actor.is_system:
            raise NotAllowedError("system_only")
        before = reading.now - OVERDUE
        return (*_timers(reading, before), *_starts(reading, before), *_jobs(reading, before), *_deliveries(reading, before))


def _timers(reading: Reading, before: Any) -> Iterator[DeferredJob]:
    missing = _no_job("fire_timer", instance_id=Timer.instance_id, activity_instance_id=Timer.activity_instance_id)
    statement = sa.select(Timer.instance_id, Timer.activity_instance_id, Timer.due_at).where(Timer.due_at < before, missing)
    for row in reading.connection.execute(statement.order_by(Timer.due_at).limit(MOST_AT_ONCE)):
        yield job_queue.fire_timer(row.instance_id, row.activity_instance_id, row.due_at)


def _starts(reading: Reading, before: Any) -> Iterator[DeferredJob]:
    missing = _no_job("start_by_timer", definition_id=StartWait.definition_id, element_id=StartWait.element_id)
    statement = sa.select(StartWait.definition_id, StartWait.element_id, StartWait.due_at).where(StartWait.due_at < before, missing)
    for row in reading.connection.execute(statement.limit(MOST_AT_ONCE)):
        yield job_queue.start_by_timer(row.definition_id, row.element_id, row.due_at)


def _jobs(reading: Reading, before: Any) -> Iterator[DeferredJob]:
    missing = _no_job("run_job", instance_id=Job.instance_id, activity_instance_id=Job.activity_instance_id)
    statement = sa.select(Job.instance_id, Job.activity_instance_id).where(Job.due_at < before, missing)
    for row in reading.connection.execute(statement.order_by(Job.due_at).limit(MOST_AT_ONCE)):
        yield job_queue.run_job(row.instance_id, row.activity_instance_id)


def _deliveries(reading: Reading, before: Any) -> Iterator[DeferredJob]:
    statement = sa.select(Delivery.id).where(Delivery.created_at < before, _no_job("deliver", delivery_id=Delivery.id))
    for delivery_id in reading.connection.scalars(statement.order_by(Delivery.number).limit(MOST_AT_ONCE)):
        yield job_queue.deliver(delivery_id)


def _no_job(task_name: str, **arguments: sa.orm.InstrumentedAttribute[Any]) -> sa.ColumnElement[bool]:
    """No job of that task about this row waits or runs."""
    same = [_JOBS.c.args[name].astext == sa.cast(column, sa.Text()) for name, column in arguments.items()]
    alive = sa.cast(_JOBS.c.status, sa.Text()).in_(["todo", "doing"])
    return ~sa.exists(sa.select(sa.literal(1)).select_from(_JOBS).where(_JOBS.c.task_name == task_name, alive, *same))
