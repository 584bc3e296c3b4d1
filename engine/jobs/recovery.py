"""What a worker looks after beside its own jobs: those of workers that died, and rows that are due and have no job at all."""

from __future__ import annotations

import logging

import procrastinate
from procrastinate.exceptions import ProcrastinateException

from engine.commands.files import RemoveUnusedFiles
from engine.commands.sandboxes import RemoveOldSandboxes
from engine.commands.tasks.drafts import RemoveLeftDrafts
from engine.model.identity import SYSTEM
from engine.process_engine import ProcessEngine
from engine.queries.forgotten import ForgottenJobs
from engine.store import job_queue
from engine.store.job_queue import QUEUE

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
    """Defer a job for every row that is due and has none; how many. Two workers may both do so: a job too many does nothing."""
    jobs = engine.read(ForgottenJobs(), SYSTEM)
    if jobs:
        engine.database.write(lambda tx: job_queue.defer(tx.connection, jobs), engine.clock, lambda: "")
        log.warning("deferred %d jobs that were due and missing", len(jobs))
    return len(jobs)


def remove_unused_files(engine: ProcessEngine) -> int:
    """Take away uploads that nothing has referred to for seven days; how many. Some hundred at a time: the next round takes the next ones."""
    removed = engine.run(RemoveUnusedFiles(), SYSTEM)
    if removed.files:
        log.info("removed %d files that nothing refers to", removed.files)
    return removed.files


def remove_old_sandboxes(engine: ProcessEngine) -> int:
    """Take away what analysts tried and have not touched for two weeks; how many."""
    removed = engine.run(RemoveOldSandboxes(), SYSTEM)
    if removed:
        log.info("removed %d sandboxes that nobody touched", removed)
    return removed


def remove_left_drafts(engine: ProcessEngine) -> int:
    """Take away what was typed into tasks that closed more than 30 days ago without it; how many."""
    removed = engine.run(RemoveLeftDrafts(), SYSTEM)
    if removed:
        log.info("removed %d drafts of tasks that closed long ago", removed)
    return removed
