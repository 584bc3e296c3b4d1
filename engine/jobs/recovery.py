"""What a worker looks after beside its own jobs: those of workers that died, and rows that are due and have no job at all."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import procrastinate
import sqlalchemy as sa
from procrastinate.exceptions import ProcrastinateException

from engine.process_engine import ProcessEngine
from engine.store import job_queue
from engine.store.database import Transaction
from engine.store.job_queue import QUEUE, DeferredJob
from engine.store.tables import Delivery, Job, StartWait, Timer

OVERDUE = timedelta(minutes=1)
MOST_AT_ONCE = 1000
log = logging.getLogger("tuoke.jobs")


async def take_over(app: procrastinate.App, seconds_since_heartbeat: float) -> int:
    """Put the running jobs of workers without a heartbeat back into the queue; how many."""
    stalled = list(await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=seconds_since_heartbeat))
    for job in stalled:
        try:
            await app.job_manager.retry_job(job)
            log.warning("took over job %s of a worker that died: %s", job.id, job.call_string)
        except ProcrastinateException as error:
            # Another worker took it over, or it ended after all.
            log.info("job %s: %s", job.id, error)
    return len(stalled)


def defer_forgotten(engine: ProcessEngine) -> int:
    """Defer a job for every row that has been due for a minute and has none that waits or runs; how many.

    A restored backup, a job deleted by hand or one that an older release could not run leave such rows.
    """

    def action(tx: Transaction) -> int:
        jobs = list(_forgotten(tx.connection, tx.now - OVERDUE))
        job_queue.defer(tx.connection, jobs)
        return len(jobs)

    count = engine.database.write(action, engine.clock, lambda: "")
    if count:
        log.warning("deferred %d jobs that were due and missing", count)
    return count


def _forgotten(connection: sa.Connection, before: datetime) -> Iterator[DeferredJob]:
    timers = sa.select(Timer.instance_id, Timer.activity_instance_id, Timer.due_at).where(
        Timer.due_at < before, _no_job("fire_timer", instance_id=Timer.instance_id, activity_instance_id=Timer.activity_instance_id)
    )
    for timer in connection.execute(timers.order_by(Timer.due_at).limit(MOST_AT_ONCE)):
        yield job_queue.fire_timer(timer.instance_id, timer.activity_instance_id, timer.due_at)
    starts = sa.select(StartWait.definition_id, StartWait.element_id, StartWait.due_at).where(
        StartWait.due_at < before, _no_job("start_by_timer", definition_id=StartWait.definition_id, element_id=StartWait.element_id)
    )
    for start in connection.execute(starts.limit(MOST_AT_ONCE)):
        yield job_queue.start_by_timer(start.definition_id, start.element_id, start.due_at)
    jobs = sa.select(Job.instance_id, Job.activity_instance_id).where(
        Job.due_at < before, _no_job("run_job", instance_id=Job.instance_id, activity_instance_id=Job.activity_instance_id)
    )
    for job in connection.execute(jobs.order_by(Job.due_at).limit(MOST_AT_ONCE)):
        yield job_queue.run_job(job.instance_id, job.activity_instance_id)
    deliveries = sa.select(Delivery.id).where(Delivery.created_at < before, _no_job("deliver", delivery_id=Delivery.id))
    for delivery in connection.scalars(deliveries.order_by(Delivery.number).limit(MOST_AT_ONCE)):
        yield job_queue.deliver(delivery)


_JOBS = sa.table(
    "procrastinate_jobs", sa.column("task_name", sa.Text()), sa.column("status", sa.Text()), sa.column("args", sa.dialects.postgresql.JSONB())
)


def _no_job(task_name: str, **arguments: sa.orm.InstrumentedAttribute[str] | sa.orm.InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    """No job of that task about this row waits or runs."""
    same = [_JOBS.c.args[name].astext == sa.cast(column, sa.Text()) for name, column in arguments.items()]
    alive = sa.cast(_JOBS.c.status, sa.Text()).in_(["todo", "doing"])
    return ~sa.exists(sa.select(sa.literal(1)).select_from(_JOBS).where(_JOBS.c.task_name == task_name, alive, *same))
