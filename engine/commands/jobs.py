"""Work of connectors. System only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from engine.commands.connectors import CONNECTORS, ConnectorCall
from engine.commands.input import checked_number, checked_text, checked_values, command_fact
from engine.commands.rights import require_system
from engine.commands.work import Work, element_of
from engine.model import stimuli
from engine.model.errors import ConnectorError, EngineError, StorageError
from engine.model.identity import SYSTEM, Actor
from engine.model.values import Value, from_json, to_json
from engine.store import job_queue
from engine.store.instances import LockedInstance, lock_instance
from engine.store.tables import Job

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class JobResult:
    """`gone`: the wait does not exist any more; `retry`: it will run again at `retry_at`; `incident`: it is out of retries."""

    state: Literal["completed", "retry", "incident", "gone"]
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunJob:
    """Run the connector of a service task and go on with its result, both in one transaction; on failure count down the retries."""

    instance_id: str
    activity_instance_id: int

    def execute(self, work: Work, actor: Actor) -> JobResult:
        require_system(actor)
        held = _held(work, self.instance_id, self.activity_instance_id)
        if held is None:
            return JobResult("gone")
        head, job = held
        try:
            with work.connection.begin_nested():
                values = _run(work, head, job)
        except StorageError:
            raise
        except EngineError as error:
            retries = 0 if error.code == "unknown_connector" else job.retries - 1
            return _fail(work, head, job, _Failure(error.code, str(error), max(retries, 0)))
        return _complete(work, head, job, values)


@dataclass(frozen=True, slots=True)
class CompleteJob:
    """Go on with the result of a connector that runs outside."""

    instance_id: str
    activity_instance_id: int
    variables: Mapping[str, Any] = field(default_factory=dict)

    def execute(self, work: Work, actor: Actor) -> JobResult:
        require_system(actor)
        values = checked_values(self.variables)
        held = _held(work, self.instance_id, self.activity_instance_id)
        return JobResult("gone") if held is None else _complete(work, *held, values)


@dataclass(frozen=True, slots=True)
class FailJob:
    """A connector that runs outside has failed. `retries` left; 0 makes an incident."""

    instance_id: str
    activity_instance_id: int
    code: str
    message: str
    retries: int

    def execute(self, work: Work, actor: Actor) -> JobResult:
        require_system(actor)
        retries = checked_number(self.retries, "retries", minimum=0)
        failure = _Failure(checked_text(self.code, "code"), checked_text(self.message, "message", maximum=10_000, required=False), retries)
        held = _held(work, self.instance_id, self.activity_instance_id)
        return JobResult("gone") if held is None else _fail(work, *held, failure)


@dataclass(frozen=True, slots=True)
class _Failure:
    code: str
    message: str
    retries: int


def _held(work: Work, instance_id: str, activity_instance_id: int) -> tuple[LockedInstance, Any] | None:
    """The instance, locked, and its job's row; None when the job is not waited for any more."""
    head = lock_instance(work.connection, instance_id)
    place = (Job.instance_id == instance_id, Job.activity_instance_id == activity_instance_id)
    job = work.connection.execute(sa.select(*Job.__table__.c).where(*place)).one_or_none()
    return None if head is None or head.status != "active" or job is None else (head, job)


def _run(work: Work, head: LockedInstance, job: Any) -> dict[str, Value]:
    connector = CONNECTORS.get(job.type)
    if connector is None:
        raise ConnectorError("unknown_connector", type=job.type)
    element = element_of(work.pack(head), job.process_key, job.element_id)
    values = {name: from_json(item) for name, item in job.data.items()}
    return connector(ConnectorCall(work, head.id, job.headers, values, element.name or element.id))


def _complete(work: Work, head: LockedInstance, job: Any, values: Mapping[str, Value]) -> JobResult:
    number = job.activity_instance_id
    command = command_fact("CompleteJob", activity_instance_id=number, variables=to_json(values))
    work.step(head, stimuli.CompleteJob(number, values), command, SYSTEM)
    return JobResult("completed")


def _fail(work: Work, head: LockedInstance, job: Any, failure: _Failure) -> JobResult:
    """Count down; with retries left the job comes back after a pause that grows with its attempts."""
    number = job.activity_instance_id
    arguments = {"activity_instance_id": number, "code": failure.code, "message": failure.message, "retries": failure.retries}
    stimulus = stimuli.FailJob(number, failure.code, failure.message, failure.retries)
    if failure.retries == 0:
        work.step(head, stimulus, command_fact("FailJob", **arguments), SYSTEM)
        return JobResult("incident")
    again = work.now + min(FIRST_PAUSE * 4 ** min(job.attempts, 8), LONGEST_PAUSE)
    changed = {"retries": failure.retries, "attempts": job.attempts + 1, "due_at": again, "error": failure.message}
    place = (Job.instance_id == head.id, Job.activity_instance_id == number)
    work.connection.execute(sa.update(Job).where(*place).values(**changed))
    work.step(head, stimulus, command_fact("FailJob", **arguments), SYSTEM, jobs=[job_queue.run_job(head.id, number, again)])
    return JobResult("retry", again)
