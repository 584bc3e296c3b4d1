"""Who may read a case, asked where something is written about it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.commands.work import Work
from engine.model.errors import NotFoundError
from engine.model.identity import Actor, Standing
from engine.store.instances import LockedInstance
from engine.store.registers import Participation
from engine.store.tables import WorkItem
from engine.store.worklists import Copy


def require_reader(work: Work, head: LockedInstance, actor: Actor) -> None:
    """Raises NotFoundError for somebody who may not know of the instance."""
    if not may_read(work, head, actor):
        raise NotFoundError("no_such_instance", instance_id=head.id)


def may_read(work: Work, head: LockedInstance, actor: Actor) -> bool:
    """Administrators, who started it, took part, got a copy, or has or may take an open task, also for somebody whom they stand for."""
    if actor.is_administrator or head.started_by == actor.user_id:
        return True
    standings = [each for each in actor.acts_for if not each.process_keys or head.process_key in each.process_keys]
    people: list[Actor | Standing] = [actor, *standings]
    tasks = sa.or_(*(_task_of(person) for person in people))
    ways = (
        sa.select(Participation.user_id).where(Participation.user_id == actor.user_id, Participation.instance_id == head.id),
        sa.select(Copy.user_id).where(Copy.user_id == actor.user_id, Copy.instance_id == head.id),
        sa.select(WorkItem.instance_id).where(WorkItem.instance_id == head.id, WorkItem.state == "open", tasks),
    )
    return work.connection.execute(sa.union_all(*ways).limit(1)).first() is not None


def _task_of(person: Actor | Standing) -> sa.ColumnElement[bool]:
    groups: Any = sa.literal(sorted(person.groups), sa.ARRAY(sa.Text()))
    candidate = sa.or_(WorkItem.candidate_groups.op("&&")(groups), sa.literal(person.user_id) == sa.any_(WorkItem.candidate_users))
    return sa.or_(WorkItem.assignee == person.user_id, sa.and_(WorkItem.assignee.is_(None), candidate))
