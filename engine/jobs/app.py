"""The Procrastinate app: one task for each kind of deferred job, each one command in one transaction.

A job may run twice (a worker died, a clock jumped); its effect happens once, because the command locks the instance and looks whether what it is
about is still waited for. So no job is ever given up: its row exists until its effect does.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import procrastinate
from procrastinate import RetryDecision
from procrastinate.jobs import Job

from engine.commands.jobs import RunJob
from engine.commands.messages import Deliver
from engine.commands.telling.notifications import TellOfDue
from engine.commands.timers import FireTimer, StartByTimer
from engine.commands.work import Command
from engine.jobs.mail import send_due_mails
from engine.model.identity import SYSTEM
from engine.process_engine import ProcessEngine
from engine.settings import Settings
from engine.store.job_queue import QUEUE

DUE_LOOKED_FOR, EVERY_MINUTE = "*/5 * * * *", "* * * * *"
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1, 600
_MOST_DOUBLINGS = 10
log = logging.getLogger("tuoke.jobs")


class BackOff(procrastinate.BaseRetryStrategy):
    """Tries again after 1, 2, 4 … seconds, at most ten minutes, for ever: what fails here is the database or the program, not the process."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        return RetryDecision(retry_at=datetime.now(UTC) + pause(job.attempts))


def pause(attempts: int) -> timedelta:
    """How long to wait after so many earlier attempts."""
    return timedelta(seconds=min(FIRST_PAUSE_SECONDS * 2 ** min(attempts, _MOST_DOUBLINGS), LONGEST_PAUSE_SECONDS))


def build_app(engine: ProcessEngine, *, connections: int, settings: Settings | None = None) -> procrastinate.App:
    """An app whose tasks run commands of `engine`; not open yet. Without `settings` of a mail server it sends none."""
    connector = procrastinate.PsycopgConnector(conninfo=engine.database.url, min_size=1, max_size=connections, timeout=10)
    app = procrastinate.App(connector=connector)
    backing_off = BackOff()

    def run(command: Command[Any]) -> None:
        result = engine.run(command, SYSTEM)
        log.debug("%s: %s", command, result)

    @app.task(name="fire_timer", queue=QUEUE, retry=backing_off)
    def fire_timer(instance_id: str, activity_instance_id: int, due_at: str) -> None:
        run(FireTimer(instance_id, activity_instance_id, datetime.fromisoformat(due_at)))

    @app.task(name="start_by_timer", queue=QUEUE, retry=backing_off)
    def start_by_timer(definition_id: int, element_id: str, due_at: str) -> None:
        run(StartByTimer(definition_id, element_id, datetime.fromisoformat(due_at)))

    @app.task(name="run_job", queue=QUEUE, retry=backing_off)
    def run_job(instance_id: str, activity_instance_id: int) -> None:
        run(RunJob(instance_id, activity_instance_id))

    @app.task(name="deliver", queue=QUEUE, retry=backing_off)
    def deliver(delivery_id: str) -> None:
        run(Deliver(delivery_id))

    # One that waits is enough; a run that fails comes back by itself.
    @app.periodic(cron=DUE_LOOKED_FOR)
    @app.task(name="tell_of_due", queue=QUEUE, retry=backing_off, queueing_lock="tell_of_due")
    def tell_of_due(timestamp: int) -> None:  # noqa: ARG001 - every periodic task is given when it was due
        run(TellOfDue())

    @app.periodic(cron=EVERY_MINUTE)
    @app.task(name="send_mails", queue=QUEUE, retry=backing_off, queueing_lock="send_mails")
    def send_mails(timestamp: int = 0) -> None:  # noqa: ARG001 - as above; one that a command asks for has none
        if settings is not None:
            send_due_mails(engine, settings)

    return app
