"""Taking a completion back while what comes next has not begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.bpmn.runtime import last_id
from engine.commands.connectors import CONNECTORS
from engine.commands.input import command_fact
from engine.commands.rights import require_seen
from engine.commands.work import Work
from engine.model.errors import NotAllowedError, NotWithdrawable
from engine.model.identity import Actor, task_id
from engine.model.outcome import UserTaskWait
from engine.model.stimuli import WithdrawCompletion as Withdrawal
from engine.model.values import from_json
from engine.store.drafts import Draft
from engine.store.instances import LockedTask
from engine.store.tables import Event, Instance, Job, WorkItem
from engine.store.worklists import SearchText

_LATER = sa.bindparam("later_than", type_=sa.Integer())
_OF = sa.bindparam("of_instance", type_=sa.Text())
_UNDO = sa.select(Instance.undo_task, Instance.undo_sequence, Instance.undo_snapshot).where(Instance.id == _OF)
_DRAFTED = sa.exists().where(Draft.instance_id == WorkItem.instance_id, Draft.activity_instance_id == WorkItem.activity_instance_id)
_NEXT = sa.select(WorkItem.activity_instance_id, WorkItem.assignee, _DRAFTED.label("drafted")).where(
    WorkItem.instance_id == _OF, WorkItem.activity_instance_id > _LATER, WorkItem.state == "open"
)
_JOBS = sa.select(Job.type, Job.attempts).where(Job.instance_id == _OF, Job.activity_instance_id > _LATER)
_SINCE = sa.select(Event.kind, Event.activity_instance_id, Event.data).where(
    Event.instance_id == _OF, Event.sequence >= sa.bindparam("sequence", type_=sa.Integer())
)
_OPENED = sa.select(Event.data).where(
    Event.instance_id == _OF, Event.kind == "task_opened", Event.activity_instance_id == sa.bindparam("number", type_=sa.Integer())
)
_THROWN = ("message_thrown", "signal_thrown")
_TAKEN = ("task_claimed", "task_assigned")


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """`task_id`: the task that is open again, with what was submitted as its draft."""

    instance_id: str
    task_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WithdrawCompletion:
    """Take back one's own completion: what came after it is cancelled, variables are set back, the task opens again for whoever completed it.

    Only the last step of an instance can be taken back. Raises NotWithdrawable(reason, by_name?): ended; moved_on: something else has happened
    since; begun: somebody has taken a next task or has a draft of it; effects: a message or signal has gone out, or a connector outside works;
    others_tasks, jobs, incident: the completion cancelled something that cannot come back as it was. NotAllowedError: somebody else completed it.
    """

    task_id: str

    def execute(self, work: Work, actor: Actor) -> Withdrawn:
        task = work.task(self.task_id)
        require_seen(work, task, actor)
        undo = _require_last(work, task, actor)
        since = list(work.connection.execute(_SINCE, {"of_instance": task.instance.id, "sequence": undo.undo_sequence}))
        before = bytes(undo.undo_snapshot)
        _require_untouched(work, task, last_id(before), since)
        stimulus = Withdrawal(task.activity_instance_id, before, _wait(work, task, actor))
        moved = work.step(task.instance, stimulus, command_fact("WithdrawCompletion", task_id=self.task_id), actor)
        number = moved.outcome.facts[0].data["reopened"]
        _leave_trace(work, task, actor, number, since[0].data["arguments"]["variables"])
        return Withdrawn(task.instance.id, task_id(task.instance.id, number), work.now)


def _require_last(work: Work, task: LockedTask, actor: Actor) -> Any:
    """The completion is the actor's, and the last thing that moved the instance."""
    if task.state == "completed" and task.closed_by != actor.user_id:
        raise NotAllowedError("not_your_completion")
    if task.instance.status != "active":
        raise NotWithdrawable(reason="ended")
    undo: Any = work.connection.execute(_UNDO, {"of_instance": task.instance.id}).one()
    if task.state != "completed" or undo.undo_task != task.activity_instance_id:
        raise NotWithdrawable(reason="moved_on")
    return undo


def _require_untouched(work: Work, task: LockedTask, later_than: int, since: list[sa.Row[Any]]) -> None:
    """Nothing that the completion brought about has been begun or has left the instance."""
    place = {"of_instance": task.instance.id, "later_than": later_than}
    if any(event.kind in _THROWN for event in since):
        raise NotWithdrawable(reason="effects")
    # Connectors of ours run in the transaction that ends their job: an untried one has done nothing. One outside may have begun.
    if any(job.type not in CONNECTORS or job.attempts for job in work.connection.execute(_JOBS, place)):
        raise NotWithdrawable(reason="effects")
    taken = {event.activity_instance_id: event.data["assignee"] for event in since if event.kind in _TAKEN}
    for item in work.connection.execute(_NEXT, place):
        if item.drafted or (item.assignee is not None and taken.get(item.activity_instance_id) == item.assignee):
            names = work.user_names([item.assignee]) if item.assignee else {}
            raise NotWithdrawable(reason="begun", by_name=names.get(item.assignee, ""))


def _wait(work: Work, task: LockedTask, actor: Actor) -> UserTaskWait:
    """The task as the process opened it, for the actor."""
    number = task.activity_instance_id
    data = work.connection.scalars(_OPENED, {"of_instance": task.instance.id, "number": number}).one()
    return UserTaskWait(
        number,
        task.process_key,
        task.element_id,
        actor.user_id,
        tuple(data["candidate_groups"]),
        tuple(data["candidate_users"]),
        data["form_id"],
        data["priority"],
        from_json(data["due_at"]),
        from_json(data["follow_up_at"]),
    )


def _leave_trace(work: Work, task: LockedTask, actor: Actor, number: int, submitted: Mapping[str, Any]) -> None:
    """The old task says that it was withdrawn, and is found no more; what was submitted is the draft of the new one."""
    old = (WorkItem.instance_id == task.instance.id, WorkItem.activity_instance_id == task.activity_instance_id)
    work.connection.execute(sa.update(WorkItem).where(*old).values(state="withdrawn"))
    shown = (SearchText.instance_id == task.instance.id, SearchText.activity_instance_id == task.activity_instance_id)
    work.connection.execute(sa.delete(SearchText).where(*shown))
    if submitted:
        place = {"instance_id": task.instance.id, "activity_instance_id": number, "user_id": actor.user_id}
        work.connection.execute(sa.insert(Draft).values(**place, data=dict(submitted), revision=1, saved_at=work.now, page=""))
