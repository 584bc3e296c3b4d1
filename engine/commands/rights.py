"""Who may do what with a user task; who may administer."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

import sqlalchemy as sa

from engine.commands.work import Work
from engine.model.errors import InputRejected, NotAllowedError, NotFoundError, TaskAlreadyClaimed, TaskNotOpen
from engine.model.identity import Actor, Standing, is_analyst, standing_for, task_id
from engine.store.instances import LockedTask
from engine.store.registers import Participation, User
from engine.store.worklists import Copy


def require_administrator(actor: Actor) -> None:
    if not actor.is_administrator:
        raise NotAllowedError("administrators_only")


def require_analyst(actor: Actor) -> None:
    if not is_analyst(actor):
        raise NotAllowedError("analysts_only")


def require_system(actor: Actor) -> None:
    if not actor.is_system:
        raise NotAllowedError("system_only")


def require_active_user(work: Work, user_id: str, field: str) -> None:
    """Somebody who can be given work. Raises InputRejected(unknown_user)."""
    if not work.connection.scalar(sa.select(User.active).where(User.id == user_id)):
        raise InputRejected("unknown_user", field=field, user_id=user_id)


def require_worker(work: Work, user_id: str, field: str) -> None:
    """Somebody who can do work: active, and no auditor, who changes nothing. Raises InputRejected: unknown_user, auditor_cannot_act."""
    row = work.connection.execute(sa.select(User.active, User.is_auditor & ~User.is_administrator).where(User.id == user_id)).one_or_none()
    if row is None or not row[0]:
        raise InputRejected("unknown_user", field=field, user_id=user_id)
    if row[1]:
        raise InputRejected("auditor_cannot_act", field=field, user_id=user_id)


def is_candidate(actor: Actor, task: LockedTask) -> bool:
    """Whether the actor may take the task while nobody has it. Without any candidate it is the administrators'."""
    if not task.candidate_groups and not task.candidate_users:
        return actor.is_administrator
    return actor.user_id in task.candidate_users or not actor.groups.isdisjoint(task.candidate_groups)


def stands_for(actor: Actor, task: LockedTask) -> Standing | None:
    """The absent person whose task the actor may do: it is theirs, or nobody has it and they could take it."""
    return standing_for(actor, task.instance.process_key, task.assignee, task.candidate_groups, task.candidate_users)


def require_seen(work: Work, task: LockedTask, actor: Actor) -> None:
    """Raises NotFoundError for somebody who may not know that the task exists."""
    if task.assignee == actor.user_id or actor.is_administrator or is_candidate(actor, task) or task.instance.started_by == actor.user_id:
        return
    if stands_for(actor, task) is not None:
        return
    part = sa.select(sa.literal(1)).where(Participation.user_id == actor.user_id, Participation.instance_id == task.instance.id)
    copy = sa.select(sa.literal(1)).where(Copy.user_id == actor.user_id, Copy.instance_id == task.instance.id)
    if work.connection.execute(part.union_all(copy).limit(1)).first() is None:
        raise NotFoundError("no_such_task", task_id=public_id(task))


def require_open(work: Work, task: LockedTask) -> None:
    """Raises TaskNotOpen with who closed the task and when."""
    if task.state != "open":
        by = task.closed_by or ""
        names = work.user_names([by])
        raise TaskNotOpen(task_id=public_id(task), state=task.state, by=by, by_name=names[by], at=_text(task.closed_at))


def require_doer(work: Work, task: LockedTask, actor: Actor) -> str | None:
    """The actor may complete the open task: has it, may take it, or stands for somebody who does; then answers for whom.

    Raises NotFoundError, TaskNotOpen, TaskAlreadyClaimed, NotAllowedError.
    """
    require_seen(work, task, actor)
    require_open(work, task)
    if task.assignee == actor.user_id:
        return task.on_behalf_of
    candidate = is_candidate(actor, task)
    standing = None if candidate and task.assignee is None else stands_for(actor, task)
    if standing is not None:
        return standing.user_id
    if not candidate:
        raise NotAllowedError("not_your_task", task_id=public_id(task))
    if task.assignee is not None:
        already_claimed(work, task, task.assignee)
    return None


def already_claimed(work: Work, task: LockedTask, assignee: str) -> NoReturn:
    name = work.user_names([assignee])[assignee]
    raise TaskAlreadyClaimed(task_id=public_id(task), assignee=assignee, assignee_name=name, at=_text(task.claimed_at))


def public_id(task: LockedTask) -> str:
    return task_id(task.instance.id, task.activity_instance_id)


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
