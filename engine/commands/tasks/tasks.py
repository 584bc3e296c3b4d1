"""What people do with user tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine import forms
from engine.bpmn.runtime import visible_variables
from engine.commands.files import form_lookups, refer_to_files
from engine.commands.input import checked_text, checked_values, command_fact
from engine.commands.rights import already_claimed, is_candidate, public_id, require_doer, require_open, require_seen, require_worker, stands_for
from engine.commands.searching import submitted_text
from engine.commands.tasks.drafts import SeenDraft, require_own_draft
from engine.commands.work import OpenedTask, Work, element_of
from engine.model.errors import ContentChanged, InputRejected, NotAllowedError
from engine.model.events import EventKind, Fact
from engine.model.identity import Actor
from engine.model.outcome import InstanceStatus
from engine.model.stimuli import CompleteUserTask
from engine.model.values import JsonValue, Value, to_json
from engine.store.addressees import offer
from engine.store.instances import LockedTask, append_events
from engine.store.notifications import Notification, notify, passed
from engine.store.seen import form_digest, seen_digest
from engine.store.tables import WorkItem


@dataclass(frozen=True, slots=True)
class Assigned:
    """A task and who has it now."""

    task_id: str
    assignee: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ClaimTask:
    """Take an open task of one's groups. The first wins; the others get TaskAlreadyClaimed(assignee, assignee_name, at)."""

    task_id: str

    def execute(self, work: Work, actor: Actor) -> Assigned:
        task = work.task(self.task_id)
        require_seen(work, task, actor)
        require_open(work, task)
        if task.assignee == actor.user_id:
            return Assigned(self.task_id, actor.user_id, task.claimed_at or work.now)
        if task.assignee is not None:
            already_claimed(work, task, task.assignee)
        standing = None if is_candidate(actor, task) else stands_for(actor, task)
        if not is_candidate(actor, task) and standing is None and not actor.is_administrator:
            raise NotAllowedError("not_your_task", task_id=self.task_id)
        return assign(work, task, actor, "ClaimTask", "task_claimed", actor.user_id, on_behalf_of=standing.user_id if standing else None)


@dataclass(frozen=True, slots=True)
class UnclaimTask:
    """Give a task back to its candidates. The assignee may, and administrators; without candidates nobody would see it: InputRejected."""

    task_id: str

    def execute(self, work: Work, actor: Actor) -> Assigned:
        task = work.task(self.task_id)
        require_seen(work, task, actor)
        require_open(work, task)
        if task.assignee is None:
            return Assigned(self.task_id, None, work.now)
        if task.assignee != actor.user_id and not actor.is_administrator:
            raise NotAllowedError("not_your_task", task_id=self.task_id)
        if not task.candidate_groups and not task.candidate_users:
            raise InputRejected("no_candidates", task_id=self.task_id)
        given_back = assign(work, task, actor, "UnclaimTask", "task_unclaimed", None)
        offer(work.tx, task.instance.id, task.activity_instance_id, actor.user_id)
        return given_back


@dataclass(frozen=True, slots=True)
class AssignTask:
    """Give a task to a user. The assignee may, and administrators. `told` False: whoever gives several tells of all of them with TellOfAssigned."""

    task_id: str
    assignee: str
    reason: str = ""
    told: bool = True

    def execute(self, work: Work, actor: Actor) -> Assigned:
        assignee = checked_text(self.assignee, "assignee")
        reason = checked_text(self.reason, "reason", maximum=2000, required=False)
        task = work.task(self.task_id)
        require_seen(work, task, actor)
        require_open(work, task)
        if task.assignee != actor.user_id and not actor.is_administrator:
            raise NotAllowedError("not_your_task", task_id=self.task_id)
        require_worker(work, assignee, "assignee")
        assigned = assign(work, task, actor, "AssignTask", "task_assigned", assignee, reason)
        if self.told and assignee != task.assignee:
            notify(work.tx, [assignee], "assigned", actor, task.instance.id, task.activity_instance_id)
        return assigned


@dataclass(frozen=True, slots=True)
class Completed:
    """What came of it. `outcome` and `reason`: how the instance ended; `next_task_id`: a task that opened and that the actor may do now."""

    instance_id: str
    task_id: str
    at: datetime
    status: InstanceStatus
    outcome: str | None
    outcome_en: str | None
    reason: str | None
    next_task_id: str | None
    opened: tuple[OpenedTask, ...]


