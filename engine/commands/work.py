"""What every command works with: the transaction, the compiled packs, and the one way to move an instance on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import sqlalchemy as sa

from engine.bpmn.runtime import InstanceContext, advance
from engine.commands.searching import index_step
from engine.commands.tasks.passing_on import pass_on
from engine.model.errors import NotFoundError
from engine.model.events import Fact
from engine.model.identity import SYSTEM, Actor, is_instance_id, parse_task_id, task_id
from engine.model.outcome import IncidentWait, Outcome, UserTaskWait
from engine.model.stimuli import Stimulus
from engine.model.values import JsonValue
from engine.store.database import Transaction
from engine.store.directory import person_fields
from engine.store.instances import LockedInstance, LockedTask, StepRows, lock_instance, lock_task, save_step
from engine.store.job_queue import DeferredJob
from engine.store.notifications import notify, notify_administrators
from engine.store.packs import PackCache
from engine.store.registers import User

if TYPE_CHECKING:
    from engine.bpmn.elements import Element
    from engine.bpmn.pack import Pack

LONGEST_NAME = 200
ResultT_co = TypeVar("ResultT_co", covariant=True)


class Command(Protocol[ResultT_co]):
    """A frozen record that changes state when it is executed. Raises EngineError; then nothing has changed."""

    def execute(self, work: Work, actor: Actor) -> ResultT_co: ...


@dataclass(frozen=True, slots=True)
class OpenedTask:
    """A user task that a command opened, and for whom: the names of roles and candidates, or of the assignee."""

    element_name: str
    element_name_en: str
    who: str
    who_en: str


@dataclass(frozen=True, slots=True)
class Moved:
    """An instance after a step: its outcome and the rows of the user tasks that opened."""

    instance_id: str
    process_key: str
    pack: Pack
    outcome: Outcome
    opened: tuple[dict[str, Any], ...]

    @property
    def end_names(self) -> tuple[str | None, str | None]:
        """The name of the end event that ended the instance, Chinese and English."""
        end = self.outcome.end
        if end is None:
            return None, None
        element = next((each for each in self.pack.processes[self.process_key].elements.values() if each.id == end.element_id), None)
        return end.outcome, element.name_en or None if element else None

    def next_task_id(self, actor: Actor) -> str | None:
        """The first task that opened and that the actor may do now."""
        mine = (item["activity_instance_id"] for item in self.opened if _is_for(item, actor))
        number = min(mine, default=None)
        return None if number is None else task_id(self.instance_id, number)


@dataclass(frozen=True, slots=True)
class Work:
    """One command's transaction and what it needs beside the database."""

    tx: Transaction
    packs: PackCache[Pack]

    @property
    def now(self) -> datetime:
        return self.tx.now

    @property
    def connection(self) -> sa.Connection:
        return self.tx.connection

    def pack(self, head: LockedInstance) -> Pack:
        """The pack that the instance was started with."""
        return self.packs.get(self.connection, head.deployment_id, head.digest)

    def instance(self, instance_id: str) -> LockedInstance:
        """The instance, locked. Raises NotFoundError."""
        head = lock_instance(self.connection, instance_id) if is_instance_id(instance_id) else None
        if head is None:
            raise NotFoundError("no_such_instance", instance_id=str(instance_id)[:100])
        return head

    def task(self, public_id: str) -> LockedTask:
        """The task and its instance, locked. Raises NotFoundError, also for what is no task id at all."""
        parts = parse_task_id(public_id)
        task = lock_task(self.connection, *parts) if parts else None
        if task is None:
            raise NotFoundError("no_such_task", task_id=str(public_id)[:100])
        return task

    def step(
        self,
        head: LockedInstance,
        stimulus: Stimulus,
        command: Fact,
        actor: Actor,
        *,
        completed_id: int = 0,
        submitted: str = "",
        jobs: Sequence[DeferredJob] = (),
        now: datetime | None = None,
        on_behalf_of: str | None = None,
    ) -> Moved:
        """Let the stimulus happen to the locked instance and write everything that comes of it.

        `completed_id` is the user task that it completes, `submitted` what its form shows from now on, for searching, `on_behalf_of` whom the actor
        stands for.
        """
        pack = self.pack(head)
        context = InstanceContext(head.id, head.process_key, head.business_key, head.starter, head.version, head.deployment_id)
        outcome = advance(pack, context, head.snapshot, stimulus, now or self.now, lambda user_id: person_fields(self.connection, user_id))
        command = _with_people(command, outcome.people)
        items = tuple(_work_item(pack, head, wait, self.now) for wait in outcome.opened if isinstance(wait, UserTaskWait))
        participants = [] if actor.is_system else [actor.user_id, *([on_behalf_of] if on_behalf_of else [])]
        rows = StepRows(items, completed_id, participants, list(jobs), on_behalf_of)
        end = save_step(self.tx, head, outcome, command, actor.user_id, rows)
        index_step(self.connection, pack, head, outcome, items, (completed_id, submitted))
        if outcome.status != "active":
            notify(self.tx, [head.started_by], "ended", actor, head.id)
        for wait in outcome.opened:
            if isinstance(wait, IncidentWait):
                notify_administrators(self.tx, "incident", actor, head.id, wait.activity_instance_id)
        return Moved(head.id, head.process_key, pack, outcome, pass_on(self.tx, head, end, items, actor))

    def user_names(self, user_ids: Sequence[str]) -> dict[str, str]:
        """Names of accounts; an id without an account is its own name."""
        if not user_ids:
            return {}
        known = dict(self.connection.execute(sa.select(User.id, User.name).where(User.id.in_(set(user_ids)))).all())
        return {user_id: known.get(user_id, SYSTEM.name if user_id == SYSTEM.user_id else user_id) for user_id in user_ids}

    def opened_tasks(self, moved: Moved, actor: Actor) -> tuple[OpenedTask, ...]:
        """The tasks that opened, in words."""
        others = {user_id for item in moved.opened for user_id in (item["assignee"], *item["candidate_users"])} - {None, actor.user_id}
        names = {**self.user_names(sorted(others)), actor.user_id: actor.name}
        return tuple(
            OpenedTask(item["element_name"], item["element_name_en"], _who(moved.pack, item, names, False), _who(moved.pack, item, names, True))
            for item in moved.opened
        )


