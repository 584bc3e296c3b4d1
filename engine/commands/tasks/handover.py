"""Somebody leaves or is away for long: everything open goes to somebody else, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engine.commands.input import checked_text
from engine.commands.tasks.substitutes import active_user, require_own
from engine.commands.tasks.tasks import assign
from engine.commands.work import Work
from engine.model.errors import InputRejected, NotFoundError
from engine.model.identity import Actor, task_id
from engine.store.accounts import record_account_event
from engine.store.assigning import Handover
from engine.store.assigning_log import HANDED_OVER, handover_changes
from engine.store.instances import LockedTask
from engine.store.notifications import notify
from engine.store.registers import Membership, Participation, User
from engine.store.tables import Instance, WorkItem

# One transaction holds the instances of all these tasks until it ends.
MOST_TASKS = 2000


@dataclass(frozen=True, slots=True)
class HandedOver:
    """`tasks` are those that changed hands; `left` are tasks that name the person as one candidate among others, who can still do them."""

    user_id: str
    successor_id: str
    tasks: tuple[str, ...]
    left: int
    at: datetime


@dataclass(frozen=True, slots=True)
class HandOverWork:
    """All open tasks of `user_id` go to `successor_id`, in one transaction: those that the person has, and those that only the person could take.

    The successor can follow the active instances that the person started. `lasting`: as long as the person's account is inactive, tasks that open
    for them go to the successor too. Oneself, those above, and administrators may. Raises InputRejected: unknown_user, own_successor,
    too_many_tasks; NotFoundError for an unknown person.
    """

    user_id: str
    successor_id: str
    reason: str
    lasting: bool = True

    def execute(self, work: Work, actor: Actor) -> HandedOver:
        user_id, reason = checked_text(self.user_id, "user_id"), checked_text(self.reason, "reason", maximum=2000)
        if work.connection.execute(sa.select(User.id).where(User.id == user_id)).first() is None:
            raise NotFoundError("no_such_user", user_id=user_id)
        require_own(work, actor, user_id)
        successor_id = active_user(work, self.successor_id, "successor_id")
        if successor_id == user_id:
            raise InputRejected("own_successor", field="successor_id")
        done: list[str] = []
        left = 0
        for public in _open_work(work, user_id):
            task = work.task(public)
            if task.state != "open" or not (task.assignee == user_id or (task.assignee is None and user_id in task.candidate_users)):
                continue  # somebody was faster than the lock
            if task.assignee is None and _others_can(work, task, user_id):
                left += 1
                continue
            assign(work, task, actor, "AssignTask", "task_assigned", successor_id, reason)
            done.append(public)
        self._let_follow(work, user_id, successor_id)
        if done:
            # One line however many they are: each would push everything else out of sight.
            notify(work.tx, [successor_id], "assigned", actor, about=str(len(done)))
        row: dict[str, Any] = {"at": work.now, "actor": actor.user_id, "from_user": user_id, "to_user": successor_id, "reason": reason}
        row |= {"tasks": len(done), "lasting": bool(self.lasting)}
        number = work.connection.scalar(sa.insert(Handover).values(**row).returning(Handover.id))
        record_account_event(work.tx, actor.user_id, HANDED_OVER, ("user", user_id), handover_changes({"id": number, **row}))
        return HandedOver(user_id, successor_id, tuple(done), left, work.now)

    def _let_follow(self, work: Work, user_id: str, successor_id: str) -> None:
        started = sa.select(sa.literal(successor_id), Instance.id, sa.literal(work.now)).where(
            Instance.started_by == user_id, Instance.status == "active"
        )
        statement = insert(Participation).from_select(["user_id", "instance_id", "first_at"], started)
        work.connection.execute(statement.on_conflict_do_nothing())


def _open_work(work: Work, user_id: str) -> list[str]:
    """Always in the same order: two handovers at once lock one after the other. Raises InputRejected."""
    mine = sa.or_(
        WorkItem.assignee == user_id, sa.and_(WorkItem.assignee.is_(None), WorkItem.candidate_users.op("@>", is_comparison=True)([user_id]))
    )
    statement = sa.select(WorkItem.instance_id, WorkItem.activity_instance_id).where(WorkItem.state == "open", mine)
    rows = work.connection.execute(statement.order_by(WorkItem.instance_id, WorkItem.activity_instance_id).limit(MOST_TASKS + 1)).all()
    if len(rows) > MOST_TASKS:
        raise InputRejected("too_many_tasks", maximum=MOST_TASKS)
    return [task_id(row.instance_id, row.activity_instance_id) for row in rows]


def _others_can(work: Work, task: LockedTask, user_id: str) -> bool:
    """Whether another active person is a candidate."""
    named = User.id.in_([each for each in task.candidate_users if each != user_id])
    member = sa.exists().where(Membership.user_id == User.id, Membership.group_key.in_(task.candidate_groups))
    return work.connection.execute(sa.select(User.id).where(User.active, User.id != user_id, sa.or_(named, member)).limit(1)).first() is not None