@dataclass(frozen=True, slots=True)
class CompleteTask:
    """Complete a task with what its form holds. The assignee may, and every candidate of an unassigned task (an implicit claim).

    Raises FormRejected, ContentChanged (`seen_digest` is not that of what there is now), TaskNotOpen(state, by, by_name, at),
    ConflictError("draft_changed", revision, at): another page of the actor has saved a draft since `draft`.
    """

    task_id: str
    variables: Mapping[str, Any]
    seen_digest: str | None = None
    draft: SeenDraft | None = None

    def execute(self, work: Work, actor: Actor) -> Completed:
        given = checked_values(self.variables)
        task = work.task(self.task_id)
        on_behalf_of = require_doer(work, task, actor)
        typed = to_json(given)
        given, values, detail, shown = self._submitted(work, task, given, actor)
        if self.draft is not None:
            require_own_draft(work, task, actor, typed, self.draft)
        command = command_fact("CompleteTask", task_id=self.task_id, variables=to_json(given), seen_digest=self.seen_digest)
        moved = work.step(
            task.instance,
            CompleteUserTask(task.activity_instance_id, values, detail),
            command,
            actor,
            completed_id=task.activity_instance_id,
            submitted=shown,
            on_behalf_of=on_behalf_of,
        )
        return Completed(
            task.instance.id,
            self.task_id,
            work.now,
            moved.outcome.status,
            *moved.end_names,
            moved.outcome.end.reason if moved.outcome.end else None,
            moved.next_task_id(actor),
            work.opened_tasks(moved, actor),
        )

    def _submitted(
        self, work: Work, task: LockedTask, given: dict[str, Value], actor: Actor
    ) -> tuple[dict[str, Value], Mapping[str, Value], dict[str, JsonValue], str]:
        """What was given with its files and records in full, what the form makes of it, what the log says about the form, and the words to search.

        A task without a form takes values as they are.
        """
        if task.form_id is None:
            return given, given, {}, ""
        pack = work.pack(task.instance)
        form = pack.forms[task.form_id]
        digest = form_digest(pack.digest, pack.files, task.form_id)
        scope = visible_variables(pack, task.instance.snapshot or b"", task.activity_instance_id)
        if self.seen_digest is not None and self.seen_digest != seen_digest(digest, form.keys, scope):
            raise ContentChanged(task_id=self.task_id)
        element = element_of(pack, task.process_key, task.element_id)
        assignment = element.assignment
        rights = assignment.field_rights if assignment else {}
        lookups = form_lookups(work, form, given, actor)
        values = forms.submit(form, given, scope=scope, rights=rights, now=work.now, lookups=lookups)
        refer_to_files(work, lookups, form, values, "instance", task.instance.id)
        detail: dict[str, JsonValue] = {"form_id": task.form_id, "form_digest": digest}
        if self.seen_digest is not None:
            detail["seen_digest"] = self.seen_digest
        return forms.resolved(form, given, lookups), values, detail, submitted_text(pack, element, values, scope, work.now)


def assign(
    work: Work,
    task: LockedTask,
    actor: Actor,
    command: str,
    kind: EventKind,
    assignee: str | None,
    reason: str = "",
    on_behalf_of: str | None = None,
) -> Assigned:
    """Give the locked task to `assignee` and write it down; `on_behalf_of`: whom the assignee stands for."""
    arguments = {"task_id": public_id(task)} | ({"assignee": assignee, "reason": reason} if kind == "task_assigned" else {})
    data: dict[str, JsonValue] = {"assignee": assignee, "previous": task.assignee} | ({"reason": reason} if reason else {})
    facts = (command_fact(command, **arguments), Fact(kind, data, task.process_key, task.element_id, task.activity_instance_id))
    part = {actor.user_id if not actor.is_system else None, assignee, on_behalf_of} - {None}
    append_events(work.tx, task.instance, facts, actor.user_id, sorted(map(str, part)), on_behalf_of)
    told = (Notification.instance_id == task.instance.id, Notification.activity_instance_id == task.activity_instance_id)
    work.connection.execute(
        sa.update(WorkItem)
        .where(WorkItem.instance_id == task.instance.id, WorkItem.activity_instance_id == task.activity_instance_id)
        .values(assignee=assignee, claimed_at=work.now if assignee else None, on_behalf_of=on_behalf_of)
        # Those who were told of it have nothing to do with it any more, whoever has it now knows.
        .add_cte(passed(work.now, *told).cte("passed"))
    )
    return Assigned(public_id(task), assignee, work.now)