def _with_people(command: Fact, people: Mapping[str, JsonValue]) -> Fact:
    """The recorded input holds what the organisation answered too: executed again, the step gets the same answers."""
    return replace(command, data={**command.data, "people": dict(people)}) if people else command


def element_of(pack: Pack, process_key: str, element_id: str) -> Element:
    return pack.processes[process_key].elements[element_id]


def _work_item(pack: Pack, head: LockedInstance, wait: UserTaskWait, now: datetime) -> dict[str, Any]:
    element = element_of(pack, wait.process_key, wait.element_id)
    roles = [(pack.settings.role(group), group) for group in wait.candidate_groups]
    return {
        "instance_id": head.id,
        "activity_instance_id": wait.activity_instance_id,
        "process_key": wait.process_key,
        "element_id": wait.element_id,
        "element_name": element.name or element.id,
        "element_name_en": element.name_en,
        "form_id": wait.form_id,
        "state": "open",
        "assignee": _short(wait.assignee) if wait.assignee else None,
        "candidate_groups": list(dict.fromkeys(role.key if role else _short(group) for role, group in roles)),
        "candidate_users": [_short(user_id) for user_id in wait.candidate_users],
        "priority": wait.priority,
        "due_at": wait.due_at,
        "follow_up_at": wait.follow_up_at,
        "created_at": now,
        "claimed_at": now if wait.assignee else None,
        "closed_at": None,
        "closed_by": None,
        "on_behalf_of": None,
        "own_process_key": head.process_key,
    }


def _short(name: str) -> str:
    """An expression may make a name that fits into no index; nobody has such a name."""
    return name[:LONGEST_NAME]


def _is_for(item: dict[str, Any], actor: Actor) -> bool:
    if item["assignee"] is not None:
        return bool(item["assignee"] == actor.user_id)
    return actor.user_id in item["candidate_users"] or not actor.groups.isdisjoint(item["candidate_groups"])


def _who(pack: Pack, item: dict[str, Any], names: dict[str, str], english: bool) -> str:
    if item["assignee"] is not None:
        return names[item["assignee"]]
    roles = ((pack.settings.role(group), group) for group in item["candidate_groups"])
    groups = [group if role is None else (role.name_en or role.name if english else role.name) for role, group in roles]
    return (", " if english else "、").join([*groups, *(names[user_id] for user_id in item["candidate_users"])])
