"""Defers jobs of the distributed job engine (Procrastinate) inside the transaction that causes them. engine.jobs holds the tasks.

A job names a row (timer, connector job, delivery); when it runs and the row is gone or has another due time, it does nothing. So jobs are never
cancelled. None has a Procrastinate lock: a job scheduled for next month would hold up every later one with the same lock; rows are locked instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from procrastinate import SyncPsycopgConnector
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.types import JSONDict

from engine.store.database import driver_connection

JobName = Literal["fire_timer", "start_by_timer", "run_job", "deliver", "send_mails"]
QUEUE = "engine"
# Never opened: every job goes through a transaction's own connection.
_MANAGER = JobManager(SyncPsycopgConnector())


@dataclass(frozen=True, slots=True)
class DeferredJob:
    """A job of engine.jobs by its task name; `due_at` None: at once. Arguments are JSON data, times as ISO text."""

    name: JobName
    arguments: JSONDict
    due_at: datetime | None = None


def fire_timer(instance_id: str, activity_instance_id: int, due_at: datetime) -> DeferredJob:
    return DeferredJob(
        "fire_timer", {"instance_id": instance_id, "activity_instance_id": activity_instance_id, "due_at": due_at.isoformat()}, due_at
    )


def start_by_timer(definition_id: int, element_id: str, due_at: datetime) -> DeferredJob:
    return DeferredJob("start_by_timer", {"definition_id": definition_id, "element_id": element_id, "due_at": due_at.isoformat()}, due_at)


def run_job(instance_id: str, activity_instance_id: int, due_at: datetime | None = None) -> DeferredJob:
    return DeferredJob("run_job", {"instance_id": instance_id, "activity_instance_id": activity_instance_id}, due_at)


def deliver(delivery_id: str) -> DeferredJob:
    return DeferredJob("deliver", {"delivery_id": delivery_id})


def send_mails() -> DeferredJob:
    """Sends whatever is due, not only what this transaction writes."""
    return DeferredJob("send_mails", {})


def defer(connection: sa.Connection, jobs: Sequence[DeferredJob]) -> None:
    """Put all jobs into the queue in one statement; they exist when the transaction commits."""
    if jobs:
        _MANAGER.batch_defer_jobs([_job(job) for job in jobs], connection=driver_connection(connection))


def _job(job: DeferredJob) -> Job:
    return Job(
        id=None, queue=QUEUE, lock=None, queueing_lock=None, task_name=job.name, task_kwargs=job.arguments, scheduled_at=job.due_at, priority=0
    )
